"""The check of an exercise finds what is wrong with it."""

from __future__ import annotations

import pytest
from tests.course.exercises.samples import (
    CHOICE,
    CODE,
    FILL_IN,
    LEAST_SQUARES,
    NUMBERS,
    ORDER,
    QUADRATIC,
    SHAPE,
    WRONG_LINE,
    course_library,
    exercise,
)

from frechet.course.exercises.check import check_exercise

MINIMIZER = """
kind = "derive"
skills = ["lagrange-linear"]
prompt = "Which {f}`x` is best?"
formula = "x'*A*x"
by = "x"
ask = "minimizer"
constraint = "a'*x - 1"
solution = "inv(A)*a/(a'*inv(A)*a)"

[declare]
A = "psd(n)"
a = "vector(n)"
x = "vector(n)"
"""


def faults(text: str, variants: int = 3) -> list[str]:
    return [problem.message for problem in check_exercise(exercise(text), variants=variants)]


@pytest.mark.parametrize(
    "text", [QUADRATIC, LEAST_SQUARES, FILL_IN, NUMBERS, CHOICE, SHAPE, WRONG_LINE, ORDER, CODE, MINIMIZER]
)
def test_a_sound_exercise_has_no_faults(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "fault"),
    [
        (QUADRATIC, '"2*A*x"', '"A\'*x + A*x"', "is right"),
        (QUADRATIC, 'also = ["A*x + A\'*x"]', 'also = ["A*x"]', "is not taken for right"),
        (MINIMIZER, "/(a'*inv(A)*a)", "", "it does not fulfill the constraint"),
        (MINIMIZER, "inv(A)*a/(a'*inv(A)*a)", "a/(a'*a)", "it is not stationary"),
        (MINIMIZER, 'formula = "x\'*A*x"', 'formula = "-x\'*A*x"', "there is a lower value near by"),
        (FILL_IN, "df = 2*r'*dr", "df = r'*dr", "is wrong"),
        (CODE, "return 2 * x", "return 3 * x", "the solution fails its tests: Twice three is six."),
        (CODE, "return x", "return 2 * x", "what is handed out passes the tests already"),
    ],
)
def test_a_fault_is_found(text: str, old: str, new: str, fault: str) -> None:
    assert old in text
    found = faults(text.replace(old, new))
    assert any(fault in message for message in found), found


def test_a_derivation_without_a_mistake_is_no_exercise() -> None:
    text = WRONG_LINE.replace("2*x'*A*dx", "x'*(A + A')*dx").replace("grad = 2*A'*x", "grad = (A + A')*x")
    assert faults(text) == ["variant 0: every line of this derivation is right"]


def test_unknown_skills_and_mistakes_are_found() -> None:
    found = check_exercise(exercise(QUADRATIC), ["lin-form"], ["row-layout"], 1)
    assert [problem.message for problem in found] == [
        "there is no skill 'quad-form'",
        "there is no mistake 'sym-assumed'",
    ]


def test_the_course_has_exercises_enough_of_every_kind() -> None:
    exercises = course_library().exercises.values()
    assert len(exercises) >= 190
    kinds = {one.kind for one in exercises}
    assert kinds == {"derive", "fill-in", "wrong-line", "shape", "choice", "numeric", "order", "code"}
    assert not course_library().problems


@pytest.mark.parametrize("name", sorted(course_library().exercises))
def test_an_exercise_of_the_course_is_sound(name: str) -> None:
    of = course_library()
    found = check_exercise(of.exercises[name], of.skills, of.mistakes, variants=2, programs=False)
    assert [str(problem) for problem in found] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Only if {f}`A' = A`.", "Only if A is symmetric."),
        ("As a column, please.", "Transpose what stands before dx."),
        ("Differentiate {f}`x'*A*x`", "For $x$: differentiate {f}`x'*A*x`"),
    ],
)
def test_a_letter_that_would_not_follow_its_variant_is_refused(old: str, new: str) -> None:
    text = QUADRATIC.replace(old, new)
    assert any("stands bare" in problem.message for problem in check_exercise(exercise(text)))


@pytest.mark.parametrize("say", ["A column, please.", "It is a row: a column is wanted.", "Of size m."])
def test_an_article_is_no_letter(say: str) -> None:
    text = QUADRATIC.replace("As a column, please.", say)
    assert not any("stands bare" in problem.message for problem in check_exercise(exercise(text)))
