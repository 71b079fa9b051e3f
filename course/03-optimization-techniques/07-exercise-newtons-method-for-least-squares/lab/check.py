"""Checks of the lab on Newton's method for least squares: against the engine, and what must hold."""

import numpy as np

import frechet as fr

DECLARED = {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)", "lam": "positive"}
LOSS = fr.parse("norm2(X*w - y)^2 + lam*norm2(w)^2", DECLARED)
DERIVATIVES = fr.compile([fr.derivative(LOSS, "w"), fr.derivative(LOSS, "w", "w")])
STARTS = np.random.default_rng(1).normal(size=(3, 10)) * 1000


def derived_step(lab, w, lam):
    """The Newton step with the gradient and the Hessian of the engine."""
    gradient, hessian = DERIVATIVES(X=lab.X, y=lab.y, w=w, lam=lam)
    return w - np.linalg.solve(hessian, gradient)


def check_one_step_is_enough(lab):
    """From any start one step leads to the least-squares weights."""
    best = np.linalg.lstsq(lab.X, lab.y, rcond=None)[0]
    for start in STARTS:
        found = lab.newton_step(lab.X, lab.y, start)
        assert not np.allclose(found, 2 * best - start), "A mirror image: the Hessian lacks a 2."
        assert np.allclose(found, best), "One step must lead to the least-squares weights: solve H s = -g."


def check_a_lost_factor_mirrors_the_start(lab):
    """With half of the Hessian the loss stays where it was."""
    best = np.linalg.lstsq(lab.X, lab.y, rcond=None)[0]
    found = lab.newton_step(lab.X, lab.y, STARTS[0], 0.5)
    assert np.allclose(found, 2 * best - STARTS[0]), "With factor 0.5 you must land on the mirror image."


def check_the_ridge_step(lab):
    """The step is the one with the gradient and the Hessian that the engine derives."""
    for start in STARTS:
        found = lab.ridge_step(lab.X, lab.y, start, 0.7)
        assert np.allclose(found, derived_step(lab, start, 0.7)), (
            "The penalty adds 2*lam*w to the gradient and 2*lam to the diagonal of the Hessian."
        )


def check_qr_agrees_with_the_step(lab):
    """On well-behaved data QR gives the same weights."""
    expected = np.linalg.lstsq(lab.X, lab.y, rcond=None)[0]
    assert np.allclose(lab.by_qr(lab.X, lab.y), expected), "Solve R w = Q'y, with np.linalg.qr(X)."


def check_qr_keeps_its_digits(lab):
    """With a column that is nearly a copy, QR is far more accurate than the normal equations."""
    noise = np.random.default_rng(2).normal(size=len(lab.X)) / 20
    wide = np.column_stack([lab.X, lab.X[:, 0] + 1e-6 * noise])
    made = wide @ np.ones(11)
    error = np.abs(lab.by_qr(wide, made) - 1).max()
    assert error < 1e-6, "Work with Q and R only; forming X'X squares the condition number."
    assert error < np.abs(lab.by_normal_equations(wide, made) - 1).max() / 10, "QR should win by far here."
