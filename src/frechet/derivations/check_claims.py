"""What a line of a derivation claims, and the claim as a formula in X and dX.

Gradients, Jacobians and Hessians are compared by what they say of a change: G claims that
df = tr(G'*dX), J that vec(dF) = J*vec(dX), H that vec(dG) = H*vec(dX). So every line becomes a
formula that a differential can be compared with, whatever shape it is written in.
"""

from __future__ import annotations

from enum import Enum

from frechet.expressions.nodes import Expr, Symbol
from frechet.functions.indexing import sum_all
from frechet.simplification.vectorization import stacked


class Kind(Enum):
    """What the right side of a line is."""

    VALUE = "value"
    DIFFERENTIAL = "differential"
    GRADIENT = "gradient"
    JACOBIAN = "Jacobian"
    HESSIAN = "Hessian"
    SECOND_DIFFERENTIAL = "second differential"


ORDER = {
    Kind.VALUE: 0,
    Kind.DIFFERENTIAL: 1,
    Kind.GRADIENT: 1,
    Kind.JACOBIAN: 1,
    Kind.HESSIAN: 2,
    Kind.SECOND_DIFFERENTIAL: 2,
}


def claim(kind: Kind, written: Expr, change: Symbol) -> Expr:
    """Return what a line says as a formula in the variable and its change.

    Raises:
        ShapeError: a line of this kind cannot have this shape.
    """
    match kind:
        case Kind.GRADIENT:
            return sum_all(written * change) if written.shape == change.shape else written @ change
        case Kind.JACOBIAN | Kind.HESSIAN:
            return written * change if change.is_scalar else written @ stacked(change)
        case _:
            return written


def claimed_by(kind: Kind, total: Expr, change: Symbol) -> Expr:
    """Return a differential in the form in which `claim` states it."""
    if kind in (Kind.JACOBIAN, Kind.HESSIAN) and not total.is_scalar and not change.is_scalar:
        return stacked(total)
    return total
