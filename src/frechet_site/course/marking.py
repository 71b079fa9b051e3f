"""An exercise as a page shows it, and what becomes of an answer to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError

from frechet.course.content import content_folder
from frechet.course.exercises.exercise import Exercise
from frechet.course.exercises.hints import hint
from frechet.course.exercises.typeset import markdown
from frechet.course.exercises.variants import variant
from frechet.course.html import html_of, inline_html
from frechet_site.accounts.models import Layout, User
from frechet_site.course.content import NAMES_OF_KINDS, Data, course, exercises
from frechet_site.course.models import Attempt, HintUse, digest_of
from frechet_site.lib.engine import call

Reader = User | AnonymousUser

TRIES: Final = 4
ONE_AT_A_TIME: Final = threading.Lock()
MARKED_LAYOUTS: Final = {Layout.NUMERATOR.value: "course", Layout.DENOMINATOR.value: "denominator"}
EXPECTED: Final = {
    "formula": "A formula such as 2*A'*x; A' is the transpose.",
    "formulas": "Write what stands right of the equals sign; A' is the transpose.",
    "numbers": "Numbers as in [1, 2; 3, 4]; a column as [1; 2].",
    "shape": "Rows × columns, such as m x n.",
}


def names_of(exercise: Exercise) -> Data:
    """Return by what an exercise is addressed: all that an answer to htmx needs of it."""
    lecture, _, name = exercise.id.partition("/")
    return {"id": exercise.id, "lecture": lecture, "name": name}


def exercise_page(exercise: Exercise, seed: int, number: int = 0) -> Data:
    """Return all that a page shows of a variant; its answer is not in it."""
    public: dict[str, Any] = variant(exercise, seed).public()
    for item in (*public.get("options", []), *public.get("lines", [])):
        for key in ("markdown", "words", "because"):
            if item.get(key):
                item[f"{key}_html"] = inline_html(item[key], {})
    return {
        **public,
        **names_of(exercise),
        "number": number,
        "kind_name": NAMES_OF_KINDS[exercise.kind],
        "prompt_html": html_of(public["prompt_markdown"], {}),
        "expected": EXPECTED.get(public["input"], ""),
        "hint_grades": range(1, 4),
    }


def answered(task: Data, answers: Sequence[str]) -> Data:
    """Return the exercise with an answer standing in it."""
    if task["input"] == "formulas":
        blanks = [line for line in task["lines"] if line.get("blank")]
        for line, text in zip(blanks, answers, strict=False):
            line["value"] = text
    if task["input"] in ("choice", "choices", "line"):
        for place, item in enumerate(task.get("options") or task.get("lines", []), 1):
            item["checked"] = str(place) in answers
    return {**task, "answers": list(answers)}


def read_back(exercise: Exercise, seed: int, text: str, blank: int) -> Data:
    """Return how the engine understands what is typed."""
    payload = {"folder": str(content_folder()), "exercise": exercise.id, "seed": seed}
    return call("course_read", {**payload, "text": text, "blank": blank})


def marked(exercise: Exercise, seed: int, answers: Sequence[str], layout: str) -> Data:
    """Return the engine's mark, with the words of the course for a named mistake."""
    payload = {"folder": str(content_folder()), "exercise": exercise.id, "seed": seed}
    asked = {"answers": list(answers), "layout": MARKED_LAYOUTS.get(layout, "course")}
    mark: Data = call("course_grade", {**payload, **asked})
    known = course().mistakes.get(str(mark.get("mistake", "")))
    return {**mark, "named": known} if known else mark


def record(user: User, exercise: Exercise, seed: int, answers: Sequence[str], mark: Data) -> None:
    """Keep an answer; one that was sent before is kept already."""
    attempt = Attempt(
        user=user,
        exercise=exercise.id,
        seed=seed,
        digest=digest_of(answers),
        answer="\n".join(answers),
        outcome=mark["outcome"],
        accepted=mark["accepted"],
        counted=mark["counts"],
        mistake=mark["mistake"],
        hints=HintUse.objects.filter(user=user, exercise=exercise.id, seed=seed).count(),
    )
    patiently(lambda: Attempt.objects.bulk_create([attempt], ignore_conflicts=True))


def patiently(write: Callable[[], object]) -> None:
    """Write, one thread after the other, and again if the database was busy all the while.

    SQLite lets those who wait for its lock try their luck; with many of them one may wait in vain.
    """
    for last in (*[False] * (TRIES - 1), True):
        try:
            with ONE_AT_A_TIME:
                write()
            return
        except OperationalError:
            if last:
                raise


def hints_up_to(exercise: Exercise, seed: int, grade: int) -> list[str]:
    """Return the first hints as HTML."""
    found = variant(exercise, seed)
    texts = [hint(found, k, exercises().hints) for k in range(1, grade + 1)]
    return [html_of(markdown(text, found.names), {}) for text in texts]


def open_hint(user: Reader, exercise: Exercise, seed: int, grade: int) -> None:
    """Keep that a learner opened a hint; of a stranger nothing is kept."""
    if user.is_authenticated:
        HintUse.objects.get_or_create(user=user, exercise=exercise.id, seed=seed, grade=grade)
