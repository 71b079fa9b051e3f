"""Checks of the lab on curvature: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

LOSS = fr.parse("sum(softplus(X*w)) - y'*X*w", {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"})
HESSIAN = fr.compile([fr.derivative(LOSS, "w", "w")])


def check_the_hessian_at_zero(lab):
    """At w = 0 the Hessian is a quarter of X'X."""
    found = np.asarray(lab.hessian(lab.standardized, np.zeros(30)))
    assert found.shape == (30, 30), "The Hessian has a row and a column for each weight."
    assert np.allclose(found, lab.standardized.T @ lab.standardized / 4), (
        "At w = 0 every sigmoid is one half and every weight s*(1 - s) one quarter: X'X/4 is expected."
    )


def check_the_hessian_elsewhere(lab):
    """At another point the Hessian is the one that the engine derives."""
    w = np.random.default_rng(0).normal(size=30) / 10
    [expected] = HESSIAN(X=lab.standardized, w=w, y=lab.y.astype(float))
    assert np.allclose(lab.hessian(lab.standardized, w), expected), (
        "Not the Hessian away from zero. Are the weights s*(1 - s), taken at X @ w?"
    )


def check_the_verdicts(lab):
    """Bowl, dome, saddle and silence are told apart, and the mixed entry counts."""
    assert lab.verdict(np.array([[2.0, 3.0], [3.0, 2.0]])) == "saddle", (
        "A positive diagonal is not enough: use the eigenvalues."
    )
    assert lab.verdict(np.array([[2.0, 1.0], [1.0, 2.0]])) == "min", "Eigenvalues 1 and 3: a minimum."
    assert lab.verdict(-np.eye(3)) == "max", "All eigenvalues are negative: a maximum."
    assert lab.verdict(np.diag([0.0, 2.0])) == "silent", "A zero and a positive eigenvalue: silent."
    assert lab.verdict(np.diag([-1.0, 0.0, 2.0])) == "saddle", "Both signs occur: a saddle, despite the zero."


def check_the_spread(lab):
    """The spread is the condition number of the Hessian, and standardizing makes it far smaller."""
    H = lab.standardized.T @ lab.standardized / 4
    assert np.isclose(lab.spread(H), np.linalg.cond(H), rtol=1e-6), (
        "Divide the largest eigenvalue by the smallest."
    )
    raw = np.linalg.cond(lab.raw / 2) ** 2
    assert raw > 1e3 * lab.spread(H), "Standardizing should make the valley rounder; check spread."
