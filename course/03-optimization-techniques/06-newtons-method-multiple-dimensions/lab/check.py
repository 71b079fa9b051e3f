"""Checks of the lab on Newton's method in many dimensions: against the engine, and what must hold."""

import numpy as np

import frechet as fr

DECLARED = {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)", "lam": "positive"}
LOSS = fr.parse("sum(softplus(X*w)) - y'*X*w + lam*norm2(w)^2/2", DECLARED)
DERIVATIVES = fr.compile([fr.derivative(LOSS, "w"), fr.derivative(LOSS, "w", "w")])
POINT = np.linspace(-0.2, 0.2, 30)


def check_the_gradient(lab):
    """The gradient is the one that the engine derives, penalty included."""
    expected, _ = DERIVATIVES(X=lab.X, y=lab.y, w=POINT, lam=2.0)
    found = np.asarray(lab.gradient(lab.X, lab.y, POINT, 2.0))
    assert not np.allclose(found, expected - 2 * POINT), "The penalty is missing: add lam*w."
    assert np.allclose(found, expected), "The gradient is X'(s - y) + lam*w with s = sigmoid(Xw)."


def check_the_hessian(lab):
    """The Hessian is the one that the engine derives, penalty included."""
    _, expected = DERIVATIVES(X=lab.X, y=lab.y, w=POINT, lam=2.0)
    found = np.asarray(lab.hessian(lab.X, lab.y, POINT, 2.0))
    assert not np.allclose(found, expected - 2 * np.eye(30)), "The penalty is missing: lam on the diagonal."
    assert np.allclose(found, expected), "The Hessian is X' diag(s*(1 - s)) X + lam*I."


def check_newton_arrives_in_few_steps(lab):
    """The gradient vanishes at the end, after fewer than fifteen steps."""
    w, steps = lab.newton(lab.X, lab.y, 1.0)
    g, _ = DERIVATIVES(X=lab.X, y=lab.y, w=np.asarray(w), lam=1.0)
    assert np.linalg.norm(g) < 1e-6, "The gradient is not zero at the end. Solve with the Hessian."
    assert 0 < steps < 15, "Newton's method needs fewer than fifteen steps here."


def check_the_rate_is_safe(lab):
    """The rate is one over the bound, and the curvature stays below the bound."""
    rate = lab.safe_rate(lab.X, 1.0)
    _, at_zero = DERIVATIVES(X=lab.X, y=lab.y, w=np.zeros(30), lam=1.0)
    assert np.isclose(rate * np.linalg.eigvalsh(at_zero)[-1], 1), (
        "At w = 0 the bound is reached: the rate must be one over the largest curvature there."
    )


def check_both_methods_agree(lab):
    """Gradient descent ends where Newton's method ends, only much later."""
    by_newton, few = lab.newton(lab.X, lab.y, 1.0)
    by_descent, many = lab.descend(lab.X, lab.y, 1.0, tolerance=1e-4)
    assert np.allclose(by_newton, by_descent, atol=1e-3), "The two methods end at different weights."
    assert many > 50 * few, "Gradient descent should need far more steps; is the rate the safe one?"
