"""Checks of the lab on the test bench: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

DECLARED = {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)", "N": "positive"}
LOSS = fr.parse("norm2(X*w - y)^2/(2*N)", DECLARED)
LOSS_AND_GRADIENT = fr.compile([LOSS, fr.derivative(LOSS, "w")])
WEIGHTS = np.linspace(-3, 5, 11)


class Bowl:
    """Half a quadratic form: value, gradient and Hessian."""

    A = np.diag([1.0, 10.0])

    def f(self, x):
        """Return the value."""
        return x @ self.A @ x / 2

    def g(self, x):
        """Return the gradient."""
        return self.A @ x

    def H(self, x):
        """Return the Hessian."""
        return self.A


def check_the_loss_is_safe_against_shapes(lab):
    """Lists and columns give the same float and a gradient with one entry for each weight."""
    value, gradient = LOSS_AND_GRADIENT(X=lab.X, w=WEIGHTS, y=lab.y, N=float(len(lab.y)))
    for y in (lab.y, lab.y[:, None]):
        for w in (WEIGHTS, WEIGHTS[:, None]):
            found = lab.loss_and_gradient(lab.X, y, w)
            assert isinstance(found[0], float), "The loss must be a float."
            assert np.shape(found[1]) == (11,), "The gradient must have shape (n,): reshape y and w first."
            assert np.isclose(found[0], value), "Not half the mean squared error for every shape of y and w."
            assert np.allclose(found[1], gradient), "Not the gradient that the engine derives."


def check_a_right_gradient_passes(lab):
    """The banana's gradient passes the test."""
    error = lab.gradient_error(lab.banana.f, lab.banana.g, lab.somewhere)
    assert error < 1e-6, "The right gradient must pass: use central differences with the step 1e-6."


def check_wrong_gradients_are_caught(lab):
    """A factor, a sign and a single wrong entry are all noticed."""
    f, g, x = lab.banana.f, lab.banana.g, np.array([0.7, -1.3])
    for wrong in (lambda z: g(z) / 2, lambda z: -g(z), lambda z: g(z) + np.array([0.0, 1.0])):
        assert lab.gradient_error(f, wrong, x) > 1e-4, "A wrong gradient passes the test."


def check_the_test_works_for_matrices(lab):
    """The variable may be a matrix, too."""
    point = np.arange(6.0).reshape(2, 3)
    assert lab.gradient_error(lambda Z: np.sin(Z).sum(), np.cos, point) < 1e-6, (
        "Draw directions of the shape of x, and add up the entries of the gradient times the direction."
    )


def check_the_runner(lab):
    """Newton converges in one step on a bowl; every point is logged; the reason is told."""
    point, reason, log = lab.run(lab.newton, Bowl(), [3.0, -2.0])
    assert reason == "converged", "On a bowl Newton's method converges."
    assert np.allclose(point, 0), "The last point must be the minimum."
    assert len(log) == 2, "The start and one step make two entries in the log."
    assert np.allclose(log[0], (24.5, np.hypot(3, 20))), "An entry is (value, norm of the gradient)."


def check_the_reasons(lab):
    """Divergence and the limit of steps are told apart."""
    with np.errstate(all="ignore"):
        _, reason, _ = lab.run(lab.descent(1.0), Bowl(), [3.0, -2.0])
    assert reason == "diverged", "With rate 1 the value overflows: stop and say so."
    _, reason, log = lab.run(lab.descent(1e-6), Bowl(), [3.0, -2.0], limit=5)
    assert reason == "limit", "After `limit` steps the reason is 'limit'."
    assert len(log) == 6, "The start and five steps make six entries."
