"""Every right form is taken for right, every mistake gets its own reply, nothing wrong passes.

A row of `answers.jsonl` is written in the letters that its `names` list; an exercise may have changed
its letters since, in the same order.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from tests.course.exercises.samples import course_library, rows

from frechet.course.exercises.exercise import Listed
from frechet.course.exercises.grading import grade
from frechet.course.exercises.variants import Variant, variant
from frechet.language.names import NAME

ROWS = [json.loads(line) for line in rows("answers.jsonl")]
LIBRARY = course_library()


@pytest.mark.parametrize("name", sorted({row["exercise"] for row in ROWS}))
def test_answers_to_an_exercise_are_judged_as_they_should_be(name: str) -> None:
    made = variant(LIBRARY.exercises[name], 0)
    for row in (row for row in ROWS if row["exercise"] == name):
        mark = grade(made, _in_todays_letters(row, made), row.get("layout", "course"))
        assert mark.accepted == row["accepted"], (row, mark)
        if "mistake" in row:
            assert mark.mistake == row["mistake"], (row, mark)
            assert mark.reply in {listed.say for listed in _listed(made)}, (row, mark)


def test_the_forms_are_many() -> None:
    forms = Counter(row["form"] for row in ROWS if row["accepted"])
    assert sum(forms.values()) > 400
    assert len(forms) >= 6


def _in_todays_letters(row: dict[str, str], made: Variant) -> str:
    latex = "\\" in row["answer"]
    pairs = zip(row["names"].split(), made.exercise.declare, strict=False)
    today = {old: f"\\{new}" if latex and len(new) > 1 else new for old, new in pairs if old != new}
    return re.sub(NAME, lambda word: _renamed(word.group(), today), row["answer"])


def _renamed(word: str, today: dict[str, str]) -> str:
    if word[:1] == "d" and word[1:] in today:
        return f"d{today[word[1:]]}"
    return today.get(word, word)


def _listed(made: Variant) -> list[Listed]:
    return [*made.exercise.mistakes, *(m for line in made.exercise.lines for m in line.mistakes)]
