"""Hints: the rule, the beginning, the whole solution."""

from __future__ import annotations

from tests.course.exercises.samples import (
    CHOICE,
    FILL_IN,
    NUMBERS,
    ORDER,
    QUADRATIC,
    TWO_NUMBERS,
    course_library,
    exercise,
)

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
    assert shown.endswith("Answer: A x + Aᵀ x")
    assert r"\nabla f" in typeset.markdown(hint(made, 3), made.names)


def test_hints_of_other_kinds_help_without_telling() -> None:
    assert hint(variant(exercise(NUMBERS), 0), 2) == "The formula is {f}`(A + A')*x`; put the numbers in."
    assert "It is not option" in hint(variant(exercise(CHOICE), 0), 2)
    ends = "It begins with {l}`f = x'*A*x` and ends with {l}`grad = (A + A')*x`."
    assert hint(variant(exercise(ORDER), 0), 2) == ends
    assert hint(variant(exercise(FILL_IN), 0), 2) == (
        "The first blank is a scalar; in it {f}`r`, {f}`X` and {f}`dw` occur."
    )


def test_the_last_hint_of_a_blank_shows_every_line() -> None:
    shown = typeset.plain(hint(variant(exercise(FILL_IN), 0), 3), variant(exercise(FILL_IN), 0).names)
    assert shown.splitlines()[:2] == ["- df = 2 rᵀ dr", "- = 2 rᵀ X dw"]


def test_hints_to_steps_name_the_slopes_and_then_the_points_on_the_way() -> None:
    steps = NUMBERS.replace('by = "x"', 'by = "x"\nask = "descent point"\nrate = "1/2"\nsteps = 2')
    made = variant(exercise(steps), 0)
    told = (
        "The gradient by {f}`x` is {f}`(A + A')*x`. Put the old point in, multiply by the rate, and subtract."
    )
    assert hint(made, 2) == told
    assert hint(made, 3).startswith(f"{told}\n\n- step 1 leads to {{v}}`[2; -1]`\n- step 2 leads to")
    newton = variant(exercise(TWO_NUMBERS), 0)
    assert hint(newton, 2).startswith("The slopes by {f}`u`, {f}`v` are {f}`2*u + v - 3`, ")


def test_a_minimum_without_a_start_is_where_the_gradient_is_zero() -> None:
    text = NUMBERS.replace('by = "x"', 'by = "x"\nask = "newton point"').replace('x = "[1; -1]"\n', "")
    text = text.replace('x = "-3..3 nonzero"\n', "")
    assert hint(variant(exercise(text), 0), 2).endswith("Set it to zero and solve for the variable.")


def test_every_exercise_of_the_course_has_three_hints() -> None:
    of = course_library()
    for one in of.exercises.values():
        made = variant(one, 2)
        for grade in (1, 2, 3):
            text = hint(made, grade, of.hints)
            assert text
            assert "texttt" not in typeset.markdown(text, made.names), (one.id, text)
