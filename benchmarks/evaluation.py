"""Compiled programs against what one would write by hand in NumPy, in one process, in turn.

Every row is CPU time of the compiled function over CPU time of the hand-written one, the median of
interleaved rounds on one thread; the results are compared first. "To a program" is the wall time
from the text of the formula to the first values, planning included.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.linalg import lapack

import frechet as fr
from benchmarks.measure import table
from frechet.backends.compile import compile

ROUNDS: Final = 9
SHORTEST: Final = 0.01


class Family(NamedTuple):
    """A formula with data, and the hand-written functions of the same data, by what they compute."""

    title: str
    formula: str
    declarations: Mapping[str, str]
    variable: str
    data: Mapping[str, Any]
    by_hand: Mapping[str, Callable[..., Any]]
    structured: str = "project"


def quadratic(n: int) -> Family:
    random = np.random.default_rng(0)
    data = {"A": random.standard_normal((n, n)), "x": random.standard_normal(n)}
    hand = {
        "value": lambda A, x: x @ (A @ x),
        "gradient": lambda A, x: A @ x + x @ A,
        "Hessian": lambda A, x: A + A.T,
    }
    declared = {"A": "matrix(n, n)", "x": "vector(n)"}
    return Family(f"quadratic form, n = {n}", "x'*A*x", declared, "x", data, hand)


def logistic(m: int, n: int) -> Family:
    random = np.random.default_rng(0)
    data = {
        "X": random.standard_normal((m, n)),
        "w": random.standard_normal(n) / n**0.5,
        "y": np.sign(random.standard_normal(m)),
    }

    def value(X: Any, w: Any, y: Any) -> Any:
        margins = y * (X @ w)
        return np.log1p(np.exp(-np.abs(margins))).sum() - np.minimum(margins, 0).sum()

    def gradient(X: Any, w: Any, y: Any) -> Any:
        return -((y / (1 + np.exp(y * (X @ w)))) @ X)

    def hessian(X: Any, w: Any, y: Any) -> Any:
        s = 1 / (1 + np.exp(y * (X @ w)))
        scaled = X * np.sqrt(s * (1 - s))[:, None]
        return scaled.T @ scaled

    hand = {"value": value, "gradient": gradient, "Hessian": hessian}
    declared = {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"}
    return Family(f"logistic, {m} × {n}", "sum(softplus(-y.*(X*w)))", declared, "w", data, hand)


def factorization(n: int, k: int) -> Family:
    random = np.random.default_rng(0)
    data = {name: random.standard_normal(s) for name, s in (("M", (n, n)), ("U", (n, k)), ("V", (n, k)))}

    def value(M: Any, U: Any, V: Any) -> Any:
        residual = M - U @ V.T
        return np.vdot(residual, residual)

    def hessian(M: Any, U: Any, V: Any) -> Any:
        result, rows = np.zeros((n, k, n, k)), np.arange(n)
        result[rows, :, rows, :] = 2 * (V.T @ V)
        return result

    gradient: Callable[..., Any] = lambda M, U, V: 2 * (U @ (V.T @ V) - M @ V)  # noqa: E731
    hand = {"value": value, "gradient": gradient, "Hessian": hessian}
    declared = {"M": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)"}
    return Family(f"factorization, n = {n}, k = {k}", "norm2(M - U*V')^2", declared, "U", data, hand)


def log_sum_exp(m: int, n: int) -> Family:
    random = np.random.default_rng(0)
    data = {"A": random.standard_normal((m, n)), "x": random.standard_normal(n) / n**0.5}

    def softmax(A: Any, x: Any) -> Any:
        z = A @ x
        e = np.exp(z - z.max())
        return e / e.sum()

    def value(A: Any, x: Any) -> Any:
        z = A @ x
        return z.max() + np.log(np.exp(z - z.max()).sum())

    def hessian(A: Any, x: Any) -> Any:
        p = softmax(A, x)
        scaled, mean = A * np.sqrt(p)[:, None], p @ A
        return scaled.T @ scaled - np.outer(mean, mean)

    gradient: Callable[..., Any] = lambda A, x: softmax(A, x) @ A  # noqa: E731
    hand = {"value": value, "gradient": gradient, "Hessian": hessian}
    declared = {"A": "matrix(m, n)", "x": "vector(n)"}
    return Family(f"log-sum-exp, {m} × {n}", "log(sum(exp(A*x)))", declared, "x", data, hand)


def gaussian(n: int) -> Family:
    random = np.random.default_rng(0)
    sample = random.standard_normal((2 * n, n))
    S = sample.T @ sample / (2 * n)
    P = np.linalg.inv(S + 0.5 * np.eye(n))
    data = {"S": S, "P": (P + P.T) / 2}

    def value(S: Any, P: Any) -> Any:
        factor = lapack.dpotrf(P, lower=1, clean=0)[0]
        return np.vdot(S, P) - 2 * np.log(factor.diagonal()).sum()

    def gradient(S: Any, P: Any) -> Any:
        lower = np.tril(lapack.dpotri(lapack.dpotrf(P, lower=1, clean=0)[0], lower=1)[0])
        return S - lower - np.tril(lower, -1).T

    hand = {"value": value, "gradient": gradient}
    declared = {"S": "symmetric(n)", "P": "psd(n)"}
    return Family(f"Gaussian precision, n = {n}", "tr(S*P) - logdet(P)", declared, "P", data, hand, "none")


FAMILIES: Final = (
    quadratic(100), quadratic(1000), logistic(200, 100), logistic(2000, 500), logistic(100_000, 50),
    factorization(100, 5), factorization(300, 5), log_sum_exp(2000, 500), gaussian(50), gaussian(300),
)  # fmt: skip


def run() -> str:
    """Return the table of ratios and the median below it."""
    rows, ratios = [], []
    for family in FAMILIES:
        started = time.perf_counter()
        programs = _programs(family)
        for program in programs.values():
            program(**family.data)
        to_program = time.perf_counter() - started
        for what, by_hand in family.by_hand.items():
            ours, theirs = _checked(family, programs[what], by_hand)
            mine, hand = _interleaved(ours, theirs)
            ratios.append(mine / hand)
            rows.append(
                (
                    family.title,
                    what,
                    f"{1e3 * hand:.3f}",
                    f"{1e3 * mine:.3f}",
                    f"{mine / hand:.2f}",
                    f"{1e3 * to_program:.0f}",
                )
            )
    header = ("formula", "of", "by hand, ms", "compiled, ms", "ratio", "to all programs, ms")
    worst = f"Median ratio {statistics.median(ratios):.2f}, largest {max(ratios):.2f}."
    return f"{table(header, rows)}\n\n{worst}"


def _programs(family: Family) -> dict[str, Callable[..., Any]]:
    formula = fr.parse(family.formula, dict(family.declarations))
    found: dict[str, Callable[..., Any]] = {"value": compile(formula)}
    for order, what in enumerate(("gradient", "Hessian"), 1):
        if what in family.by_hand:
            by = [family.variable] * order
            found[what] = compile(fr.derivative(formula, *by, structured=family.structured))
    return found


def _checked(
    family: Family, program: Callable[..., Any], by_hand: Callable[..., Any]
) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Return both as functions of nothing, after comparing what they give."""
    data = dict(family.data)
    found, expected = program(**data)[0], by_hand(**data)
    if not np.allclose(found, expected, rtol=1e-7, atol=1e-9 * max(1.0, float(np.abs(expected).max()))):
        raise AssertionError(f"{family.title}: the results differ")
    return (lambda: program(**data)), (lambda: by_hand(**data))


def _interleaved(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float]:
    """Return the median CPU seconds of a call of each."""
    samples: tuple[list[float], list[float]] = ([], [])
    repeat = 1 + int(SHORTEST / max(_once(theirs), 1e-7))
    for _ in range(ROUNDS):
        for call, times in zip((ours, theirs), samples, strict=True):
            started = time.process_time()
            for _ in range(repeat):
                call()
            times.append((time.process_time() - started) / repeat)
    return statistics.median(samples[0]), statistics.median(samples[1])


def _once(call: Callable[[], Any]) -> float:
    call()
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(run())
