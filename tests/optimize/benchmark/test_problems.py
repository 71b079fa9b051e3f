"""The formulas of the benchmark and their hand-written twins are the same functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frechet import parse
from frechet.backends.compile import compile
from frechet.optimize.benchmark import problems
from frechet.optimize.benchmark import race as race_module
from frechet.optimize.benchmark.catalogue import PROBLEMS
from frechet.optimize.benchmark.peers import Peer
from frechet.optimize.benchmark.problems import factorization, least_squares
from frechet.optimize.benchmark.race import Standing, race
from frechet.optimize.benchmark.report import row, summary
from frechet.optimize.objective import differenced

SMALL = (
    "logistic-cancer",
    "ridge-diabetes",
    "lasso-diabetes",
    "softmax-wine",
    "glasso-wine",
    "poisson",
    "robust",
)


@pytest.mark.parametrize("name", SMALL)
def test_the_formula_has_the_hand_written_value(name: str) -> None:
    problem = PROBLEMS[name]()
    assert problem.by_hand is not None
    z = problem.by_hand.start + 0.05 * np.abs(
        np.random.default_rng(1).standard_normal(problem.by_hand.start.shape)
    )
    (over,) = problem.over
    x = problem.by_hand.solution(z)
    shaped = x.reshape(len(problem.data["S"]), -1) if over == "P" else x
    if over == "W":
        shaped = x.reshape(problem.data["X"].shape[1], -1)
    (value,) = compile(parse(problem.formula, dict(problem.declarations)))(**problem.data, **{over: shaped})
    assert problem.value(x) == pytest.approx(value, rel=1e-10)


@pytest.mark.parametrize("name", ["logistic-cancer", "lasso-diabetes", "softmax-wine", "poisson", "robust"])
def test_the_hand_written_gradient_is_right(name: str) -> None:
    hand = PROBLEMS[name]().by_hand
    assert hand is not None
    z = hand.start + 0.1
    expected = differenced(lambda at: np.array(hand.slope(at)[0]), z)
    assert hand.slope(z)[1] == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_there_are_24_problems_and_the_factorization_starts_inside() -> None:
    assert len(PROBLEMS) == 24
    problem = factorization(2)
    assert problem.start is not None
    assert all(np.all(value >= 0) for value in problem.start.values())


def test_a_race_is_won_by_who_reaches_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.random.default_rng(2).standard_normal((20, 3))
    problem = least_squares("small", X, X @ np.ones(3), l2=1e-3)
    slow = Peer("CVXPY never", lambda _: np.zeros(3), general=True)
    monkeypatch.setattr("frechet.optimize.benchmark.race.peers_of", lambda _: [slow])
    standing = race(problem, rounds=1)
    assert standing.ours is not None
    assert standing.peers == {"CVXPY never": None}
    assert standing.method == "quadratic"
    assert "on 1 of 1" in summary([standing])


def test_a_standing_is_shown_with_its_reason() -> None:
    standing = Standing("t", "l-bfgs", "large", 3.0, None, {"a": 2.0, "CVXPY b": 250.0}, frozenset("a"), 1e-6)
    cells = row(standing)
    assert cells[:3] == ["t", "3.0", "–"]
    assert cells[3:5] == ["a", "2.0"]
    assert cells[7] == "250"
    assert summary([standing]).startswith("Faster than every packaged solver on 0 of 1; within 1.5")


def test_a_title_says_so_when_random_data_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PROBLEMS["softmax-wine"]().title == "softmax, wine 178×13×3"
    monkeypatch.setattr(problems, "find_spec", lambda name: None)
    assert PROBLEMS["softmax-wine"]().title == "softmax, random data for wine 178×13×3"


def test_no_problem_meets_a_name_that_another_one_had() -> None:
    seen: list[str] = []
    original = race_module.renamed

    def watched(problem: Any, mark: str) -> Any:
        seen.append(mark)
        return original(problem, mark)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(race_module, "renamed", watched)
        for _ in range(2):
            race(PROBLEMS["portfolio"](), rounds=1, without=["SciPy", "CVXPY", "genosolver", "sklearn"])
    marks = [mark for mark in seen if mark]
    assert len(marks) == len(set(marks)) > 4
