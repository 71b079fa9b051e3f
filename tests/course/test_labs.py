"""Labs: what a learner hands in is run apart, checked, and told what helps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.course.small_course import write_course

from frechet.course.beginnings import new_lecture
from frechet.course.content import Lecture, read_course
from frechet.course.labs import Lab, check_lab, exported, find_lab, lab_of, labs_of, run_checks
from frechet.errors import FrechetError, LimitError

CHECK = '''
def check_the_answer(lab):
    """The answer is forty-two."""
    assert lab.answer() == 42, "Six times seven."
'''


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "lab.py").write_text("# %%\ndef answer():\n    return 0  # your code\n", encoding="utf-8")
    (folder / "solution.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    (folder / "check.py").write_text(CHECK, encoding="utf-8")
    return Lab("small", "Small", folder)


def test_the_solution_passes_and_the_start_fails_with_the_sentence_that_helps(lab: Lab) -> None:
    assert run_checks(lab, lab.solution).ok
    (outcome,) = run_checks(lab, lab.starter).outcomes
    assert (outcome.right, outcome.says, outcome.message) == (
        False,
        "The answer is forty-two.",
        "Six times seven.",
    )


def test_a_notebook_is_checked_like_a_file(lab: Lab, tmp_path: Path) -> None:
    notebook = tmp_path / "mine.ipynb"
    notebook.write_text(exported(lab, "ipynb").replace("return 0", "return 42"), encoding="utf-8")
    assert json.loads(notebook.read_text(encoding="utf-8"))["nbformat"] == 4
    assert run_checks(lab, notebook).ok


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("x = 1\nanswer = y\n", "line 2: NameError: name 'y' is not defined"),
        ("def answer(:\n", "line 1: SyntaxError: invalid syntax"),
        ("import sys\nsys.exit(3)\n", "line 2: SystemExit: 3"),
    ],
)
def test_a_lab_that_does_not_run_says_where(lab: Lab, tmp_path: Path, text: str, failure: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    report = run_checks(lab, file)
    assert not report.ok
    assert report.failure.startswith(failure)


def test_an_error_inside_a_check_counts_as_not_passed(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("print('noise')\n", encoding="utf-8")
    (outcome,) = run_checks(lab, file).outcomes
    assert outcome.message == "AttributeError: module 'lab' has no attribute 'answer'"


def test_a_lab_that_does_not_end_is_stopped(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("while True:\n    pass\n", encoding="utf-8")
    with pytest.raises(LimitError, match="longer than 1 seconds"):
        run_checks(lab, file, seconds=1.0)


def test_a_file_that_is_no_notebook_is_refused(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "mine.ipynb"
    file.write_text("not json", encoding="utf-8")
    with pytest.raises(FrechetError, match="not a notebook"):
        run_checks(lab, file)


def lecture_with_lab(tmp_path: Path) -> Lecture:
    folder = write_course(tmp_path)
    new_lecture(read_course(folder), "one", "second", "Second", "code")
    return read_course(folder).lecture("second")


def test_the_labs_of_a_course_are_found_by_the_ids_of_their_lectures(tmp_path: Path) -> None:
    lecture = lecture_with_lab(tmp_path)
    course = read_course(tmp_path)
    assert [found.name for found in labs_of(course)] == ["second"]
    assert find_lab(course, "second") == lab_of(lecture)
    with pytest.raises(FrechetError, match="no lab 'first'"):
        find_lab(course, "first")


def test_a_lab_that_asks_nothing_or_cannot_be_solved_is_reported(tmp_path: Path) -> None:
    lecture = lecture_with_lab(tmp_path)
    assert list(check_lab(lecture)) == []
    solution = lab_of(lecture).solution.read_text(encoding="utf-8")
    start = lab_of(lecture).starter.read_text(encoding="utf-8")
    lab_of(lecture).starter.write_text(solution, encoding="utf-8")
    lab_of(lecture).solution.write_text(start, encoding="utf-8")
    messages = " ".join(problem.message for problem in check_lab(lecture))
    assert "the solution fails check_the_gradient" in messages
    assert "passes every check" in messages
