"""The course that comes along is right: `frechet course check --fast`, lecture by lecture."""

from __future__ import annotations

import pytest

from frechet.course.check import check_lecture, check_structure
from frechet.course.content import Lecture, read_course

COURSE = read_course()


def test_the_course_hangs_together() -> None:
    assert [str(problem) for problem in check_structure(COURSE)] == []


@pytest.mark.parametrize("lecture", COURSE.lectures, ids=lambda lecture: str(lecture.id))
def test_a_lecture_says_nothing_false_and_lacks_nothing(lecture: Lecture) -> None:
    report = check_lecture(COURSE, lecture, fast=True)
    assert [str(problem) for problem in report.errors] == []
