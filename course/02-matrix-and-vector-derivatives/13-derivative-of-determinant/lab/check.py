"""Checks of the lab on choosing by a log-determinant: against the engine, and what must hold."""

import numpy as np

import frechet as fr

INFORMATION = fr.parse("logdet(X'*diag(w)*X)", {"X": "matrix(m, n)", "w": "vector(m)"})
GRAM = fr.parse("logdet(X'*X)", {"X": "matrix(m, n)"})


def weights(lab):
    """Return positive weights to try the functions at."""
    return np.linspace(0.5, 2, len(lab.X))


def check_the_information_matrix(lab):
    """The matrix is X'*diag(w)*X, and the logarithm of its determinant is right."""
    w = weights(lab)
    (expected,) = fr.compile(INFORMATION)(X=lab.X, w=w)
    assert np.allclose(lab.information(lab.X, w), lab.X.T @ np.diag(w) @ lab.X), (
        "The information matrix is X'*diag(w)*X: scale the rows of X by w, then multiply by X'."
    )
    assert np.isclose(lab.log_determinant(lab.X, w), expected), (
        "The logarithm of the determinant is wrong. slogdet returns a sign first, then the logarithm."
    )


def check_the_gradient_by_the_rows(lab):
    """The gradient of logdet(X'*X) by X is the one that the engine derives."""
    (expected,) = fr.compile(fr.derivative(GRAM, "X"))(X=lab.X)
    found = np.asarray(lab.gradient_by_rows(lab.X))
    assert found.shape == lab.X.shape, "The gradient by X has the shape of X."
    assert np.allclose(found, expected), "The gradient is 2*X*inv(X'*X), with one factor 2."


def check_the_gradient_by_the_weights(lab):
    """The gradient of the log-determinant by the weights is the one that the engine derives."""
    w = weights(lab)
    (expected,) = fr.compile(fr.derivative(INFORMATION, "w"))(X=lab.X, w=w)
    M = lab.X.T @ np.diag(w) @ lab.X
    assert np.allclose(lab.gradient_by_weights(lab.X, M), expected), (
        "Entry i of the gradient is x'*inv(M)*x with x the row i of X as a column."
    )


def check_the_choice(lab):
    """Thirty different wines, with more information than the best of 500 random lots."""
    assert len(set(lab.chosen)) == 30, "Thirty different wines are wanted."
    assert lab.greedy > max(lab.by_chance), (
        "A random lot tells more than your choice: look at the gradient by the weights."
    )
