"""Checks of the lab on least squares: gradients by the engine, and what must hold at the best weights."""

import numpy as np

import frechet as fr

DECLARED = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "lam": "scalar"}
SQUARES = fr.parse("norm2(X*w - y)^2", DECLARED)
RIDGE = fr.parse("norm2(X*w - y)^2 + lam*norm2(w)^2", DECLARED)
BELIEF = fr.parse(
    "(z - h'*x)^2/R + (x - s)'*inv(P)*(x - s)",
    {"z": "scalar", "h": "vector(n)", "x": "vector(n)", "R": "positive", "s": "vector(n)", "P": "psd(n)"},
)


def check_the_gradient(lab):
    """The gradient is the one that the engine derives."""
    w = np.linspace(-100, 100, 10)
    (expected,) = fr.compile(fr.derivative(SQUARES, "w"))(X=lab.X, y=lab.y, w=w)
    found = np.asarray(lab.gradient(lab.X, lab.y, w))
    assert found.shape == (10,), "The gradient has one entry for each column of X."
    assert np.allclose(found, expected), "The gradient is 2*X'*(X*w - y): is the 2 there, and X' outside?"


def check_the_ridge_weights(lab):
    """At the ridge weights the gradient of the loss with penalty vanishes."""
    by_w = fr.compile(fr.derivative(RIDGE, "w"))
    for lam in (0.0, 0.5, 10.0):
        w = lab.ridge(lab.X, lab.y, lam)
        (slope,) = by_w(X=lab.X, y=lab.y, w=w, lam=lam)
        assert np.abs(slope).max() < 1e-6, (
            f"For lam = {lam} the gradient is not zero. Solve (X'X + lam*I) w = X'y, "
            "with lam on the diagonal only."
        )


def check_the_residual_is_perpendicular(lab):
    """The residual of the least-squares weights is at right angles to every column."""
    residual = lab.X @ lab.ridge(lab.X, lab.y, 0.0) - lab.y
    assert np.abs(lab.X.T @ residual).max() < 1e-8, "X' times the residual must vanish."


def check_one_update(lab):
    """After one patient the gradient of the two weighted squares vanishes at the new belief."""
    random = np.random.default_rng(6)
    s, h, root = random.normal(size=4), random.normal(size=4), random.normal(size=(4, 4))
    P = root @ root.T + np.eye(4)
    x, after = lab.update(s, P, h, 2.0, 0.3)
    program = fr.compile([fr.derivative(BELIEF, "x"), fr.derivative(BELIEF, "x", "x")])
    slope, bending = program(z=2.0, h=h, x=x, R=0.3, s=s, P=P)
    assert np.allclose(slope, 0), (
        "The new belief does not balance both squares. Check P h (z - h's) / (h'Ph + R)."
    )
    assert np.allclose(after @ bending / 2, np.eye(4)), (
        "The new covariance must be the inverse of h h'/R + inv(P): subtract the outer product "
        "of P h with itself, divided by h'Ph + R."
    )


def check_the_patients_lead_to_ridge(lab):
    """Patient by patient, one arrives at the ridge weights of the whole table."""
    expected = np.linalg.solve(lab.X.T @ lab.X + lab.lam * np.eye(10), lab.X.T @ lab.y)
    assert np.allclose(lab.s, expected), "After all patients the belief must equal the ridge weights."
