"""Checks of the lab on scaling: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

DECLARED = {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)", "N": "positive"}
LOSS = fr.parse("norm2(X*w - y)^2/(2*N)", DECLARED)
COMPILED = fr.compile([fr.derivative(LOSS, "w"), fr.derivative(LOSS, "w", "w")])


def derived(X, y, w):
    """Gradient and Hessian by the engine."""
    return COMPILED(X=X, w=w, y=y, N=float(len(y)))


def check_the_gradient(lab):
    """The gradient is the one that the engine derives."""
    w = np.random.default_rng(0).normal(size=10)
    expected, _ = derived(lab.scaled, lab.y, w)
    found = np.asarray(lab.gradient(lab.scaled, lab.y, w))
    assert found.shape == (10,), "The gradient has one entry for each weight."
    assert not np.allclose(found, len(lab.y) * expected), "This is the gradient of the sum: divide by N."
    assert np.allclose(found, expected), "Not X'(Xw - y)/N."


def check_the_condition_number_and_the_rate(lab):
    """They follow from the eigenvalues of the Hessian that the engine derives."""
    for X in (lab.raw, lab.scaled):
        _, hessian = derived(X, lab.y, np.zeros(10))
        condition, rate = lab.condition_and_rate(X)
        assert np.isclose(condition, np.linalg.cond(hessian), rtol=1e-6), (
            "Largest eigenvalue of X'X/N divided by the smallest."
        )
        worst = np.abs(np.linalg.eigvalsh(np.eye(10) - rate * hessian)).max()
        assert np.isclose(worst, (condition - 1) / (condition + 1)), (
            "With the best rate the worst factor is (kappa - 1)/(kappa + 1); yours differs."
        )


def check_the_run(lab):
    """The run stops where the gradient is small, and not later."""
    _, rate = lab.condition_and_rate(lab.scaled)
    w, steps = lab.descend(lab.scaled, lab.y, rate)
    start = np.linalg.norm(derived(lab.scaled, lab.y, np.zeros(10))[0])
    end = np.linalg.norm(derived(lab.scaled, lab.y, np.asarray(w))[0])
    assert end < 1e-3 * start, "At the end the gradient must be a thousandth of that at the start."
    assert 0 < steps < 2000, "This many steps are not needed: test the gradient before each step."


def check_scaling_makes_it_faster(lab):
    """Standardized columns need fewer steps and end nearer to the best fit."""
    errors = []
    for X in (lab.raw, lab.scaled):
        w, _ = lab.descend(X, lab.y, lab.condition_and_rate(X)[1], 1e-9, 1000)
        best = np.linalg.lstsq(X, lab.y, rcond=None)[0]
        errors.append(np.mean((X @ w - lab.y) ** 2) - np.mean((X @ best - lab.y) ** 2))
    assert errors[1] < errors[0] / 10, "After a thousand steps the standardized run should be far ahead."
