"""Constraints: known solutions, Karush-Kuhn-Tucker residuals, multipliers, infeasible problems."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng
from scipy.optimize import nnls

from frechet import parse
from frechet.errors import UnsupportedError
from frechet.optimize.minimization import minimize
from frechet.optimize.status import Status

RANDOM = default_rng(5)
A, B = RANDOM.standard_normal((30, 6)), RANDOM.standard_normal(30)
LEAST_SQUARES = parse("norm2(A*x - b)^2")
DATA = {"A": A, "b": B}


@pytest.mark.parametrize(
    "method", ["auto", "projected-newton", "projected-l-bfgs", "augmented-lagrangian", "barrier"]
)
def test_nonnegative_least_squares(method: str) -> None:
    r = minimize(LEAST_SQUARES, "x", DATA, "x >= 0", method=method)
    assert r.status is Status.CONVERGED
    assert r.x["x"] == pytest.approx(nnls(A, B)[0], abs=1e-5)
    assert r.kkt_residual is not None
    assert r.kkt_residual < 1e-4


def test_bounds_on_both_sides_may_be_data() -> None:
    r = minimize(LEAST_SQUARES, "x", {**DATA, "u": np.full(6, 0.1)}, ["-0.05 <= x <= u"])
    assert r.method == "active-set"
    assert np.all((r.x["x"] >= -0.05) & (r.x["x"] <= 0.1))
    assert r.kkt_residual == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("method", ["auto", "l-bfgs", "augmented-lagrangian"])
def test_affine_equalities_agree_with_the_kkt_system(method: str) -> None:
    c, d = RANDOM.standard_normal((2, 6)), np.array([1.0, -2.0])
    r = minimize(LEAST_SQUARES, "x", {**DATA, "C": c, "d": d}, ["C*x == d"], method=method)
    system = np.block([[2 * A.T @ A, c.T], [c, np.zeros((2, 2))]])
    expected = np.linalg.solve(system, np.concatenate([2 * A.T @ B, d]))
    assert r.x["x"] == pytest.approx(expected[:6], abs=1e-6)
    assert r.multipliers["C*x == d"] == pytest.approx(expected[6:], abs=1e-4)
    assert r.second_derivative_test == "minimum"
    assert "lambda1'*(C*x - d)" in str(r.lagrangian)


@pytest.mark.parametrize("method", ["auto", "barrier"])
def test_the_simplex(method: str) -> None:
    p = parse("norm2(x - p)^2", {"x": "vector(n)", "p": "vector(n)"})
    r = minimize(p, "x", {"p": np.array([0.9, 0.6, -1.0])}, ["sum(x) == 1", "x >= 0"], method=method)
    assert r.x["x"] == pytest.approx([0.65, 0.35, 0], abs=1e-6)
    assert r.multipliers["sum(x) == 1"] == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("method", ["auto", "barrier"])
def test_a_ball(method: str) -> None:
    f = parse("c'*x", {"c": "vector(n)", "x": "vector(n)"})
    r = minimize(f, "x", {"c": np.array([3.0, 4.0])}, "norm2(x)^2 <= 1", method=method)
    assert r.x["x"] == pytest.approx([-0.6, -0.8], abs=1e-6)
    assert r.multipliers["norm2(x)^2 <= 1"] == pytest.approx(2.5, abs=1e-4)


def test_a_curved_equality() -> None:
    f = parse("a*b", {"a": "scalar", "b": "scalar"})
    r = minimize(f, ["a", "b"], subject_to="a^2 + b^2 == 2", start={"a": 1.0, "b": -0.5})
    assert (r.x["a"], r.x["b"]) == pytest.approx((1, -1), abs=1e-6)
    assert r.second_derivative_test == "minimum"


def test_a_matrix_with_nonnegative_entries() -> None:
    f = parse("norm2(M - W*H)^2", {"M": "matrix(m, n)", "W": "matrix(m, k)", "H": "matrix(k, n)"})
    m = np.abs(RANDOM.standard_normal((6, 2))) @ np.abs(RANDOM.standard_normal((2, 5)))
    start = {"W": np.abs(RANDOM.standard_normal((6, 2))), "H": np.abs(RANDOM.standard_normal((2, 5)))}
    r = minimize(f, ["W", "H"], {"M": m}, ["W >= 0", "H >= 0"], start=start)
    assert r.method == "projected-newton"
    assert r.value < 1e-6
    assert r.x["W"].min() >= 0


@pytest.mark.parametrize(
    "constraints",
    [["x >= 1", "x <= 0"], ["norm2(x)^2 <= 1", "sum(x) == 20"], ["sum(x) == 1", "sum(x) == 2"]],
)
def test_contradictory_constraints_are_infeasible(constraints: list[str]) -> None:
    assert minimize(LEAST_SQUARES, "x", DATA, constraints).status is Status.INFEASIBLE


def test_where_no_point_is_allowed_the_report_is_silent_about_curvature() -> None:
    r = minimize(LEAST_SQUARES, "x", DATA, ["x >= 1", "sum(x) == 0"])
    assert r.status is Status.INFEASIBLE
    assert "second-derivative" not in str(r)
    assert "nan" not in str(r)


def test_the_barrier_says_when_nothing_is_strictly_inside() -> None:
    r = minimize(LEAST_SQUARES, "x", DATA, ["norm2(x)^2 <= 1", "sum(x) >= 20"], method="barrier")
    assert r.status is Status.INFEASIBLE


def test_an_unbounded_problem_within_constraints_is_named() -> None:
    f = parse("c'*x", {"c": "vector(n)", "x": "vector(n)"})
    assert minimize(f, "x", {"c": np.ones(3)}, "x <= 1").status is Status.UNBOUNDED


def test_a_method_that_does_not_fit_the_constraints_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="null-space does not apply"):
        minimize(LEAST_SQUARES, "x", DATA, "x >= 0", method="null-space")
    with pytest.raises(UnsupportedError, match="there is no method 'newton' for these constraints"):
        minimize(LEAST_SQUARES, "x", DATA, "x >= 0", method="newton")
    with pytest.raises(UnsupportedError, match="constraints need a formula"):
        minimize(lambda x: x @ x, start=[1.0], subject_to="x >= 0")


def test_a_badly_scaled_objective_does_not_make_the_simplex_look_empty() -> None:
    a = 100 * RANDOM.standard_normal((200, 40))
    r = minimize(LEAST_SQUARES, "x", {"A": a, "b": a @ np.ones(40)}, ["sum(x) == 1", "x >= 0"])
    assert r.status is Status.CONVERGED
    assert r.x["x"].sum() == pytest.approx(1, abs=1e-7)
    assert r.x["x"].min() >= 0


@pytest.mark.parametrize("text", ["sum(softplus(A*x)) + norm2(x)^2", "norm2(A*x - b)^2"])
def test_where_equalities_fix_everything_nothing_is_left_to_choose(text: str) -> None:
    f = parse(text, {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"})
    data = {"A": A[:, :1], "b": B} if "b" in text else {"A": A[:, :1]}
    r = minimize(f, "x", data, "sum(x) == 1")
    assert r.converged
    assert float(r.x["x"][0]) == pytest.approx(1)


def test_a_linear_function_that_runs_off_inside_a_half_space_does_not_converge() -> None:
    f = parse("c'*w", {"c": "vector(n)", "w": "vector(n)"})
    data = {"c": np.array([1.0, -2.0]), "A": np.array([[1.0, 1.0], [0.5, 2.0]]), "b": np.ones(2)}
    r = minimize(f, "w", data, "A*w <= b", start={"w": np.array([0.3, -0.2])})
    assert r.status is Status.UNBOUNDED


@pytest.mark.parametrize("method", ["newton-cg", "l-bfgs-then-newton", "conjugate-gradient"])
def test_no_method_stumbles_where_equalities_leave_no_unknown(method: str) -> None:
    f = parse("norm2(x - c)^2", {"x": "vector(n)", "c": "vector(n)"})
    r = minimize(f, "x", {"c": np.array([2.0])}, "sum(x) == 1", method)
    assert r.converged
    assert float(r.x["x"][0]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "start"), [("-(x'*x)", [0.0]), ("-100*(x'*x)", [1.0]), ("-100*(x'*x)", [0.5, 0.5])]
)
def test_a_concave_function_that_outruns_a_weak_penalty_does_not_make_the_simplex_look_empty(
    text: str, start: list[float]
) -> None:
    f = parse(text, {"x": "vector(n)"})
    r = minimize(f, "x", {}, ["sum(x) == 1", "x >= 0"], start={"x": np.array(start)})
    assert r.converged
    assert r.x["x"].sum() == pytest.approx(1, abs=1e-7)
