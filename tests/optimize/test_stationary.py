"""Stationary points of quadratics, in closed form."""

from __future__ import annotations

import pytest

from frechet import equal, parse
from frechet.errors import UnsupportedError
from frechet.optimize.stationary import stationary_points

CASES = {
    "norm2(A*x - b)^2": ({}, "inv(A'*A)*A'*b", "minimum"),
    "x'*P*x - 2*q'*x": ({"P": "psd(n)", "q": "vector(n)"}, "inv(P)*q", "minimum"),
    "q'*x - x'*P*x/2": ({"P": "psd(n)", "q": "vector(n)"}, "inv(P)*q", "maximum"),
    "norm2(A*x - b)^2 + c*x'*x": ({"c": "positive"}, "inv(A'*A + c*eye)*A'*b", "minimum"),
    "x'*S*x + q'*x": ({"S": "symmetric(n)", "q": "vector(n)"}, "-inv(S)*q/2", "depends"),
}


@pytest.mark.parametrize("text", CASES)
def test_the_stationary_point_of_a_quadratic_in_closed_form(text: str) -> None:
    declarations, expected, kind = CASES[text]
    found = stationary_points(parse(text, declarations), "x")
    assert equal(found.solution, expected)
    assert found.kind == kind


def test_a_scalar_quadratic_and_its_value() -> None:
    f = parse("a^2 + b*a", {"a": "scalar", "b": "scalar"})
    found = stationary_points(f, "a")
    assert (str(found), bool(equal(found.value, "-b^2/4"))) == (
        "a = -b/2, the only minimum: the Hessian 2 is definite",
        True,
    )


def test_the_condition_names_the_hessian() -> None:
    found = stationary_points(parse("norm2(A*x - b)^2"), "x")
    assert found.condition == "the only minimum if the Hessian 2*A'*A is nonsingular"
    assert found.latex().startswith("x = ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sum(exp(x))", "not quadratic in x"),
        ("c'*x", "affine"),
        ("norm1(x)", "not quadratic"),
        ("x", "scalar function"),
    ],
)
def test_what_is_not_a_quadratic_is_refused(text: str, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        stationary_points(parse(text, {"x": "vector(n)", "c": "vector(n)"}), "x")
