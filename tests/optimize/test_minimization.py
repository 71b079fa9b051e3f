"""Minimization: every method, every status, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng

from frechet import FrechetError, parse
from frechet.errors import EvaluationError, UnsupportedError
from frechet.optimize.methods.choice import METHODS
from frechet.optimize.minimization import minimize
from frechet.optimize.status import Status

RANDOM = default_rng(3)
A, B = RANDOM.standard_normal((30, 5)), RANDOM.standard_normal(30)
LEAST_SQUARES = parse("norm2(A*x - b)^2")
SOLUTION = np.linalg.lstsq(A, B, rcond=None)[0]
LOGISTIC = parse("sum(softplus(-y.*(X*w))) + c/2*w'*w", {"c": "positive"})
LABELS = np.sign(RANDOM.standard_normal(30))
ROSENBROCK = parse("100*(b - a^2)^2 + (1 - a)^2", {"a": "scalar", "b": "scalar"})
FOR_ONE_UNKNOWN = {"newton-1d"}
FOR_QUADRATICS = {"quadratic", "conjugate-gradient", "gradient-exact"}


@pytest.mark.parametrize("method", sorted(set(METHODS) - FOR_ONE_UNKNOWN))
def test_every_method_solves_least_squares(method: str) -> None:
    r = minimize(LEAST_SQUARES, "x", {"A": A, "b": B}, method=method, step_length=5e-3)
    assert r.status == "converged"
    assert r.x["x"] == pytest.approx(SOLUTION, abs=1e-6)


@pytest.mark.parametrize("method", sorted(set(METHODS) - FOR_ONE_UNKNOWN - FOR_QUADRATICS))
def test_every_method_solves_logistic_regression(method: str) -> None:
    r = minimize(LOGISTIC, "w", {"X": A, "y": LABELS, "c": 1.0}, method=method, step_length=2e-2)
    slope = -A.T @ (LABELS / (1 + np.exp(LABELS * (A @ r.x["w"])))) + r.x["w"]
    assert r.status == "converged"
    assert slope == pytest.approx(np.zeros(5), abs=1e-5)


@pytest.mark.parametrize("method", ["newton", "trust-region", "newton-cg", "l-bfgs"])
def test_the_curved_valley_is_followed_to_its_end(method: str) -> None:
    r = minimize(ROSENBROCK, ["a", "b"], method=method, start={"a": -1.2, "b": 1.0})
    assert (r.x["a"], r.x["b"]) == pytest.approx((1, 1), abs=1e-6)
    assert r.trace[0].x == {"a": -1.2, "b": 1.0}
    assert [s.value for s in r.trace] == sorted((s.value for s in r.trace), reverse=True)
    assert r.second_derivative_test == "minimum"
    assert r.condition_number == pytest.approx(2508, rel=1e-2)


def test_one_unknown_is_found_by_safeguarded_newton_steps() -> None:
    f = parse("a + b*exp(-a)", {"a": "scalar", "b": "scalar"})
    r = minimize(f, "a", {"b": 2}, method="newton-1d", start={"a": 40.0})
    assert r.x["a"] == pytest.approx(np.log(2))


def test_the_choice_is_explained() -> None:
    assert minimize(LEAST_SQUARES, "x", {"A": A, "b": B}).reason == (
        "the Hessian is constant: one linear system gives the minimum"
    )
    assert minimize(LOGISTIC, "w", {"X": A, "y": LABELS, "c": 1.0}).method == "trust-region"
    wide = minimize(LOGISTIC, "w", {"X": RANDOM.standard_normal((40, 300)), "y": np.ones(40), "c": 1.0})
    assert (wide.method, wide.status) == ("l-bfgs-then-newton", "converged")


def test_a_covariance_matrix_stays_symmetric_and_positive_definite() -> None:
    f = parse("tr(S*X) - logdet(X)", {"S": "psd(n)", "X": "psd(n)"})
    s = A.T @ A / 30
    r = minimize(f, "X", {"S": s})
    assert r.x["X"] == pytest.approx(np.linalg.inv(s), abs=1e-6)


@pytest.mark.parametrize("kind", ["symmetric", "diagonal", "lower", "skew"])
def test_a_structured_unknown_keeps_its_structure(kind: str) -> None:
    m = RANDOM.standard_normal((4, 4))
    nearest = {
        "symmetric": (m + m.T) / 2,
        "diagonal": np.diag(np.diag(m)),
        "lower": np.tril(m),
        "skew": (m - m.T) / 2,
    }
    r = minimize(parse("norm2(M - X)^2", {"M": "matrix(n, n)", "X": f"{kind}(n)"}), "X", {"M": m})
    assert r.x["X"] == pytest.approx(nearest[kind], abs=1e-9)


def test_two_factors_are_found_together() -> None:
    f = parse("norm2(M - U*V')^2", {"M": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)"})
    m = RANDOM.standard_normal((6, 2)) @ RANDOM.standard_normal((2, 5))
    r = minimize(f, ["U", "V"], {"M": m}, start={"U": RANDOM.standard_normal((6, 2))})
    assert r.value == pytest.approx(0, abs=1e-12)
    assert r.second_derivative_test == "degenerate"


def test_a_saddle_is_left_by_negative_curvature() -> None:
    r = minimize(
        parse("a^4 - a^2 + b^2", {"a": "scalar", "b": "scalar"}), ["a", "b"], start={"a": 0.0, "b": 0.0}
    )
    assert abs(r.x["a"]) == pytest.approx(np.sqrt(0.5))
    assert r.second_derivative_test == "minimum"


def test_a_first_order_method_that_ends_in_a_saddle_says_so_with_a_way_down() -> None:
    f = parse("a^4 - a^2 + b^2", {"a": "scalar", "b": "scalar"})
    r = minimize(f, ["a", "b"], method="gradient", start={"a": 0.0, "b": 1.0})
    assert r.second_derivative_test == "saddle"
    assert r.descent_direction is not None
    assert abs(r.descent_direction["a"]) == pytest.approx(1)


def test_an_inflection_is_called_degenerate() -> None:
    r = minimize(parse("a^3", {"a": "scalar"}), "a", start={"a": 1.0})
    assert r.second_derivative_test == "degenerate"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("c'*x", Status.UNBOUNDED),
        ("-x'*x", Status.UNBOUNDED),
        ("x'*x - 2*(c'*x)^2", Status.UNBOUNDED),
        ("(c'*x - 1)^2", Status.SINGULAR),
        ("exp(c'*x) - (c'*x)^2", Status.UNBOUNDED),
    ],
)
def test_problems_without_a_unique_minimum_are_named(text: str, status: Status) -> None:
    r = minimize(
        parse(text, {"c": "vector(n)", "x": "vector(n)"}),
        "x",
        {"c": np.ones(3)},
        start={"x": np.full(3, -0.1)},
    )
    assert r.status is status
    assert r.message == status.advice


def test_a_kink_is_not_called_converged() -> None:
    r = minimize(
        parse("abs(a) + abs(a - b)", {"a": "scalar", "b": "scalar"}),
        "a",
        {"b": 1.0},
        start={"a": 3.0},
        method="gradient",
    )
    assert r.status is Status.STALLED or r.gradient_norm < 1e-6


def test_running_out_of_iterations_keeps_the_best_point() -> None:
    r = minimize(ROSENBROCK, ["a", "b"], method="gradient", max_iterations=5, start={"a": -1.2, "b": 1.0})
    assert r.status is Status.ITERATION_LIMIT
    assert r.value == min(s.value for s in r.trace) < 24.2


def test_overflow_and_a_step_out_of_the_domain_shorten_the_step() -> None:
    f = parse("exp(a^2) - log(a)", {"a": "scalar"})
    for method in ("newton", "gradient", "l-bfgs", "trust-region"):
        r = minimize(f, "a", method=method, start={"a": 15.0})
        assert r.status is Status.CONVERGED
        assert 2 * r.x["a"] ** 2 * np.exp(r.x["a"] ** 2) == pytest.approx(1, abs=1e-5)


def test_a_python_function_is_minimized_with_and_without_derivatives() -> None:
    def f(x: np.ndarray) -> float:
        return float(100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2)

    def g(x: np.ndarray) -> np.ndarray:
        return np.array([-400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]), 200 * (x[1] - x[0] ** 2)])

    for r in (minimize(f, start=[-1.2, 1]), minimize(f, start=[-1.2, 1], gradient=g)):
        assert r.x["x"] == pytest.approx([1, 1], abs=1e-4)
    assert r.method == "trust-region"


def test_what_a_python_function_raises_outside_its_domain_shortens_the_step() -> None:
    r = minimize(lambda x: x[0] - np.log(x[0]) if x[0] > 0 else 1 / 0, start=[5.0])
    assert r.x["x"][0] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": {"A": A}}, "b has no value"),
        ({"data": {"A": A, "b": B[:4]}}, "A has size 30 where b has size 4"),
        ({"data": {"A": A, "b": np.full(30, np.nan)}}, "b is not finite at entry 1"),
        ({"data": {"A": A, "b": B, "z": 1}}, "the data name 'z', which is not in the formula"),
        ({"data": {"A": A, "b": B, "x": B}}, "x is both data and a variable"),
        ({"data": [A, B]}, "the data are a dictionary"),
        ({"start": {"x": np.ones(4)}}, "the start of x has 4 entries"),
        ({"start": {"x": [np.inf] * 5}}, "the start of x is not finite"),
        ({"start": {"x": "here"}}, "not an array of real numbers"),
        ({"start": {"q": 1}}, "the start names 'q'"),
        ({"method": "simplex"}, "there is no method 'simplex'"),
        ({"method": "newton-1d"}, "newton-1d is for one unknown"),
        ({"over": "q"}, "'q' is not in the formula"),
        ({"over": None}, "no variable to minimize over"),
        ({"tolerance": -1}, "tolerance is '-1'"),
        ({"max_iterations": 0}, "max_iterations is '0'"),
        ({"subject_to": "x"}, "'x' is not a constraint"),
        ({"subject_to": "b >= 0"}, "does not contain a variable"),
        ({"subject_to": "A*x == x"}, "in the constraint 'A\\*x == x'"),
    ],
)
def test_bad_input_is_refused_in_words(options: dict[str, object], message: str) -> None:
    arguments = {"over": "x", "data": {"A": A, "b": B}, **options}
    with pytest.raises(FrechetError, match=message):
        minimize(LEAST_SQUARES, **arguments)  # type: ignore[arg-type]


def test_a_start_outside_the_domain_names_the_function_and_the_entry() -> None:
    f = parse("sum(x) - sum(log(x))", {"x": "vector(n)"})
    with pytest.raises(EvaluationError, match=r"log\(x\) is not a number at entry 2"):
        minimize(f, "x", start={"x": [1.0, -1.0]})


def test_what_cannot_be_minimized_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="only a scalar can be minimized"):
        minimize(parse("A*x"), "x")
    with pytest.raises(UnsupportedError, match="orthogonal matrices form a curved set"):
        minimize(parse("tr(Q)", {"Q": "orthogonal(n)"}), "Q", start={"Q": np.eye(2)})
    with pytest.raises(EvaluationError, match="the size n of x does not follow from the data"):
        minimize(parse("x'*x", {"x": "vector(n)"}), "x")
    with pytest.raises(FrechetError, match="a str cannot be minimized"):
        minimize("x'*x", "x")  # type: ignore[arg-type]


def test_products_with_the_hessian_take_any_symmetric_change_of_a_definite_matrix() -> None:
    f = parse("tr(S*P) - logdet(P)", {"S": "symmetric(n)", "P": "psd(n)"})
    S = np.array([[2.0, 0.5], [0.5, 1.0]])
    result = minimize(f, "P", {"S": S}, method="newton-cg")
    assert result.converged
    assert result.x["P"] == pytest.approx(np.linalg.inv(S), abs=1e-6)


def test_a_variable_without_free_entries_is_a_minimum_that_can_be_shown() -> None:
    r = minimize(parse("tr(W'*W)", {"W": "skew(n)"}), "W", start={"W": np.zeros((1, 1))})
    assert (str(r.status), r.second_derivative_test) == ("converged", "minimum")
    assert "minimum" in str(r)
