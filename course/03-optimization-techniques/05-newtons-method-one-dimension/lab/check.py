"""Checks of the lab on Newton's method in one dimension: against the engine, and what must hold."""

from itertools import pairwise

import numpy as np

import frechet as fr

LOSS = fr.parse("c*exp(x) - s*x", {"c": "scalar", "s": "scalar", "x": "scalar"})
DERIVATIVES = fr.compile([fr.derivative(LOSS, "x"), fr.derivative(LOSS, "x", "x")])


def check_slope_and_curvature(lab):
    """Both derivatives are those that the engine derives."""
    for x in (0.0, 2.0, 5.5):
        slope, curvature = lab.slope_and_curvature(lab.y, x)
        expected = DERIVATIVES(c=float(len(lab.y)), s=lab.y.sum(), x=x)
        assert np.isclose(slope, expected[0]), "The slope is m*exp(x) - sum(y)."
        assert np.isclose(curvature, expected[1]), "Differentiate the slope once more: the sum drops out."


def check_the_newton_steps(lab):
    """Each point is the Newton step from the one before."""
    points = lab.newton(lab.y, 4.0, 6)
    assert len(points) == 7, "The start and six steps make seven points."
    for x, following in pairwise(points):
        slope, curvature = DERIVATIVES(c=float(len(lab.y)), s=lab.y.sum(), x=float(x))
        assert np.isclose(following, x - slope / curvature), "A step leads to x - slope/curvature."


def check_the_error_is_squared(lab):
    """Near the minimum the new error is half the square of the old one."""
    errors = np.abs(np.array(lab.newton(lab.y, 5.3, 2)) - np.log(lab.y.mean()))
    assert len(errors) == 3, "Two steps make three points."
    assert np.isclose(errors[1], errors[0] ** 2 / 2, rtol=0.2), (
        "f''' equals f'' here, so the new error must be about e^2/2."
    )


def check_the_walk_home(lab):
    """Far to the right each pure step is about one long."""
    points = lab.newton(lab.y, 30.0, 10)
    assert np.allclose(-np.diff(points), 1, atol=1e-3), "Where exp(x) is large a step is almost exactly -1."


def check_the_damped_method(lab):
    """The value never rises, and twelve steps from 0 are enough."""
    points = lab.damped_newton(lab.y, 0.0, 12)
    values = [len(lab.y) * np.exp(x) - x * lab.y.sum() for x in points]
    assert np.all(np.diff(values) <= 1e-6), "Halve the step as long as the value would rise."
    assert np.isclose(points[-1], np.log(lab.y.mean())), "After twelve damped steps log(mean(y)) is reached."
