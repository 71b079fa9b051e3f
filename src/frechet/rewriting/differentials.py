"""The rules of differentials, with d(U) for the differential that is still to be taken.

They are Magnus & Neudecker's (chapters 5 and 8): a rule takes d(U) to a formula in the d of U's
parts. Those of functions come from the function table: every entry states its own differential.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from frechet.expressions.function import AbstractElementwise, AbstractFunction, AbstractIndexing
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Kronecker,
    Number,
    Power,
    Product,
    Sum,
    Transpose,
    Zero,
)
from frechet.functions.determinants import det
from frechet.functions.elementwise import log
from frechet.functions.indexing import tr
from frechet.functions.inverses import inv
from frechet.functions.norms import norm2
from frechet.functions.primary import dpower
from frechet.rewriting.pending import d
from frechet.rewriting.rules import (
    ConstantMN,
    ConstantPQ,
    ConstantScalar,
    ConstantSymmetric,
    Kind,
    MatrixMN,
    MatrixNP,
    MatrixPQ,
    Parameter,
    Positive,
    PositiveConstant,
    PositiveDefinite,
    PositiveVector,
    Rule,
    Scalar,
    Sides,
    Square,
    VectorN,
    Whole,
    rule,
)
from frechet.rewriting.symmetry import transposed

MAX_EXPANDED_POWER: Final = 6


@rule("Cookbook (33)")
def differential_of_a_constant(A: ConstantMN) -> Sides:
    """{A} is constant, so its differential is zero."""
    return d(A), Zero.of(A.shape)


@rule("Cookbook (35); Magnus & Neudecker §5.4")
def sum_rule(*U: MatrixMN) -> Sides:
    """The differential of a sum is the sum of the differentials of its terms."""
    return d(Sum.of(U)), Sum.of(d(u) for u in U)


@rule("Cookbook (37); Magnus & Neudecker §8.2")
def product_rule(*U: Square) -> Sides:
    """Product rule: vary one factor at a time."""
    return d(Product.of(U)), Sum.of(
        Product.of((*U[:place], d(factor), *U[place + 1 :])) for place, factor in enumerate(U)
    )


@rule("Cookbook (34)")
def constant_factor(A: ConstantMN, U: MatrixNP, B: ConstantPQ) -> Sides:
    """Constant factors stay where they are: only {U} varies."""
    return d(A @ U @ B), A @ d(U) @ B


@rule("Cookbook (34)")
def constant_scalar_factor(c: ConstantScalar, U: MatrixMN) -> Sides:
    """The constant factor {c} stays in front."""
    return d(c * U), c * d(U)


@rule("")
def quotient_rule(U: MatrixMN, v: Positive) -> Sides:
    """Quotient rule: d(U/v) = dU/v - U*dv/v^2, with the denominator v = {v}."""
    return d(U / v), d(U) / v - (d(v) / v**2) * U


@rule("Cookbook (38); Magnus & Neudecker §8.2")
def elementwise_product_rule(*U: MatrixMN) -> Sides:
    """Product rule, entry by entry: vary one factor at a time."""
    return d(Hadamard.of(U)), Sum.of(
        Hadamard.of((*U[:place], d(factor), *U[place + 1 :])) for place, factor in enumerate(U)
    )


@rule("")
def square_of_every_entry(U: MatrixMN) -> Sides:
    """The square of an entry u changes by 2*u*du."""
    return d(Hadamard.of((U, U))), 2 * Hadamard.of((U, d(U)))


@rule("Cookbook (38)")
def constant_elementwise_factor(A: ConstantMN, U: MatrixMN) -> Sides:
    """The constant elementwise factor {A} stays: only {U} varies."""
    return d(Hadamard.of((A, U))), Hadamard.of((A, d(U)))


@rule("Cookbook (39); Magnus & Neudecker §8.2")
def kronecker_product_rule(U: MatrixMN, V: MatrixPQ) -> Sides:
    """Product rule for the Kronecker product: vary one factor at a time."""
    return d(Kronecker.of(U, V)), Kronecker.of(d(U), V) + Kronecker.of(U, d(V))


@rule("Cookbook (44); Magnus & Neudecker §8.2")
def differential_of_a_transpose(U: MatrixMN) -> Sides:
    """The differential of a transpose is the transpose of the differential."""
    return d(Transpose.of(U)), Transpose.of(d(U))


@rule("Magnus & Neudecker §8.2")
def differential_of_a_squared_length(u: VectorN) -> Sides:
    """The squared length changes by twice the inner product of {u} with its own change."""
    return d(u.T @ u), 2 * (u.T @ d(u))


@rule("Magnus & Neudecker §8.2")
def differential_of_a_symmetric_quadratic_form(u: VectorN, S: ConstantSymmetric) -> Sides:
    """{S} is symmetric and constant, so both terms of the product rule are equal."""
    return d(u.T @ S @ u), 2 * (u.T @ S @ d(u))


@rule("Cookbook (132)")
def differential_of_a_squared_norm(U: MatrixMN) -> Sides:
    """The squared norm changes by twice the inner product of {U} with its own change."""
    return d(norm2(U) ** 2), 2 * _inner(U, d(U))


@rule("Cookbook (43); Magnus & Neudecker §8.3")
def differential_of_the_logarithm_of_a_determinant(U: PositiveDefinite) -> Sides:
    """The logarithm of a determinant changes by the trace of the inverse times the change:
    d log det U = tr(U^-1*dU) with U = {U}.
    """
    return d(log(det(U))), tr(inv(U) @ d(U))


@rule("Cookbook (121); Magnus & Neudecker §8.2")
def differential_of_the_trace_of_a_power(U: Square, k: Whole) -> Sides:
    """Under the trace all terms of the power rule are equal: d tr(U^k) = k*tr(U^(k-1)*dU)."""
    return d(tr(Power.of(U, k))), k * tr(Power.of(U, k - Number.of(1)) @ d(U))


@rule("Cookbook (40); Magnus & Neudecker §8.4")
def differential_of_the_inverse(U: Square) -> Sides:
    """The inverse changes by minus the inverse, times the change, times the inverse again."""
    return d(Power.of(U, Number.of(-1))), -(inv(U) @ d(U) @ inv(U))


@rule("Magnus & Neudecker §8.2")
def differential_of_a_matrix_power(U: Square, k: Whole) -> Sides:
    """A power of a matrix changes one factor at a time: the factors do not commute."""
    return d(Power.of(U, k)), _power_terms(U, k, d(U))


@rule("")
def power_rule(u: Positive, p: ConstantScalar) -> Sides:
    """Power rule: the exponent comes down and drops by one, times the change of {u}."""
    return d(Power.of(u, p)), p * Power.of(u, p - Number.of(1)) * d(u)


@rule("")
def exponential_rule(b: PositiveConstant, u: Scalar) -> Sides:
    """A constant to a varying power: the power itself, times log({b}), times the change of {u}."""
    return d(ElementwisePower.of(b, u)), log(b) * ElementwisePower.of(b, u) * d(u)


@rule("")
def elementwise_power_rule(U: PositiveVector, p: ConstantScalar) -> Sides:
    """Power rule in every entry: the exponent comes down and drops by one."""
    return d(ElementwisePower.of(U, p)), p * ElementwisePower.of(U, p - Number.of(1)) * d(U)


@rule("")
def general_power_rule(u: Positive, v: Scalar) -> Sides:
    """Both base and exponent vary: the power rule and the exponential rule, added."""
    return d(ElementwisePower.of(u, v)), _both_vary(u, v)


def _both_vary(u: Expr, v: Expr) -> Expr:
    lowered = v - (Number.of(1) if v.is_scalar else _ones_like(v))
    return v * ElementwisePower.of(u, lowered) * d(u) + log(u) * ElementwisePower.of(u, v) * d(v)


def _ones_like(node: Expr) -> Expr:
    return ElementwisePower.of(node, Number.of(0))


def _power_terms(base: Expr, exponent: Expr, change: Expr) -> Expr:
    """Write d(X^k) term by term while the number of terms is small."""
    if isinstance(exponent, Number) and abs(exponent.value) <= MAX_EXPANDED_POWER:
        k = int(exponent.value)
        if k > 0:
            return Sum.of(_raised(base, r) @ change @ _raised(base, k - 1 - r) for r in range(k))
        return Sum.of(-(_raised(base, -r) @ change @ _raised(base, k - 1 + r)) for r in range(1, 1 - k))
    return dpower(base, exponent, change)


def _raised(base: Expr, k: int) -> Expr:
    return inv(base) if k == -1 else Power.of(base, Number.of(k))


def _inner(left: Expr, right: Expr) -> Expr:
    if left.is_scalar:
        return left * right
    if left.shape[1] == 1:
        return transposed(left) @ right
    return tr(transposed(left) @ right)


_FUNCTION_WORDS: Final = {
    "tr": "The trace is linear, so d moves inside it.",
    "sum": "A sum of entries is linear, so d moves inside it.",
    "diag": "diag is linear, so d moves inside it.",
    "vec": "vec only rearranges entries, so d moves inside it.",
    "inv": "The inverse changes by minus the inverse, times the change, times the inverse again: "
    "d(U^-1) = -U^-1*dU*U^-1 with U = {U}.",
    "det": "Jacobi's formula: d det U = det(U)*tr(U^-1*dU) with U = {U}.",
    "logdet": "The logarithm of a determinant changes by the trace of the inverse times the change: "
    "d log det U = tr(U^-1*dU) with U = {U}.",
    "norm2": "The norm changes by the inner product of the unit vector along {U} with the change.",
    "norm1": "Away from zero an absolute value changes by the sign times the change.",
    "logsumexp": "The gradient of log-sum-exp is softmax: each change is weighted by its softmax.",
    "softmax": "Softmax raises an entry by its share of the change and renormalizes.",
    "dot": "Product rule for the inner product: vary one factor at a time.",
    "outer": "Product rule for the outer product: vary one factor at a time.",
    "expm": "The matrix exponential has no shorter differential than its own name for it, dexpm.",
    "pinv": "At constant rank the pseudoinverse changes by these three terms (Golub & Pereyra).",
    "adj": "The adjugate is det(U)*U^-1, so product rule, Jacobi's formula and the inverse rule apply.",
}


def function_rule(function: AbstractFunction, shapes: Sequence[Expr]) -> Rule:
    """Return the rule d f(U) = … that the function's entry states, for arguments shaped like these."""

    def body(*arguments: Expr) -> Sides:
        return d(Apply.of(function, *arguments)), function.differential(
            arguments, tuple(d(a) for a in arguments)
        )

    name = f"differential of {function.name}"
    if isinstance(function, AbstractElementwise):
        name = f"chain rule for {function.name}"
        words = (
            f"Chain rule: the change of the argument {{U}} is multiplied by the derivative "
            f"of {function.name} there."
        )
    elif isinstance(function, AbstractIndexing):
        name = f"{function.name} is linear"
        words = _FUNCTION_WORDS[function.name]
    else:
        words = _FUNCTION_WORDS.get(function.name, f"This is the differential of {function.name}.")
    letters = ("U", "V", "W")
    parameters = tuple(
        Parameter(letters[i] if i < len(letters) else f"U{i}", Kind(a.shape)) for i, a in enumerate(shapes)
    )
    return Rule(name, function.citation, words, parameters, body)


RULES: tuple[Rule, ...] = (
    differential_of_a_constant,
    sum_rule,
    product_rule,
    constant_factor,
    constant_scalar_factor,
    quotient_rule,
    elementwise_product_rule,
    square_of_every_entry,
    constant_elementwise_factor,
    kronecker_product_rule,
    differential_of_a_transpose,
    differential_of_a_squared_length,
    differential_of_a_symmetric_quadratic_form,
    differential_of_a_squared_norm,
    differential_of_the_logarithm_of_a_determinant,
    differential_of_the_trace_of_a_power,
    differential_of_the_inverse,
    differential_of_a_matrix_power,
    power_rule,
    exponential_rule,
    elementwise_power_rule,
    general_power_rule,
)
