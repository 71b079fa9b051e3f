"""A huge value at the start makes no gradient small that still leads far down."""

from __future__ import annotations

import pytest

from frechet import minimize, parse
from frechet.optimize.status import Status

SLOPE = parse("exp(a) - c*b", {"a": "scalar", "b": "scalar", "c": "scalar"})
BOWL = parse("exp(a) + exp(-a) + (b - 3)^2 - c", {"a": "scalar", "b": "scalar", "c": "scalar"})


@pytest.mark.parametrize("method", ["auto", "trust-region", "newton", "l-bfgs"])
@pytest.mark.parametrize(
    ("start", "slope"), [(30.0, 1.0), (30.0, 1e3), (25.0, 10.0), (40.0, 1e4), (28.0, 1e2)]
)
def test_what_has_no_minimum_does_not_converge(start: float, slope: float, method: str) -> None:
    found = minimize(SLOPE, ["a", "b"], {"c": slope}, method=method, start={"a": start, "b": 0.0})
    # Newton's steps, of one length where the curvature is next to nothing, take longer than the limit.
    assert found.status is (Status.ITERATION_LIMIT if method == "newton" else Status.UNBOUNDED)


@pytest.mark.parametrize("method", ["auto", "trust-region", "newton", "l-bfgs"])
@pytest.mark.parametrize("offset", [0.0, 1e9, -1e13])
def test_what_has_a_minimum_converges_however_large_its_value(offset: float, method: str) -> None:
    found = minimize(BOWL, ["a", "b"], {"c": offset}, method=method, start={"a": 25.0, "b": 0.0})
    assert found.status is Status.CONVERGED
    assert found.value == pytest.approx(2.0 - offset, rel=1e-6, abs=1e-6)
