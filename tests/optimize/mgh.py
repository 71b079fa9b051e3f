"""The test problems of Moré, Garbow and Hillstrom (ACM TOMS 7, 1981), as formulas of the language.

f is the sum of squares without a factor 1/2. `minima` lists the known minima, the best first.
Small problems name their unknowns x1, x2, …; the others have one vector x, and pick its entries by
products with data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """One problem: text, the start, data, declarations, known minima."""

    name: str
    text: str
    start: dict[str, Any]
    minima: tuple[float, ...]
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def declarations(self) -> dict[str, str]:
        return {name: _kind(value) for name, value in {**self.data, **self.start}.items()}


def _kind(value: Any) -> str:
    shape = np.shape(value)
    return (
        "scalar"
        if not shape
        else f"vector({shape[0]})"
        if len(shape) == 1
        else f"matrix({shape[0]}, {shape[1]})"
    )


def scalars(*values: float) -> dict[str, float]:
    return {f"x{k}": v for k, v in enumerate(values, 1)}


def vector(values: Any) -> dict[str, Any]:
    return {"x": np.asarray(values, dtype=float)}


def _every(count: int, n: int) -> list[np.ndarray]:
    """Return the matrices that pick entries k, k + count, … of a vector."""
    return [np.eye(n)[k::count] for k in range(count)]


def _list(text: str) -> np.ndarray:
    return np.array([float(part) for part in text.split()])


Y_BARD = _list(".14 .18 .22 .25 .29 .32 .35 .39 .37 .58 .73 .96 1.34 2.10 4.39")
U15 = np.arange(1.0, 16)
Y_GAUSS = _list(".0009 .0044 .0175 .0540 .1295 .2420 .3521 .3989 .3521 .2420 .1295 .0540 .0175 .0044 .0009")
Y_MEYER = _list("34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872")
T_GULF = np.arange(1, 100) / 100
T_BOX = 0.1 * np.arange(1, 11)
Y_KOWALIK = _list(".1957 .1947 .1735 .1600 .0844 .0627 .0456 .0342 .0323 .0235 .0246")
U_KOWALIK = _list("4 2 1 .5 .25 .167 .125 .1 .0833 .0714 .0625")
T_BROWN = np.arange(1, 21) / 5
Y_OSBORNE1 = _list(
    ".844 .908 .932 .936 .925 .908 .881 .850 .818 .784 .751 .718 .685 .658 .628 .603 .580 .558 .538 "
    ".522 .506 .490 .478 .467 .457 .448 .438 .431 .424 .420 .414 .411 .406"
)
T_BIGGS = 0.1 * np.arange(1, 14)
Y_OSBORNE2 = _list(
    "1.366 1.191 1.112 1.013 .991 .885 .831 .847 .786 .725 .746 .679 .608 .655 .616 .606 .602 .626 "
    ".651 .724 .649 .649 .694 .644 .624 .661 .612 .558 .533 .495 .500 .423 .395 .375 .372 .391 .396 "
    ".405 .428 .429 .523 .562 .607 .653 .672 .708 .633 .668 .645 .632 .591 .559 .597 .625 .739 .710 "
    ".729 .720 .636 .581 .428 .292 .162 .098 .054"
)
_ROSENBROCK = _every(2, 100)
_POWELL = _every(4, 100)
POWELL = (
    "norm2({0} + 10*{1})^2 + 5*norm2({2} - {3})^2 + norm2(({1} - 2*{2}).^2)^2 + 10*norm2(({0} - {3}).^2)^2"
)


def watson(n: int, minimum: float) -> Case:
    t, j = np.arange(1, 30)[:, None] / 29, np.arange(n)[None, :]
    slopes = np.where(j > 0, j * t ** np.maximum(j - 1, 0), 0)
    data = {"D": slopes, "P": t**j, "e1": np.eye(n)[0], "e2": np.eye(n)[1]}
    text = "norm2(D*x - (P*x).^2 - vector(1))^2 + (e1'*x)^2 + (e2'*x - (e1'*x)^2 - 1)^2"
    return Case(f"Watson {n}", text, vector(np.zeros(n)), (minimum,), data)


def penalty1(n: int, minimum: float) -> Case:
    text = "1e-5*norm2(x - vector(1))^2 + (x'*x - 1/4)^2"
    return Case(f"Penalty I {n}", text, vector(np.arange(1, n + 1)), (minimum,))


def penalty2(n: int, minimum: float) -> Case:
    i = np.arange(2, n + 1)
    data = {
        "e1": np.eye(n)[0],
        "T": np.eye(n)[1:],
        "H": np.eye(n)[:-1],
        "y": np.exp(i / 10) + np.exp((i - 1) / 10),
        "w": n - np.arange(n),
    }
    text = (
        "(e1'*x - 0.2)^2 + 1e-5*norm2(exp(T*x/10) + exp(H*x/10) - y)^2"
        " + 1e-5*norm2(exp(T*x/10) - exp(-0.1)*vector(1))^2 + (w'*(x.^2) - 1)^2"
    )
    return Case(f"Penalty II {n}", text, vector(np.full(n, 0.5)), (minimum,), data)


def chebyquad(n: int, *minima: float) -> Case:
    polynomials = [np.polynomial.chebyshev.cheb2poly(np.eye(n + 1)[k]) for k in range(1, n + 1)]
    coefficients = np.array([np.pad(p, (0, n + 1 - len(p))) for p in polynomials]) / n
    data = {
        "C": coefficients[:, 1:],
        "c": coefficients[:, 0] * n
        + np.array([1 / (k * k - 1) if k % 2 == 0 else 0 for k in range(1, n + 1)]),
        "K": np.tile(np.arange(1, n + 1), (n, 1)),
        "u": np.ones(n),
    }
    text = "norm2(C*sum(((2*x - u)*u').^K, columns) + c)^2"
    return Case(f"Chebyquad {n}", text, vector(np.arange(1, n + 1) / (n + 1)), minima, data)


def _boundary_value() -> Case:
    h = 1 / 11
    t = h * np.arange(1, 11)
    data = {"L": 2 * np.eye(10) - np.eye(10, k=1) - np.eye(10, k=-1), "s": t + 1, "h": h}
    return Case("Discrete BVP 10", "norm2(L*x + h^2/2*(x + s).^3)^2", vector(t * (t - 1)), (0,), data)


def _integral() -> Case:
    h = 1 / 11
    t = h * np.arange(1, 11)
    low = np.tril(np.ones((10, 10)))
    kernel = h / 2 * ((1 - t)[:, None] * low * t[None, :] + t[:, None] * (1 - low) * (1 - t)[None, :])
    return Case(
        "Discrete integral 10",
        "norm2(x + K*(x + s).^3)^2",
        vector(t * (t - 1)),
        (0,),
        {"K": kernel, "s": t + 1},
    )


def _banded() -> Case:
    i, j = np.indices((10, 10))
    band = ((j >= i - 5) & (j <= i + 1) & (j != i)).astype(float)
    text = "norm2(x.*(2*vector(1) + 5*x.^2) + vector(1) - M*(x + x.^2))^2"
    return Case("Broyden banded 10", text, vector(-np.ones(10)), (0,), {"M": band})


CASES = [
    Case("Rosenbrock", "100*(x2 - x1^2)^2 + (1 - x1)^2", scalars(-1.2, 1), (0,)),
    Case(
        "Freudenstein-Roth",
        "(-13 + x1 + ((5 - x2)*x2 - 2)*x2)^2 + (-29 + x1 + ((x2 + 1)*x2 - 14)*x2)^2",
        scalars(0.5, -2),
        (0, 48.98425),
    ),
    Case("Powell badly scaled", "(1e4*x1*x2 - 1)^2 + (exp(-x1) + exp(-x2) - 1.0001)^2", scalars(0, 1), (0,)),
    Case("Brown badly scaled", "(x1 - 1e6)^2 + (x2 - 2e-6)^2 + (x1*x2 - 2)^2", scalars(1, 1), (0,)),
    Case(
        "Beale",
        "norm2(y - x1*(vector(1) - x2.^j))^2",
        scalars(1, 1),
        (0,),
        {"y": np.array([1.5, 2.25, 2.625]), "j": np.array([1, 2, 3])},
    ),
    Case(
        "Jennrich-Sampson",
        "norm2(2*vector(1) + 2*i - exp(x1*i) - exp(x2*i))^2",
        scalars(0.3, 0.4),
        (124.36218,),
        {"i": np.arange(1, 11)},
    ),
    Case(
        "Helical valley",
        "100*(x3 - 10*(arctan(x2/x1)/(2*pi) + (1 - sign(x1))/4))^2 + 100*(sqrt(x1^2 + x2^2) - 1)^2 + x3^2",
        scalars(-1, 0, 0),
        (0,),
    ),
    Case(
        "Bard",
        "norm2(y - x1*vector(1) - u./(x2*v + x3*w))^2",
        scalars(1, 1, 1),
        (8.214877e-3, 17.42869),
        {"y": Y_BARD, "u": U15, "v": 16 - U15, "w": np.minimum(U15, 16 - U15)},
    ),
    Case(
        "Gaussian",
        "norm2(x1*exp(-x2/2*(t - x3*vector(1)).^2) - y)^2",
        scalars(0.4, 1, 0),
        (1.127933e-8,),
        {"y": Y_GAUSS, "t": (8 - U15) / 2},
    ),
    Case(
        "Meyer",
        "norm2(x1*exp(x2./(t + x3*vector(1))) - y)^2",
        scalars(0.02, 4000, 250),
        (87.945855,),
        {"y": Y_MEYER, "t": 45 + 5 * np.arange(1, 17)},
    ),
    Case(
        "Gulf",
        "norm2(exp(-abs(y - x2*vector(1)).^x3/x1) - t)^2",
        scalars(5, 2.5, 0.15),
        (0,),
        {"t": T_GULF, "y": 25 + (-50 * np.log(T_GULF)) ** (2 / 3)},
    ),
    Case(
        "Box 3D",
        "norm2(exp(-x1*t) - exp(-x2*t) - x3*(exp(-t) - exp(-10*t)))^2",
        scalars(0, 10, 20),
        (0,),
        {"t": T_BOX},
    ),
    Case(
        "Powell singular",
        "(x1 + 10*x2)^2 + 5*(x3 - x4)^2 + (x2 - 2*x3)^4 + 10*(x1 - x4)^4",
        scalars(3, -1, 0, 1),
        (0,),
    ),
    Case(
        "Wood",
        "100*(x2 - x1^2)^2 + (1 - x1)^2 + 90*(x4 - x3^2)^2 + (1 - x3)^2"
        " + 10*(x2 + x4 - 2)^2 + (x2 - x4)^2/10",
        scalars(-3, -1, -3, -1),
        (0,),
    ),
    Case(
        "Kowalik-Osborne",
        "norm2(y - x1*(u.^2 + x2*u)./(u.^2 + x3*u + x4*vector(1)))^2",
        scalars(0.25, 0.39, 0.415, 0.39),
        (3.075056e-4, 1.02734e-3),
        {"y": Y_KOWALIK, "u": U_KOWALIK},
    ),
    Case(
        "Brown-Dennis",
        "norm2((x1*vector(1) + x2*t - exp(t)).^2 + (x3*vector(1) + x4*sin(t) - cos(t)).^2)^2",
        scalars(25, 5, -5, -1),
        (85822.2,),
        {"t": T_BROWN},
    ),
    Case(
        "Osborne 1",
        "norm2(y - x1*vector(1) - x2*exp(-x4*t) - x3*exp(-x5*t))^2",
        scalars(0.5, 1.5, -1, 0.01, 0.02),
        (5.46489e-5,),
        {"y": Y_OSBORNE1, "t": 10.0 * np.arange(33)},
    ),
    Case(
        "Biggs EXP6",
        "norm2(x3*exp(-x1*t) - x4*exp(-x2*t) + x6*exp(-x5*t) - y)^2",
        scalars(1, 2, 1, 1, 1, 1),
        (0, 5.65565e-3),
        {"t": T_BIGGS, "y": np.exp(-T_BIGGS) - 5 * np.exp(-10 * T_BIGGS) + 3 * np.exp(-4 * T_BIGGS)},
    ),
    Case(
        "Osborne 2",
        "norm2(y - x1*exp(-x5*t) - x2*exp(-x6*(t - x9*vector(1)).^2) - x3*exp(-x7*(t - x10*vector(1)).^2)"
        " - x4*exp(-x8*(t - x11*vector(1)).^2))^2",
        scalars(1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5),
        (4.01377e-2, 1.78981),
        {"y": Y_OSBORNE2, "t": np.arange(65) / 10},
    ),
    watson(6, 2.28767005e-3),
    watson(9, 1.39976e-6),
    watson(12, 4.72238e-10),
    Case(
        "Extended Rosenbrock 100",
        "100*norm2(E*x - (O*x).^2)^2 + norm2(vector(1) - O*x)^2",
        vector(np.tile([-1.2, 1], 50)),
        (0,),
        {"O": _ROSENBROCK[0], "E": _ROSENBROCK[1]},
    ),
    Case(
        "Extended Powell singular 100",
        POWELL.format("A*x", "B*x", "C*x", "D*x").replace("10*B*x", "10*(B*x)").replace("2*C*x", "2*(C*x)"),
        vector(np.tile([3.0, -1, 0, 1], 25)),
        (0,),
        dict(zip("ABCD", _POWELL, strict=True)),
    ),
    penalty1(4, 2.249975e-5),
    penalty1(10, 7.087651e-5),
    penalty2(4, 9.376293e-6),
    penalty2(10, 2.936605e-4),
    Case(
        "Variably dimensioned 10",
        "norm2(x - vector(1))^2 + (j'*(x - vector(1)))^2 + (j'*(x - vector(1)))^4",
        vector(1 - np.arange(1, 11) / 10),
        (0,),
        {"j": np.arange(1, 11)},
    ),
    Case(
        "Trigonometric 10",
        "norm2((10 - sum(cos(x)))*vector(1) + i.*(vector(1) - cos(x)) - sin(x))^2",
        vector(np.full(10, 0.1)),
        (0, 2.79506e-5),
        {"i": np.arange(1, 11)},
    ),
    Case(
        "Brown almost linear 10",
        "norm2(H*x + (sum(x) - 11)*vector(1))^2 + (det(diag(x)) - 1)^2",
        vector(np.full(10, 0.5)),
        (0, 1.0),
        {"H": np.eye(10)[:-1]},
    ),
    _boundary_value(),
    _integral(),
    Case(
        "Broyden tridiagonal 10",
        "norm2((3*vector(1) - 2*x).*x - T*x + vector(1))^2",
        vector(-np.ones(10)),
        (0,),
        {"T": np.eye(10, k=-1) + 2 * np.eye(10, k=1)},
    ),
    _banded(),
    Case(
        "Linear, full rank",
        "norm2(x - (sum(x)/10 + 1)*vector(1))^2 + 10*(sum(x)/10 + 1)^2",
        vector(np.ones(10)),
        (10,),
    ),
    Case(
        "Linear, rank 1",
        "norm2(i*(j'*x) - vector(1))^2",
        vector(np.ones(10)),
        (190 / 41,),
        {"i": np.arange(1, 21), "j": np.arange(1, 11)},
    ),
    Case(
        "Linear, rank 1, zero columns and rows",
        "norm2(i*(j'*x) - vector(1))^2",
        vector(np.ones(10)),
        (227 / 37,),
        {"i": np.array([0, *range(1, 19), 0]), "j": np.array([0, *range(2, 10), 0])},
    ),
    chebyquad(8, 3.516873725e-3),
    chebyquad(9, 0),
    chebyquad(10, 4.77271e-3, 6.50395e-3),
]
