"""Norms and inner products, each defined by a formula in sums and powers."""

from __future__ import annotations

from typing import final

from frechet.errors import ShapeError
from frechet.expressions.function import AbstractDefined, Axis, Code, Curvature, Matrix, Sign
from frechet.expressions.nodes import Apply, Expr
from frechet.functions.elementwise import ABS, sign, sqrt
from frechet.functions.indexing import sum_all, sum_columns, sum_rows
from frechet.functions.linear_algebra import entries, euclidean_norm, matmul, total, transpose
from frechet.functions.shape_rules import column, vector_or_matrix
from frechet.shapes import SCALAR, Shape, describe


@final
class Norm1(AbstractDefined):
    """The sum of the absolute values of all entries."""

    name, latex = "norm1", r"\left\|{0}\right\|_1"
    latex_of_matrix = r"\left\|\operatorname{vec}\left({0}\right)\right\|_1"
    curvature, sign, smooth = Curvature.CONVEX, Sign.NONNEGATIVE, False
    code = Code("np.sum(np.abs({0}))")

    def shape_of(self, *shapes: Shape) -> Shape:
        return SCALAR

    def definition(self, *arguments: Expr) -> Expr:
        return sum_all(Apply.of(ABS, arguments[0]))

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return sum_all(sign(arguments[0]) * differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[total(abs(a) for a in entries(arguments[0]))]]


@final
class Norm2(AbstractDefined):
    """The Euclidean norm of a vector, the Frobenius norm of a matrix."""

    name, synonyms, latex = "norm2", ("norm",), r"\left\|{0}\right\|_2"
    latex_of_matrix = r"\left\|{0}\right\|_F"
    curvature, sign, smooth = Curvature.CONVEX, Sign.NONNEGATIVE, False
    smooth_when_squared = True
    citation = "Cookbook (129), (541)"
    code = Code("np.linalg.norm({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        return SCALAR

    def definition(self, *arguments: Expr) -> Expr:
        return sqrt(sum_all(arguments[0] ** 2))

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        return sum_all(x * dx) / norm2(x)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[euclidean_norm(entries(arguments[0]))]]


@final
class Norm2Rows(AbstractDefined):
    """The Euclidean norm of each row: a column vector."""

    name, axis, latex = "norm2", Axis.ROWS, r"\operatorname{norm2}"
    curvature, sign, smooth = Curvature.CONVEX, Sign.NONNEGATIVE, False
    smooth_when_squared = True
    code = Code("np.linalg.norm({0}, axis=1)")

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("norm2(…, rows)", shapes[0])
        return (shapes[0][0], 1)

    def definition(self, *arguments: Expr) -> Expr:
        return sqrt(sum_rows(arguments[0] ** 2))

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        return sum_rows(x * dx) / Apply.of(self, x)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[euclidean_norm(row)] for row in arguments[0]]


@final
class Norm2Columns(AbstractDefined):
    """The Euclidean norm of each column: a column vector."""

    name, axis, latex = "norm2", Axis.COLUMNS, r"\operatorname{norm2}"
    curvature, sign, smooth = Curvature.CONVEX, Sign.NONNEGATIVE, False
    smooth_when_squared = True
    code = Code("np.linalg.norm({0}, axis=0)")

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("norm2(…, columns)", shapes[0])
        return (shapes[0][1], 1)

    def definition(self, *arguments: Expr) -> Expr:
        return sqrt(sum_columns(arguments[0] ** 2))

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        x, dx = arguments[0], differentials[0]
        return sum_columns(x * dx) / Apply.of(self, x)

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[euclidean_norm(column)] for column in transpose(arguments[0])]


@final
class Dot(AbstractDefined):
    """The inner product x′y of two vectors."""

    name, latex, arity = "dot", r"\left\langle {0}, {1}\right\rangle", (2, 2)
    exact = True
    code = Code("np.dot({0}, {1})")

    def shape_of(self, *shapes: Shape) -> Shape:
        for shape in shapes:
            column("dot", shape)
        if shapes[0] != shapes[1]:
            raise ShapeError(
                f"dot needs vectors of one length, not a {describe(shapes[0])} and a {describe(shapes[1])}",
                hint="Check the declared sizes.",
            )
        return SCALAR

    def definition(self, *arguments: Expr) -> Expr:
        return arguments[0].T @ arguments[1]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        (x, y), (dx, dy) = arguments, differentials
        return dx.T @ y + x.T @ dy

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return matmul(transpose(arguments[0]), arguments[1])


@final
class Outer(AbstractDefined):
    """The outer product x y′ of two vectors."""

    name, latex, arity = "outer", r"{0:factor} {1:base}^{\top}", (2, 2)
    exact = True
    code = Code("np.outer({0}, {1})")

    def shape_of(self, *shapes: Shape) -> Shape:
        for shape in shapes:
            column("outer", shape)
        return (shapes[0][0], shapes[1][0])

    def definition(self, *arguments: Expr) -> Expr:
        return arguments[0] @ arguments[1].T

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        (x, y), (dx, dy) = arguments, differentials
        return dx @ y.T + x @ dy.T

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return matmul(arguments[0], transpose(arguments[1]))


NORM1, NORM2, NORM2_ROWS, NORM2_COLUMNS = Norm1(), Norm2(), Norm2Rows(), Norm2Columns()
DOT, OUTER = Dot(), Outer()

NORMS: tuple[AbstractDefined, ...] = (NORM1, NORM2, NORM2_ROWS, NORM2_COLUMNS, DOT, OUTER)


def norm2(x: Expr) -> Expr:
    return Apply.of(NORM2, x)
