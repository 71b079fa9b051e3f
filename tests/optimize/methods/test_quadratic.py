"""A quadratic function's one linear system, and what its pivots tell."""

from __future__ import annotations

import numpy as np
import pytest

from frechet import minimize, parse
from frechet.optimize.status import Status

TYPES = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "a": "positive"}


@pytest.mark.parametrize("seed", range(10))
def test_columns_of_different_scales_do_not_make_a_ridge_singular(seed: int) -> None:
    random = np.random.default_rng(seed)
    scales = np.geomspace(1e-3, 3e3, 5)
    data, y, penalty = random.standard_normal((12, 5)) * scales, random.standard_normal(12), 1e-9
    formula = parse("norm2(X*w - y)^2/2 + a*norm2(w)^2/2", TYPES)
    result = minimize(formula, "w", {"X": data, "y": y, "a": penalty})
    stacked = np.vstack([data, np.sqrt(penalty) * np.eye(5)]) / scales
    least = np.linalg.lstsq(stacked, np.append(y, np.zeros(5)))[1][0] / 2
    assert result.status is Status.CONVERGED
    assert result.value == pytest.approx(least, rel=1e-5)


def test_a_pivot_that_is_only_rounding_stays_singular() -> None:
    """The third column is the sum of the others, so that elimination leaves no curvature of its own."""
    first = np.random.default_rng(0).standard_normal((12, 2)) * np.array([1e3, 1e-2])
    data = np.column_stack([first, first.sum(axis=1)])
    formula = parse("norm2(X*w - y)^2/2", TYPES)
    assert minimize(formula, "w", {"X": data, "y": np.ones(12)}).status is Status.SINGULAR
