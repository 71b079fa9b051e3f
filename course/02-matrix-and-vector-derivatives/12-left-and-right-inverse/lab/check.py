"""Checks of the lab on one-sided inverses: by the gradients that the engine derives."""

import numpy as np

import frechet as fr

DECLARED = {"A": "matrix(m, n)", "X": "matrix(n, k)", "B": "matrix(m, k)", "t": "scalar"}
DISTANCE = fr.compile(fr.derivative(fr.parse("norm2(A*X - B)^2", DECLARED), "X"))
RIDGE = fr.compile(fr.derivative(fr.parse("norm2(A*X - B)^2 + t*norm2(X)^2", DECLARED), "X"))


def check_the_left_inverse(lab):
    """The gradient of norm2(A*X - eye(m))^2 vanishes, and X*A is the identity."""
    A = np.random.default_rng(1).normal(size=(7, 4))
    X = np.asarray(lab.left_inverse(A))
    assert X.shape == (4, 7), "The left inverse of a 7 x 4 matrix is 4 x 7."
    (gradient,) = DISTANCE(A=A, X=X, B=np.eye(7))
    assert np.allclose(gradient, 0, atol=1e-8), (
        "The gradient 2*A'*(A*X - eye(m)) is not zero at your X: solve A'*A*X = A'."
    )
    assert np.allclose(X @ A, np.eye(4)), "X*A should be the identity."


def check_the_right_inverse(lab):
    """A*X is the identity, and X has no part that A cannot see."""
    A = np.random.default_rng(2).normal(size=(3, 6))
    X = np.asarray(lab.right_inverse(A))
    assert X.shape == (6, 3), "The right inverse of a 3 x 6 matrix is 6 x 3."
    assert np.allclose(A @ X, np.eye(3)), "A*X should be the identity."
    unseen = np.linalg.svd(A)[2][3:]
    assert np.allclose(unseen @ X, 0), (
        "Your X is not the smallest one: it has a part that A sends to zero. X is A' times something."
    )


def check_the_pictures(lab):
    """90 measurements give the images back; 40 give their measurements back, in smaller images."""
    assert np.allclose(lab.from_many, lab.images), "From 90 measurements the images are determined."
    assert np.allclose(lab.few @ lab.from_few, lab.few @ lab.images), (
        "The reconstruction from 40 measurements should reproduce those measurements."
    )
    small, true = np.linalg.norm(lab.from_few, axis=0), np.linalg.norm(lab.images, axis=0)
    assert np.all(small < true), "The smallest solution cannot be larger than the true image."


def check_the_ridge(lab):
    """The gradient of the ridge cost vanishes, for a tall and for a wide matrix."""
    random = np.random.default_rng(3)
    for shape in ((7, 4), (3, 6)):
        A, B = random.normal(size=shape), random.normal(size=(shape[0], 2))
        X = np.asarray(lab.reconstruct(A, B, 0.3))
        (gradient,) = RIDGE(A=A, X=X, B=B, t=0.3)
        assert np.allclose(gradient, 0, atol=1e-8), (
            "The gradient 2*A'*(A*X - B) + 2*ridge*X is not zero. The ridge goes on the diagonal of "
            "A'*A: ridge*eye(n)."
        )


def check_the_rescue(lab):
    """A small ridge is at least twice as good as none, and as a large one."""
    assert min(lab.errors) < lab.errors[0] / 2, "Some ridge should beat no ridge by far."
    assert min(lab.errors) < lab.errors[-1] / 2, "The largest ridge should be too much."
