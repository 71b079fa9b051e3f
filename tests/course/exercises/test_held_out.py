"""Answers that no author of an exercise had in mind: other forms of the right one, and plausible slips.

Of the right ones at least 98 % are accepted, of the wrong ones none. What is right and yet not read,
and what adds a number to a vector, is refused with a hint and costs no try.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any, Final

import pytest
from tests.course.exercises.samples import course_library, in_todays_letters, rows

from frechet.course.exercises.grading import grade
from frechet.course.exercises.marks import Mark, Outcome
from frechet.course.exercises.variants import variant

LEAST_ACCEPTED: Final = 0.98
FREE: Final = (Outcome.UNREADABLE, Outcome.ILL_SHAPED)
ASKED_FOR: Final = ("derive", "fill-in", "numeric")
REFUSED_WITH_A_HINT: Final = ("not read", "scalar with vector")

ROWS: Final[list[dict[str, Any]]] = [json.loads(line) for line in rows("held_out.jsonl")]
LIBRARY = course_library()


@pytest.mark.parametrize("name", sorted({row["exercise"] for row in ROWS}))
def test_answers_that_no_author_had_in_mind_are_judged_as_they_should_be(name: str) -> None:
    for row in (row for row in ROWS if row["exercise"] == name):
        mark = _mark(row)
        assert mark.accepted == row["accepted"], (row, mark)
        if row["form"] in REFUSED_WITH_A_HINT:
            assert mark.outcome in FREE, (row, mark)
            assert mark.hint, (row, mark)


def _mark(row: dict[str, Any]) -> Mark:
    made = variant(LIBRARY.exercises[row["exercise"]], 0)
    answer = row["answer"]
    if isinstance(answer, str):
        return grade(made, in_todays_letters(row, answer, made), row.get("layout", "course"))
    return grade(made, [in_todays_letters(row, blank, made) for blank in answer])


def test_nearly_all_right_answers_are_read() -> None:
    count = Counter(row["form"] == "not read" for row in ROWS if row["accepted"] or row["form"] == "not read")
    assert count[True] <= (1 - LEAST_ACCEPTED) * count.total()


def test_every_exercise_that_asks_for_a_formula_or_numbers_has_several_of_both() -> None:
    count = defaultdict[str, Counter[bool]](Counter)
    for row in ROWS:
        count[row["exercise"]][row["accepted"]] += 1
    asked = {one.id for one in LIBRARY.exercises.values() if one.kind in ASKED_FOR}
    few = [one for one in asked if count[one][True] < 3 or count[one][False] < 2]
    assert not few


@pytest.mark.parametrize("form", ["by hand", "as typed", "LaTeX ^T", "products left out", "fractions"])
def test_the_forms_are_of_many_kinds(form: str) -> None:
    assert sum(row["form"] == form for row in ROWS) >= 15
