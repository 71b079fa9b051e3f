"""Every right form is taken for right, every mistake gets its own reply, nothing wrong passes.

A row of `answers.jsonl` is written in the letters that its `names` list; an exercise may have changed
its letters since, in the same order.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest
from tests.course.exercises.samples import course_library, in_todays_letters, rows

from frechet.course.exercises.exercise import Listed
from frechet.course.exercises.grading import grade
from frechet.course.exercises.variants import Variant, variant

ROWS = [json.loads(line) for line in rows("answers.jsonl")]
LIBRARY = course_library()


@pytest.mark.parametrize("name", sorted({row["exercise"] for row in ROWS}))
def test_answers_to_an_exercise_are_judged_as_they_should_be(name: str) -> None:
    made = variant(LIBRARY.exercises[name], 0)
    for row in (row for row in ROWS if row["exercise"] == name):
        mark = grade(made, in_todays_letters(row, row["answer"], made), row.get("layout", "course"))
        assert mark.accepted == row["accepted"], (row, mark)
        if "mistake" in row:
            assert mark.mistake == row["mistake"], (row, mark)
            assert mark.reply in {listed.say for listed in _listed(made)}, (row, mark)


def test_the_forms_are_many() -> None:
    forms = Counter(row["form"] for row in ROWS if row["accepted"])
    assert sum(forms.values()) > 400
    assert len(forms) >= 6


def _listed(made: Variant) -> list[Listed]:
    return [*made.exercise.mistakes, *(m for line in made.exercise.lines for m in line.mistakes)]
