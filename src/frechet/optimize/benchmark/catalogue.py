"""The problems of the benchmark by name; the data are made when one is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from frechet.optimize.benchmark.problems import (
    LearningProblem,
    bundled,
    factorization,
    graphical_lasso,
    least_squares,
    logistic,
    multinomial,
    named,
    poisson,
    portfolio,
    pseudo_huber,
    simplex,
    squared_hinge,
)
from frechet.optimize.objective import Array


def _standardized(X: Array) -> Array:
    spread = X.std(axis=0)
    return np.ascontiguousarray((X - X.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _signs(X: Array, noise: float, seed: int) -> Array:
    random = np.random.default_rng(seed)
    w = random.standard_normal(X.shape[1]) / np.sqrt(X.shape[1])
    return np.asarray(np.sign(X @ w + noise * random.standard_normal(len(X))), float)


def _chained(m: int, p: int) -> Array:
    """Return data whose neighboring columns depend on each other."""
    random = np.random.default_rng(10)
    mixing = np.eye(p) - 0.6 * np.eye(p, k=1)
    return np.asarray(np.linalg.solve(mixing, random.standard_normal((p, m))).T)


def _sparse_target(X: Array, nonzeros: int, seed: int) -> Array:
    random = np.random.default_rng(seed)
    w = np.zeros(X.shape[1])
    w[random.choice(len(w), nonzeros, replace=False)] = random.standard_normal(nonzeros)
    return np.asarray(X @ w + 0.1 * random.standard_normal(len(X)))


def _gaussian(m: int, n: int, seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal((m, n))


def _parity() -> tuple[Array, Array]:
    X, digit = bundled("digits", (1797, 64))
    return _standardized(X), np.where(digit % 2 == 0, 1.0, -1.0)


def _cancer() -> tuple[Array, Array]:
    X, y = bundled("breast_cancer", (569, 30))
    return _standardized(X), 2 * y - 1


def _squared_diabetes(name: str, **terms: Any) -> LearningProblem:
    X, y = bundled("diabetes", (442, 10))
    i, j = np.triu_indices(X.shape[1])
    full = _standardized(np.hstack([X, X[:, i] * X[:, j]]))
    title = f"{name}, {named('diabetes²')} 442×65"
    return least_squares(title, full, np.asarray((y - y.mean()) / y.std()), **terms)


def _graphical_lasso(name: str, X: Array) -> LearningProblem:
    return graphical_lasso(f"graphical lasso, {name}p={X.shape[1]}", X, 0.1)


def _sparse(m: int, n: int, nonzeros: int, **terms: Any) -> LearningProblem:
    X = _gaussian(m, n, m + n)
    name = "elastic net" if "l2" in terms else "lasso"
    title = f"{'nonnegative ' if terms.get('nonnegative') else ''}{name}, {m}×{n}"
    return least_squares(title, X, _sparse_target(X, nonzeros, 1), **terms)


def _signed(m: int, n: int, make: Any, name: str) -> LearningProblem:
    X = _gaussian(m, n, m + n)
    found: LearningProblem = make(f"{name}, {m}×{n}", X, _signs(X, 0.5, 2))
    return found


def _ridge_large() -> LearningProblem:
    X = _gaussian(50_000, 200, 3)
    return least_squares("ridge, 50000×200", X, _sparse_target(X, 200, 3), l2=1e-3)


def _nonnegative() -> LearningProblem:
    A = np.abs(_gaussian(2000, 500, 4))
    x = np.maximum(0.0, np.random.default_rng(4).standard_normal(500))
    b = A @ x + np.random.default_rng(5).standard_normal(2000)
    return least_squares("nonnegative least squares, 2000×500", A, b, nonnegative=True)


def _wine() -> tuple[Array, Array]:
    X, y = bundled("wine", (178, 13))
    return _standardized(X), y


def _digits() -> tuple[Array, Array]:
    X, y = bundled("digits", (1797, 64))
    return X / 16, y


PROBLEMS: Final[Mapping[str, Callable[[], LearningProblem]]] = {
    "logistic-cancer": lambda: logistic(f"logistic, {named('breast_cancer')} 569×30", *_cancer()),
    "logistic-digits": lambda: logistic(f"logistic, {named('digits parity')} 1797×64", *_parity()),
    "logistic-tall": lambda: _signed(50_000, 100, logistic, "logistic"),
    "logistic-wide": lambda: _signed(5_000, 1_000, logistic, "logistic"),
    "ridge-diabetes": lambda: _squared_diabetes("ridge", l2=1e-3),
    "ridge-tall": _ridge_large,
    "lasso-diabetes": lambda: _squared_diabetes("lasso", l1=1e-2),
    "lasso-tall": lambda: _sparse(5_000, 500, 50, l1=1e-2),
    "lasso-wide": lambda: _sparse(500, 2_000, 30, l1=1e-1),
    "elastic-net": lambda: _sparse(2_000, 1_000, 100, l1=5e-2, l2=1e-2),
    "hinge-digits": lambda: squared_hinge(f"SVM, squared hinge, {named('digits')} 1797×64", *_parity()),
    "hinge-tall": lambda: _signed(20_000, 100, squared_hinge, "SVM, squared hinge"),
    "nnls": _nonnegative,
    "softmax-wine": lambda: multinomial(f"softmax, {named('wine')} 178×13×3", *_wine()),
    "softmax-digits": lambda: multinomial(f"softmax, {named('digits')} 1797×64×10", *_digits()),
    "glasso-wine": lambda: _graphical_lasso(f"{named('wine')} ", _wine()[0]),
    "glasso-cancer": lambda: _graphical_lasso(f"{named('breast_cancer')} ", _cancer()[0]),
    "glasso-100": lambda: _graphical_lasso("", _chained(300, 100)),
    "simplex": lambda: simplex(2_000, 500),
    "portfolio": lambda: portfolio(500, 20),
    "factorization": lambda: factorization(10),
    "poisson": lambda: poisson(5_000, 50),
    "robust": lambda: pseudo_huber(5_000, 100),
    "lasso-nonnegative": lambda: _sparse(2_000, 500, 50, l1=1e-2, nonnegative=True),
}
