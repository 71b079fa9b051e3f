"""Certainty against hit rate, and the command that asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from frechet.cli import commands
from frechet.course.certainty import calibration
from frechet.course.mastery import Attempt
from frechet.course.practice_log import read_log

NOW = datetime(2024, 5, 1, tzinfo=UTC)


def answered(sure: float | None, *, right: bool = True, mistakes: tuple[str, ...] = ()) -> Attempt:
    return Attempt("x/e1", ("a",), 0, right, int(not right), 0, NOW, mistakes, sure)


def test_answers_without_a_certainty_are_no_part_of_the_curve() -> None:
    assert calibration([answered(None)]) is None
    found = calibration([answered(None), answered(0.5)])
    assert found is not None
    assert found.whole.count == 1


def test_the_penalty_is_the_squared_distance_of_what_was_said_from_what_came() -> None:
    found = calibration([answered(0.9), answered(0.9, right=False), answered(0.2, right=False)])
    assert found is not None
    assert found.penalty == pytest.approx((0.01 + 0.81 + 0.04) / 3)
    assert [(share.count, share.right) for share in found.parts] == [(1, 0.0), (2, 0.5)]


def test_an_answer_that_was_mended_after_a_named_mistake_was_not_right() -> None:
    found = calibration([answered(1.0, mistakes=("sign",))])
    assert found is not None
    assert found.whole.right == 0


def test_the_certainty_is_kept_with_the_attempt() -> None:
    assert Attempt.of(answered(0.35).data()) == answered(0.35)
    assert "sure" not in answered(None).data()


def test_it_is_asked_once_before_the_first_mark_and_shown_at_the_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    typed = "2*A*x\n90 %\nA*x + A'*x\n"
    arguments = ["practice", "quadratic-form-pt-1/e1", "--certainty", "--count", "1", "--log", str(log)]
    result = CliRunner().invoke(commands, arguments, input=typed)
    assert result.exit_code == 0
    assert result.stdout.count("How sure are you") == 1
    assert "  90% sure                          0% right of 1" in result.stdout
    assert "Penalty 0.81 an answer; you are 90 points too sure." in result.stdout
    assert [attempt.sure for attempt in read_log(log)] == [0.9]


def test_no_number_is_no_certainty(tmp_path: Path) -> None:
    log = tmp_path / "log"
    arguments = ["practice", "quadratic-form-pt-1/e1", "--certainty", "--count", "1", "--log", str(log)]
    result = CliRunner().invoke(commands, arguments, input="A*x + A'*x\nrather\n")
    assert "No certainty was stated yet." in result.stdout
    assert [attempt.sure for attempt in read_log(log)] == [None]
