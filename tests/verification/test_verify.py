"""Verification accepts right derivatives and refuses wrong ones, of every order and structure."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from frechet.errors import EvaluationError
from frechet.expressions.function import Matrix
from frechet.language import read
from frechet.verification.verify import Directions, Verification, verify

NAMES = {
    "A": "matrix(m, n)",
    "C": "matrix(n, n)",
    "P": "psd(n)",
    "S": "symmetric(n)",
    "K": "skew(n)",
    "D": "diagonal(n)",
    "L": "lower(n)",
    "x": "vector(n)",
    "b": "vector(m)",
}

RIGHT = [
    ("norm2(A*x-b)^2", "2*A'*(A*x-b)", "x"),
    ("norm2(A*x-b)^2", "2*A'*A", "xx"),
    ("norm1(x)", "sign(x)", "x"),
    ("sum(log(x))", "1./x", "x"),
    ("A*x", "A", "x"),
    ("logdet(C)", "inv(C)'", "C"),
    ("logdet(P)", "inv(P)", "P"),
    ("tr(S*C)", "(C+C')/2", "S"),
    ("tr(K*C)", "(C'-C)/2", "K"),
    ("tr(D*C)", "diag(diag(C))", "D"),
    ("logsumexp(A*x)", "A'*softmax(A*x)", "x"),
]


def checked(function: str, derivative: str, variables: str, directions: Directions) -> Verification:
    formula, result = read(function, NAMES), read(derivative, NAMES)
    symbols = [formula.declarations[name] for name in variables]
    return verify(formula.expression, symbols, result.expression, directions=directions)


@pytest.mark.parametrize(("function", "derivative", "variables"), RIGHT)
def test_a_right_derivative_passes(function: str, derivative: str, variables: str) -> None:
    found = checked(function, derivative, variables, Directions.PROJECT)
    assert found.ok
    assert found.largest_relative_error < 1e-20
    assert found.points == 5


@pytest.mark.parametrize(("function", "derivative", "variables"), RIGHT)
def test_a_slightly_wrong_derivative_fails(function: str, derivative: str, variables: str) -> None:
    assert not checked(function, f"1.000001*({derivative})", variables, Directions.PROJECT).ok


def test_a_transposed_derivative_fails() -> None:
    assert not checked("logdet(C)", "inv(C)", "C", Directions.PROJECT).ok


def test_a_small_function_needs_a_right_derivative_as_well() -> None:
    assert checked("1e-12*sum(x.^2)", "2e-12*x", "x", Directions.PROJECT).ok
    assert not checked("1e-12*sum(x.^2)", "3e-12*x", "x", Directions.PROJECT).ok


def test_the_meaning_of_a_structured_derivative_matters() -> None:
    by_entries = "2*inv(P)-diag(diag(inv(P)))"
    assert checked("logdet(P)", by_entries, "P", Directions.ENTRIES).ok
    assert not checked("logdet(P)", by_entries, "P", Directions.PROJECT).ok
    assert not checked("logdet(P)", "inv(P)", "P", Directions.ENTRIES).ok


def test_a_tensor_of_order_three_is_passed_as_a_callable() -> None:
    cubic = read("sum(x.^4)", NAMES)
    x = cubic.declarations["x"]

    def third(values: Mapping[str, Matrix], sizes: Mapping[str, int]) -> list[list[list[float]]]:
        n = range(sizes["n"])
        return [[[24 * values["x"][i][0] if i == j == k else 0.0 for k in n] for j in n] for i in n]

    assert verify(cubic.expression, [x, x, x], third).ok
    assert not verify(cubic.expression, [x, x, x], lambda v, s: _doubled(third(v, s))).ok


def _doubled(cube: list[list[list[float]]]) -> list[list[list[float]]]:
    return [[[2 * entry for entry in row] for row in face] for face in cube]


def test_the_report_reads_well() -> None:
    assert str(Verification(5, (2, 7), 3e-12, True)) == (
        "5 random points, sizes 2 to 7, largest relative error 3e-12"
    )


def test_a_derivative_of_the_wrong_order_is_refused() -> None:
    with pytest.raises(EvaluationError, match="entries in a direction"):
        checked("A*x", "x", "x", Directions.PROJECT)


def test_a_formula_without_values_is_refused() -> None:
    with pytest.raises(EvaluationError, match="no point was found"):
        checked("log(-sum(x.^2))", "x", "x", Directions.PROJECT)
