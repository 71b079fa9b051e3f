"""A plan: the steps of a numerical program, each stored once, with what they cost.

A register holds an array; a step computes one register from others. Two requests for the same step
give the same register: so value, gradient and Hessian share what they have in common. A `Value` is
how a register is seen: scaled, its axes reordered, constant along some of them, or spread along a
diagonal. Seeing costs nothing; a step is made only when an operation needs the array itself.

Costs are nanoseconds on one core, good enough to choose between two ways of computing the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import Any, Final, NamedTuple, TypeAlias, final

from frechet.expressions.exact import ONE, times
from frechet.limits import spend
from frechet.shapes import Dimension, value_of
from frechet.tensors.nodes import Tensor

Dimensions: TypeAlias = tuple[Dimension, ...]
CALL: Final = 500.0
PER_ENTRY: Final = 0.6
PER_FLOP: Final = 0.016
PER_WORD: Final = 0.25
CONSTANT: Final = -1


class Step(NamedTuple):
    """One operation. `kind` names a template of every back end; `dims` are the result's axes."""

    kind: str
    operands: tuple[int, ...]
    parameters: tuple[Any, ...]
    dims: Dimensions


class Value(NamedTuple):
    """coefficient · register, seen on axes: `places[t]` is the register's axis behind axis t.

    `CONSTANT` marks an axis along which the value does not change; two axes with the same place
    are a diagonal. Without a register the value is the coefficient itself.
    """

    register: int | None
    places: tuple[int, ...]
    coefficient: Fraction = ONE

    @property
    def is_diagonal(self) -> bool:
        held = [p for p in self.places if p != CONSTANT]
        return len(set(held)) < len(held)

    def scaled(self, factor: Fraction) -> Value:
        return self if factor is ONE else self._replace(coefficient=times(self.coefficient, factor))


@final
class Plan:
    """Steps in the order of computation, and the facts about them."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self.sizes = dict(sizes)
        self.steps: list[Step] = []
        self.costs: list[float] = []
        self.nonnegative: list[bool] = []
        self.consumed: set[int] = set()
        self.depends_on_sizes = False
        self.meanings: dict[int, tuple[Tensor, tuple[int, ...], Fraction]] = {}
        self._registers: dict[Step, int] = {}
        self._pairs: set[frozenset[int]] = set()
        self._lengths: dict[str, int] = {}

    def add(
        self,
        kind: str,
        operands: Iterable[int],
        parameters: tuple[Any, ...],
        dims: Dimensions,
        cost: float,
        nonnegative: bool = False,
    ) -> int:
        """Return the register of a step, made now if it is new."""
        step = Step(kind, tuple(operands), parameters, dims)
        found = self._registers.get(step)
        if found is not None:
            return found
        spend()
        register = self._registers[step] = len(self.steps)
        self.steps.append(step)
        self.costs.append(cost)
        self.nonnegative.append(nonnegative)
        self.consumed.update(step.operands)
        if len(step.operands) == 2:
            self._pairs.add(frozenset(step.operands))
        return register

    def is_known_pair(self, one: int, other: int) -> bool:
        """Tell whether some step has these two operands."""
        return frozenset((one, other)) in self._pairs

    def find(
        self, kind: str, operands: tuple[int, ...], parameters: tuple[Any, ...], dims: Dimensions
    ) -> int | None:
        """Return the register of a step if it exists."""
        return self._registers.get(Step(kind, operands, parameters, dims))

    def length(self, dimension: Dimension) -> int:
        if isinstance(dimension, int):
            return dimension
        found = self._lengths.get(dimension)
        if found is None:
            found = self._lengths[dimension] = value_of(dimension, self.sizes)
        return found

    def entries(self, dims: Iterable[Dimension]) -> int:
        """Return how many entries an array with these dimensions has."""
        return prod(map(self.length, dims))

    def elementwise(self, dims: Iterable[Dimension], factor: float = 1.0) -> float:
        """Return the cost of one pass over an array."""
        return CALL + PER_ENTRY * factor * self.entries(dims)

    def live(self, registers: Iterable[int]) -> list[int]:
        """Return the registers that these depend on, themselves included, in order."""
        needed = set(registers)
        for register in range(max(needed, default=-1), -1, -1):
            if register in needed:
                needed.update(self.steps[register].operands)
        return sorted(needed)

    def copy(self) -> Plan:
        """Return a plan to try something out on."""
        twin = Plan(self.sizes)
        twin.steps, twin.costs = list(self.steps), list(self.costs)
        twin.nonnegative, twin.consumed = list(self.nonnegative), set(self.consumed)
        twin.depends_on_sizes = self.depends_on_sizes
        twin.meanings, twin._registers = dict(self.meanings), dict(self._registers)
        twin._pairs = set(self._pairs)
        return twin
