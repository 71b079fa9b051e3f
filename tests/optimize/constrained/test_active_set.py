"""Convex quadratics under bounds and affine equalities by exchanges, against their optimality conditions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import nnls

from frechet import parse
from frechet.optimize.minimization import minimize

RANDOM = np.random.default_rng(11)
DECLARED = {"A": "matrix(m, n)", "C": "matrix(p, n)", "b": "vector(m)", "d": "vector(p)", "x": "vector(n)"}
LEAST_SQUARES = parse("norm2(A*x - b)^2", DECLARED)
A, B = RANDOM.standard_normal((60, 40)), RANDOM.standard_normal(60)
DATA = {"A": A, "b": B}


def _slope(x: Any) -> Any:
    return 2 * A.T @ (A @ x - B)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_nonnegative_least_squares_is_exact(scale: float) -> None:
    result = minimize(LEAST_SQUARES, "x", {"A": scale * A, "b": B}, "x >= 0")
    assert result.method == "active-set"
    assert result.converged
    np.testing.assert_allclose(result.x["x"] * scale, nnls(A, B)[0], atol=1e-9)


def test_bounds_on_both_sides_leave_no_way_down() -> None:
    result = minimize(LEAST_SQUARES, "x", DATA, ["-0.05 <= x", "x <= 0.1"])
    x, slope = result.x["x"], _slope(result.x["x"])
    assert result.method == "active-set"
    assert result.converged
    assert np.abs(x - np.clip(x - slope, -0.05, 0.1)).max() < 1e-8
    assert (x == -0.05).any()
    assert (x == 0.1).any()


@pytest.mark.parametrize("constraints", [["sum(x) == 1", "x >= 0"], ["sum(x) == 1", "0 <= x", "x <= 0.1"]])
def test_on_the_simplex_the_multiplier_is_found_too(constraints: list[str]) -> None:
    result = minimize(LEAST_SQUARES, "x", DATA, constraints)
    x = result.x["x"]
    reduced = _slope(x) + result.multipliers["sum(x) == 1"]
    high = 0.1 if len(constraints) == 3 else np.inf
    assert result.method == "active-set"
    assert result.converged
    assert x.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.abs(x - np.clip(x - reduced, 0, high)).max() < 1e-8


def test_several_equalities_and_a_few_factors() -> None:
    n = 300
    F, d, mu = RANDOM.standard_normal((n, 4)), RANDOM.uniform(1, 2, n), RANDOM.standard_normal(n)
    E = RANDOM.standard_normal((2, n))
    declared = {
        "F": "matrix(n, k)", "d": "vector(n)", "mu": "vector(n)", "x": "vector(n)", "E": "matrix(p, n)",
        "e": "vector(p)",
    }  # fmt: skip
    formula = parse("norm2(F'*x)^2 + x'*(d.*x) - mu'*x", declared)
    data = {"F": F, "d": d, "mu": mu, "E": E, "e": E @ np.full(n, 0.01)}
    result = minimize(formula, "x", data, ["E*x == e", "x >= 0"])
    x = result.x["x"]
    reduced = 2 * F @ (F.T @ x) + 2 * d * x - mu + E.T @ result.multipliers["E*x == e"]
    assert result.method == "active-set"
    assert result.converged
    np.testing.assert_allclose(E @ x, data["e"], atol=1e-10)
    assert np.abs(np.minimum(x, reduced)).max() < 1e-8


def test_the_start_may_hold_entries_that_must_move() -> None:
    expected = minimize(LEAST_SQUARES, "x", DATA, "x >= 0").x["x"]
    for start in (np.zeros(40), np.ones(40), -np.ones(40), np.where(expected > 0, 0.0, 1.0)):
        result = minimize(LEAST_SQUARES, "x", DATA, "x >= 0", start=start)
        np.testing.assert_allclose(result.x["x"], expected, atol=1e-9)


def test_a_singular_hessian_is_left_to_another_method() -> None:
    wide = {"A": A.T[:, :40][:20], "b": B[:20]}
    result = minimize(LEAST_SQUARES, "x", wide, "x >= 0")
    assert result.converged
    assert result.value == pytest.approx(nnls(wide["A"], wide["b"])[1] ** 2, abs=1e-6)


def test_more_equalities_than_entries_can_meet_are_infeasible() -> None:
    data = {**DATA, "C": np.ones((2, 40)), "d": np.array([1.0, 2.0])}
    result = minimize(LEAST_SQUARES, "x", data, ["C*x == d", "x >= 0"], max_iterations=50)
    assert result.status == "infeasible"


def test_an_equality_that_is_stated_twice_changes_nothing() -> None:
    once = minimize(LEAST_SQUARES, "x", DATA, ["sum(x) == 1", "x >= 0"])
    twice = minimize(LEAST_SQUARES, "x", DATA, ["sum(x) == 1", "2*sum(x) == 2", "x >= 0"])
    assert twice.value == pytest.approx(once.value, rel=1e-6)
    assert twice.kkt_residual is not None
    assert twice.kkt_residual < 1e-4


def test_a_minimum_on_no_bound_is_the_plain_one() -> None:
    result = minimize(LEAST_SQUARES, "x", DATA, "x >= -100")
    np.testing.assert_allclose(result.x["x"], np.linalg.lstsq(A, B)[0], atol=1e-9)


def test_a_loose_tolerance_is_met_and_named_so() -> None:
    result = minimize(LEAST_SQUARES, "x", DATA, "x >= 0", tolerance=1e-1)
    assert result.converged
    assert result.kkt_residual is not None
    assert result.kkt_residual <= 0.1 * float(B @ B)
