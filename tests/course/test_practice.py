"""What is asked next, and the command that asks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from tests.course.exercises.samples import course_library

from frechet.cli import commands
from frechet.cli.practice_screen import Session, marked_program
from frechet.course.exercises.variants import variant
from frechet.course.mastery import Attempt
from frechet.course.practice import next_exercise
from frechet.course.practice_log import append_to_log, read_log
from frechet.errors import EvaluationError, FrechetError

NOW = datetime(2024, 5, 1, tzinfo=UTC)
LIBRARY = course_library()


def attempt(exercise: str, days: float = 0.0, right: bool = True) -> Attempt:
    return Attempt(exercise, LIBRARY.exercises[exercise].skills, 0, right, 0, 0, NOW - timedelta(days=days))


def run(log: Path, typed: str, *arguments: str) -> Result:
    result = CliRunner().invoke(commands, ["practice", *arguments, "--log", str(log)], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_topic_is_asked_in_order_and_then_again_in_other_letters() -> None:
    first = next_exercise(LIBRARY, [], NOW, "linear-form")
    assert first is not None
    assert (first[0].id, first[1]) == ("linear-form/e1", 0)
    log = [attempt(one.id) for one in LIBRARY.about("linear-form")]
    again = next_exercise(LIBRARY, log, NOW, "linear-form")
    assert again is not None
    assert again[1] == 1


def test_without_a_topic_what_is_due_comes_first() -> None:
    fresh = next_exercise(LIBRARY, [], NOW)
    assert fresh is not None
    assert LIBRARY.skills[fresh[0].skills[0]]["level"] == 0
    reviewed = next_exercise(LIBRARY, [attempt("linear-form/e1", days=200)], NOW)
    assert reviewed is not None
    assert "lin-form" in reviewed[0].skills


def test_what_is_skipped_is_not_asked_again() -> None:
    found = next_exercise(LIBRARY, [], NOW, "linear-form", without={"linear-form/e1"})
    assert found is not None
    assert found[0].id == "linear-form/e2"


def test_a_topic_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no skill, lecture or exercise 'cooking'"):
        LIBRARY.about("cooking")
    result = run(tmp_path / "log", "", "cooking")
    assert result.exit_code == 2


def test_a_log_survives_a_damaged_line(tmp_path: Path) -> None:
    log = tmp_path / "deep" / "practice.jsonl"
    append_to_log(log, attempt("linear-form/e1"))
    with log.open("a", encoding="utf-8") as stream:
        stream.write('{"half": \n{"when": "2026-01-01T00:00:00Z", "skills": [], "seed": 0, ')
        stream.write('"wrong_tries": 0, "hints": 0}\n')
    append_to_log(log, attempt("linear-form/e2"))
    assert [one.exercise for one in read_log(log)] == ["linear-form/e1", "linear-form/e2"]
    assert read_log(tmp_path / "none") == []


def test_a_right_answer_in_the_terminal_is_logged(tmp_path: Path) -> None:
    log = tmp_path / "practice.jsonl"
    result = run(log, "2*A*x\n(A + A')*x\nquit\n", "quadratic-form-pt-1")
    assert "Differentiate xᵀ A x with respect to x." in result.stdout
    assert "✗ Not yet." in result.stdout
    assert "yours is" in result.stdout
    assert "✓ Right." in result.stdout
    assert "1 of 1 right." in result.stdout
    (only,) = read_log(log)
    assert (only.right, only.hints, only.mistakes) == (True, 0, ("sym-assumed",))


def test_hints_come_one_by_one_and_the_last_one_solves(tmp_path: Path) -> None:
    log = tmp_path / "practice.jsonl"
    result = run(log, "?\n?\n?\nquit\n", "quadratic-form-pt-1/e1")
    assert "It begins with df = dxᵀ A x + xᵀ A dx." in result.stdout
    assert "Answer: (A + Aᵀ) x" in result.stdout
    (only,) = read_log(log)
    assert (only.right, only.hints) == (False, 3)


def test_blanks_are_asked_one_by_one(tmp_path: Path) -> None:
    result = run(tmp_path / "log", "A*x - b\ninv(A)*b\n", "exercise-quadratic/e8", "--count", "1")
    assert "▢ 2 of 2 >" in result.stdout
    assert "✓ Right." in result.stdout


def test_the_end_of_the_input_ends_the_sitting(tmp_path: Path) -> None:
    assert run(tmp_path / "log", "", "linear-form").exit_code == 0


def test_skipping_goes_on_to_the_next(tmp_path: Path) -> None:
    result = run(tmp_path / "log", "skip\nquit\n", "linear-form")
    assert "Linear Form · e2" in result.stdout
    assert read_log(tmp_path / "log") == []


def test_the_overview_shows_lectures_and_skills(tmp_path: Path) -> None:
    result = run(tmp_path / "log", "", "--list")
    assert "quadratic-form-pt-1" in result.stdout
    assert "Differentiate a quadratic form" in result.stdout


def test_a_placement_tells_where_to_begin(tmp_path: Path) -> None:
    result = run(tmp_path / "log", "skip\n" * 12, "--placement")
    assert "You know 0 of 53 skills. Begin with:" in result.stdout
    assert "matvec" in result.stdout


def test_a_program_is_written_in_the_editor_and_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    made = variant(LIBRARY.exercises["linear-form/e8"], 0)
    code = made.exercise.code
    assert code is not None
    monkeypatch.setattr(click, "edit", lambda program, extension: code.solution)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "")
    found = marked_program(Session(LIBRARY), made)
    assert found is not None
    assert found.right


def test_a_log_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    result = run(tmp_path, "quit\n", "shapes")
    assert result.exit_code == 2
    assert "cannot be read\nChoose another file" in result.stderr
    (tmp_path / "taken").touch()
    with pytest.raises(FrechetError, match="cannot be written"):
        append_to_log(tmp_path / "taken" / "log.jsonl", attempt(next(iter(LIBRARY.exercises))))


@pytest.mark.parametrize(("typed", "logged"), [("?\nquit\n", 1), ("quit\n", 0)])
def test_an_exercise_that_is_left_after_a_hint_is_logged(tmp_path: Path, typed: str, logged: int) -> None:
    run(tmp_path / "log.jsonl", typed, "quad-form")
    assert len(read_log(tmp_path / "log.jsonl")) == logged


def test_a_program_without_an_editor_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor")
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "")
    with pytest.raises(FrechetError, match="no editor opens"):
        marked_program(Session(LIBRARY), variant(LIBRARY.exercises["linear-form/e8"], 0))
