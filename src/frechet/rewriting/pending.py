"""The differential that is still to be taken: d(U).

A derivation writes d(x'*A*x) before it knows what that is. The set of nodes is closed, so the
pending d is an entry of the same kind as those of the function table, local to derivations and
absent from the language: `Apply(DIFFERENTIAL, U)`. It has the shape of U, prints as `d(U)`, and
every walk over formulas handles it without knowing it. Its value at X in the direction dX is the
directional derivative of U, which is how the lines of a derivation are checked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, final

from frechet.assumptions import Structure
from frechet.errors import EvaluationError
from frechet.expressions.function import AbstractFunction, Code, Matrix
from frechet.expressions.nodes import Apply, Expr, Symbol
from frechet.expressions.traversal import postorder
from frechet.shapes import Shape

_LINEAR: Final = (Structure.SYMMETRIC, Structure.DIAGONAL, Structure.SKEW, Structure.LOWER)


@final
class PendingDifferential(AbstractFunction):
    """d(U), the differential of U, not yet worked out."""

    name, latex = "d", r"\mathrm{d}"
    citation = "Magnus & Neudecker §5.3"
    code = Code("d({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return d(differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        raise EvaluationError("a pending differential has no value", hint="Work out the differential first.")


DIFFERENTIAL: Final = PendingDifferential()


def d(operand: Expr) -> Expr:
    """Return the pending differential d(U)."""
    return Apply.of(DIFFERENTIAL, operand)


def pending_in(*roots: Expr) -> list[Apply]:
    """Return every d(U) that occurs, left to right."""
    return [node for node in postorder(*roots) if isinstance(node, Apply) and node.function is DIFFERENTIAL]


def differential_symbol(variable: Symbol, taken: Collection[str] = ()) -> Symbol:
    """Return dX: the symbol of X's shape, and of X's structure where that is a linear space."""
    name = f"d{variable.name}"
    while name in taken:
        name = f"d{name}"
    structure = variable.structure if variable.structure in _LINEAR else Structure.GENERAL
    if variable.structure is Structure.PSD:
        structure = Structure.SYMMETRIC
    return Symbol.of(name, variable.shape, structure)
