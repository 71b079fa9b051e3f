"""Stationary points of a quadratic in closed form, with the conditions.

For f with a constant Hessian H, ∇f(x) = Hx + g where g = ∇f(0), and the only stationary point is
x* = −H⁻¹g when H is nonsingular. It is the minimum when H is positive definite, the maximum when
−H is, and a saddle when H is indefinite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from frechet.assumptions import Structure
from frechet.differentiation.derivative import derivative
from frechet.errors import UnsupportedError
from frechet.expressions.nodes import Apply, Expr, Number, Symbol, Zero, is_zero
from frechet.expressions.text import write
from frechet.expressions.traversal import substitute, symbols_of
from frechet.formula import Formula, checked_formula
from frechet.functions.inverses import INVERSE
from frechet.limits import budget
from frechet.notation.latex import latex
from frechet.optimize.convexity.curvature import declared_symbol
from frechet.optimize.convexity.signs import Definiteness, facts_of
from frechet.optimize.smoothness import is_smooth
from frechet.tensors.lower import lower
from frechet.tensors.recover import recover


@final
@dataclass(frozen=True, slots=True)
class StationaryPoints:
    """The stationary point, the conditions under which it is the only one, and what it is.

    `kind` is "minimum" or "maximum" where the Hessian's definiteness is proved, else "depends":
    then `condition` says on what.
    """

    variable: Symbol
    solution: Formula
    value: Formula
    hessian: Formula
    kind: str
    condition: str

    def __str__(self) -> str:
        return f"{self.variable.name} = {write(self.solution.expression)}, {self.condition}"

    def latex(self) -> str:
        """Return the point in LaTeX."""
        return f"{latex(self.variable)} = {latex(self.solution.expression)}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def stationary_points(function: Formula, name: str) -> StationaryPoints:
    """Return the stationary point of a quadratic in a scalar or a vector.

    >>> from frechet import parse
    >>> str(stationary_points(parse("norm2(A*x - b)^2"), "x").solution)
    'pinv(A)*b'

    Raises:
        UnsupportedError: the formula is not a quadratic in a scalar or a vector.
    """
    variable = declared_symbol(checked_formula(function), name)
    if (
        not function.expression.is_scalar
        or variable.shape[1] != 1
        or variable.structure is not Structure.GENERAL
    ):
        raise UnsupportedError(
            "a closed form is given for a scalar function of a scalar or a vector",
            hint="For other variables use fr.minimize.",
        )
    with budget():
        gradient = derivative(function, name).expression
        hessian = derivative(function, name, name).expression
        assert gradient is not None
        assert hessian is not None
        if variable.name in symbols_of(hessian) or not is_smooth(function.expression, {variable}):
            raise UnsupportedError(
                f"the formula is not quadratic in {name}: its Hessian depends on {name}",
                hint="Use fr.minimize for a numerical solution.",
            )
        return _solved(function, variable, gradient, hessian)


def _solved(function: Formula, variable: Symbol, gradient: Expr, hessian: Expr) -> StationaryPoints:
    if is_zero(hessian):
        raise UnsupportedError(
            "the formula is affine: it has no stationary point, or every point is one",
            hint="Add a quadratic term or constraints.",
        )
    constant = substitute(gradient, {variable: Zero.of(variable.shape)})
    inverse = hessian ** Number.of(-1) if hessian.is_scalar else Apply.of(INVERSE, hessian)
    point = _shortened(-(inverse @ constant) if not hessian.is_scalar else -(inverse * constant))
    value = _shortened(substitute(function.expression, {variable: point}))
    kind, condition = _judged(hessian)
    return StationaryPoints(
        variable,
        Formula(point, function.declarations),
        Formula(value, function.declarations),
        Formula(hessian, function.declarations),
        kind,
        condition,
    )


def _shortened(expression: Expr) -> Expr:
    """Return the shorter of a formula and its canonical form."""
    canonical = recover(lower(expression))
    return min(expression, canonical, key=lambda e: e.size)


def _judged(hessian: Expr) -> tuple[str, str]:
    shown = write(hessian)
    upward = facts_of((hessian,), {})[hessian].definiteness
    downward = facts_of((-hessian,), {})[-hessian].definiteness
    if Definiteness.DEFINITE in (upward, downward):
        kind = "minimum" if upward is Definiteness.DEFINITE else "maximum"
        return kind, f"the only {kind}: the Hessian {shown} is definite"
    if Definiteness.SEMIDEFINITE in (upward, downward):
        kind = "minimum" if upward else "maximum"
        return kind, f"the only {kind} if the Hessian {shown} is nonsingular"
    condition = f"if the Hessian {shown} is nonsingular: a minimum where it is positive definite"
    return "depends", condition + ", a maximum where negative definite, else a saddle"
