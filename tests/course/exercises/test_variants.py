"""Variants: the same for a seed everywhere, different for others, and silent about the answer."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Final

import pytest
from tests.course.exercises.samples import (
    CHOICE,
    FILL_IN,
    NUMBERS,
    ORDER,
    QUADRATIC,
    WRONG_LINE,
    course_library,
    exercise,
)

from frechet.course.exercises import typeset
from frechet.course.exercises.dice import Dice
from frechet.course.exercises.grading import grade, right_answer
from frechet.course.exercises.letters import letters_for, replaced
from frechet.course.exercises.variants import Variant, variant

SEEDS = range(40)


def test_seed_zero_is_the_exercise_as_its_file_has_it() -> None:
    assert variant(exercise(QUADRATIC), 0).exercise.question.formulas == ("x'*A*x",)


def test_other_seeds_have_other_letters_everywhere_in_the_exercise() -> None:
    made = variant(exercise(QUADRATIC), 1).exercise
    (matrix, vector) = made.declare
    assert made.question.formulas == (f"{vector}'*{matrix}*{vector}",)
    assert made.prompt == f"Differentiate {{f}}`{vector}'*{matrix}*{vector}` by {{f}}`{vector}`."
    assert made.mistakes[0].answer == f"2*{matrix}*{vector}"
    assert made.mistakes[0].say == f"Only if {{f}}`{matrix}' = {matrix}`."


def test_many_seeds_give_many_variants() -> None:
    made = [variant(exercise(QUADRATIC), seed).exercise for seed in SEEDS]
    assert len({one.question.formulas for one in made}) > 25


def test_letters_keep_their_kind_and_are_told_apart() -> None:
    for seed in SEEDS:
        declared = variant(exercise(QUADRATIC), seed).exercise.declare
        assert len({name.casefold() for name in declared}) == len(declared)
        for name, kind in declared.items():
            assert name.isupper() == kind.startswith("matrix")
            assert name not in ("m", "n", "k")


def test_a_change_is_renamed_with_its_variable() -> None:
    made = variant(exercise(FILL_IN), 3).exercise
    variable = made.question.by[0]
    assert f"d{variable}" in made.lines[1].body
    assert made.where["r"].startswith(next(iter(made.declare)))


def test_a_variant_is_the_same_in_another_process() -> None:
    program = (
        "from tests.course.exercises.samples import *\n"
        "from frechet.course.exercises.variants import variant\n"
        "print([variant(exercise(CHOICE), s).public()['options'] for s in range(5)])"
    )
    found = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert found == {f"{[variant(exercise(CHOICE), s).public()['options'] for s in range(5)]}\n"}


def test_a_constant_is_a_number_from_its_list() -> None:
    text = QUADRATIC.replace("x'*A*x", "c*x'*A*x").replace('also = ["A*x + A\'*x"]', "")
    text = text.replace("[declare]", '[vary.constants]\nc = ["3", "-2"]\n[declare]')
    made = [variant(exercise(text), seed).exercise.question.formulas[0] for seed in SEEDS]
    formulas = {formula.partition("*")[0] for formula in made}
    assert formulas == {"3", "(-2)"}
    assert variant(exercise(text), 0).exercise.question.formulas == ("3*x'*A*x",)


def test_numbers_are_drawn_so_that_the_answer_is_worth_finding() -> None:
    made = [variant(exercise(NUMBERS), seed) for seed in SEEDS]
    assert len({str(one.values) for one in made}) > 30
    for one in made:
        assert any(x for row in one.numbers for x in row)
        assert not grade(one, right_answer(one)).mistake


def test_what_a_page_gets_is_plain_data_without_the_answer() -> None:
    for text in (QUADRATIC, FILL_IN, NUMBERS, ORDER, WRONG_LINE):
        public = variant(exercise(text), 0).public()
        shown = json.dumps(public)
        assert json.loads(shown) == public
        assert "sym-assumed" not in shown
        assert "(A + A')*x" not in shown


@pytest.mark.parametrize("seed", range(6))
def test_lines_to_be_put_in_order_are_not_in_order(seed: int) -> None:
    made = variant(exercise(ORDER), seed)
    assert list(made.shown_order) != sorted(made.shown_order)
    assert len(made.lines) >= 4


def test_options_come_from_the_listed_mistakes_and_from_spoiled_answers() -> None:
    choices = variant(exercise(CHOICE), 0).choices
    assert len(choices) >= 3
    assert [choice.right for choice in choices].count(True) == 1
    assert all(choice.say for choice in choices if not choice.right)


def test_letters_are_replaced_as_whole_words() -> None:
    made = replaced(exercise(FILL_IN), {"X": "B", "w": "v"})
    assert made.question.formulas == ("sumsq(B*v - y)",)
    assert made.lines[1].body == "2*r'*B*dv"


def test_a_vector_never_gets_the_letter_of_a_size() -> None:
    for seed in SEEDS:
        chosen = letters_for(exercise(FILL_IN), Dice(str(seed)))
        assert not {"m", "n"} & set(chosen.values())


def test_every_exercise_of_the_course_has_variants_that_can_be_solved() -> None:
    for one in course_library().exercises.values():
        if one.code is None:
            made: Variant = variant(one, 11)
            assert grade(made, right_answer(made)).accepted, (one.id, right_answer(made))


POOL: Final = """
kind = "choice"
skills = ["lr-bound"]
prompt = "Which rate arrives in one step on {f}`c*x^2`?"

[declare]
x = "scalar"

[vary.constants]
c = ["2", "5"]
""" + "".join(
    f"""
[[option]]
text = "{text}"
{"right = true" if right else 'name = "concept"'}
say = "Because."
"""
    for text, right in [
        ("{n}`1/(2*c)`", True),
        ("one over the curvature", True),
        ("{n}`2/c`", False),
        ("{n}`1/c`", False),
        ("no rate", False),
        ("any rate", False),
        ("{n}`1/3`", False),
    ]
)


def test_seed_zero_shows_the_first_right_option_and_the_first_wrong_ones() -> None:
    choices = variant(exercise(POOL), 0).public()["options"]
    assert isinstance(choices, list)
    assert {option["text"] for option in choices} == {"0.25", "1", "0.5", "no rate"}


def test_other_seeds_show_one_right_option_of_several_and_three_wrong_ones() -> None:
    shown = [variant(exercise(POOL), seed).choices for seed in range(40)]
    assert {sum(choice.right for choice in choices) for choices in shown} == {1}
    assert {len(choices) for choices in shown} == {4}
    assert len({frozenset(choice.text for choice in choices) for choices in shown}) > 20


def test_a_number_that_follows_from_constants_is_computed() -> None:
    made = next(v for v in (variant(exercise(POOL), seed) for seed in range(40)) if "5" in v.exercise.prompt)
    texts = {choice.text: typeset.plain(choice.text, made.names) for choice in made.choices}
    assert texts.get("{n}`1/(2*5)`", "0.1") == "0.1"
    assert typeset.markdown("{n}`1/3`", made.names) == r"$\tfrac{1}{3}$"
    assert typeset.markdown("{n}`0.02^4`", made.names) == r"$1.6 \cdot 10^{-7}$"


SIZED: Final = """
kind = "numeric"
skills = ["lin-form"]
prompt = "Give the gradient of {f}`a'*x` in {n}`n` unknowns."
formula = "a'*x"
by = "x"

[declare]
a = "vector(n)"
x = "vector(n)"

[values]
a = "[1; 2; 3]"

[vary.sizes]
n = ["3", "2", "4"]

[vary.numbers]
a = "1..9"
"""


def test_a_size_varies_and_what_has_it_is_drawn_anew() -> None:
    assert len(variant(exercise(SIZED), 0).numbers) == 3
    made = [variant(exercise(SIZED), seed) for seed in range(30)]
    assert {len(one.numbers) for one in made} == {2, 3, 4}
    for one in made:
        assert str(one.public()["prompt_text"]).endswith(f"in {len(one.numbers)} unknowns.")
        assert len(one.values[next(iter(one.exercise.values))]) == len(one.numbers)


def test_choices_of_the_course_differ_in_more_than_their_order() -> None:
    for one in course_library().exercises.values():
        if one.options:
            made = (variant(one, seed) for seed in range(50))
            sets = {frozenset(typeset.plain(c.text, v.names) for c in v.choices) for v in made}
            assert len(sets) >= 8, one.id
