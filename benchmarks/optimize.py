"""Minimization: the Moré-Garbow-Hillstrom problems, and logistic regression against SciPy.

The MGH problems are formulas of the language (`tests/optimize/mgh.py`); a value counts as solved
within 1e-5 relative of a minimum that the literature lists, local ones included. SciPy gets the
same compiled value, gradient and Hessian, and the tolerance 1e-8. In the second table the time runs
from the text of the formula to the optimum, derivation and compilation included; SciPy's L-BFGS-B
gets hand-written NumPy for value and gradient. All in one process, the systems in turn, the median
of several runs of wall time.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize as scipy_minimize
from scipy.special import expit
from tests.optimize.mgh import CASES, Case

import frechet as fr
from benchmarks.measure import table
from frechet.optimize.problem import Problem
from frechet.optimize.variables import sizes_of, variables_of

RUNS: Final = 3
PEERS: Final = ("trust-exact", "BFGS", "L-BFGS-B", "Newton-CG")


def run() -> str:
    """Measure and return the report."""
    return f"{_mgh()}\n\n{_learning()}"


def _mgh() -> str:
    scores: dict[str, list[tuple[bool, int]]] = {"Fréchet, auto": [_ours(case) for case in CASES]}
    for peer in PEERS:
        scores[f"SciPy {peer}"] = [_theirs(case, peer) for case in CASES]
    rows = [
        [name, f"{sum(s for s, _ in found)} of {len(found)}", f"{median(n for _, n in found):g}",
         f"{sum(n for _, n in found):,}"]
        for name, found in scores.items()
    ]  # fmt: skip
    return table(["system", "solved", "median evaluations", "all evaluations"], rows)


def _is_known(value: float, case: Case) -> bool:
    return any(abs(value - m) <= 1e-5 * abs(m) + 1e-8 for m in case.minima)


def _ours(case: Case) -> tuple[bool, int]:
    found = fr.minimize(fr.parse(case.text, case.declarations), list(case.start), case.data, start=case.start)
    return _is_known(found.value, case), found.evaluations.value


def _theirs(case: Case, method: str) -> tuple[bool, int]:
    formula = fr.parse(case.text, case.declarations)
    symbols = [formula.declarations[name] for name in case.start]
    variables = variables_of(symbols, sizes_of(symbols, case.start))
    objective = Problem(formula, variables, dict(case.data)).objective()
    options: dict[str, Any] = {"jac": objective.gradient_at, "tol": 1e-8, "options": {"maxiter": 5_000}}
    if method == "L-BFGS-B":
        options["options"] = {"maxiter": 5_000, "maxfun": 50_000, "ftol": 0.0}
    if method in ("trust-exact", "Newton-CG"):
        options["hess"] = objective.hessian
    with np.errstate(all="ignore"):
        try:
            found = scipy_minimize(objective.value, variables.flat(case.start), method=method, **options)
        except (ValueError, np.linalg.LinAlgError):
            return False, objective.evaluations.value
    return _is_known(float(found.fun), case), int(found.nfev)


def _learning() -> str:
    random, rows = np.random.default_rng(0), []
    for m, n in ((569, 30), (1797, 64), (5000, 1000)):
        X = random.standard_normal((m, n))
        y = np.sign(X @ random.standard_normal(n) + random.standard_normal(m))
        rows.append([f"logistic regression {m} × {n}", *_compared(_logistic(X, y), _logistic_by_hand(X, y))])
    return table(["problem", "method", "Fréchet, ms", "SciPy L-BFGS-B, ms", "difference of the values"], rows)


def _logistic(X: Any, y: Any) -> Callable[[], Any]:
    def solve() -> Any:
        formula = fr.parse("sum(softplus(-y.*(X*w))) + c/2*w'*w", {"c": "positive"})
        return fr.minimize(formula, "w", {"X": X, "y": y, "c": 1.0}, tolerance=1e-6)

    return solve


def _logistic_by_hand(X: Any, y: Any) -> Callable[[], Any]:
    def value_and_gradient(w: Any) -> tuple[float, Any]:
        margin = y * (X @ w)
        return float(np.logaddexp(0, -margin).sum() + w @ w / 2), w - X.T @ (y * expit(-margin))

    return lambda: scipy_minimize(
        value_and_gradient, np.zeros(X.shape[1]), jac=True, method="L-BFGS-B", options={"gtol": 1e-3}
    )


def _compared(ours: Callable[[], Any], theirs: Callable[[], Any]) -> list[str]:
    times: list[tuple[float, float]] = []
    for _ in range(RUNS):
        start = perf_counter()
        mine = ours()
        middle = perf_counter()
        other = theirs()
        times.append((middle - start, perf_counter() - middle))
    our_time, their_time = (1e3 * median(column) for column in zip(*times, strict=True))
    return [mine.method, f"{our_time:.0f}", f"{their_time:.0f}", f"{mine.value - float(other.fun):.1e}"]


if __name__ == "__main__":
    print(run())
