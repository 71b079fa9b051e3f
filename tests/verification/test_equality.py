"""Equality is decided: right answers, the way they were found, and counterexamples that hold."""

from __future__ import annotations

import pytest

from frechet.differentiation.derivative import derivative
from frechet.formula import Formula
from frechet.language import read
from frechet.verification.compare import equal
from frechet.verification.equality import EXACT_RANDOM, NUMERIC, SYMBOLIC
from frechet.verification.reference import evaluate

NAMES = {
    "A": "matrix(m, n)",
    "B": "matrix(n, k)",
    "C": "matrix(n, n)",
    "M": "matrix(n, n)",
    "P": "matrix(n, n)",
    "Q": "orthogonal(n)",
    "S": "symmetric(n)",
    "K": "skew(n)",
    "L": "lower(n)",
    "x": "vector(n)",
    "y": "vector(n)",
    "a": "scalar",
    "b": "scalar",
    "c": "scalar",
    "q": "integer",
    "p": "positive",
}

EQUAL = [
    ("x'*C*x", "x'*C'*x"),
    ("tr(C*M*P)", "tr(P*C*M)"),
    ("(A*B)'", "B'*A'"),
    ("norm2(x)^2", "x'*x"),
    ("exp(a)*exp(b)", "exp(a+b)"),
    ("x'*x*inv(x'*x)", "1"),
    ("a/a", "1"),
    ("C*inv(C)", "inv(C)*C"),
    ("logdet(C)", "log(det(C))"),
    ("det(C)", "det(C')"),
    ("tr(C)", "sum(diag(C))"),
    ("C.*M", "M.*C"),
    ("diag(x)*diag(y)", "diag(x.*y)"),
    ("sin(a)^2+cos(a)^2-1", "0"),
    ("tanh(x)", "2*sigmoid(2*x)-vector(1)"),
    ("max(x)", "-min(-x)"),
    ("det(expm(C))", "exp(tr(C))"),
    ("expm(K)*expm(K)'", "eye(n)"),
    ("inv(Q)", "Q'"),
    ("det(Q)^2", "1"),
    ("log(p^2)", "2*log(p)"),
    ("C^q*C", "C^(q+1)"),
    ("det(C*M)", "det(C)*det(M)"),
    ("inv(C)*det(C)", "adj(C)"),
    ("(x*y').^2", "x.^2*(y.^2)'"),
]

DIFFERENT = [
    ("(C+C')*x", "2*C*x"),
    ("inv(C*M)", "inv(C)*inv(M)"),
    ("(A*B)'", "A'*B'"),
    ("det(2*C)", "2*det(C)"),
    ("log(a*b)", "log(a)+log(b)"),
    ("sqrt(a^2)", "a"),
    ("norm1(x)", "sum(x)"),
    ("exp(C)*exp(M)", "exp(C+M)"),
    ("(a+b)^2", "a^2+b^2"),
    ("1e-9*a", "0"),
    ("a", "a+1e-12"),
    ("exp(a)", "exp(a)+1e-12"),
    ("exp(-100)*sin(a)", "0"),
    ("sin(a)", "a"),
    ("relu(a)", "a"),
    ("abs(a)", "a"),
    ("abs(a)", "-a"),
    ("C*M", "M*C"),
    ("x", "a"),
    ("A", "A'"),
    ("log(a^2)", "2*log(a)"),
    ("det(Q)", "1"),
    ("det(S)", "abs(det(S))"),
    ("expm(C+M)", "expm(C)*expm(M)"),
    ("tril(C)", "C"),
    ("a^2", "a^3"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_what_is_equal_is_found_equal(left: str, right: str) -> None:
    verdict = equal(read(left, NAMES), right)
    assert verdict, verdict.message
    assert verdict.counterexample is None


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_what_differs_is_found_different(left: str, right: str) -> None:
    assert not equal(read(left, NAMES), right)


def test_the_verdict_says_how_it_was_found() -> None:
    assert equal(read("x'*C*x", NAMES), "x'*C'*x").how == SYMBOLIC
    assert equal(read("pinv(A)", NAMES), "inv(A'*A)*A'").how == EXACT_RANDOM
    assert equal(read("C*M", NAMES), "M*C").how == EXACT_RANDOM
    assert equal(read("exp(a)*exp(b)", NAMES), "exp(a+b)").how == NUMERIC
    assert equal(read("sin(a)", NAMES), "a").how == NUMERIC


def test_rounding_of_an_ill_conditioned_part_is_no_difference() -> None:
    assert equal("inv(expm(X))", "expm(-X)")
    assert not equal("inv(expm(X))", "expm(-X)*(1 + 1e-12)")


@pytest.mark.parametrize(("left", "right"), [("C*M", "M*C"), ("sin(a)", "a"), ("det(2*C)", "2*det(C)")])
def test_both_sides_differ_at_the_counterexample(left: str, right: str) -> None:
    one, other = read(left, NAMES), read(right, NAMES)
    verdict = equal(one, other)
    assert verdict.counterexample is not None
    assert verdict.sizes is not None
    values = {name: _floats(value) for name, value in verdict.counterexample.items()}
    assert evaluate(one.expression, values, verdict.sizes) != evaluate(
        other.expression, values, verdict.sizes
    )


def _floats(value: object) -> object:
    return [_floats(v) for v in value] if isinstance(value, list) else value


def test_different_shapes_are_explained() -> None:
    verdict = equal(read("x", NAMES), "a")
    assert verdict.message == "The shapes differ: vector(n) and scalar."


def test_a_text_that_does_not_fit_equals_nothing() -> None:
    verdict = equal(read("A*x", NAMES), "x*A")
    assert not verdict
    assert verdict.message.startswith("One side has no value: ")


def test_derivatives_are_compared_with_texts() -> None:
    gradient = derivative(read("x'*S*x", NAMES), "x")
    assert equal(gradient, "2*S*x")
    assert not equal(gradient, "S*x")


def test_derivatives_of_order_three_are_compared() -> None:
    cube = derivative(read("sum(x.^3)", NAMES), "x", "x", "x")
    same = derivative(read("x'*diag(x)*x", NAMES), "x", "x", "x")
    other = derivative(read("sum(x.^4)", NAMES), "x", "x", "x")
    assert equal(cube, same)
    assert not equal(cube, other)
    assert not equal(cube, "x")


def test_formulas_with_one_name_for_two_shapes_differ() -> None:
    left, right = read("sum(z)", {"z": "vector(n)"}), read("sum(z)", {"z": "matrix(n, n)"})
    assert isinstance(right, Formula)
    assert equal(left, right).message == "z is a vector(n) on the left and a matrix(n, n) on the right."
