"""Rules about traces and sums of all entries."""

from __future__ import annotations

from frechet.expressions.nodes import (
    Apply,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
)
from frechet.functions.indexing import diag, sum_all, tr
from frechet.functions.norms import norm2
from frechet.functions.primary import DEXPM, dpower, expm
from frechet.rewriting.rules import (
    MatrixMN,
    MatrixNM,
    RowM,
    Rule,
    Scalar,
    Sides,
    Square,
    SquareP,
    VectorM,
    VectorN,
    Whole,
    rule,
)
from frechet.rewriting.symmetry import transposed


def product_or_identity(factors: tuple[Expr, ...], like: Expr) -> Expr:
    """Return the product, or the identity where there is nothing to multiply."""
    return Product.of(factors) if factors else Identity.of(like.shape[0])


@rule("Cookbook (16)")
def cyclic_property_of_the_trace(A: MatrixMN, B: MatrixNM) -> Sides:
    """The trace does not change when its factors are rotated: {left} = {right}."""
    return tr(A @ B), tr(B @ A)


@rule("Cookbook (13)")
def trace_of_a_transpose(A: Square) -> Sides:
    """A matrix and its transpose have the same trace: {left} = {right}."""
    return tr(A), tr(transposed(A))


@rule("Cookbook (15)")
def trace_of_a_sum(*A: Square) -> Sides:
    """The trace of a sum is the sum of the traces: {left} = {right}."""
    return tr(Sum.of(A)), Sum.of(tr(a) for a in A)


@rule("Cookbook (11)")
def scalar_out_of_the_trace(c: Scalar, A: Square) -> Sides:
    """The scalar {c} comes out of the trace."""
    return tr(c * A), c * tr(A)


@rule("Cookbook (16)")
def a_number_is_its_own_trace(u: RowM, A: MatrixMN, v: VectorN) -> Sides:
    """A number is its own trace, and the factors of a trace may be rotated: {left} = {right}."""
    return u @ A @ v, tr(v @ u @ A)


@rule("Cookbook (17)")
def trace_of_an_outer_product(A: MatrixNM, u: VectorM, v: VectorN) -> Sides:
    """The trace of a column times a row is the row times the column: {left} = {right}."""
    return tr(A @ u @ v.T), v.T @ A @ u


@rule("Magnus & Neudecker §3.6")
def elementwise_product_out_of_the_trace(A: MatrixNM, B: MatrixMN, C: MatrixMN) -> Sides:
    """An elementwise factor moves across the trace: {left} = {right}."""
    return tr(A @ Hadamard.of((B, C))), tr(Hadamard.of((A, transposed(B))) @ C)


@rule("")
def trace_with_a_diagonal_matrix(A: Square, v: VectorN) -> Sides:
    """Against a diagonal matrix only the diagonal of {A} counts: {left} = {right}."""
    return tr(A @ diag(v)), transposed(diag(A)) @ v


@rule("")
def trace_of_a_diagonal_matrix(v: VectorN) -> Sides:
    """The trace of a diagonal matrix is the sum of its entries: {left} = {right}."""
    return tr(diag(v)), Ones.of((1, v.shape[0])) @ v


@rule("Cookbook (515)")
def trace_of_a_kronecker_product(A: Square, B: SquareP) -> Sides:
    """The trace of a Kronecker product is the product of the traces: {left} = {right}."""
    return tr(Kronecker.of(A, B)), tr(A) * tr(B)


@rule("Magnus & Neudecker §2.4")
def sum_of_an_elementwise_product(A: MatrixMN, B: MatrixMN) -> Sides:
    """Multiplying entry by entry and summing is the inner product: {left} = {right}."""
    return sum_all(Hadamard.of((A, B))), inner_product(A, B)


@rule("")
def sum_as_an_inner_product(A: MatrixMN) -> Sides:
    """Summing all entries is an inner product with ones: {left} = {right}."""
    return sum_all(A), sum_with_ones(A)


@rule("Higham, Functions of Matrices, §10.6")
def adjoint_of_the_exponentials_differential(A: Square, X: Square, B: Square) -> Sides:
    """The differential of the exponential may change sides in a trace: {left} = {right}."""
    return tr(A @ Apply.of(DEXPM, X, B)), tr(Apply.of(DEXPM, X, A) @ B)


@rule("Cookbook (90)")
def adjoint_of_the_powers_differential(A: Square, X: Square, k: Whole, B: Square) -> Sides:
    """The differential of a power may change sides in a trace: {left} = {right}."""
    return tr(A @ dpower(X, k, B)), tr(dpower(X, k, A) @ B)


@rule("Higham, Functions of Matrices, §10.2")
def trace_of_the_exponentials_differential(X: Square, B: Square) -> Sides:
    """Inside a trace the exponential differentiates like that of a number: {left} = {right}."""
    return tr(Apply.of(DEXPM, X, B)), tr(expm(X) @ B)


@rule("Cookbook (121)")
def trace_of_the_powers_differential(X: Square, k: Whole, B: Square) -> Sides:
    """Inside a trace all the terms of the power rule are equal: {left} = {right}."""
    return tr(dpower(X, k, B)), k * tr(Power.of(X, k - Number.of(1)) @ B)


@rule("")
def norm_of_a_kronecker_product(A: Square, B: SquareP) -> Sides:
    """The Frobenius norm of a Kronecker product is the product of the norms: {left} = {right}."""
    return norm2(Kronecker.of(A, B)), norm2(A) * norm2(B)


def inner_product(left: Expr, right: Expr) -> Expr:
    """Return left'*right for columns, left*right' for rows, tr(left'*right) for matrices."""
    if left.is_scalar:
        return left * right
    if left.shape[1] == 1:
        return transposed(left) @ right
    if left.shape[0] == 1:
        return left @ transposed(right)
    return tr(transposed(left) @ right)


def sum_with_ones(node: Expr) -> Expr:
    """Return 1'*X*1, without a factor on the side where X is thin."""
    left = Ones.of((1, node.shape[0])) if node.shape[0] != 1 else Number.of(1)
    right = Ones.of((node.shape[1], 1)) if node.shape[1] != 1 else Number.of(1)
    return left @ node @ right


RULES: tuple[Rule, ...] = (
    cyclic_property_of_the_trace,
    trace_of_a_transpose,
    trace_of_a_sum,
    scalar_out_of_the_trace,
    a_number_is_its_own_trace,
    trace_of_an_outer_product,
    elementwise_product_out_of_the_trace,
    trace_with_a_diagonal_matrix,
    trace_of_a_diagonal_matrix,
    trace_of_a_kronecker_product,
    sum_of_an_elementwise_product,
    sum_as_an_inner_product,
    adjoint_of_the_exponentials_differential,
    adjoint_of_the_powers_differential,
    trace_of_the_exponentials_differential,
    trace_of_the_powers_differential,
    norm_of_a_kronecker_product,
)
