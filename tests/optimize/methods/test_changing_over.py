"""L-BFGS that goes on with Hessians where it is slow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from frechet import parse
from frechet.optimize.minimization import minimize
from frechet.optimize.result import Result

LOGISTIC = parse(
    "sum(softplus(-y.*(X*w))) + norm2(w)^2/2", {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)"}
)
RANDOM = default_rng(6)
PLAIN = RANDOM.standard_normal((800, 200))
LABELS = np.sign(PLAIN @ RANDOM.standard_normal(200) + 5 * RANDOM.standard_normal(800))


def solve(features: np.ndarray, method: str = "auto", **more: Any) -> Result:
    return minimize(LOGISTIC, "w", {"X": features, "y": LABELS}, method=method, **more)


def test_where_l_bfgs_is_fast_no_hessian_is_made() -> None:
    r = solve(PLAIN)
    assert (r.method, str(r.status), r.evaluations.hessian) == ("l-bfgs-then-newton", "converged", 0)


def test_where_l_bfgs_is_slow_hessians_end_the_search() -> None:
    features = PLAIN * np.geomspace(0.01, 100, 200)
    r, slow = solve(features), solve(features, "l-bfgs")
    assert r.converged
    assert not slow.converged
    assert 0 < r.evaluations.hessian < 20
    assert r.value < slow.value
    assert r.evaluations.gradient < slow.evaluations.gradient / 2


@pytest.mark.parametrize("limit", [5, 250])
def test_the_limit_of_iterations_holds(limit: int) -> None:
    r = solve(PLAIN * np.geomspace(1e-4, 1e4, 200), max_iterations=limit)
    assert r.iterations <= limit
