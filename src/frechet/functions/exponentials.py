"""log-sum-exp and softmax, over all entries, within rows, or within columns.

d logsumexp(x) = softmax(x)′ dx, d softmax(x) = s ⊙ dx − s s′dx (Boyd & Vandenberghe §3.1.5).
"""

from __future__ import annotations

from typing import final

from frechet.expressions.function import (
    AbstractFunction,
    Axis,
    Code,
    Curvature,
    Entry,
    Matrix,
    Monotonicity,
    Sign,
)
from frechet.expressions.nodes import Apply, Expr
from frechet.functions.elementary import elementary
from frechet.functions.indexing import diag, sum_all, sum_columns, sum_rows
from frechet.functions.linear_algebra import entries, largest, total, transpose
from frechet.functions.shape_rules import vector_or_matrix
from frechet.shapes import SCALAR, Shape


def log_sum_exp(x: list[Entry]) -> Entry:
    """Return m + log Σ exp(xᵢ − m) with m the largest entry, so that nothing overflows."""
    functions, top = elementary(x[0]), largest(x)
    return top + functions.log(total(functions.exp(a - top) for a in x))


def normalized_exponentials(x: list[Entry]) -> list[Entry]:
    """Return exp(xᵢ − m)/Σ exp(xⱼ − m) with m the largest entry."""
    functions, top = elementary(x[0]), largest(x)
    weights = [functions.exp(a - top) for a in x]
    return [weight / total(weights) for weight in weights]


@final
class LogSumExp(AbstractFunction):
    """log Σ exp(xᵢ) over all entries, the smooth maximum."""

    name, synonyms, latex = "logsumexp", ("lse",), r"\operatorname{logsumexp}"
    curvature, monotonicity = Curvature.CONVEX, Monotonicity.INCREASING
    citation = "Boyd & Vandenberghe §3.1.5"
    code = Code(
        "scipy.special.logsumexp({0})", "jax.nn.logsumexp({0})", "torch.logsumexp({0}.reshape(-1), dim=0)"
    )

    def shape_of(self, *shapes: Shape) -> Shape:
        return SCALAR

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return sum_all(softmax(arguments[0]) * differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[log_sum_exp(entries(arguments[0]))]]


@final
class LogSumExpRows(AbstractFunction):
    """log Σ exp within each row: a column vector."""

    name, synonyms, axis, latex = "logsumexp", ("lse",), Axis.ROWS, r"\operatorname{logsumexp}"
    curvature, monotonicity = Curvature.CONVEX, Monotonicity.INCREASING
    code = Code(
        "scipy.special.logsumexp({0}, axis=1)", "jax.nn.logsumexp({0}, axis=1)", "torch.logsumexp({0}, dim=1)"
    )

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("logsumexp(…, rows)", shapes[0])
        return (shapes[0][0], 1)

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return sum_rows(Apply.of(SOFTMAX_ROWS, arguments[0]) * differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[log_sum_exp(row)] for row in arguments[0]]


@final
class LogSumExpColumns(AbstractFunction):
    """log Σ exp within each column: a column vector."""

    name, synonyms, axis, latex = "logsumexp", ("lse",), Axis.COLUMNS, r"\operatorname{logsumexp}"
    curvature, monotonicity = Curvature.CONVEX, Monotonicity.INCREASING
    code = Code(
        "scipy.special.logsumexp({0}, axis=0)", "jax.nn.logsumexp({0}, axis=0)", "torch.logsumexp({0}, dim=0)"
    )

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("logsumexp(…, columns)", shapes[0])
        return (shapes[0][1], 1)

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        return sum_columns(Apply.of(SOFTMAX_COLUMNS, arguments[0]) * differentials[0])

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [[log_sum_exp(column)] for column in transpose(arguments[0])]


@final
class Softmax(AbstractFunction):
    """exp(x)/Σ exp(xᵢ) over all entries, the gradient of log-sum-exp."""

    name, latex = "softmax", r"\operatorname{softmax}"
    sign = Sign.POSITIVE
    code = Code(
        "scipy.special.softmax({0})",
        "jax.nn.softmax({0}, axis=None)",
        "torch.exp({0} - torch.logsumexp({0}.reshape(-1), dim=0))",
    )

    def shape_of(self, *shapes: Shape) -> Shape:
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        s, dx = softmax(arguments[0]), differentials[0]
        return s * dx - sum_all(s * dx) * s

    def evaluate(self, *arguments: Matrix) -> Matrix:
        x = arguments[0]
        weights = normalized_exponentials(entries(x))
        columns = len(x[0])
        return [weights[i * columns : (i + 1) * columns] for i in range(len(x))]


@final
class SoftmaxRows(AbstractFunction):
    """Softmax within each row."""

    name, axis, latex = "softmax", Axis.ROWS, r"\operatorname{softmax}"
    sign = Sign.POSITIVE
    code = Code(
        "scipy.special.softmax({0}, axis=1)", "jax.nn.softmax({0}, axis=1)", "torch.softmax({0}, dim=1)"
    )

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("softmax(…, rows)", shapes[0])
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        s, dx = Apply.of(self, arguments[0]), differentials[0]
        return s * dx - diag(sum_rows(s * dx)) @ s

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return [normalized_exponentials(row) for row in arguments[0]]


@final
class SoftmaxColumns(AbstractFunction):
    """Softmax within each column."""

    name, axis, latex = "softmax", Axis.COLUMNS, r"\operatorname{softmax}"
    sign = Sign.POSITIVE
    code = Code(
        "scipy.special.softmax({0}, axis=0)", "jax.nn.softmax({0}, axis=0)", "torch.softmax({0}, dim=0)"
    )

    def shape_of(self, *shapes: Shape) -> Shape:
        vector_or_matrix("softmax(…, columns)", shapes[0])
        return shapes[0]

    def differential(self, arguments: tuple[Expr, ...], differentials: tuple[Expr, ...]) -> Expr:
        s, dx = Apply.of(self, arguments[0]), differentials[0]
        return s * dx - s @ diag(sum_columns(s * dx))

    def evaluate(self, *arguments: Matrix) -> Matrix:
        return transpose([normalized_exponentials(column) for column in transpose(arguments[0])])


LOGSUMEXP, LOGSUMEXP_ROWS, LOGSUMEXP_COLUMNS = LogSumExp(), LogSumExpRows(), LogSumExpColumns()
SOFTMAX, SOFTMAX_ROWS, SOFTMAX_COLUMNS = Softmax(), SoftmaxRows(), SoftmaxColumns()

EXPONENTIALS: tuple[AbstractFunction, ...] = (
    LOGSUMEXP, LOGSUMEXP_ROWS, LOGSUMEXP_COLUMNS, SOFTMAX, SOFTMAX_ROWS, SOFTMAX_COLUMNS,
)  # fmt: skip


def softmax(x: Expr) -> Expr:
    return Apply.of(SOFTMAX, x)


def logsumexp(x: Expr) -> Expr:
    return Apply.of(LOGSUMEXP, x)
