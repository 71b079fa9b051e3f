"""The largest and the smallest entry.

The entries of e = `1 - sign(max(x) - x)` are 1 where the maximum is attained and 0 elsewhere. Where
it is attained once, d max(x) = dxᵢ at that place; where entries are equal by construction, as in
max(a·1), their changes are equal too: d max(x) = e′dx / Σ e holds in both cases.
"""

from __future__ import annotations

from typing import final

from frechet.expressions.function import AbstractFunction, Code, Curvature, Matrix, Monotonicity
from frechet.expressions.nodes import Apply, Expr, Ones
from frechet.functions.elementwise import sign
from frechet.functions.indexing import sum_all
from frechet.functions.linear_algebra import entries, largest
from frechet.shapes import SCALAR, Shape


@final
class Max(AbstractFunction):
    """The largest entry."""

    name, latex = "max", r"\max"
    curvature, monotonicity, smooth = Curvature.CONVEX, Monotonicity.INCREASING, False
    code = Code("np.max({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        return SCALAR

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        ones = Ones.of(x.shape)
        return _mean_over(ones - sign(Apply.of(self, x) * ones - x), dx)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[largest(entries(arguments[0]))]]


@final
class Min(AbstractFunction):
    """The smallest entry."""

    name, latex = "min", r"\min"
    curvature, monotonicity, smooth = Curvature.CONCAVE, Monotonicity.INCREASING, False
    code = Code("np.min({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        return SCALAR

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        ones = Ones.of(x.shape)
        return _mean_over(ones - sign(x - Apply.of(self, x) * ones), dx)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[-largest([-a for a in entries(arguments[0])])]]


def _mean_over(attained: Expr, dx: Expr) -> Expr:
    return sum_all(attained * dx) / sum_all(attained)


MAX, MIN = Max(), Min()

EXTREMA: tuple[AbstractFunction, ...] = (MAX, MIN)
