"""The reference evaluator: known values in every kind of number, and no value where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from frechet.errors import DomainError, EvaluationError
from frechet.functions import decimal_math
from frechet.functions.linear_algebra import (
    adjugate,
    determinant,
    identity,
    inverse,
    log_determinant,
    matmul,
    pseudoinverse,
    transpose,
)
from frechet.functions.modular import MODULUS, Modular
from frechet.functions.multilinear import exponential_derivative, power_derivative
from frechet.language import read
from frechet.verification.arithmetic import EXACT, modular, precision
from frechet.verification.reference import evaluate

C = {"C": [[Fraction(1), Fraction(2)], [Fraction(3), Fraction(4)]]}
SQUARE = {"C": "matrix(n, n)"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C", [[1, 2], [3, 4]]),
        ("C'", [[1, 3], [2, 4]]),
        ("C*C", [[7, 10], [15, 22]]),
        ("C.*C", [[1, 4], [9, 16]]),
        ("C^-1", [[-2, 1], [Fraction(3, 2), Fraction(-1, 2)]]),
        ("C.^-1", [[1, Fraction(1, 2)], [Fraction(1, 3), Fraction(1, 4)]]),
        ("C^3", [[37, 54], [81, 118]]),
        ("vec(C)", [[1], [3], [2], [4]]),
        ("diag(C)", [[1], [4]]),
        ("diag(diag(C))", [[1, 0], [0, 4]]),
        ("sum(C, rows)", [[3], [7]]),
        ("sum(C, columns)", [[4], [6]]),
        ("tr(C)/3", [[Fraction(5, 3)]]),
        ("det(C)*eye(n)", [[-2, 0], [0, -2]]),
        ("adj(C)", [[4, -2], [-3, 1]]),
        ("kron(C, vector(1, 2)')", [[1, 1, 2, 2], [3, 3, 4, 4]]),
        ("norm1(-C)", [[10]]),
        ("max(C)-min(C)", [[3]]),
    ],
)
def test_exact_values(text: str, expected: list[list[Fraction]]) -> None:
    assert evaluate(read(text, SQUARE).expression, C, {"n": 2}, EXACT) == expected


@pytest.mark.parametrize("text", ["C^-1", "log(tr(C))", "sqrt(tr(C))", "tr(C)^0.5", "sum(C)^-1", "logdet(C)"])
def test_what_has_no_value_raises(text: str) -> None:
    with pytest.raises(DomainError):
        evaluate(read(text, SQUARE).expression, {"C": [[-1.0, 2.0], [1.0, -2.0]]}, {"n": 2})


def test_a_missing_value_and_a_wrong_size_are_named() -> None:
    formula = read("C", SQUARE).expression
    with pytest.raises(EvaluationError, match="C has no value"):
        evaluate(formula, {}, {"n": 2})
    with pytest.raises(EvaluationError, match="C is 2 × 2, but it is declared 3 × 3"):
        evaluate(formula, {"C": [[1.0, 2.0], [3.0, 4.0]]}, {"n": 3})


def test_a_long_chain_of_operations_needs_no_recursion() -> None:
    text = "a" + "+sin(a)" * 600
    assert evaluate(read(text, {"a": "scalar"}).expression, {"a": 0.0}, {}) == [[0.0]]


def test_unknown_functions_keep_equal_arguments_equal_and_tell_others_apart() -> None:
    names = {"a": "scalar", "b": "scalar"}
    arithmetic = modular(1)

    def value(text: str) -> object:
        formula = read(text, names).expression
        return evaluate(formula, {"a": Modular(5), "b": Modular(7)}, {}, arithmetic)

    assert value("exp(a+b)") == value("exp(b+a)")
    assert value("exp(a*b)") != value("exp(a+b)")
    assert value("exp(a)") != value("sin(a)")


def test_residues_form_a_field() -> None:
    third = Modular(Fraction(1, 3))
    assert third * 3 == 1
    assert 1 / third == 3
    assert Modular(2) ** -1 * 2 == 1
    assert Modular(2) ** (MODULUS - 1) == 1
    with pytest.raises(ZeroDivisionError):
        Modular(1) / Modular(0)


@pytest.mark.parametrize("number", [float, Fraction, Decimal, Modular])
def test_linear_algebra_works_over_every_field(number: Callable[[int], object]) -> None:
    x = [[number(a) for a in row] for row in ([0, 2, 1], [1, 0, 3], [2, 5, 0])]
    assert determinant(x) == 17 or math.isclose(float(determinant(x)), 17)
    one = matmul(x, inverse(x))
    expected = identity(3, number(1))
    residual = [a - b for p, q in zip(one, expected, strict=True) for a, b in zip(p, q, strict=True)]
    assert all(abs(a) < 1e-12 for a in residual)
    assert matmul(x, adjugate(x))[0][1] == 0 or abs(matmul(x, adjugate(x))[0][1]) < 1e-12


def test_a_matrix_singular_up_to_rounding_has_no_inverse() -> None:
    with pytest.raises(DomainError):
        inverse([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])
    badly_scaled = inverse([[1.0, 0.0], [0.0, 1e-30]])
    assert badly_scaled[1][1] == pytest.approx(1e30)


@pytest.mark.parametrize(
    "x",
    [[[1.0, 2.0], [2.0, 4.0]], [[0.0, 0.0, 0.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[0.1], [0.2], [0.3]]],
)
def test_the_pseudoinverse_fulfills_the_conditions_of_penrose(x: list[list[float]]) -> None:
    p = pseudoinverse(x)
    left, right = matmul(x, p), matmul(p, x)
    for found, expected in (
        (matmul(left, x), x),
        (matmul(right, p), p),
        (left, transpose(left)),
        (right, transpose(right)),
    ):
        for a, b in zip(found, expected, strict=True):
            assert a == pytest.approx(b, abs=1e-14)


def test_the_logarithm_of_a_huge_determinant_does_not_overflow() -> None:
    x = [[1e300 if i == j else 0.0 for j in range(3)] for i in range(3)]
    assert log_determinant(x) == pytest.approx(900 * math.log(10))


def test_frechet_derivatives_of_a_power_are_sums_over_all_orders() -> None:
    x, e, f = (
        [[Fraction(a) for a in row] for row in rows]
        for rows in ([[1, 2], [3, 4]], [[0, 1], [1, 1]], [[2, 0], [1, 1]])
    )
    products = [
        matmul(matmul(a, b), c)
        for a, b, c in ((e, f, x), (e, x, f), (x, e, f), (f, e, x), (f, x, e), (x, f, e))
    ]
    expected = [[sum(p[i][j] for p in products) for j in range(2)] for i in range(2)]
    assert power_derivative(x, 3, (e, f)) == expected


def test_the_exponential_of_a_rotation_generator_is_a_rotation() -> None:
    value = exponential_derivative([[0.0, -1.0], [1.0, 0.0]], ())
    assert value[0] == pytest.approx([math.cos(1), -math.sin(1)], abs=1e-15)


@pytest.mark.parametrize(
    "name",
    ["exp", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"],
)
def test_decimal_functions_agree_with_math(name: str) -> None:
    with precision(50):
        for x in (1e-8, 0.3, 0.99, 1.0):
            assert float(getattr(decimal_math, name)(Decimal(x))) == pytest.approx(
                getattr(math, name)(x), rel=1e-15, abs=1e-16
            )
        assert float(decimal_math.sin(Decimal(10) ** 22)) == pytest.approx(-0.8522008497671888, rel=1e-15)
        assert abs(decimal_math.sin(Decimal(2)) ** 2 + decimal_math.cos(Decimal(2)) ** 2 - 1) < Decimal(
            "1e-48"
        )
