"""A proof from the second differential: f is convex where d²f(x; dx) ≥ 0 for every dx.

For a vector the Hessian is shown, a sum of B′DB with D semidefinite; for a matrix the second
differential, a sum of traces tr(P·dX·S·dX′) with P and S semidefinite.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, final

from frechet.assumptions import Structure
from frechet.differentiation.derivative import derivative
from frechet.errors import FrechetError
from frechet.expressions.nodes import Apply, Expr, Number, Power, Symbol, is_zero
from frechet.expressions.traversal import postorder, rebuild, substitute
from frechet.formula import Formula
from frechet.functions.indexing import SUM
from frechet.functions.norms import NORM2
from frechet.optimize.convexity.composition import Shape
from frechet.optimize.convexity.signs import Facts, Signs, facts_of
from frechet.optimize.smoothness import is_smooth
from frechet.tensors.expand import expand_fully
from frechet.tensors.lower import lower
from frechet.tensors.recover import recover

_STRUCTURE_OF_CHANGE: Final = {
    Structure.PSD: Structure.SYMMETRIC,
    Structure.POSITIVE: Structure.GENERAL,
    Structure.ORTHOGONAL: Structure.GENERAL,
}


@final
@dataclass(frozen=True, slots=True)
class Certificate:
    """What the second differential shows, and the expression that shows it."""

    shape: Shape
    evidence: Expr
    reason: str


def certify(
    formula: Formula, variable: Symbol, domain: Mapping[Expr, Signs], positive: Collection[str]
) -> Certificate | None:
    """Return a proof of curvature from second derivatives, or None; the domain must be convex."""
    smooth = Formula(_squared_norms(formula.expression), formula.declarations)
    if not is_smooth(smooth.expression, {variable}, norms_are_smooth=False):
        return None
    try:
        second, hessian = second_differential(smooth, variable), _hessian(smooth, variable)
        if is_zero(second):
            return Certificate(Shape.AFFINE, second, "the second differential is zero")
        return _from_hessian(hessian, domain, positive) or _from_differential(second, domain, positive)
    except FrechetError:
        return None


def second_differential(formula: Formula, variable: Symbol) -> Expr:
    """Return d²f(X; dX), a quadratic form in the one change dX."""
    first = derivative(formula, variable.name, structured="none")
    structure = _STRUCTURE_OF_CHANGE.get(variable.structure, variable.structure)
    change = Symbol.of(first.changes[0].name, variable.shape, structure)
    slope = substitute(first.differential, {first.changes[0]: change})
    declared = {**formula.declarations, change.name: change}
    second = derivative(Formula(slope, declared), variable.name, structured="none")
    return substitute(second.differential, {second.changes[0]: change})


def _hessian(formula: Formula, variable: Symbol) -> Expr | None:
    if variable.structure is not Structure.GENERAL or variable.shape[1] != 1:
        return None
    return derivative(formula, variable.name, variable.name).expression


def _from_hessian(
    hessian: Expr | None, domain: Mapping[Expr, Signs], positive: Collection[str]
) -> Certificate | None:
    if hessian is None:
        return None
    for sign, shape in ((1, Shape.CONVEX), (-1, Shape.CONCAVE)):
        matrix = Number.of(sign) * hessian
        facts = facts_of((matrix,), domain, positive)
        if facts[matrix].semidefinite:
            kind = "positive" if sign > 0 else "negative"
            return Certificate(
                shape, hessian, f"the Hessian is {kind} semidefinite: a sum of B'*D*B with D ⪰ 0"
            )
    return None


def _from_differential(
    second: Expr, domain: Mapping[Expr, Signs], positive: Collection[str]
) -> Certificate | None:
    for form in (second, recover(expand_fully(lower(second)))):
        facts: Facts = facts_of((form,), domain, positive)
        if facts[form].signs.nonnegative:
            return Certificate(Shape.CONVEX, form, "the second differential is a sum of nonnegative terms")
        if facts[form].signs.nonpositive:
            return Certificate(Shape.CONCAVE, form, "the second differential is a sum of nonpositive terms")
    return None


def _squared_norms(root: Expr) -> Expr:
    """Write even powers of the Euclidean norm without the norm, which has a kink at zero."""
    results: dict[Expr, Expr] = {}
    for node in postorder(root):
        match node:
            case Power(Apply(function, (argument,)), Number(value)) if function is NORM2 and value % 2 == 0:
                results[node] = Power.of(Apply.of(SUM, results[argument] ** 2), Number.of(value / 2))
            case _:
                results[node] = rebuild(node, results)
    return results[root]
