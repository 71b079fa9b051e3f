"""Exercise files: what is wrong with one is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.course.exercises.samples import NUMBERS, PLACE, QUADRATIC, exercise

from frechet.course.exercises.exercise import Draw, Listed
from frechet.course.exercises.reading import read_exercise
from frechet.course.problems import CourseError


def test_a_file_becomes_a_template(tmp_path: Path) -> None:
    path = tmp_path / "e4.toml"
    path.write_text(QUADRATIC, encoding="utf-8")
    read = read_exercise(path, PLACE, "quadratic-form")
    assert (read.id, read.lecture, read.kind) == ("quadratic-form/e4", "quadratic-form", "derive")
    assert read.question.ask == "gradient"
    assert read.mistakes[0] == Listed("2*A*x", "sym-assumed", "Only if {f}`A' = A`.")


def test_numbers_to_draw_are_a_range_with_a_property() -> None:
    assert exercise(NUMBERS).draws == {"A": Draw(-3, 4, ""), "x": Draw(-3, 3, "nonzero")}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "derive"', 'kind = "dance"', "there is no kind of exercise 'dance'"),
        ('by = "x"', 'by = "x"\ncolor = "red"', "an exercise of kind derive has no 'color'"),
        ('skills = ["quad-form"]', "", "the exercise lacks skills"),
        ('by = "x"', 'by = "x"\nask = "meaning"', "nothing is called 'meaning'"),
        ('name = "sym-assumed"', "", "a mistake lacks its answer or its name"),
        ("[declare]", "[vary]\nsmell = 1\n[declare]", "vary has no 'smell'"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(old: str, new: str, message: str) -> None:
    with pytest.raises(CourseError) as refused:
        exercise(QUADRATIC.replace(old, new))
    assert refused.value.message == message
    assert refused.value.hint


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(CourseError, match="'lots' does not say which numbers to draw"):
        exercise(NUMBERS.replace("-3..4", "lots"))


def test_a_case_stands_for_parts_of_the_template() -> None:
    text = QUADRATIC + '\n[[case]]\nprompt = "Another."\n[case.declare]\nA = "symmetric(n)"\n'
    (case,) = exercise(text).cases
    assert case.prompt == "Another."
    assert case.declare == {"A": "symmetric(n)", "x": "vector(n)"}
