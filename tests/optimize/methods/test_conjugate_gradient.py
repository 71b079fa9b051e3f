"""Conjugate gradients: few gradients where the Hessian is well conditioned, one system where it is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from frechet import parse
from frechet.errors import UnsupportedError
from frechet.optimize.methods.conjugate_gradient import steps_of_a_hessian
from frechet.optimize.minimization import minimize
from frechet.optimize.result import Result

RIDGE = parse("s/2*norm2(X*w - y)^2 + c*norm2(w)^2", {"s": "positive", "c": "positive"})
RANDOM = default_rng(4)
X = RANDOM.standard_normal((8_000, 120))
Y = X @ RANDOM.standard_normal(120) + 0.1 * RANDOM.standard_normal(8_000)


def ridge(features: np.ndarray, tolerance: float = 1e-8, **more: Any) -> tuple[Result, np.ndarray]:
    m, n = features.shape
    data = {"X": features, "y": Y, "s": 1 / m, "c": 1e-3}
    r = minimize(RIDGE, "w", data, tolerance=tolerance, **more)
    return r, np.linalg.solve(features.T @ features / m + 2e-3 * np.eye(n), features.T @ Y / m)


def test_a_well_conditioned_quadratic_needs_a_few_gradients_and_no_hessian() -> None:
    r, solution = ridge(X, 1e-4)
    assert (r.method, str(r.status)) == ("conjugate-gradient", "converged")
    assert r.evaluations.hessian == r.evaluations.product == 0
    assert r.evaluations.gradient <= 7
    assert r.x["w"] == pytest.approx(solution, abs=1e-3)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-5, 1e-8, 1e-12])
def test_value_and_gradient_are_those_of_the_point(tolerance: float) -> None:
    r, _ = ridge(X, tolerance)
    w = r.x["w"]
    residual = X @ w - Y
    slope = X.T @ residual / len(X) + 2e-3 * w
    start = float(Y @ Y) / (2 * len(X))
    assert r.converged
    assert r.value == pytest.approx(residual @ residual / (2 * len(X)) + 1e-3 * w @ w, rel=1e-9)
    assert np.abs(slope).max() <= 1.01 * tolerance * max(1.0, start)


def test_where_the_steps_are_slow_a_linear_system_finishes_the_work() -> None:
    r, solution = ridge(X * np.geomspace(1e-2, 1e2, 120), 1e-10)
    assert (r.method, str(r.status)) == ("conjugate-gradient", "converged")
    assert r.evaluations.hessian == 1
    assert r.evaluations.gradient <= 2 * steps_of_a_hessian(120, X.size) + 5
    assert r.x["w"] == pytest.approx(solution, rel=1e-6)


def test_a_start_far_away_costs_no_digits() -> None:
    r, solution = ridge(X, 1e-8, start={"w": np.full(120, 1e6)})
    assert r.converged
    assert r.x["w"] == pytest.approx(solution, abs=1e-4)


def test_downward_curvature_is_found_by_the_linear_system() -> None:
    f = parse("norm2(w)^2 - 2*(c'*w)^2 - a'*w", {"c": "vector(n)", "a": "vector(n)"})
    data = {"c": np.full(150, 0.1), "a": np.linspace(1, 2, 150)}
    for method in ("auto", "conjugate-gradient"):
        assert str(minimize(f, "w", data, method=method).status) == "unbounded"


def test_the_limit_of_iterations_holds() -> None:
    r, _ = ridge(X, 1e-8, max_iterations=2)
    assert (str(r.status), r.iterations) == ("iteration limit", 2)


def test_what_is_not_quadratic_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="not quadratic"):
        minimize(parse("sum(exp(w))"), "w", start={"w": np.zeros(3)}, method="conjugate-gradient")


def test_more_unknowns_than_a_hessian_has_room_for() -> None:
    f = parse("norm2(w - b)^2 + s*sum(w)^2", {"w": "vector(n)", "b": "vector(n)", "s": "positive"})
    b = RANDOM.standard_normal(20_000)
    r = minimize(f, "w", {"b": b, "s": 1e-3})
    assert r.converged
    assert r.x["w"] == pytest.approx(b - 1e-3 * b.sum() / (1 + 20_000e-3), abs=1e-6)
