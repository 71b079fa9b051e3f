"""Checks of the lab on the symmetric part: against the engine, and against what must hold."""

import numpy as np

import frechet as fr

FORM = fr.parse("x'*A*x", {"A": "matrix(n, n)", "x": "vector(n)"})
VALUE_AND_GRADIENT = fr.compile([FORM, fr.derivative(FORM, "x")])


def check_the_two_parts(lab):
    """The first part is symmetric, the second skew, and together they are the matrix."""
    symmetric, skew = lab.split(lab.B)
    assert np.allclose(symmetric, symmetric.T), "The first part must equal its transpose: average A and A'."
    assert np.allclose(skew, -skew.T), "The second part must be minus its transpose: half of A - A'."
    assert np.allclose(symmetric + skew, lab.B), "The two parts must add up to A. Did you forget the half?"


def check_the_form_of_each_wine(lab):
    """Each row gives one number, x'Ax."""
    found = np.asarray(lab.forms(lab.B, lab.X))
    expected = [VALUE_AND_GRADIENT(A=lab.B, x=x)[0] for x in lab.X]
    assert found.shape == (len(lab.X),), "One number for each row of X is needed."
    assert np.allclose(found, expected), "These are not the values of x'Ax. Multiply X @ A by X and add."


def check_the_form_does_not_feel_the_skew_part(lab):
    """The form of the skew part is zero for every wine."""
    _, skew = lab.split(lab.B)
    assert np.abs(skew).max() > 0.1, "The skew part of B is not small; split returns something else."
    assert np.allclose(lab.forms(skew, lab.X), 0), "x'Kx must vanish for a skew K: check split and forms."


def check_the_gradients(lab):
    """The gradients are those that the engine derives, for a matrix that is not symmetric."""
    found = np.asarray(lab.gradients(lab.B, lab.X))
    expected = np.array([VALUE_AND_GRADIENT(A=lab.B, x=x)[1] for x in lab.X])
    assert found.shape == lab.X.shape, "One gradient for each row of X is needed, with thirteen entries."
    assert not np.allclose(found, 2 * lab.X @ lab.B.T), (
        "This is 2*A*x, the rule for symmetric matrices. B is not symmetric: use A + A'."
    )
    assert np.allclose(found, expected), (
        "The gradients differ from (A + A')*x. The points are rows here: transpose the formula, so that "
        "X stands on the left."
    )
