"""Programs that return second derivatives as structured matrices.

What every term needs is computed in one call. A term that is not formed has programs of its own, each
made when it is first asked for: the term times a direction is a contraction like any other, so the
planner multiplies the direction by one factor after the other, and what does not depend on the
direction is computed once per point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any, Final, TypeAlias, final

import numpy as np

from frechet.assumptions import Structure
from frechet.backends.bound import BoundProgram
from frechet.backends.inputs import Array, Known
from frechet.backends.program import Program
from frechet.backends.structure import Part, Whole, has_halves, parts_of
from frechet.backends.structured_matrix import StructuredMatrix
from frechet.backends.structured_terms import BlockDiagonal, Term, Unformed
from frechet.backends.targets import Output, Target
from frechet.expressions.nodes import Symbol
from frechet.shapes import Dimension
from frechet.tensors.algebra import contract
from frechet.tensors.constants import number
from frechet.tensors.nodes import Leaf, Size, Slots, Tensor, postorder

DIRECTION: Final = "direction"


def second_derivatives(outputs: Output | Sequence[Output]) -> list[bool]:
    """Tell for every output whether it is a scalar's derivative twice by one variable, a symmetric matrix."""
    listed = outputs if isinstance(outputs, Sequence) else [outputs]
    return [_is_second_derivative(output) for output in listed]


def _is_second_derivative(output: Output) -> bool:
    variables: Sequence[Symbol] = getattr(output, "variables", ())
    return len(variables) == 2 and variables[0] == variables[1] and getattr(output, "function_order", 1) == 0


@final
class TermPrograms:
    """The programs of a term that is not formed: times a direction, its diagonal, its entries, its blocks.

    Strict ones read and check their inputs at every point; others are bound to data.
    """

    def __init__(
        self,
        whole: Whole,
        declared: Mapping[str, Symbol],
        strict: bool,
        data: Mapping[str, Any],
        known: Known | None,
    ) -> None:
        self.whole, self.strict = whole, strict
        self._declared, self._data, self._known = declared, dict(data), known
        half = whole.tensor.order // 2
        self._first, self._second = _axes(0, half), _axes(half, 2 * half)
        dims = whole.tensor.dims[:half]
        self.direction = Symbol.of(_unused(declared), (dims[0], dims[1] if half == 2 else 1))
        self._programs: dict[str, Program] = {}
        self._bound: dict[str, BoundProgram] = {}

    def program(self, kind: str) -> Program:
        """Return the program for "product", "diagonal", "dense" or "blocks", made now if it is new."""
        if kind not in self._programs:
            declared = {**self._declared, self.direction.name: self.direction}
            target = Target(self._tensor(kind), is_row=False)
            self._programs[kind] = Program([target], declared, self.strict)
        return self._programs[kind]

    def _tensor(self, kind: str) -> Tensor:
        tensor, first, second = self.whole.tensor, self._first, self._second
        match kind:
            case "product":
                factors = [(tensor, first + second), (Leaf.of(self.direction), second)]
                return contract(1, (), factors, first, tensor.dims)
            case "diagonal":
                return contract(1, (), [(tensor, first + first)], first, tensor.dims[: len(first)])
            case "blocks" if self.whole.blocks is not None:
                return self.whole.blocks
            case _:
                return tensor

    def are_plain(self, inputs: Mapping[str, Any]) -> bool:
        """Tell whether the inputs need no reading: arrays of floats without a declared structure."""
        used = [s for s in self.program("product").symbols if s is not self.direction]
        arrays = [inputs.get(symbol.name) for symbol in used]
        return all(symbol.structure is Structure.GENERAL for symbol in used) and all(
            isinstance(array, np.ndarray) and array.dtype == np.float64 for array in arrays
        )

    def bound(self, kind: str) -> BoundProgram:
        """Return a program bound to the data."""
        if kind not in self._bound:
            self._bound[kind] = BoundProgram(self.program(kind), self._data, self._known)
        return self._bound[kind]

    def change(self, values: Mapping[str, Any]) -> None:
        """Bind some of the data anew."""
        self._data.update(values)
        for program in self._bound.values():
            program.change(values)


@final
class FormsAt:
    """The entries of a term at a point, each kind computed when it is first asked for."""

    def __init__(self, programs: TermPrograms, inputs: Mapping[str, Any], shape: tuple[int, ...]) -> None:
        self._programs, self._inputs, self._shape = programs, inputs, shape

    @cached_property
    def _product(self) -> BoundProgram:
        programs = self._programs
        if not programs.strict:
            return programs.bound("product").at(**self._inputs)
        direction = {programs.direction.name: np.zeros(self._shape)}
        if programs.are_plain(self._inputs):
            here = programs.bound("product").at(**self._inputs)
            if not here.is_prepared:
                here.prepare(direction)
            if here.is_finite:
                return here
        here = BoundProgram(programs.program("product"), self._inputs)
        here.prepare(direction)
        return here

    def prepare(self) -> None:
        """Compute what products need at this point.

        Inputs are read with care the first time, and whenever they are not plain arrays of the same
        shapes, or what comes of them is not finite.
        """
        _ = self._product

    def product(self, x: Array) -> Array:
        direction = {self._programs.direction.name: x.reshape(self._shape)}
        found = np.asarray(self._product(**direction)[0])
        if self._programs.strict and not np.isfinite(found).all():
            found = self._programs.program("product")(**self._inputs, **direction)[0]
        return found.reshape(-1)

    def diagonal(self) -> Array:
        return self._computed("diagonal").reshape(-1)

    def dense(self) -> Array:
        size = prod(self._shape)
        return self._computed("dense").reshape(size, size)

    def blocks(self) -> Array:
        found = self._computed("blocks")
        return found if found.ndim == 3 else found[None]

    def _computed(self, kind: str) -> Array:
        run = self._programs.program(kind) if self._programs.strict else self._programs.bound(kind)
        return np.asarray(run(**self._inputs)[0])


Layout: TypeAlias = tuple[int, list[Part | TermPrograms]]


@final
class StructuredProgram:
    """A compiled function that returns every second derivative as a `StructuredMatrix`.

    Such a matrix refers to the inputs that are larger than the variable: they are data, and to stay.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        second: Sequence[bool],
        declared: dict[str, Symbol],
        strict: bool,
        data: Mapping[str, Any] | None = None,
        known: Known | None = None,
    ) -> None:
        self._data, self._known = dict(data or {}), known
        self._declared, self._strict = declared, strict
        self._flat: list[Target] = []
        self._layouts = [self._layout(t, s) for t, s in zip(targets, second, strict=True)]
        program = Program(self._flat, declared, strict)
        self._program = program if data is None else BoundProgram(program, data, known)

    def _layout(self, target: Target, second: bool) -> Layout | None:
        """Add what a target needs to the outputs of the program; return how it is put together."""
        if not second or not has_halves(target.tensor):
            self._flat.append(target)
            return None
        half = target.tensor.dims[: target.tensor.order // 2]
        self._flat.extend(Target(_length(d), is_row=False) for d in half)
        parts: list[Part | TermPrograms] = []
        for part in parts_of(target.tensor):
            if isinstance(part, Whole):
                parts.append(TermPrograms(part, self._declared, self._strict, self._data, self._known))
            else:
                parts.append(part)
                self._flat.extend(Target(t, is_row=False) for t in part.tensors if not _is_read(t, part))
        return len(half), parts

    def change(self, values: Mapping[str, Any]) -> None:
        """Bind some of the data anew, when the program is bound."""
        assert isinstance(self._program, BoundProgram)
        self._data.update(values)
        self._program.change(values)
        for layout in self._layouts:
            for part in () if layout is None else layout[1]:
                if isinstance(part, TermPrograms):
                    part.change(values)

    def __call__(self, /, **inputs: Any) -> list[Any]:
        """Return the outputs for these inputs; the second derivatives are structured."""
        values = iter(self._program(**inputs))
        return [
            next(values) if layout is None else self._matrix(layout, values, inputs)
            for layout in self._layouts
        ]

    def _matrix(self, layout: Layout, values: Iterator[Any], inputs: Mapping[str, Any]) -> StructuredMatrix:
        order, parts = layout
        shape = tuple(round(next(values)) for _ in range(order))
        terms: list[Term] = []
        for part in parts:
            if isinstance(part, Part):
                found = [
                    _read(t, {**self._data, **inputs}) if _is_read(t, part) else next(values)
                    for t in part.tensors
                ]
                terms.append(part.build(*found))
            else:
                terms.append(self._unformed(part, inputs, shape))
        return StructuredMatrix(terms, shape)

    def _unformed(
        self, programs: TermPrograms, inputs: Mapping[str, Any], shape: tuple[int, ...]
    ) -> Unformed | BlockDiagonal:
        small = {n: v for n, v in inputs.items() if isinstance(v, np.ndarray) and v.size <= prod(shape)}
        forms = FormsAt(programs, {**inputs, **{n: v.copy() for n, v in small.items()}}, shape)
        if self._strict:
            forms.prepare()
        if programs.whole.blocks is None:
            return Unformed(forms)
        rows, columns = shape
        return BlockDiagonal(forms, (rows, columns), programs.whole.by_columns)


def _is_read(tensor: Tensor, part: Part) -> bool:
    """Tell a matrix that another tensor of the part reads, and checks, too: it need not be copied."""
    if not isinstance(tensor, Leaf) or tensor.order != 2:
        return False
    return any(tensor in postorder(other) for other in part.tensors if other is not tensor)


def _read(tensor: Tensor, inputs: Mapping[str, Any]) -> Array:
    assert isinstance(tensor, Leaf)
    assert isinstance(tensor.symbol, Symbol)
    return np.asarray(inputs[tensor.symbol.name], np.float64)


def _axes(start: int, end: int) -> Slots:
    return tuple((axis,) for axis in range(start, end))


def _unused(names: Mapping[str, Symbol]) -> str:
    """Return a name for the direction that the formula does not use."""
    name = DIRECTION
    while name in names:
        name += "_"
    return name


def _length(dimension: Dimension) -> Tensor:
    return number(dimension) if isinstance(dimension, int) else Size.of(dimension)
