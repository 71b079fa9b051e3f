"""Linear functions that only rename indices: traces, diagonals, vec, sums.

d f(X) = f(dX) for each of them.
"""

from __future__ import annotations

from typing import final

from frechet.errors import ShapeError
from frechet.expressions.function import AbstractIndexing, Axis, Code, Curvature, Monotonicity
from frechet.expressions.nodes import Apply, Expr
from frechet.functions.shape_rules import square, vector_or_matrix
from frechet.shapes import SCALAR, Shape, is_row, is_vector, times


@final
class Trace(AbstractIndexing):
    """The sum of the diagonal entries."""

    name, synonyms, latex = "tr", ("trace",), r"\operatorname{tr}"
    curvature, monotonicity = Curvature.AFFINE, Monotonicity.INCREASING
    citation = "Cookbook (11)"
    code = Code("np.trace({0})", torch="torch.trace({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        square("tr", shapes[0])
        return SCALAR

    def indices(self, shape: Shape) -> str:
        return "->" if shape == SCALAR else "ii->"


@final
class Diagonal(AbstractIndexing):
    """diag of a vector is the diagonal matrix; of a square matrix, the vector of its diagonal."""

    name, latex = "diag", r"\operatorname{diag}"
    curvature = Curvature.AFFINE
    monotonicity = Monotonicity.INCREASING
    code = Code("np.diag({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        shape = shapes[0]
        if shape == SCALAR:
            return SCALAR
        if is_row(shape):
            raise ShapeError("diag needs a column vector, not a row", hint="Transpose it first.")
        if is_vector(shape):
            return (shape[0], shape[0])
        square("diag", shape)
        return (shape[0], 1)

    def indices(self, shape: Shape) -> str:
        if shape == SCALAR:
            return "->"
        return "i->ii" if is_vector(shape) else "ii->i"


@final
class Vec(AbstractIndexing):
    """The columns of a matrix stacked into one vector (Magnus & Neudecker §2.4)."""

    name, latex = "vec", r"\operatorname{vec}"
    curvature, monotonicity = Curvature.AFFINE, Monotonicity.INCREASING
    code = Code("{0}.reshape(-1, order='F')", jax="{0}.T.reshape(-1)", torch="{0}.T.reshape(-1)")

    def shape_of(self, *shapes: Shape) -> Shape:
        return (times(shapes[0][0], shapes[0][1]), 1)

    def indices(self, shape: Shape) -> str:
        if shape == SCALAR:
            return "->"
        if is_vector(shape) or is_row(shape):
            return "i->i"
        return "ij->(ji)"


@final
class SumAll(AbstractIndexing):
    """The sum of all entries."""

    name, latex = "sum", r"\operatorname{sum}"
    curvature, monotonicity = Curvature.AFFINE, Monotonicity.INCREASING
    code = Code("np.sum({0})")

    def shape_of(self, *shapes: Shape) -> Shape:
        return SCALAR

    def indices(self, shape: Shape) -> str:
        if shape == SCALAR:
            return "->"
        return "i->" if is_vector(shape) or is_row(shape) else "ij->"


@final
class SumRows(AbstractIndexing):
    """The sum within each row: a column vector."""

    name, axis, latex = "sum", Axis.ROWS, r"\operatorname{sum}"
    curvature, monotonicity = Curvature.AFFINE, Monotonicity.INCREASING
    code = Code("np.sum({0}, axis=1)")

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("sum(…, rows)", shapes[0])
        return (shapes[0][0], 1)

    def indices(self, shape: Shape) -> str:
        if is_row(shape):
            return "i->"
        return "i->i" if is_vector(shape) else "ij->i"


@final
class SumColumns(AbstractIndexing):
    """The sum within each column: a column vector."""

    name, axis, latex = "sum", Axis.COLUMNS, r"\operatorname{sum}"
    curvature, monotonicity = Curvature.AFFINE, Monotonicity.INCREASING
    code = Code("np.sum({0}, axis=0)")

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("sum(…, columns)", shapes[0])
        return (shapes[0][1], 1)

    def indices(self, shape: Shape) -> str:
        if is_row(shape):
            return "i->i"
        return "i->" if is_vector(shape) else "ij->j"


TRACE, DIAGONAL, VEC = Trace(), Diagonal(), Vec()
SUM, SUM_ROWS, SUM_COLUMNS = SumAll(), SumRows(), SumColumns()

INDEXING: tuple[AbstractIndexing, ...] = (TRACE, DIAGONAL, VEC, SUM, SUM_ROWS, SUM_COLUMNS)


def tr(x: Expr) -> Expr:
    return Apply.of(TRACE, x)


def diag(x: Expr) -> Expr:
    return Apply.of(DIAGONAL, x)


def vec(x: Expr) -> Expr:
    return Apply.of(VEC, x)


def sum_all(x: Expr) -> Expr:
    return Apply.of(SUM, x)


def sum_rows(x: Expr) -> Expr:
    return Apply.of(SUM_ROWS, x)


def sum_columns(x: Expr) -> Expr:
    return Apply.of(SUM_COLUMNS, x)
