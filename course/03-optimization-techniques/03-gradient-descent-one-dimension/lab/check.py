"""Checks of the lab on one weight: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

LOSS = fr.parse("norm2(w*x - y)^2", {"w": "scalar", "x": "vector(m)", "y": "vector(m)"})
SLOPE_AND_CURVATURE = fr.compile([fr.derivative(LOSS, "w"), fr.derivative(LOSS, "w", "w")])


def check_the_slope(lab):
    """The slope is the one that the engine derives."""
    for w in (0.0, 3.0, 20.0):
        expected, _ = SLOPE_AND_CURVATURE(w=w, x=lab.x, y=lab.y)
        assert np.isclose(lab.slope(lab.x, lab.y, w), expected), (
            "Not the slope of the sum of (w*x - y)^2. Mind the 2, the inner derivative x, and the sum."
        )


def check_the_border(lab):
    """The border is two over the curvature, in any units."""
    for unit in (1, 1000):
        _, curvature = SLOPE_AND_CURVATURE(w=0.0, x=unit * lab.x, y=lab.y)
        found = lab.border(unit * lab.x)
        assert not np.isclose(found, 1 / curvature, atol=0), "This is the best rate, not the border."
        assert np.isclose(found, 2 / curvature, atol=0), "The border is two divided by the second derivative."


def check_a_run_below_the_border(lab):
    """One percent below the border the run ends at the least-squares weight."""
    best = lab.x @ lab.y / (lab.x @ lab.x)
    w, steps = lab.descend(lambda w: 2 * lab.x @ (w * lab.x - lab.y), 0.0, 0.99 / (lab.x @ lab.x))
    assert np.isclose(w, best, rtol=1e-6), "Below the border the run must converge to x'y/(x'x)."
    assert 0 < steps < 2000, "Stop when the slope is small, and return the steps that were taken."


def check_the_best_rate(lab):
    """With one over the curvature a single step is enough."""
    _, steps = lab.descend(lambda w: 2 * (w - 3), 0.0, 0.5)
    assert steps == 1, "With rate 1/f'' one step arrives; test the slope before each step."


def check_divergence_is_reported(lab):
    """A run that leaves the numbers is an error, not a result."""
    try:
        lab.descend(lambda w: 100 * w, 1.0, 1.0)
    except ValueError:
        return
    raise AssertionError("This run diverges. Test that w is finite in each step and raise a ValueError.")
