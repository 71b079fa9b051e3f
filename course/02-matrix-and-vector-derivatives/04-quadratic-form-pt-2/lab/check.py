"""Checks of the lab on the metric of the data: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

DECLARED = {"x": "vector(n)", "s": "vector(n)", "r": "vector(n)", "P": "psd(n)", "Q": "psd(n)"}
DISTANCE = fr.parse("(x - s)'*P*(x - s)", DECLARED)
ALL_ORDERS = fr.compile([DISTANCE, fr.derivative(DISTANCE, "x"), fr.derivative(DISTANCE, "x", "x")])
TOGETHER = fr.parse("(x - s)'*P*(x - s) + (x - r)'*Q*(x - r)", DECLARED)


def check_the_distance(lab):
    """The squared distance of each flower is the value of the form."""
    for x in lab.versicolor:
        expected = ALL_ORDERS(x=x, s=lab.s, P=lab.P)[0]
        found = lab.distance(x, lab.s, lab.P)
        assert np.isclose(found, expected), "The distance is one number, (x - s)'P(x - s)."


def check_the_gradient(lab):
    """The gradient is the one that the engine derives."""
    for x in lab.versicolor:
        expected = ALL_ORDERS(x=x, s=lab.s, P=lab.P)[1]
        found = lab.gradient(x, lab.s, lab.P)
        assert np.shape(found) == (4,), "The gradient has the shape of x: four entries."
        assert np.allclose(found, expected), "The gradient is 2*P*(x - s). Is the 2 there, and the metric P?"


def check_the_hessian(lab):
    """The Hessian is constant and symmetric, as the engine derives it."""
    expected = ALL_ORDERS(x=lab.s, s=lab.s, P=lab.P)[2]
    assert np.allclose(lab.hessian(lab.P), expected), "Differentiate 2*P*(x - s) once more by x."


def check_one_step_reaches_the_mean(lab):
    """From every flower one step with the Hessian lands at the mean."""
    for x in lab.versicolor:
        assert np.allclose(lab.step(x, lab.s, lab.P), lab.s), (
            "The step does not reach the mean. It is x minus the solution d of H*d = gradient."
        )


def check_the_compromise(lab):
    """The gradient of both squared distances together vanishes at the compromise."""
    by_x = fr.compile(fr.derivative(TOGETHER, "x"))
    r, Q = lab.means[2], lab.metrics[2]
    x = lab.compromise(lab.s, lab.P, r, Q)
    (left,) = by_x(x=x, s=lab.s, r=r, P=lab.P, Q=Q)
    assert np.allclose(left, 0, atol=1e-8), (
        "The gradient is not zero at your point. Collect: (P + Q)*x = P*s + Q*r; the mean of s and r is "
        "right only for P = Q."
    )
