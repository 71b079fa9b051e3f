"""Where a course lies, and what is read of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.course.small_course import write_course

from frechet.course.blocks import ExercisePlace, Prose, Text, walk
from frechet.course.content import content_folder, read_course
from frechet.errors import EvaluationError


def test_the_folder_is_the_given_one_then_the_named_one_then_that_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FRECHET_COURSE", raising=False)
    assert content_folder().name == "course"
    named = write_course(tmp_path / "named")
    monkeypatch.setenv("FRECHET_COURSE", str(named))
    assert content_folder() == named
    given = write_course(tmp_path / "given")
    assert content_folder(given) == given
    with pytest.raises(EvaluationError, match="no course was found"):
        content_folder(tmp_path)


def test_sections_and_lectures_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    lecture = (folder / "01-one/01-first/lecture.md").read_text(encoding="utf-8")
    for name in ("02-second", "10-tenth"):
        path = folder / "01-one" / name / "lecture.md"
        path.parent.mkdir()
        path.write_text(lecture.replace("id: first", f"id: {name[3:]}"), encoding="utf-8")
    course = read_course(folder)
    assert [found.id for found in course.lectures] == ["first", "second", "tenth"]
    second = course.lecture("second")
    assert [found and found.id for found in course.next_to(second)] == ["first", "tenth"]
    assert course.next_to(course.lectures[0])[0] is None


def test_blocks_stand_in_the_order_of_the_text_and_inside_one_another(tmp_path: Path) -> None:
    (lecture,) = read_course(write_course(tmp_path)).lectures
    kinds = [type(block).__name__ for block in lecture.blocks]
    assert kinds[:3] == ["Text", "Theorem", "Derivation"]
    (intuition,) = [b for b in lecture.blocks if isinstance(b, Prose) and b.kind == "intuition"]
    assert [type(block) for block in intuition.body] == [Text, ExercisePlace]
    assert any(isinstance(block, ExercisePlace) for block in walk(lecture.blocks))


def test_a_directive_declares_beside_and_before_the_lecture(tmp_path: Path) -> None:
    (lecture,) = read_course(write_course(tmp_path)).lectures
    (example,) = [b for b in lecture.blocks if type(b).__name__ == "Example"]
    declared = example.declared  # type: ignore[union-attr]
    assert (declared["A"], declared["S"]) == ("matrix(2, 2)", "symmetric(n)")


def test_exercises_are_listed_by_number(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    for name in ("e10", "e9", "order1"):
        (folder / "01-one/01-first/exercises" / f"{name}.toml").write_text("", encoding="utf-8")
    assert list(read_course(folder).lectures[0].exercise_files) == ["e1", "e9", "e10", "order1"]


def test_a_lecture_without_a_head_is_still_read(tmp_path: Path) -> None:
    (lecture,) = read_course(write_course(tmp_path, lecture="Only text.\n")).lectures
    assert lecture.id == "first"
    assert lecture.problems[0].message == "the lecture has no head"
