"""The problems: a formula with data, and the same by hand, for the peers and for judging all alike.

The hand-written value and gradient serve SciPy and genosolver, who know no formulas. A term a‖x‖₁
is given to them in the usual way, x = p − q with p, q ≥ 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, final

import numpy as np
from scipy.special import expit, log_softmax, softmax

from frechet.optimize.objective import Array

Slope = Callable[[Array], tuple[float, Array]]
STRICT: Final = 1e-7
REGRESSION: Final = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)"}


@final
@dataclass(frozen=True)
class ByHand:
    """Value and gradient of a flat vector, its start, whether it is nonnegative, what it stands for."""

    slope: Slope
    start: Array
    nonnegative: bool = False
    solution: Callable[[Array], Array] = lambda z: z
    hessian: Callable[[Array], Array] | None = None


@final
@dataclass(frozen=True)
class LearningProblem:
    """A problem; `kind` tells the peers what it is, `value` judges a flat solution."""

    title: str
    kind: str
    formula: str
    declarations: Mapping[str, str]
    over: Sequence[str]
    data: Mapping[str, Any]
    value: Callable[[Array], float]
    subject_to: Sequence[str] = ()
    start: Mapping[str, Any] | None = None
    by_hand: ByHand | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    gap: float = 1e-6


def named(data: str) -> str:
    """Return the name of a bundled data set for a title, or that random data stand in for it."""
    return data if find_spec("sklearn") is not None else f"random data for {data}"


def bundled(name: str, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Return features and target of a data set that scikit-learn brings, else random ones as large."""
    if find_spec("sklearn") is not None:
        found = getattr(import_module("sklearn.datasets"), f"load_{name}")()
        return np.asarray(found.data, float), np.asarray(found.target, float)
    random = np.random.default_rng(0)
    X = random.standard_normal(shape)
    return X, np.asarray(np.digitize(X[:, 0] + random.standard_normal(shape[0]), [0.0]), float)


def logistic(title: str, X: Array, y: Array) -> LearningProblem:
    def slope(w: Array) -> tuple[float, Array]:
        z = y * (X @ w)
        return float(np.logaddexp(0, -z).sum() + w @ w / 2), w - X.T @ (y * expit(-z))

    def hessian(w: Array) -> Array:
        s = expit(X @ w)
        scaled = X * np.sqrt(s * (1 - s))[:, None]
        return np.asarray(scaled.T @ scaled + np.eye(len(w)))

    formula, declared = "sum(softplus(-y.*(X*w))) + c/2*norm2(w)^2", {**REGRESSION, "c": "positive"}
    return LearningProblem(
        title, "logistic", formula, declared, ["w"], {"X": X, "y": y, "c": 1.0},
        lambda w: slope(w)[0], by_hand=ByHand(slope, np.zeros(X.shape[1]), hessian=hessian),
        facts={"X": X, "y": y},
    )  # fmt: skip


def least_squares(
    title: str, X: Array, y: Array, *, l1: float = 0.0, l2: float = 0.0, nonnegative: bool = False
) -> LearningProblem:
    """Return ‖Xw − y‖²/(2m) + l1·‖w‖₁ + l2·‖w‖², with w ≥ 0 if asked."""
    m, n = X.shape

    def smooth(w: Array) -> tuple[float, Array]:
        r = X @ w - y
        return float(r @ r / (2 * m) + l2 * (w @ w)), X.T @ r / m + 2 * l2 * w

    def split(z: Array) -> tuple[float, Array]:
        value, slope = smooth(z[:n] - z[n:])
        return value + l1 * float(z.sum()), np.concatenate([slope, -slope]) + l1

    def shifted(w: Array) -> tuple[float, Array]:
        value, slope = smooth(w)
        return value + l1 * float(w.sum()), slope + l1

    def value(w: Array) -> float:
        return np.inf if nonnegative and w.min() < -STRICT else smooth(w)[0] + l1 * float(np.abs(w).sum())

    if nonnegative:
        by_hand = ByHand(shifted, np.zeros(n), nonnegative=True)
    elif l1:
        by_hand = ByHand(split, np.zeros(2 * n), nonnegative=True, solution=lambda z: z[:n] - z[n:])
    else:
        by_hand = ByHand(smooth, np.zeros(n))
    terms, data = ["s/2*norm2(X*w - y)^2"], {"X": X, "y": y, "s": 1 / m}
    for name, weight, term in (("a", l1, "a*norm1(w)"), ("b", l2, "b*norm2(w)^2")):
        if weight:
            terms.append(term)
            data[name] = weight
    return LearningProblem(
        title, "least squares", " + ".join(terms),
        REGRESSION | {name: "positive" for name in "sab" if name in data}, ["w"], data, value,
        subject_to=["w >= 0"] if nonnegative else [], by_hand=by_hand,
        facts={"X": X, "y": y, "l1": l1, "l2": l2, "nonnegative": nonnegative},
    )  # fmt: skip


def squared_hinge(title: str, X: Array, y: Array) -> LearningProblem:
    def slope(w: Array) -> tuple[float, Array]:
        r = np.maximum(0.0, 1 - y * (X @ w))
        return float(r @ r + w @ w / 2), w - 2 * X.T @ (y * r)

    def hessian(w: Array) -> Array:
        active = X[y * (X @ w) < 1]
        return np.asarray(2 * active.T @ active + np.eye(len(w)))

    return LearningProblem(
        title, "squared hinge", "norm2(relu(vector(1) - y.*(X*w)))^2 + norm2(w)^2/2", REGRESSION, ["w"],
        {"X": X, "y": y}, lambda w: slope(w)[0],
        by_hand=ByHand(slope, np.zeros(X.shape[1]), hessian=hessian), facts={"X": X, "y": y},
    )  # fmt: skip


def multinomial(title: str, X: Array, labels: Array) -> LearningProblem:
    classes = int(labels.max()) + 1
    Y, shape = np.eye(classes)[labels.astype(int)], (X.shape[1], classes)

    def slope(w: Array) -> tuple[float, Array]:
        W = w.reshape(shape)
        Z = X @ W
        value = -np.vdot(Y, log_softmax(Z, axis=1)) + w @ w / 2
        return float(value), (X.T @ (softmax(Z, axis=1) - Y) + W).ravel()

    return LearningProblem(
        title, "softmax", "sum(logsumexp(X*W, rows)) - sum(Y.*(X*W)) + norm2(W)^2/2",
        {"X": "matrix(m, n)", "Y": "matrix(m, k)", "W": "matrix(n, k)"}, ["W"], {"X": X, "Y": Y},
        lambda w: slope(w)[0], by_hand=ByHand(slope, np.zeros(shape[0] * shape[1])),
        facts={"X": X, "labels": labels},
    )  # fmt: skip


def graphical_lasso(title: str, X: Array, weight: float) -> LearningProblem:
    S = np.cov(X, rowvar=False, bias=True)
    p = len(S)

    def value(flat: Array) -> float:
        P = flat.reshape(p, p)
        sign, logdet = np.linalg.slogdet(P)
        return float(np.vdot(S, P) - logdet + weight * np.abs(P).sum()) if sign > 0 else np.inf

    def split(z: Array) -> tuple[float, Array]:
        P = (z[: p * p] - z[p * p :]).reshape(p, p)
        P = (P + P.T) / 2
        try:
            factor = np.linalg.cholesky(P)
        except np.linalg.LinAlgError:
            return np.inf, np.zeros_like(z)
        slope = (S - np.linalg.inv(P)).ravel()
        total = np.vdot(S, P) - 2 * np.log(factor.diagonal()).sum() + weight * z.sum()
        return float(total), np.concatenate([slope, -slope]) + weight

    start = np.concatenate([np.eye(p).ravel(), np.zeros(p * p)])
    return LearningProblem(
        title, "graphical lasso", "tr(S*P) - logdet(P) + a*norm1(P)",
        {"S": "symmetric(n)", "P": "psd(n)", "a": "positive"}, ["P"], {"S": S, "a": weight}, value,
        by_hand=ByHand(
            split, start, nonnegative=True,
            solution=lambda z: _symmetric(z[: p * p] - z[p * p :], p),
        ),
        facts={"S": S, "weight": weight},
    )  # fmt: skip


def _symmetric(flat: Array, p: int) -> Array:
    P = flat.reshape(p, p)
    return np.asarray((P + P.T) / 2).ravel()


def simplex(m: int, n: int) -> LearningProblem:
    random = np.random.default_rng(5)
    A = random.standard_normal((m, n))
    b = A @ random.dirichlet(np.full(n, 0.1)) + 0.1 * random.standard_normal(m)

    def value(x: Array) -> float:
        r = A @ x - b
        feasible = x.min() >= -STRICT and abs(x.sum() - 1) <= STRICT
        return float(r @ r) if feasible else np.inf

    return LearningProblem(
        f"least squares on the simplex, {m}×{n}", "simplex", "norm2(A*x - b)^2",
        {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"}, ["x"],
        {"A": A, "b": b}, value, subject_to=["sum(x) == 1", "x >= 0"], facts={"A": A, "b": b},
    )  # fmt: skip


def portfolio(n: int, k: int) -> LearningProblem:
    random = np.random.default_rng(6)
    F, d = random.standard_normal((n, k)), random.uniform(0.5, 1.5, n)
    mu = random.standard_normal(n)

    def value(x: Array) -> float:
        exposure = F.T @ x
        feasible = x.min() >= -STRICT and abs(x.sum() - 1) <= STRICT
        return float(exposure @ exposure + x @ (d * x) - mu @ x) if feasible else np.inf

    return LearningProblem(
        f"portfolio, n={n}, {k} factors", "portfolio", "norm2(F'*x)^2 + x'*(d.*x) - mu'*x",
        {"F": "matrix(n, k)", "d": "vector(n)", "mu": "vector(n)", "x": "vector(n)"}, ["x"],
        {"F": F, "d": d, "mu": mu}, value, subject_to=["sum(x) == 1", "x >= 0"],
        facts={"F": F, "d": d, "mu": mu},
    )  # fmt: skip


def factorization(k: int) -> LearningProblem:
    X = bundled("digits", (1797, 64))[0]
    X = np.abs(X)
    (m, n), random = X.shape, np.random.default_rng(7)
    scale = np.sqrt(X.mean() / k)
    W0, H0 = scale * np.abs(random.standard_normal((m, k))), scale * np.abs(random.standard_normal((k, n)))

    def slope(z: Array) -> tuple[float, Array]:
        W, H = z[: m * k].reshape(m, k), z[m * k :].reshape(k, n)
        R = W @ H - X
        return float(np.vdot(R, R)), 2 * np.concatenate([(R @ H.T).ravel(), (W.T @ R).ravel()])

    start = np.concatenate([W0.ravel(), H0.ravel()])
    return LearningProblem(
        f"nonnegative factorization, {named('digits')}, k={k}", "factorization", "norm2(X - W*H)^2",
        {"X": "matrix(m, n)", "W": "matrix(m, k)", "H": "matrix(k, n)"}, ["W", "H"], {"X": X},
        lambda z: slope(z)[0], subject_to=["W >= 0", "H >= 0"], start={"W": W0, "H": H0},
        by_hand=ByHand(slope, start, nonnegative=True), facts={"X": X, "W": W0, "H": H0}, gap=1e-2,
    )  # fmt: skip


def poisson(m: int, n: int) -> LearningProblem:
    random = np.random.default_rng(8)
    X = random.standard_normal((m, n))
    y = random.poisson(np.exp(X @ random.standard_normal(n) / (2 * np.sqrt(n)))).astype(float)

    def slope(w: Array) -> tuple[float, Array]:
        z = X @ w
        mean = np.exp(z)
        return float((mean - y * z).sum() / m + w @ w / 2 / m), (X.T @ (mean - y) + w) / m

    def hessian(w: Array) -> Array:
        scaled = X * np.exp(X @ w / 2)[:, None]
        return np.asarray((scaled.T @ scaled + np.eye(n)) / m)

    return LearningProblem(
        f"Poisson regression, {m}×{n}", "poisson", "s*(sum(exp(X*w)) - y'*X*w + norm2(w)^2/2)",
        {**REGRESSION, "s": "positive"}, ["w"], {"X": X, "y": y, "s": 1 / m}, lambda w: slope(w)[0],
        by_hand=ByHand(slope, np.zeros(n), hessian=hessian), facts={"X": X, "y": y},
    )  # fmt: skip


def pseudo_huber(m: int, n: int) -> LearningProblem:
    random = np.random.default_rng(9)
    X = random.standard_normal((m, n))
    y = X @ random.standard_normal(n) + random.standard_t(1.5, m)

    def slope(w: Array) -> tuple[float, Array]:
        r = X @ w - y
        root = np.sqrt(1 + r * r)
        return float(root.sum() + w @ w / 2), X.T @ (r / root) + w

    def hessian(w: Array) -> Array:
        scaled = X * (1 + (X @ w - y) ** 2)[:, None] ** -0.75
        return np.asarray(scaled.T @ scaled + np.eye(n))

    return LearningProblem(
        f"robust regression, {m}×{n}", "robust",
        "sum(sqrt(vector(1) + (X*w - y).^2)) + norm2(w)^2/2", REGRESSION, ["w"],
        {"X": X, "y": y}, lambda w: slope(w)[0], by_hand=ByHand(slope, np.zeros(n), hessian=hessian),
    )  # fmt: skip
