"""Rules about sums: multiplying out, collecting, and linear functions of a sum."""

from __future__ import annotations

from frechet.expressions.nodes import Hadamard, Kronecker, Product, Sum
from frechet.functions.indexing import diag, sum_all, sum_columns, sum_rows, tr
from frechet.rewriting.rules import MatrixMN, MatrixNP, MatrixPQ, Rule, Scalar, Sides, Square, VectorN, rule


@rule("Cookbook (35)")
def multiply_out(A: MatrixMN, B: MatrixNP, C: MatrixNP, D: MatrixPQ) -> Sides:
    """Multiply out the sum."""
    return Product.of((A, Sum.of((B, C)), D)), A @ B @ D + A @ C @ D


@rule("")
def collect_terms(A: MatrixMN, B: MatrixMN, C: MatrixNP) -> Sides:
    """Collect the terms: the common factor comes out."""
    return A @ C + B @ C, Sum.of((A, B)) @ C


@rule("")
def elementwise_product_with_a_sum(A: MatrixMN, B: MatrixMN, C: MatrixMN) -> Sides:
    """Multiply out the sum, entry by entry."""
    return Hadamard.of((A, Sum.of((B, C)))), Hadamard.of((A, B)) + Hadamard.of((A, C))


@rule("Cookbook (506)")
def kronecker_product_with_a_sum(A: MatrixMN, B: MatrixPQ, C: MatrixPQ) -> Sides:
    """Multiply out the sum in the Kronecker product."""
    return Kronecker.of(A, Sum.of((B, C))), Kronecker.of(A, B) + Kronecker.of(A, C)


@rule("")
def diagonal_of_a_sum(A: Square, B: Square) -> Sides:
    """Diag acts on a sum term by term."""
    return diag(Sum.of((A, B))), diag(A) + diag(B)


@rule("")
def sum_over_a_sum(A: MatrixMN, B: MatrixMN) -> Sides:
    """Add up the entries term by term."""
    return sum_all(Sum.of((A, B))), sum_all(A) + sum_all(B)


@rule("")
def row_sums_of_a_sum(A: MatrixMN, B: MatrixMN) -> Sides:
    """Add up the rows term by term."""
    return sum_rows(Sum.of((A, B))), sum_rows(A) + sum_rows(B)


@rule("")
def column_sums_of_a_sum(A: MatrixMN, B: MatrixMN) -> Sides:
    """Add up the columns term by term."""
    return sum_columns(Sum.of((A, B))), sum_columns(A) + sum_columns(B)


@rule("")
def scalar_out_of_the_sum(c: Scalar, A: MatrixMN) -> Sides:
    """The scalar {c} comes out of the sum."""
    return sum_all(c * A), c * sum_all(A)


@rule("")
def scalar_out_of_diag(c: Scalar, v: VectorN) -> Sides:
    """The scalar {c} comes out of diag."""
    return diag(c * v), c * diag(v)


@rule("")
def trace_of_a_number(s: Scalar) -> Sides:
    """The trace of a number is the number."""
    return tr(s), s


RULES: tuple[Rule, ...] = (
    multiply_out,
    collect_terms,
    elementwise_product_with_a_sum,
    kronecker_product_with_a_sum,
    diagonal_of_a_sum,
    sum_over_a_sum,
    row_sums_of_a_sum,
    column_sums_of_a_sum,
    scalar_out_of_the_sum,
    scalar_out_of_diag,
    trace_of_a_number,
)
