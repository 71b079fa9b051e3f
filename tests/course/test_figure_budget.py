"""The budget game: the same landscapes everywhere, and each can be won."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from frechet.course.content import content_folder
from frechet.course.data import read_toml
from frechet.course.figure import check_figure, compiled, read_figure
from frechet.course.figure_budget import draws_of, landscape, play
from frechet.course.problems import Place

BOWL = """
kind = "budget"
title = "T"
description = "D"
formula = "k*norm2(x - c)^2 + 1"
over = "x"
prices = { value = 1, gradient = 2, hessian = 5 }
budget = 8
goal = 0.1
draw = { c = [[0, 1], [1, 2]] }

[values]
c = [0, 1]
x = [-2, -2]
k = 1
"""


def game(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "figure.toml"
    path.write_text(text, encoding="utf-8")
    return compiled(read_toml(path, Place("figure.toml")))


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "figure.toml"
    path.write_text(text, encoding="utf-8")
    return [problem.message for problem in check_figure(path, Place("figure.toml"))]


def test_the_numbers_of_a_seed_lie_between_0_and_1_and_differ_from_another_seeds() -> None:
    first, second = list(islice(draws_of(1), 1000)), list(islice(draws_of(20261125), 1000))
    assert all(0 <= number < 1 for number in first)
    assert abs(sum(first) / 1000 - 0.5) < 0.05
    assert not set(first) & set(second)


def test_only_what_is_to_be_drawn_differs_between_landscapes(tmp_path: Path) -> None:
    figure = game(tmp_path, BOWL)
    one, two = landscape(figure, 1), landscape(figure, 2)
    assert one["c"] != two["c"]
    assert 0 <= one["c"][0][0] <= 1 <= one["c"][1][0] <= 2
    assert (one["x"], one["k"]) == (two["x"], two["k"]) == (figure["values"]["x"], [[1.0]])


def test_newton_wins_a_bowl_with_one_step(tmp_path: Path) -> None:
    figure = game(tmp_path, BOWL)
    assert play(figure, landscape(figure, 3)) == 8
    assert faults(tmp_path, BOWL) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("budget = 8", "budget = 7", "on landscape 1 Newton's method needs 8 of 7 coins"),
        ("goal = 0.1", "goal = 1.5", "on landscape 1 the start has won"),
        ("norm2(x - c)^2 + 1", "sum(x) - c'*x", "on landscape 1 Newton's method finds no minimum"),
        ("hessian = 5", "hesse = 5", "the prices are those of value, gradient and hessian"),
        ("budget = 8", "budget = 0", "a figure of kind budget has a budget|the budget is a positive number"),
        ("[[0, 1], [1, 2]]", "[[0, 1]]", "draw gives ranges for the entries of vectors"),
        ("[[0, 1], [1, 2]]", "[[1, 0], [1, 2]]", "draw gives ranges for the entries of vectors"),
    ],
)
def test_a_game_that_cannot_be_played_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = faults(tmp_path, BOWL.replace(old, new))
    assert any(part in text for text in found for part in message.split("|")), found


def test_the_game_of_the_course_takes_thought_and_can_be_won() -> None:
    (path,) = content_folder().glob("*/*/figures/budget-game.toml")
    figure: Any = read_figure(path, Place(path.name))
    spent = [play(figure, landscape(figure, seed)) for seed in range(100, 140)]
    assert all(coins is not None and coins > 10 for coins in spent)
    assert sum(coins is not None and coins <= figure["budget"] for coins in spent) >= 36
