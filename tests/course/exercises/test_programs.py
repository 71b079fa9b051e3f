"""Programs are run apart, for a limited time, and what a test says reaches the learner."""

from __future__ import annotations

from tests.course.exercises.samples import CODE, exercise

from frechet.course.exercises.marks import Outcome
from frechet.course.exercises.programs import mark_program, run

CODE_OF = exercise(CODE).code


def test_a_program_that_passes_is_right() -> None:
    assert CODE_OF is not None
    assert mark_program(CODE_OF, CODE_OF.solution).accepted


def test_a_failed_test_says_why() -> None:
    assert CODE_OF is not None
    mark = mark_program(CODE_OF, CODE_OF.starter)
    assert (mark.outcome, mark.reply) == (Outcome.WRONG, "Twice three is six.")


def test_an_error_is_named() -> None:
    assert CODE_OF is not None
    assert run(CODE_OF, "def twice(x):\n    return y\n").message == "NameError: name 'y' is not defined"


def test_a_program_that_does_not_end_is_ended() -> None:
    assert CODE_OF is not None
    endless = "def twice(x):\n    while True:\n        pass\n"
    assert run(CODE_OF, endless, seconds=2).message == "It did not end within 2 seconds."
