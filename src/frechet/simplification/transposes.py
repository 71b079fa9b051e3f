"""Rules about transposes."""

from __future__ import annotations

from frechet.expressions.nodes import Hadamard, Kronecker, Sum, Transpose
from frechet.functions.indexing import diag
from frechet.rewriting.rules import MatrixMN, MatrixNP, MatrixPQ, RowM, Rule, Sides, Symmetric, VectorN, rule
from frechet.rewriting.symmetry import transposed


@rule("Magnus & Neudecker §1.3")
def a_scalar_equals_its_transpose(u: RowM, A: MatrixMN, v: VectorN) -> Sides:
    """A number equals its own transpose: {left} = {right}."""
    return u @ A @ v, transposed(u @ A @ v)


@rule("Cookbook (5)")
def transpose_of_a_product(A: MatrixMN, B: MatrixNP) -> Sides:
    """The transpose of a product is the product of the transposes in the reverse order:
    {left} = {right}.
    """
    return Transpose.of(A @ B), transposed(A @ B)


@rule("Cookbook (4)")
def transpose_of_a_sum(*A: MatrixMN) -> Sides:
    """Transpose a sum term by term: {left} = {right}."""
    return Transpose.of(Sum.of(A)), Sum.of(transposed(a) for a in A)


@rule("")
def transpose_of_an_elementwise_product(*A: MatrixMN) -> Sides:
    """Transpose an elementwise product factor by factor: {left} = {right}."""
    return Transpose.of(Hadamard.of(A)), Hadamard.of(transposed(a) for a in A)


@rule("Cookbook (510)")
def transpose_of_a_kronecker_product(A: MatrixMN, B: MatrixPQ) -> Sides:
    """Transpose a Kronecker product factor by factor: {left} = {right}."""
    return Transpose.of(Kronecker.of(A, B)), Kronecker.of(transposed(A), transposed(B))


@rule("")
def a_diagonal_matrix_equals_its_transpose(v: VectorN) -> Sides:
    """A diagonal matrix equals its transpose: {left} = {right}."""
    return Transpose.of(diag(v)), diag(v)


@rule("")
def a_symmetric_matrix_equals_its_transpose(A: Symmetric) -> Sides:
    """{A} is symmetric, so its transpose may be dropped."""
    return Transpose.of(A), A


RULES: tuple[Rule, ...] = (
    a_scalar_equals_its_transpose,
    transpose_of_a_product,
    transpose_of_a_sum,
    transpose_of_an_elementwise_product,
    transpose_of_a_kronecker_product,
    a_diagonal_matrix_equals_its_transpose,
    a_symmetric_matrix_equals_its_transpose,
)
