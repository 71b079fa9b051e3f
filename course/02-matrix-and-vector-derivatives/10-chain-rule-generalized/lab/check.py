"""Checks of the lab on a two-layer network: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

LOSS = fr.parse(
    "norm2(tanh(X*V + vector(1)*b')*W + vector(1)*c' - Y)^2*s/2",
    {
        "X": "matrix(m, n)",
        "V": "matrix(n, h)",
        "b": "vector(h)",
        "W": "matrix(h, k)",
        "c": "vector(k)",
        "Y": "matrix(m, k)",
        "s": "scalar",
    },
)
EXPECTED = fr.compile([fr.derivative(LOSS, name) for name in ("V", "b", "W", "c")])


def gradients_of_both(lab):
    """Return the learner's gradients and the engine's, on forty digits at random weights."""
    random = np.random.default_rng(1)
    P = [p + random.normal(0, 0.1, p.shape) for p in lab.start()]
    X, Y = lab.X[:40], lab.Y[:40]
    data = dict(zip(("V", "b", "W", "c"), P, strict=True))
    return lab.gradients(P, X, Y), EXPECTED(X=X, Y=Y, s=1 / 40, **data)


def check_the_slope(lab):
    """The slope of tanh, from its value, is the one that the engine derives."""
    z = np.linspace(-2, 2, 9)
    slope = fr.compile(fr.derivative(fr.parse("tanh(z)", {"z": "scalar"}), "z"))
    expected = [slope(z=float(entry))[0] for entry in z]
    assert np.allclose(lab.slope_of_tanh(np.tanh(z)), expected), (
        "The slope of tanh is 1 minus the square of its value."
    )


def check_the_shapes(lab):
    """Each gradient has the shape of its variable."""
    for name, found, expected in zip("VbWc", *gradients_of_both(lab), strict=True):
        assert np.shape(found) == expected.shape, (
            f"The gradient by {name} has the shape {np.shape(found)} and needs {expected.shape}."
        )


def check_the_second_layer(lab):
    """The gradients by W and c are the ones that the engine derives."""
    found, expected = gradients_of_both(lab)
    for name, place in (("W", 2), ("c", 3)):
        assert np.allclose(found[place], expected[place]), (
            f"The gradient by {name} is wrong. For W it is A' times the error; for c the column "
            "sums of the error. Is the error divided by the number of examples?"
        )


def check_the_first_layer(lab):
    """The gradients by V and b are the ones that the engine derives."""
    found, expected = gradients_of_both(lab)
    for name, place in (("V", 0), ("b", 1)):
        assert np.allclose(found[place], expected[place]), (
            f"The gradient by {name} is wrong. Pull the error back through W with W', multiply "
            "by the slopes, and only then by X'."
        )


def check_the_training(lab):
    """The trained network reads more than 85 % of the digits that it has not seen."""
    assert lab.losses[-1] < lab.losses[0] / 2, "The loss has hardly fallen."
    assert lab.accuracy(lab.P) > 0.85, "Too few of the test digits are read correctly."
