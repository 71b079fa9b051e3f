"""Checks of the lab on the cart: gradients by the engine, and the Riccati equation by SciPy."""

import numpy as np
from scipy.linalg import solve_discrete_are

import frechet as fr

COST = fr.parse(
    "u'*R*u + (F*x + B*u)'*Q*(F*x + B*u)",
    {
        "F": "matrix(n, n)",
        "B": "matrix(n, p)",
        "Q": "psd(n)",
        "R": "psd(p)",
        "x": "vector(n)",
        "u": "vector(p)",
    },
)
COST_AND_GRADIENT = fr.compile([COST, fr.derivative(COST, "u")])


def cost_and_gradient(lab, Q, x, u):
    """Return both for the lab's cart, with a cost of the next state of one's own."""
    return COST_AND_GRADIENT(F=lab.F, B=lab.B, Q=Q, R=lab.R, x=x, u=u)


def check_the_gradient_vanishes_at_the_push(lab):
    """At u = -G x the gradient by u, as the engine derives it, is zero."""
    random = np.random.default_rng(5)
    for _ in range(5):
        x = random.normal(size=2)
        _, slope = cost_and_gradient(lab, lab.Q, x, -lab.gain(lab.F, lab.B, lab.Q, lab.R) @ x)
        assert np.allclose(slope, 0), (
            "The gradient 2*(R + B'QB)*u + 2*B'QF*x is not zero at your push. Solve for u; mind the minus, "
            "which already stands in u = -G x."
        )


def check_two_pushes_at_once(lab):
    """The gain is right for a system with three states and two pushes as well."""
    random = np.random.default_rng(6)
    F, B, Q, R = random.normal(size=(3, 3)), random.normal(size=(3, 2)), np.eye(3), np.diag([1.0, 2.0])
    G, x = lab.gain(F, B, Q, R), random.normal(size=3)
    assert np.shape(G) == (2, 3), "G has a row for each push and a column for each entry of the state."
    _, slope = COST_AND_GRADIENT(F=F, B=B, Q=Q, R=R, x=x, u=-G @ x)
    assert np.allclose(slope, 0), "Use only the arguments F, B, Q, R, and keep the order of the factors."


def check_one_step_back(lab):
    """The new form is the least cost from a state: its price, plus that of the best push."""
    earlier = lab.one_step_back(lab.Q, lab.F, lab.B, lab.Q, lab.R)
    for x in (np.array([1.0, 0.0]), np.array([-0.5, 2.0])):
        u = -np.linalg.solve(lab.R + lab.B.T @ lab.Q @ lab.B, lab.B.T @ lab.Q @ lab.F @ x)
        least, _ = cost_and_gradient(lab, lab.Q, x, u)
        assert np.isclose(x @ earlier @ x, x @ lab.Q @ x + least), (
            "x'Px for the new P must be x'Qx plus the cost at the best push. Compare with Q + F'PF - F'PBG."
        )


def check_the_loop_solves_the_riccati_equation(lab):
    """After two hundred steps ahead P agrees with SciPy's solution."""
    expected = solve_discrete_are(lab.F, lab.B, lab.Q, lab.R)
    assert np.allclose(lab.P, expected), "P has not settled where the Riccati equation says."


def check_the_cart_comes_home(lab):
    """With the settled gain the cart is home within three seconds."""
    positions, _ = lab.drive(lab.G)
    assert abs(positions[30]) < 0.01, "After three seconds the cart should be less than a centimeter off."
