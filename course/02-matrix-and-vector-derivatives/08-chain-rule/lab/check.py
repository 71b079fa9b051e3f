"""Checks of the lab on robust regression: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

LOSS = fr.parse(
    "sum(sqrt(vector(1) + (X*w - y).^2))",
    {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"},
)
PATH = fr.parse(
    "sum(sqrt(vector(1) + (X*(w + t*v) - y).^2))",
    {"X": "matrix(m, n)", "w": "vector(n)", "v": "vector(n)", "y": "vector(m)", "t": "scalar"},
)


def check_the_pull_of_a_residual(lab):
    """The slope of the outer function is right, and never larger than 1."""
    slope = fr.derivative(fr.parse("sqrt(1 + r^2) - 1", {"r": "scalar"}), "r")
    (expected,) = zip(*[fr.compile(slope)(r=r) for r in (-100.0, -1.0, 0.0, 0.1, 3.0)], strict=True)
    found = lab.pull(np.array([-100.0, -1.0, 0.0, 0.1, 3.0]))
    assert np.allclose(found, expected), (
        "pull(r) is not the slope of sqrt(1 + r^2) - 1. The inside of the root is 1 + r^2, with "
        "slope 2r; the root contributes 1/(2*sqrt(1 + r^2))."
    )


def check_the_robust_gradient(lab):
    """The gradient by the chain rule is the one that the engine derives."""
    w = np.linspace(-1, 1, lab.X.shape[1])
    (expected,) = fr.compile(fr.derivative(LOSS, "w"))(X=lab.X, w=w, y=lab.y)
    found = np.asarray(lab.robust_gradient(lab.X, lab.y, w))
    assert found.shape == w.shape, "The gradient needs the shape of w: one entry for each weight."
    assert np.allclose(found, expected), (
        "The gradient is wrong. It is X' times the pulls of the residuals X*w - y; look for a lost "
        "outer slope (then you have least squares) or a lost X'."
    )


def check_the_slope_along_a_path(lab):
    """The slope along w + t*v is taken at the current point."""
    w, v = np.linspace(-1, 1, lab.X.shape[1]), np.linspace(1, 2, lab.X.shape[1])
    slope = fr.compile(fr.derivative(PATH, "t"))
    for t in (0.0, 0.7):
        (expected,) = slope(X=lab.X, w=w, v=v, y=lab.y, t=t)
        assert np.isclose(lab.slope_along(lab.X, lab.y, w, v, t), expected), (
            f"The slope at t = {t} is wrong. Take the gradient at w + t*v, not at w, and multiply "
            "it by the velocity v."
        )


def check_what_ten_wrong_numbers_do(lab):
    """The robust fit stays where it was, the least-squares fit does not."""
    at_the_end = np.linalg.norm(lab.robust_gradient(lab.X, lab.y_wrong, lab.robust_disturbed))
    at_the_start = np.linalg.norm(lab.robust_gradient(lab.X, lab.y_wrong, np.zeros(lab.X.shape[1])))
    assert np.linalg.norm(lab.robust_disturbed) > 0.1, "The robust fit has not left zero."
    assert at_the_end < 1e-3 * at_the_start, (
        "The robust fit has not arrived: its gradient is still far from zero."
    )
    assert lab.shift_robust < lab.shift_squared / 4, (
        "Ten wrong targets should move the robust fit much less than the least-squares fit."
    )
