"""1-norms under constraints: the optimum of SciPy on the parts, and results by the variables' own names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng
from scipy.optimize import minimize as scipy_minimize

from frechet import parse
from frechet.optimize.minimization import minimize

RANDOM = default_rng(2)
X, Y = RANDOM.standard_normal((20, 6)), RANDOM.standard_normal(20)
DECLARED = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)"}
LASSO = parse("norm2(X*w - y)^2 + 2*norm1(w)", DECLARED)
DATA = {"X": X, "y": Y}


def value(w: Any) -> float:
    return float(((X @ w - Y) ** 2).sum() + 2 * np.abs(w).sum())


def by_parts(**constraints: Any) -> float:
    """Return the optimum over p and q in w = p − q, by SciPy."""
    found = scipy_minimize(
        lambda z: float(((X @ (z[:6] - z[6:]) - Y) ** 2).sum() + 2 * z.sum()), np.full(12, 0.1),
        method="SLSQP", options={"ftol": 1e-14, "maxiter": 1000}, **constraints,
    )  # fmt: skip
    assert found.success
    return float(found.fun)


def test_a_lasso_in_a_box() -> None:
    r = minimize(LASSO, "w", DATA, "-0.1 <= w <= 0.05")
    expected = by_parts(bounds=[(0, 0.05)] * 6 + [(0, 0.1)] * 6)
    assert r.converged
    assert r.reason.endswith("a 1-norm is the sum of a positive and a negative part")
    assert set(r.x) == {"w"} == set(r.trace[-1].x)
    assert r.value == pytest.approx(value(r.x["w"])) == pytest.approx(expected, rel=1e-7)
    assert r.x["w"].min() >= -0.1
    assert r.x["w"].max() <= 0.05


def test_a_box_may_fix_the_sign_of_some_entries() -> None:
    low = np.array([-1.0, 0.1, -1.0, -1.0, -1.0, -1.0])
    high = np.array([1.0, 1.0, -0.2, 1.0, 1.0, 1.0])
    r = minimize(LASSO, "w", {**DATA, "l": low, "h": high}, ["w >= l", "w <= h"])
    bounds = [(max(a, 0), max(b, 0)) for a, b in zip(low, high, strict=True)]
    bounds += [(max(-b, 0), max(-a, 0)) for a, b in zip(low, high, strict=True)]
    assert r.converged
    assert r.value == pytest.approx(by_parts(bounds=bounds), rel=1e-7)


def test_a_lasso_on_a_plane_with_a_start() -> None:
    r = minimize(LASSO, "w", DATA, "sum(w) == 1", start={"w": np.linspace(-1, 1, 6)})
    plane = {"type": "eq", "fun": lambda z: z[:6].sum() - z[6:].sum() - 1}
    assert r.converged
    assert r.value == pytest.approx(by_parts(bounds=[(0, None)] * 12, constraints=plane), rel=1e-7)
    assert set(r.multipliers) == {"sum(w) == 1"}
    assert r.x["w"].sum() == pytest.approx(1)


def test_an_inequality_and_a_matrix() -> None:
    f = parse("norm2(A - W)^2 + norm1(W)", {"A": "matrix(m, n)", "W": "matrix(m, n)"})
    A = RANDOM.standard_normal((3, 4))
    r = minimize(f, "W", {"A": A}, "sum(W) >= 5")
    assert r.converged
    assert r.x["W"].sum() == pytest.approx(5, abs=1e-6)
    moved = (r.x["W"] - A)[r.x["W"] > 0.01]
    assert len(moved) > 1
    assert moved == pytest.approx(moved[0], abs=1e-5)


def test_a_squared_hinge_with_a_1_norm() -> None:
    f = parse("norm2(relu(vector(1) - y.*(X*w)))^2 + norm1(w)", DECLARED)
    r = minimize(f, "w", {"X": X, "y": np.sign(Y)})
    assert (r.method, r.converged) == ("proximal-newton", True)
