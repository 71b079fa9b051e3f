"""The problems of Moré, Garbow and Hillstrom and their kin, from the standard starts.

They are formulas of the language (`tests/optimize/mgh.py`); a value counts as solved within 1e-5
relative of a minimum that the literature lists, local ones included. SciPy gets the same compiled
value, gradient and Hessian, and the tolerance 1e-8.
"""

from __future__ import annotations

from statistics import median
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize as scipy_minimize
from tests.optimize.mgh import CASES, Case

import frechet as fr
from benchmarks.measure import table
from frechet.optimize.problem import Problem
from frechet.optimize.variables import sizes_of, variables_of

RUNS: Final = 3
PEERS: Final = ("trust-exact", "BFGS", "L-BFGS-B", "Newton-CG")


def run() -> str:
    """Measure and return the report."""
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


if __name__ == "__main__":
    print(run())
