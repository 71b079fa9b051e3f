"""The problems of Moré, Garbow and Hillstrom, from formulas, by the method that is chosen for them."""

from __future__ import annotations

from statistics import median

import pytest
from tests.optimize.mgh import CASES, Case

from frechet import parse
from frechet.optimize.minimization import minimize
from frechet.optimize.result import Result

SMALL_GRADIENT = 1e-3


def solve(case: Case) -> Result:
    return minimize(parse(case.text, case.declarations), list(case.start), case.data, start=case.start)


def test_a_known_minimum_is_found_in_few_evaluations_and_nothing_converges_by_mistake() -> None:
    results = {case.name: solve(case) for case in CASES}
    missed = [case.name for case in CASES if not is_known(results[case.name].value, case.minima)]
    false = [
        name
        for name, r in results.items()
        if r.converged and r.gradient_norm > SMALL_GRADIENT * max(1.0, abs(r.value))
    ]
    assert (len(CASES), missed, false) == (41, [], [])
    assert median(r.evaluations.value for r in results.values()) <= 17


def is_known(value: float, minima: tuple[float, ...]) -> bool:
    return any(value == pytest.approx(m, rel=1e-5, abs=1e-8) for m in minima)
