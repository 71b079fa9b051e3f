"""Convex quadratics under bounds and affine equalities, against their optimality conditions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frechet import parse
from frechet.optimize.minimization import minimize

RANDOM = np.random.default_rng(4)
A, B = RANDOM.standard_normal((30, 8)), RANDOM.standard_normal(30)
DECLARED = {"A": "matrix(m, n)", "b": "vector(m)", "x": "vector(n)"}
CONSTRAINTS = ("sum(x) == 1", "x >= 0")


def _check(result: Any, slope: Any) -> None:
    x, multiplier = result.x["x"], result.multipliers["sum(x) == 1"]
    reduced = slope + multiplier
    assert result.converged
    assert x.sum() == pytest.approx(1.0, abs=1e-9)
    assert np.all(x >= 0)
    assert np.all(reduced >= -1e-6)
    assert np.abs(reduced * x).max() < 1e-6


def test_least_squares_on_the_simplex() -> None:
    formula = parse("norm2(A*x - b)^2", DECLARED)
    result = minimize(formula, "x", {"A": A, "b": B}, CONSTRAINTS, "interior-point")
    assert result.method == "interior-point"
    _check(result, 2 * A.T @ (A @ result.x["x"] - B))


def test_a_diagonal_plus_few_factors_is_never_formed() -> None:
    n = 400
    F, d, mu = RANDOM.standard_normal((n, 3)), RANDOM.uniform(1, 2, n), RANDOM.standard_normal(n)
    declared = {"F": "matrix(n, k)", "d": "vector(n)", "mu": "vector(n)", "x": "vector(n)"}
    formula = parse("norm2(F'*x)^2 + x'*(d.*x) - mu'*x", declared)
    result = minimize(formula, "x", {"F": F, "d": d, "mu": mu}, CONSTRAINTS, "interior-point")
    x = result.x["x"]
    assert result.method == "interior-point"
    _check(result, 2 * F @ (F.T @ x) + 2 * d * x - mu)


def test_upper_bounds_hold_too() -> None:
    formula = parse("norm2(A*x - b)^2", DECLARED)
    result = minimize(formula, "x", {"A": A, "b": B}, ("sum(x) == 1", "x >= 0", "x <= 0.2"), "interior-point")
    slope = 2 * A.T @ (A @ result.x["x"] - B) + result.multipliers["sum(x) == 1"]
    x = result.x["x"]
    assert result.converged
    assert x.max() <= 0.2
    assert np.all(slope[x > 1e-6] <= 1e-6)
    assert np.all(slope[x < 0.2 - 1e-6] >= -1e-6)


def test_where_the_quadratic_is_not_convex_another_method_tries() -> None:
    formula = parse("x'*D*x", {"D": "diagonal(n)", "x": "vector(n)"})
    result = minimize(formula, "x", {"D": np.diag([-1.0, 1.0, 2.0])}, CONSTRAINTS)
    assert result.method == "augmented-lagrangian"
    assert result.value == pytest.approx(-1.0, abs=1e-6)


def test_contradicting_constraints_are_infeasible() -> None:
    formula = parse("norm2(A*x - b)^2", DECLARED)
    result = minimize(formula, "x", {"A": A, "b": B}, ("sum(x) == -1", "x >= 0"))
    assert result.status == "infeasible"
