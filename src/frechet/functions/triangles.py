"""The lower triangle: what is left of a gradient in the space of lower triangular matrices."""

from __future__ import annotations

from typing import final

from frechet.expressions.function import AbstractFunction, Code, Curvature, Matrix, Monotonicity
from frechet.expressions.nodes import Apply, Expr
from frechet.functions.shape_rules import square
from frechet.shapes import Shape


@final
class LowerTriangle(AbstractFunction):
    """The entries on and below the diagonal, zero above: d tril(X) = tril(dX)."""

    name, latex = "tril", r"\operatorname{tril}"
    curvature, monotonicity = Curvature.AFFINE, Monotonicity.INCREASING
    exact = True
    code = Code("np.tril({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("tril", shapes[0])
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return Apply.of(self, differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[x if i >= j else 0 * x for j, x in enumerate(row)] for i, row in enumerate(arguments[0])]


TRIL = LowerTriangle()

TRIANGLES: tuple[AbstractFunction, ...] = (TRIL,)


def tril(x: Expr) -> Expr:
    return Apply.of(TRIL, x)
