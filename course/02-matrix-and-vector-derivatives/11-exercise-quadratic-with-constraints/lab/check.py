"""Checks of the lab on constrained quadratics: against the optimizer, and against what must hold."""

import numpy as np

import frechet as fr

RISK = fr.parse("w'*S*w", {"w": "vector(n)", "S": "psd(n)"})


def check_the_quietest_index(lab):
    """The weights add up to one, and are those that the optimizer finds."""
    w = np.asarray(lab.quietest(lab.S))
    assert np.isclose(w.sum(), 1), "The weights do not add up to one: divide by their sum."
    found = fr.minimize(RISK, over="w", data={"S": lab.S}, subject_to="sum(w) == 1")
    assert np.allclose(w, found.x["w"], atol=1e-5), (
        "There are weights with a smaller variance. Solve S*v = ones, then divide by the sum of v."
    )


def check_the_normals_are_parallel(lab):
    """At the quietest index the gradient is a multiple of the vector of ones."""
    (gradient,) = fr.compile(fr.derivative(RISK, "w"))(S=lab.S, w=np.asarray(lab.quietest(lab.S)))
    assert np.allclose(gradient, gradient.mean()), (
        "The entries of the gradient 2*S*w differ: moving weight from one measurement to another "
        "would still pay."
    )


def check_the_block_system(lab):
    """The solution meets three conditions, and the gradient is a combination of the normals."""
    random = np.random.default_rng(3)
    C, d = random.normal(size=(3, 10)), random.normal(size=3)
    w, nu = lab.block_solve(lab.S, C, d)
    assert np.allclose(C @ w, d), "The weights do not meet the conditions C*w = d."
    assert np.allclose(lab.S @ w + C.T @ nu, 0), (
        "S*w + C'*nu is not zero. The first block row is [S, C'], and nu is the second part."
    )


def check_the_frontier(lab):
    """Both conditions hold, and no permitted step makes the variance smaller."""
    random = np.random.default_rng(4)
    C = np.vstack([np.ones(10), lab.mu])
    for target in (0.1, 0.5):
        w = np.asarray(lab.frontier(lab.S, lab.mu, target))
        assert np.allclose(C @ w, [1, target]), "The sum must be 1 and mu'*w the target."
        for _ in range(20):
            step = random.normal(size=10)
            step -= np.linalg.pinv(C) @ (C @ step)
            assert (w + step) @ lab.S @ (w + step) >= w @ lab.S @ w, (
                "A step that keeps both conditions makes the variance smaller."
            )


def check_the_discovery(lab):
    """The index is quieter than every random mixture, and some of its weights are negative."""
    assert lab.w @ lab.S @ lab.w < lab.best_random, "A random mixture is quieter than yours."
    assert lab.w.min() < 0, "In the quietest index some measurements are subtracted."
