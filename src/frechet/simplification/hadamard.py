"""Rules about elementwise products and diagonal matrices."""

from __future__ import annotations

from frechet.expressions.nodes import Hadamard, Ones
from frechet.functions.indexing import diag, sum_columns, sum_rows, tr
from frechet.rewriting.rules import MatrixMN, MatrixNM, Rule, Sides, Square, VectorM, VectorN, rule
from frechet.rewriting.symmetry import transposed


@rule("Magnus & Neudecker §3.6")
def elementwise_factor_to_the_left(a: VectorN, b: VectorN, u: VectorN) -> Sides:
    """In an inner product an elementwise factor may change sides: {left} = {right}."""
    return a.T @ Hadamard.of((b, u)), transposed(Hadamard.of((a, b))) @ u


@rule("Magnus & Neudecker §3.6")
def elementwise_product_as_a_diagonal_matrix(a: VectorN, u: VectorN) -> Sides:
    """Multiplying entry by entry is multiplying by a diagonal matrix: {left} = {right}."""
    return Hadamard.of((a, u)), diag(a) @ u


@rule("")
def diagonal_matrix_times_vector(u: VectorN, b: VectorN) -> Sides:
    """A diagonal matrix and a vector may change places: {left} = {right}."""
    return diag(u) @ b, diag(b) @ u


@rule("")
def diagonal_matrix_between_vectors(a: VectorN, u: VectorN, b: VectorN) -> Sides:
    """A diagonal matrix between two vectors multiplies them entry by entry: {left} = {right}."""
    return a.T @ diag(u) @ b, transposed(Hadamard.of((a, b))) @ u


@rule("")
def diagonal_of_a_matrix_in_an_inner_product(a: VectorN, A: Square) -> Sides:
    """The inner product with a diagonal is a trace: {left} = {right}."""
    return a.T @ diag(A), tr(diag(a) @ A)


@rule("")
def diagonal_of_an_outer_product(u: VectorN, v: VectorN) -> Sides:
    """The diagonal of a column times a row is their elementwise product: {left} = {right}."""
    return diag(u @ v.T), Hadamard.of((u, v))


@rule("Minka, Old and New Matrix Algebra")
def diagonal_of_a_product_with_a_diagonal_matrix(A: MatrixMN, u: VectorN, B: MatrixNM) -> Sides:
    """The diagonal of such a product is linear in {u}: {left} = {right}."""
    return diag(A @ diag(u) @ B), Hadamard.of((A, transposed(B))) @ u


@rule("")
def rank_one_elementwise_factor(A: MatrixMN, u: VectorM, v: VectorN) -> Sides:
    """Multiplying entry by entry with a column times a row scales rows and columns:
    {left} = {right}.
    """
    return Hadamard.of((A, u @ v.T)), diag(u) @ A @ diag(v)


@rule("")
def row_sums_as_a_product(A: MatrixMN) -> Sides:
    """The row sums are the product with ones: {left} = {right}."""
    return sum_rows(A), A @ Ones.of((A.shape[1], 1))


@rule("")
def column_sums_as_a_product(A: MatrixMN) -> Sides:
    """The column sums are the product of the transpose with ones: {left} = {right}."""
    return sum_columns(A), transposed(A) @ Ones.of((A.shape[0], 1))


RULES: tuple[Rule, ...] = (
    elementwise_factor_to_the_left,
    elementwise_product_as_a_diagonal_matrix,
    diagonal_matrix_times_vector,
    diagonal_matrix_between_vectors,
    diagonal_of_a_matrix_in_an_inner_product,
    diagonal_of_an_outer_product,
    diagonal_of_a_product_with_a_diagonal_matrix,
    rank_one_elementwise_factor,
    row_sums_as_a_product,
    column_sums_as_a_product,
)
