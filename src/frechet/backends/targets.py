"""What is to be computed: formulas and derivatives as tensors, in stable forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias

from frechet.backends.stable import stabilize
from frechet.errors import EvaluationError, quoted
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import symbols_of
from frechet.formula import Formula
from frechet.limits import budget
from frechet.shapes import is_row
from frechet.tensors.lower import lower
from frechet.tensors.nodes import Leaf, Tensor, postorder


class AbstractDerivative(Protocol):
    """What a derivative offers here: its tensor, and what was declared."""

    @property
    def tensor(self) -> Tensor: ...

    @property
    def declarations(self) -> dict[str, Symbol]: ...


Output: TypeAlias = Expr | Formula | AbstractDerivative


class Target(NamedTuple):
    """An output: its tensor, and whether a vector is a row."""

    tensor: Tensor
    is_row: bool


def targets_of(outputs: Output | Sequence[Output]) -> tuple[list[Target], dict[str, Symbol]]:
    """Return the outputs as tensors, and everything that they declare.

    Raises:
        EvaluationError: an output is neither a formula nor a derivative.
    """
    listed = list(outputs) if isinstance(outputs, Sequence) else [outputs]
    declared: dict[str, Symbol] = {}
    for output in listed:
        declared.update(getattr(output, "declarations", {}))
        if isinstance(output, Expr):
            declared.update(symbols_of(output))
    with budget():
        return [_target(output) for output in listed], declared


def symbols_in(targets: Sequence[Target]) -> dict[str, Symbol]:
    """Return the symbols that the targets use, by name."""
    return symbols_among(postorder(*(t.tensor for t in targets)))


def symbols_among(nodes: Iterable[Tensor]) -> dict[str, Symbol]:
    """Return the symbols among the nodes, by name."""
    leaves = (node for node in nodes if isinstance(node, Leaf))
    return {leaf.symbol.name: leaf.symbol for leaf in leaves if isinstance(leaf.symbol, Symbol)}


def _target(output: Output) -> Target:
    expression = output if isinstance(output, Expr) else None
    if isinstance(output, Formula):
        expression = output.expression
    if expression is not None:
        return Target(_stable_tensor(expression), is_row(expression.shape))
    tensor = getattr(output, "tensor", None)
    if not isinstance(tensor, Tensor):
        raise EvaluationError(
            f"{quoted(type(output).__name__)} is not a formula", hint="Pass formulas or derivatives."
        )
    return Target(tensor, False)


@lru_cache(maxsize=256)
def _stable_tensor(expression: Expr) -> Tensor:
    return lower(stabilize(expression)[0])
