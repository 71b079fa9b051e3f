"""Marking: each outcome, with what is said."""

from __future__ import annotations

import time

import pytest
from tests.course.exercises.samples import (
    CHOICE,
    CODE,
    EXIST,
    FILL_IN,
    LEAST_SQUARES,
    NUMBERS,
    ORDER,
    QUADRATIC,
    SHAPE,
    TWO_NUMBERS,
    WRONG_LINE,
    course_library,
    exercise,
)

from frechet.course.exercises.grading import grade, read_answer, right_answer
from frechet.course.exercises.marks import Mark, Outcome, score
from frechet.course.exercises.variants import variant
from frechet.errors import UnsupportedError


def marked(text: str, answer: str | list[str], layout: str = "course") -> Mark:
    return grade(variant(exercise(text), 0), answer, layout)


@pytest.mark.parametrize(
    "answer",
    ["(A + A')*x", "A*x + A'*x", "x'*(A + A')'", "grad = (A' + A)*x", r"(A + A^\top) x", "A x + A^T x"],
)
def test_an_answer_is_right_however_it_is_written(answer: str) -> None:
    mark = marked(QUADRATIC, answer if answer != "x'*(A + A')'" else "(x'*(A + A'))'")
    assert (mark.outcome, mark.accepted) == (Outcome.RIGHT, True)
    assert mark.latex


def test_a_long_right_answer_is_right_but_not_simplified() -> None:
    mark = marked(QUADRATIC, "A*x + A'*x + 2*A*x - 2*A*x + A'*x - A'*x")
    assert (mark.outcome, mark.accepted) == (Outcome.NOT_SIMPLIFIED, True)


def test_a_listed_mistake_gets_its_reply_and_numbers_that_refute_it() -> None:
    mark = marked(QUADRATIC, "A*x + x*1 + A*x - x")
    assert (mark.outcome, mark.mistake, mark.reply) == (
        Outcome.NAMED_MISTAKE, "sym-assumed", "Only if {f}`A' = A`.",
    )  # fmt: skip
    assert not mark.counts
    assert mark.counterexample is not None
    assert set(mark.counterexample.values) == {"A", "x"}
    assert mark.counterexample.yours != mark.counterexample.right


def test_a_mistake_that_is_not_listed_is_explained_by_the_engine() -> None:
    mark = marked(QUADRATIC, "-(A + A')*x")
    assert (mark.outcome, mark.mistake) == (Outcome.NAMED_MISTAKE, "sign")


def test_what_nothing_explains_is_wrong_and_counts() -> None:
    mark = marked(QUADRATIC, "tr(A)*x")
    assert mark.outcome is Outcome.WRONG
    assert mark.counts
    assert mark.counterexample is not None


def test_the_other_layout_is_right_for_who_has_chosen_it() -> None:
    row = "x'*(A + A')"
    assert marked(QUADRATIC, row).mistake == "row-layout"
    assert marked(QUADRATIC, row, "numerator").outcome is Outcome.OTHER_LAYOUT
    assert marked(QUADRATIC, row, "numerator").accepted
    unlisted = marked(LEAST_SQUARES, "2*(X*w - y)'*X")
    assert (unlisted.outcome, unlisted.accepted) == (Outcome.OTHER_LAYOUT, False)


def test_sizes_that_do_not_fit_do_not_count() -> None:
    mark = marked(QUADRATIC, "A*x + x'*A")
    assert mark.outcome is Outcome.ILL_SHAPED
    assert not mark.counts
    assert "cannot be added" in mark.reply
    assert mark.latex == r"A\,x + x^{\top}\,A"


def test_a_listed_answer_whose_sizes_do_not_fit_gets_its_reply() -> None:
    for answer in ("2*X*(X*w - y)", "2*X*X*w - 2*X*y", "X*(X*w - y)*2"):
        mark = marked(LEAST_SQUARES, answer)
        assert (mark.outcome, mark.mistake) == (Outcome.NAMED_MISTAKE, "transpose-dropped")


def test_a_value_of_another_shape_is_refused_with_both_shapes() -> None:
    mark = marked(LEAST_SQUARES, "X*w")
    assert mark.outcome is Outcome.ILL_SHAPED
    assert mark.reply == "This is m × 1, and n × 1 is asked for."


def test_a_strange_letter_is_unreadable_with_its_place() -> None:
    mark = marked(QUADRATIC, "(A + A')*z")
    assert (mark.outcome, mark.place) == (Outcome.UNREADABLE, (9, 10))
    assert mark.hint == "Its letters are A, x."


def test_what_is_no_formula_is_unreadable() -> None:
    mark = marked(QUADRATIC, "(A + A'")
    assert (mark.outcome, mark.place) == (Outcome.UNREADABLE, (0, 1))


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="there is no layout 'mixed'"):
        marked(QUADRATIC, "x", "mixed")


def test_reading_does_not_judge() -> None:
    read = read_answer(variant(exercise(QUADRATIC), 0), "2*A*x")
    assert (read.latex, read.shape, read.readable) == ("2 A x", "vector(n)", True)
    refused = read_answer(variant(exercise(QUADRATIC), 0), "2*A*")
    assert not refused.readable
    assert refused.place is not None


def test_all_blanks_are_marked() -> None:
    both = marked(FILL_IN, ["2*(X*w - y)'*X*dw", "2*X'*(X*w - y)"])
    assert both.accepted
    one = marked(FILL_IN, "2*r'*X*dw\nX'*r")
    assert not one.accepted
    assert [part.accepted for part in one.parts] == [True, False]
    assert marked(FILL_IN, "2*r'*X*dw").reply == "2 lines are asked for, and there are 1."


def test_the_line_before_is_no_answer() -> None:
    mark = marked(FILL_IN, ["2*r'*dr", "2*X'*r"])
    assert mark.reply == "That line is there already: take it one step further."


def test_a_mistake_in_a_blank_gets_its_reply() -> None:
    mark = marked(FILL_IN, ["2*r'*X'*dw", "2*X'*r"])
    assert (mark.mistake, mark.reply) == ("transpose-dropped", "{f}`r'*X` exists.")


@pytest.mark.parametrize(
    "answer",
    ["[-2; 0]", "(-2, 0)", "-2 0", "[[-2], [0]]", r"\begin{pmatrix} -2 \\ 0 \end{pmatrix}", "g = [-2, 0]'"],
)
def test_numbers_are_read_as_people_write_them(answer: str) -> None:
    assert marked(NUMBERS, answer).accepted, answer


def test_numbers_from_a_mistake_get_its_reply() -> None:
    assert marked(NUMBERS, "[-6; -4]").reply == "{f}`A` is not symmetric."
    assert marked(NUMBERS, "[2; 0]").mistake == "sign"
    assert marked(NUMBERS, "[1, 2; 3, 4]").outcome is Outcome.ILL_SHAPED
    assert marked(NUMBERS, "A*x").outcome is Outcome.UNREADABLE


def test_a_function_of_two_numbers_needs_no_vector() -> None:
    assert marked(TWO_NUMBERS, "[1; 1]").accepted


def test_an_option_is_taken_by_number_or_letter() -> None:
    made = variant(exercise(CHOICE), 0)
    right = right_answer(made)
    assert isinstance(right, str)
    assert grade(made, right).accepted
    assert grade(made, "abcd"[int(right) - 1]).accepted
    wrong = next(k for k, choice in enumerate(made.choices) if choice.name == "wrong-variable")
    assert grade(made, str(wrong + 1)).reply == "That is by {f}`x`."
    assert grade(made, "9").outcome is Outcome.UNREADABLE


def test_the_first_wrong_line_is_found_by_the_engine() -> None:
    assert marked(WRONG_LINE, "2").reply == "The two terms differ."
    assert marked(WRONG_LINE, "3").reply == "A line before that one is wrong already: look for the first."
    assert marked(WRONG_LINE, "1").reply == "That line is right: it has the value it should have."


def test_an_order_is_right_or_right_up_to_a_line() -> None:
    made = variant(exercise(ORDER), 2)
    right = right_answer(made)
    assert isinstance(right, str)
    assert grade(made, right).accepted
    places = right.split()
    places[-1], places[-2] = places[-2], places[-1]
    assert "in place" in grade(made, " ".join(places)).reply
    assert grade(made, "1 1 2").outcome is Outcome.UNREADABLE


def test_a_shape_is_rows_by_columns() -> None:
    for answer in ("m x n", "(m, n)", "m × n", "m by n"):
        assert marked(SHAPE, answer).accepted
    assert marked(SHAPE, "m").reply == "That is the value."
    assert marked(SHAPE, "n x m").mistake == "row-layout"
    assert marked(SHAPE, "q x n").outcome is Outcome.UNREADABLE


def test_what_exists_is_named_and_else_explained() -> None:
    assert marked(EXIST, "1").accepted
    assert marked(EXIST, "1 2").reply == "{f}`A'*x` does not exist. n meets m."
    assert marked(EXIST, "none").reply == "{f}`A*x` exists. m entries."


def test_a_program_is_not_run_where_answers_are_marked() -> None:
    mark = marked(CODE, "import os")
    assert mark.outcome is Outcome.NOT_MARKED
    assert not mark.counts


def test_the_score_falls_with_tries_and_hints() -> None:
    assert [score(0, 0), score(2, 0), score(0, 1), score(3, 2), score(0, 3)] == [1.0, 0.7, 0.5, 0.5, 0.0]


def test_marking_is_quick() -> None:
    made = variant(exercise(LEAST_SQUARES), 0)
    grade(made, "X")
    answers = ["2*X'*(X*w - y)", "2*X'*X*w - 2*X'*y", "2*X*(X*w - y)", "X'*(X*w", "2*(X*w - y)'*X"] * 4
    start = time.perf_counter()
    for answer in answers:
        grade(made, answer)
    assert (time.perf_counter() - start) / len(answers) < 0.05


def test_a_mark_is_plain_data() -> None:
    data = marked(QUADRATIC, "2*A*x").data()
    assert data["outcome"] == "named mistake"
    assert data["mistake"] == "sym-assumed"
    assert data["counts"] is False


HOSTILE = [
    "",
    " ",
    "=",
    "𝔸",
    "x" * 9_000,
    "(" * 300,
    "x.^(10^10)",
    "x.^(x.^(x.^x))",
    "d(",
    "1/0",
    "[[",
    "NaN",
]


@pytest.mark.parametrize("answer", [*HOSTILE, "\\frac"])
def test_whatever_is_typed_gets_a_mark_soon(answer: str) -> None:
    for text in (QUADRATIC, FILL_IN, NUMBERS, CHOICE, ORDER, SHAPE, WRONG_LINE):
        start = time.perf_counter()
        assert not marked(text, answer).accepted or text is CHOICE
        assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("[0; -2]", "These are the right numbers in another order."),
        ("[-2; 5]", "1 of the 2 numbers is right."),
        ("[7; 5]", "This is not the right one."),
    ],
)
def test_wrong_numbers_are_told_what_is_right_about_them(answer: str, reply: str) -> None:
    mark = grade(variant(exercise(NUMBERS), 0), answer)
    assert (mark.outcome, mark.reply) == (Outcome.WRONG, reply)


def test_a_point_after_another_number_of_steps_is_called_that() -> None:
    text = NUMBERS.replace('by = "x"', 'by = "x"\nask = "descent point"\nrate = "1/10"\nsteps = 2')
    made = variant(exercise(text), 0)
    reply = "That is where step 1 leads; the point after step 2 is asked for."
    assert grade(made, "[1.2; -1]").reply == reply


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("u = 1, v = 1", Outcome.RIGHT),
        ("\\left(1, \\frac33\\right)", Outcome.RIGHT),
        ("1/2*[2; 2]", Outcome.RIGHT),
        ("np.array([1, 1])", Outcome.RIGHT),
        ("[1; 1.0004]", Outcome.WRONG),
        ("[1; 1.04]", Outcome.WRONG),
        ("2*[1; 1]", Outcome.NAMED_MISTAKE),
    ],
)
def test_numbers_are_read_in_many_spellings(answer: str, outcome: Outcome) -> None:
    assert grade(variant(exercise(TWO_NUMBERS), 0), answer).outcome is outcome


def test_decimals_are_right_to_the_digits_they_are_written_in() -> None:
    made = variant(course_library().exercises["newtons-method-one-dimension/e3"], 0)
    texts = ("17/12", "1.4167", "1.417", "1.42", "1.4142", "sqrt(2)")
    right, more, wrong = Outcome.RIGHT, Outcome.ILL_SHAPED, Outcome.WRONG
    assert [grade(made, text).outcome for text in texts] == [right, right, right, more, wrong, wrong]
    assert grade(made, "1.4142").reply.startswith("That is where step 3 leads")
    assert grade(made, "1.4180").reply == "Very close, but not exact: compute with more digits."


@pytest.mark.parametrize(
    "answer",
    [
        "(A + A^T) x",
        "A x + A.T x",
        "(A + A^t)x",
        "A@x + np.transpose(A)@x",
        "½(2A + 2A')x",
        "(A + A^\\intercal)*x",
    ],
)
def test_answers_between_text_and_latex_are_read(answer: str) -> None:
    assert grade(variant(exercise(QUADRATIC), 0), answer).accepted


@pytest.mark.parametrize(
    "answer", ["(" * 900, "((1,2)" + " " * 1900, "1," * 900, "[" * 900 + "]" * 900, "1" * 5000]
)
def test_numbers_without_end_get_a_mark_soon(answer: str) -> None:
    begun = time.monotonic()
    assert not grade(variant(exercise(NUMBERS), 0), answer).accepted
    assert time.monotonic() - begun < 5
