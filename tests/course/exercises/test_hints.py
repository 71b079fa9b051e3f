"""Hints: the rule, the beginning, the whole solution."""

from __future__ import annotations

from tests.course.exercises.samples import CHOICE, NUMBERS, ORDER, QUADRATIC, course_library, exercise

from frechet.course.exercises import typeset
from frechet.course.exercises.hints import hint
from frechet.course.exercises.variants import variant


def test_the_first_hint_is_the_skills_own() -> None:
    made = variant(exercise(QUADRATIC), 0)
    assert hint(made, 1, {"quad-form": "Two places hold the variable."}) == "Two places hold the variable."
    assert hint(made, 1) == "Let the variable change a little, and write down how the function changes."


def test_an_exercise_can_word_its_hints_itself() -> None:
    made = variant(exercise(QUADRATIC.replace("[declare]", 'hints = ["First.", "Second."]\n[declare]')), 0)
    assert [hint(made, grade, {"quad-form": "no"}) for grade in (1, 2)] == ["First.", "Second."]


def test_the_second_hint_tells_the_shape_and_how_it_begins() -> None:
    made = variant(exercise(QUADRATIC), 0)
    assert hint(made, 2) == "The answer is a vector(n). It begins with {l}`df = dx'*A*x + x'*A*dx`."


def test_the_last_hint_opens_the_derivation() -> None:
    made = variant(exercise(QUADRATIC), 0)
    shown = typeset.plain(hint(made, 3), made.names)
    assert "∇f = (A + Aᵀ) x" in shown
    assert shown.endswith("Answer: (A + Aᵀ) x")
    assert r"\nabla f" in typeset.markdown(hint(made, 3), made.names)


def test_hints_of_other_kinds_help_without_telling() -> None:
    assert hint(variant(exercise(NUMBERS), 0), 2) == "The formula is {f}`(A + A')*x`; put the numbers in."
    assert "It is not option" in hint(variant(exercise(CHOICE), 0), 2)
    assert hint(variant(exercise(ORDER), 0), 2) == "It begins with {l}`f = x'*A*x`."


def test_every_exercise_of_the_course_has_three_hints() -> None:
    of = course_library()
    for one in of.exercises.values():
        made = variant(one, 2)
        for grade in (1, 2, 3):
            text = hint(made, grade, of.hints)
            assert text
            assert "texttt" not in typeset.markdown(text, made.names), (one.id, text)
