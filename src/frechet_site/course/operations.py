"""Reading and marking answers, in the engine's processes: what a learner types is run nowhere else.

The right answer is found there and stays there; what comes back may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from frechet.course.content import content_folder
from frechet.course.exercises.grading import grade, read_answer
from frechet.course.exercises.marks import Mark
from frechet.course.exercises.names import Names
from frechet.course.exercises.typeset import markdown
from frechet.course.exercises.variants import Variant, variant
from frechet.course.html import html_of
from frechet.course.numbers import matrix_latex, matrix_of_text
from frechet.course.practice import library
from frechet.errors import FrechetError, ParseError
from frechet.notation.latex import latex_of_name

Data: TypeAlias = "Mapping[str, object]"


def course_read(payload: Data) -> dict[str, object]:
    """Say how an answer is understood, without judging it."""
    found = _variant(payload)
    text, blank = str(payload["text"]), int(str(payload.get("blank", 0)))
    read = read_answer(found, text, blank)
    return {
        "latex": read.latex,
        "shape": read.shape,
        "message": read.message,
        "hint": read.hint,
        "caret": _caret(text, read.place),
    }


def course_grade(payload: Data) -> dict[str, object]:
    """Mark an answer."""
    found = _variant(payload)
    answers = payload["answers"]
    if not isinstance(answers, list) or not all(isinstance(text, str) for text in answers):
        raise ParseError("the answers are not texts", hint="Send them as a list of texts.")
    mark = grade(found, answers[0] if len(answers) == 1 else answers, str(payload["layout"]))
    return _told(mark, found.names, "\n".join(answers))


def _variant(payload: Data) -> Variant:
    exercise = library(Path(str(payload["folder"]))).exercises[str(payload["exercise"])]
    return variant(exercise, int(str(payload["seed"])))


def _told(mark: Mark, names: Names, answer: str) -> dict[str, object]:
    data = mark.data()
    data["reply_html"] = html_of(markdown(mark.reply, names), {}) if mark.reply else ""
    data["caret"] = _caret(answer, mark.place)
    data["parts"] = [_told(part, names, answer) for part in mark.parts]
    if mark.counterexample is not None:
        counter = mark.counterexample
        data["counterexample"] = {
            "at": [
                {"name": name, "name_latex": latex_of_name(name), "text": text, "latex": _numbers(text)}
                for name, text in counter.values.items()
            ],
            "yours": {"text": counter.yours, "latex": _numbers(counter.yours)},
            "right": {"text": counter.right, "latex": _numbers(counter.right)},
        }
    return data


def _caret(text: str, place: tuple[int, int] | None) -> str:
    return ParseError("", position=place, source=text).caret() if place else ""


def _numbers(text: str) -> str:
    try:
        return matrix_latex(matrix_of_text(text)[0])
    except FrechetError:
        return rf"\text{{{text}}}"


OPERATIONS: Final[dict[str, Callable[[Data], dict[str, object]]]] = {
    "course_read": course_read,
    "course_grade": course_grade,
}

# Read before the first worker is forked, so that a fresh worker marks at once.
with suppress(FrechetError):
    library(content_folder())
