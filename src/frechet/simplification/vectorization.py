"""Rules about vec and Kronecker products."""

from __future__ import annotations

from frechet.expressions.nodes import Expr, Hadamard, Kronecker, Sum
from frechet.functions.indexing import diag, tr, vec
from frechet.functions.inverses import inv
from frechet.rewriting.rules import (
    MatrixMN,
    MatrixNP,
    MatrixPQ,
    MatrixQP,
    Rule,
    Scalar,
    Sides,
    Square,
    SquareP,
    VectorM,
    VectorN,
    rule,
)
from frechet.rewriting.symmetry import transposed


@rule("Cookbook (520); Magnus & Neudecker §2.4")
def vec_of_a_product(A: MatrixMN, B: MatrixNP, C: MatrixPQ) -> Sides:
    """Stacking the columns of a product of three: {left} = {right}."""
    return vec(A @ B @ C), Kronecker.of(transposed(C), A) @ stacked(B)


@rule("Magnus & Neudecker §2.4")
def vec_of_a_sum(*A: MatrixMN) -> Sides:
    """Stacking columns is linear: {left} = {right}."""
    return vec(Sum.of(A)), Sum.of(stacked(a) for a in A)


@rule("Magnus & Neudecker §2.4")
def scalar_out_of_vec(c: Scalar, A: MatrixMN) -> Sides:
    """The scalar {c} comes out of vec."""
    return vec(c * A), c * vec(A)


@rule("Magnus & Neudecker §3.6")
def vec_of_an_elementwise_product(A: MatrixMN, B: MatrixMN) -> Sides:
    """Stacked, an elementwise factor is a diagonal matrix: {left} = {right}."""
    return vec(Hadamard.of((A, B))), diag(vec(A)) @ vec(B)


@rule("Cookbook (521); Magnus & Neudecker §2.4")
def inner_product_of_vecs(A: MatrixMN, B: MatrixMN) -> Sides:
    """The inner product of two stacked matrices is a trace: {left} = {right}."""
    return vec(A).T @ vec(B), tr(transposed(A) @ B)


@rule("Cookbook (521); Magnus & Neudecker §2.4")
def trace_as_an_inner_product_of_vecs(A: MatrixMN, B: MatrixMN) -> Sides:
    """A trace of a product is an inner product of stacked matrices: {left} = {right}."""
    return tr(transposed(A) @ B), vec(A).T @ vec(B)


@rule("Cookbook (520)")
def kronecker_product_times_vec(A: MatrixMN, B: MatrixPQ, X: MatrixNP) -> Sides:
    """A Kronecker product applied to a stacked matrix is a product of three: {left} = {right}."""
    return Kronecker.of(transposed(B), A) @ vec(X), vec(A @ X @ B)


@rule("Magnus & Neudecker §2.4")
def kronecker_product_of_vectors(u: VectorM, v: VectorN) -> Sides:
    """The Kronecker product of two vectors is the stacked outer product: {left} = {right}."""
    return Kronecker.of(u, v), vec(v @ u.T)


@rule("Cookbook (511)")
def mixed_product_of_kronecker_products(A: MatrixMN, B: MatrixPQ, C: MatrixNP, D: MatrixQP) -> Sides:
    """Kronecker products multiply factor by factor: {left} = {right}."""
    return Kronecker.of(A, B) @ Kronecker.of(C, D), Kronecker.of(A @ C, B @ D)


@rule("Cookbook (512)")
def inverse_of_a_kronecker_product(A: Square, B: SquareP) -> Sides:
    """The inverse of a Kronecker product is the Kronecker product of the inverses:
    {left} = {right}.
    """
    return inv(Kronecker.of(A, B)), Kronecker.of(inv(A), inv(B))


def stacked(node: Expr) -> Expr:
    """Return vec(X), which for a column is the column itself, for a row its transpose."""
    if node.shape[1] == 1:
        return node
    return transposed(node) if node.shape[0] == 1 else vec(node)


RULES: tuple[Rule, ...] = (
    vec_of_a_product,
    vec_of_a_sum,
    scalar_out_of_vec,
    vec_of_an_elementwise_product,
    inner_product_of_vecs,
    trace_as_an_inner_product_of_vecs,
    kronecker_product_times_vec,
    kronecker_product_of_vectors,
    mixed_product_of_kronecker_products,
    inverse_of_a_kronecker_product,
)
