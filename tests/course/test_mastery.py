"""Mastery, reviews, streak and placement: pure functions of the log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frechet.course.mastery import (
    Attempt,
    Rule,
    mastered_skills,
    open_skills,
    standing,
    standings,
    weak_spots,
)
from frechet.course.mastery_placement import Placement
from frechet.course.mastery_reviews import due, reviews
from frechet.course.mastery_streak import streak
from frechet.errors import ParseError

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
RULE = Rule(in_a_row=3, distinct_exercises=2, review_days=30)
REQUIRES = {"a": (), "b": ("a",), "c": ("b",), "d": ("c",), "e": ("d",), "f": ("a",)}


def attempt(
    exercise: str, right: bool = True, wrong: int = 0, hints: int = 0, days: float = 0, skill: str = "s"
) -> Attempt:
    return Attempt(exercise, (skill,), 0, right, wrong, hints, NOW - timedelta(days=days))


def test_three_in_a_row_over_two_exercises_is_mastery() -> None:
    log = [attempt("x/e1", days=3), attempt("x/e2", days=2), attempt("x/e1", days=1)]
    found = standing("s", log, RULE, NOW)
    assert (found.mastered, found.fresh, found.share) == (True, True, 1.0)
    assert not standing("s", log, RULE, NOW + timedelta(days=40)).fresh


@pytest.mark.parametrize(
    ("last", "mastered"),
    [
        (attempt("x/e1"), True),
        (attempt("x/e1", right=False), False),
        (attempt("x/e1", hints=1), False),
        (attempt("x/e1", wrong=1), False),
    ],
)
def test_a_hint_or_a_miss_ends_the_row(last: Attempt, mastered: bool) -> None:
    log = [attempt("x/e1", days=3), attempt("x/e2", days=2), last]
    assert standing("s", log, RULE, NOW).mastered is mastered


def test_a_right_answer_after_a_wrong_try_neither_adds_nor_ends() -> None:
    log = [
        attempt("x/e1", days=4),
        attempt("x/e2", days=3),
        attempt("x/e2", wrong=1, days=2),
        attempt("x/e1"),
    ]
    assert standing("s", log, RULE, NOW).in_a_row == 3


def test_one_exercise_again_and_again_is_not_enough_unless_there_is_no_other() -> None:
    log = [attempt("x/e1", days=days) for days in range(5)]
    assert not standing("s", log, RULE, NOW).mastered
    assert standing("s", log, RULE, NOW, available=1).mastered


def test_skills_open_when_what_they_stand_on_is_mastered() -> None:
    log = [attempt(f"x/e{k % 2}", days=k, skill="a") for k in range(3)]
    found = standings(list(REQUIRES), log, RULE, NOW)
    assert mastered_skills(found) == {"a"}
    assert open_skills(REQUIRES, {"a"}) == ["b", "f"]


def test_an_attempt_is_plain_data_and_back() -> None:
    one = Attempt("x/e1", ("a", "b"), 7, True, 1, 2, NOW, ("sign",))
    assert Attempt.of(one.data()) == one
    assert one.score == 0.5
    with pytest.raises(ParseError, match="no record of an attempt"):
        Attempt.of({"exercise": "x"})


def test_mistakes_are_counted() -> None:
    log = [
        Attempt("x/e1", ("s",), 0, False, 1, 0, NOW, ("sign", "factor")),
        Attempt("x/e1", ("s",), 0, True, 0, 0, NOW, ("sign",)),
    ]
    assert weak_spots(log) == {"sign": 2, "factor": 1}


def test_reviews_move_away_with_success_and_come_back_with_failure() -> None:
    good = [attempt("x/e1", days=20), attempt("x/e2", days=15)]
    (later,) = reviews(good, NOW)
    (sooner,) = reviews([*good, attempt("x/e1", right=False, days=10)], NOW)
    assert later.due > sooner.due
    assert 0 < later.recall <= 1
    assert [review.skill for review in due([attempt("x/e1", days=300)], NOW)] == ["s"]
    assert due([attempt("x/e1")], NOW) == []


def test_reviews_are_the_same_for_the_same_log_in_any_order() -> None:
    log = [attempt("x/e1", days=20), attempt("x/e2", right=False, days=15), attempt("x/e3", hints=1, days=5)]
    assert reviews(log, NOW) == reviews(log[::-1], NOW)


@pytest.mark.parametrize(
    ("offsets", "days", "forgiven"),
    [
        ([], 0, 0),
        ([0], 1, 0),
        ([1], 1, 0),
        ([0, 1, 2], 3, 0),
        ([0, 2, 3], 3, 1),
        ([0, 3], 1, 0),
        ([0, 2, 4], 2, 1),
        ([0, 2, 3, 4, 5, 6, 7, 8, 10], 9, 2),
        ([2, 3], 2, 0),
        ([5], 0, 0),
    ],
)
def test_a_streak_forgives_a_day_a_week(offsets: list[int], days: int, forgiven: int) -> None:
    today = date(2024, 5, 1)
    found = streak([today - timedelta(days=offset) for offset in offsets], today)
    assert found.days == days
    if offsets[:1] == [0]:
        assert found.forgiven == forgiven


def test_a_placement_asks_where_the_map_is_split() -> None:
    start = Placement(REQUIRES)
    assert start.next_skill == "c"
    upward = start.answered("c", True)
    assert upward.known == {"a", "b", "c"}
    downward = start.answered("c", False)
    assert downward.unknown == {"c", "d", "e"}
    assert downward.frontier == ["a"]


@given(st.integers(0, 5))
def test_a_placement_finds_out_how_far_somebody_is(level: int) -> None:
    chain = {str(k): ((str(k - 1),) if k else ()) for k in range(5)}
    placement = Placement(chain)
    while (skill := placement.next_skill) is not None:
        placement = placement.answered(skill, int(skill) < level)
    assert placement.known == {str(k) for k in range(level)}
    assert len(placement.answers) <= 3


def test_a_placement_asks_only_what_can_be_asked_and_ends() -> None:
    placement = Placement(REQUIRES, askable=frozenset({"a"}), most=2)
    assert placement.next_skill == "a"
    assert placement.answered("a", False).next_skill is None


def test_a_rule_that_asks_for_nothing_is_left_out() -> None:
    assert Rule.of({"in_a_row": 0, "distinct_exercises": -1, "review_days": 7}) == Rule(3, 2, 7)
