"""L-BFGS from a Hessian: fewer Hessians than Newton's method, and no harm where it is not convex."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng

from frechet import parse
from frechet.optimize.minimization import minimize
from frechet.optimize.result import Result

METHOD = "preconditioned-l-bfgs"
RANDOM = default_rng(3)
X = RANDOM.standard_normal((400, 40)) * np.geomspace(0.01, 10, 40)
Y = np.sign(X @ RANDOM.standard_normal(40) + RANDOM.standard_normal(400))
REGRESSION = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)"}


def logistic(method: str) -> Result:
    f = parse("sum(softplus(-y.*(X*w))) + norm2(w)^2/2", REGRESSION)
    return minimize(f, "w", {"X": X, "y": Y}, method=method)


def test_it_reaches_the_optimum_of_newton_with_half_of_the_hessians() -> None:
    newton, found = logistic("newton"), logistic(METHOD)
    assert found.converged
    assert found.value == pytest.approx(newton.value, rel=1e-10)
    assert found.evaluations.hessian <= newton.evaluations.hessian / 2


def test_from_a_saddle_it_goes_down() -> None:
    f = parse("(x^2 - 1)^2 + y^2", {"x": "scalar", "y": "scalar"})
    r = minimize(f, ["x", "y"], start={"x": 0.0, "y": 0.0}, method=METHOD)
    assert r.converged
    assert abs(float(r.x["x"])) == pytest.approx(1.0)


def test_where_the_hessian_is_not_positive_a_trust_region_goes_on() -> None:
    f = parse("100*(y - x^2)^2 + (1 - x)^2", {"x": "scalar", "y": "scalar"})
    r = minimize(f, ["x", "y"], start={"x": 0.0, "y": 3.0}, method=METHOD)
    assert r.converged
    assert r.value == pytest.approx(0.0, abs=1e-12)


def test_a_squared_hinge_is_minimized_although_its_hessian_jumps() -> None:
    f = parse("norm2(relu(vector(1) - y.*(X*w)))^2 + norm2(w)^2/2", REGRESSION)
    r = minimize(f, "w", {"X": X, "y": Y})
    slow = minimize(f, "w", {"X": X, "y": Y}, method="l-bfgs", tolerance=1e-10)
    assert r.method == METHOD
    assert r.converged
    assert r.value == pytest.approx(slow.value, rel=1e-7)


def test_the_limit_of_iterations_holds_across_the_rounds() -> None:
    f = parse("sum(softplus(-y.*(X*w))) + norm2(w)^2/2", REGRESSION)
    r = minimize(f, "w", {"X": X, "y": Y}, method=METHOD, max_iterations=6)
    assert (str(r.status), r.iterations) == ("iteration limit", 6)


def test_no_hessian_is_computed_where_a_round_ends_at_the_minimum() -> None:
    f = parse("sum(softplus(-y.*(X*w))) + norm2(w)^2/2", REGRESSION)
    exact = logistic(METHOD)
    assert len(exact.trace) > 6
    for count, step in enumerate(exact.trace[1:], 1):
        scale = max(1.0, min(abs(step.value), abs(exact.trace[0].value)))
        tolerance = 1.01 * step.gradient_norm / scale
        r = minimize(f, "w", {"X": X, "y": Y}, method=METHOD, tolerance=tolerance)
        assert r.converged
        assert r.iterations <= count
        assert r.evaluations.hessian <= 1 + (r.iterations - 1) // 3


def test_fast_steps_need_no_other_hessian() -> None:
    r = minimize(parse("sum(exp(w)) + norm2(w)^2/2", {"w": "vector(40)"}), "w", method=METHOD)
    assert r.converged
    assert r.iterations > 3
    assert r.evaluations.hessian == 1
