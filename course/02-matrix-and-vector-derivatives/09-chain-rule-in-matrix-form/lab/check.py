"""Checks of the lab on logistic regression: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

LOSS = fr.parse(
    "sum(softplus(X*w)) - y'*X*w",
    {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)"},
)


def point(lab):
    """Return some weights to try the functions at."""
    return np.linspace(-0.5, 0.5, lab.X.shape[1])


def check_the_loss(lab):
    """The loss is right, and finite for a score of a thousand."""
    w = point(lab)
    (expected,) = fr.compile(LOSS)(X=lab.X, y=lab.y, w=w)
    assert np.isclose(lab.loss(lab.X, lab.y, w), expected), (
        "The loss is wrong: sum the softplus of the scores X*w and subtract y'*X*w."
    )
    large = lab.loss(np.array([[1000.0]]), np.array([0.0]), np.array([1.0]))
    assert np.isclose(large, 1000), (
        "At a score of 1000 the loss should be 1000. log(1 + exp(1000)) overflows; use np.logaddexp."
    )


def check_the_gradient(lab):
    """The gradient is the one that the engine derives."""
    w = point(lab)
    (expected,) = fr.compile(fr.derivative(LOSS, "w"))(X=lab.X, y=lab.y, w=w)
    found = np.asarray(lab.gradient(lab.X, lab.y, w))
    assert found.shape == w.shape, (
        "The gradient needs one entry for each weight. If it has one for each tumor, X' is missing."
    )
    assert np.allclose(found, expected), "The gradient is wrong. It is X' times (sigmoid(X*w) - y)."


def check_the_hessian(lab):
    """The Hessian is the one that the engine derives, and symmetric."""
    w = point(lab)
    (expected,) = fr.compile(fr.derivative(LOSS, "w", "w"))(X=lab.X, y=lab.y, w=w)
    found = np.asarray(lab.hessian(lab.X, w))
    assert np.allclose(found, found.T), "A Hessian is symmetric; yours is not."
    assert np.allclose(found, expected), (
        "The Hessian is wrong. Between X' and X stands the slope of the sigmoid, s.*(1 - s), not s "
        "and not nothing."
    )


def check_the_training(lab):
    """Training went downhill, and the model is right on more than 97 % of the tumors."""
    start = np.linalg.norm(lab.gradient(lab.X, lab.y, np.zeros(lab.X.shape[1])))
    assert start > 0, "The gradient at zero weights is zero: then nothing is learned."
    end = np.linalg.norm(lab.gradient(lab.X, lab.y, lab.w))
    assert end < start / 20, "The gradient has hardly shrunk. Does the step go against it?"
    right = np.mean((lab.X @ lab.w > 0) == (lab.y == 1))
    assert right > 0.97, f"Only {right:.1%} of the tumors are told apart."


def check_who_shapes_the_bowl(lab):
    """Fewer than a fifth of the tumors hold nine tenths of the Hessian's weight."""
    assert lab.weights.max() <= 0.25, "The slope of the sigmoid is never more than 1/4."
    assert 0 < lab.needed < len(lab.y) / 5, "Most of the weight should lie on few tumors."
