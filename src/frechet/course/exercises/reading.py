"""From an exercise file to a template; whatever is wrong is said with the file and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from frechet.course.data import read_toml, texts
from frechet.course.exercises.exercise import (
    ASKS,
    KINDS,
    Candidate,
    Code,
    Draw,
    Exercise,
    Line,
    Listed,
    Option,
    Question,
)
from frechet.course.problems import CourseError, Place
from frechet.errors import quoted

_COMMON: Final = frozenset(
    ["kind", "skills", "prompt", "declare", "where", "sizes", "hints", "explain", "vary", "case"]
)
_QUESTION: Final = frozenset(["ask", "formula", "by", "rate", "steps", "constraint", "solution"])
_KEYS: Final[dict[str, frozenset[str]]] = {
    "derive": _QUESTION | {"also", "mistake"},
    "choice": _QUESTION | {"also", "mistake", "option", "values"},
    "numeric": _QUESTION | {"mistake", "values"},
    "shape": _QUESTION | {"mistake", "candidate"},
    "fill-in": frozenset(["formula", "by", "constraint", "solution", "line"]),
    "wrong-line": frozenset(["formula", "by", "constraint", "solution", "line", "made"]),
    "order": frozenset(["ask", "formula", "by", "constraint", "solution", "line"]),
    "code": frozenset(["function", "starter", "solution", "tests"]),
}
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "derive": ("formula",),
    "numeric": ("formula",),
    "fill-in": ("formula", "by", "line"),
    "wrong-line": ("formula", "by", "line"),
    "order": ("formula", "by"),
    "code": ("function", "starter", "solution", "tests"),
}
_VARY: Final = ("letters", "constants", "sizes", "numbers")
_RANGE: Final = re.compile(r"\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*([a-z ]*)")
HAVING: Final = ("", "nonzero", "symmetric", "positive definite", "invertible", "distinct")


def read_exercise(path: Path, place: Place, lecture: str) -> Exercise:
    """Read an exercise file of a lecture.

    Raises:
        CourseError: the file is not an exercise; the message says why.
    """
    return exercise_of(read_toml(path, place), f"{lecture}/{path.stem}", place)


def exercise_of(table: Mapping[str, object], name: str, place: Place) -> Exercise:
    """Return a template from the table of its file.

    Raises:
        CourseError: a key is unknown or missing, or a value is not what it must be.
    """
    kind = str(table.get("kind", ""))
    if kind not in KINDS:
        raise CourseError(
            f"there is no kind of exercise {quoted(kind)}", place, hint=f"The kinds are {', '.join(KINDS)}."
        )
    _check_keys(table, kind, place)
    vary = _table(table, "vary", place)
    return Exercise(
        id=name,
        place=place,
        kind=kind,
        prompt=str(table.get("prompt", "")).strip(),
        skills=texts(table.get("skills")),
        declare=_texts_of(_table(table, "declare", place)),
        where=_texts_of(_table(table, "where", place)),
        sizes=texts(table.get("sizes")),
        question=_question(table, place),
        also=texts(table.get("also")),
        mistakes=_listed(table, place),
        options=tuple(_option(r) for r in _records(table, "option", place)),
        lines=tuple(_line(r, place) for r in _records(table, "line", place)),
        candidates=tuple(
            Candidate(str(r.get("formula", "")), str(r.get("say", "")))
            for r in _records(table, "candidate", place)
        ),
        values=_texts_of(_table(table, "values", place)),
        letters=vary.get("letters") is not False,
        constants={n: texts(v) for n, v in _table(vary, "constants", place).items()},
        lengths={n: texts(v) for n, v in _table(vary, "sizes", place).items()},
        draws={n: _draw(str(v), place) for n, v in _table(vary, "numbers", place).items()},
        cases=tuple(
            exercise_of(_with_case(table, case), name, place) for case in _records(table, "case", place)
        ),
        code=_code(table) if kind == "code" else None,
        hints=texts(table.get("hints")),
        explain=str(table.get("explain", "")).strip(),
        made=str(table.get("made", "")),
    )


def _with_case(table: Mapping[str, object], case: Mapping[str, object]) -> dict[str, object]:
    """Return a table in which a case's keys stand for the template's; inner tables are joined."""
    merged = {key: value for key, value in table.items() if key != "case"}
    for key, value in case.items():
        inner = merged.get(key)
        merged[key] = {**inner, **value} if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


def _check_keys(table: Mapping[str, object], kind: str, place: Place) -> None:
    known = _COMMON | _KEYS[kind]
    for key in table:
        if key not in known:
            raise CourseError(
                f"an exercise of kind {kind} has no {quoted(key)}",
                place,
                hint=f"Its keys are {', '.join(sorted(known))}.",
            )
    for key in ("prompt", "skills", *_NEEDED.get(kind, ())):
        if not table.get(key):
            raise CourseError(f"the exercise lacks {key}", place, hint=f"Write {key} = …")
    for key in _table(table, "vary", place):
        if key not in _VARY:
            raise CourseError(f"vary has no {quoted(key)}", place, hint=f"It has {', '.join(_VARY)}.")


def _question(table: Mapping[str, object], place: Place) -> Question:
    ask = str(table.get("ask", "gradient" if table.get("by") else "value"))
    if ask not in ASKS:
        raise CourseError(f"nothing is called {quoted(ask)}", place, hint=f"Ask for {', '.join(ASKS)}.")
    steps = table.get("steps", 1)
    return Question(
        ask,
        texts(table.get("formula")),
        texts(table.get("by")),
        str(table.get("rate", "")),
        steps if isinstance(steps, int) else 1,
        str(table.get("constraint", "")),
        str(table.get("solution", "")) if table.get("kind") != "code" else "",
    )


def _listed(table: Mapping[str, object], place: Place) -> tuple[Listed, ...]:
    found = []
    for record in _records(table, "mistake", place):
        answer, name = str(record.get("answer", "")), str(record.get("name", ""))
        if not answer or not name:
            raise CourseError(
                "a mistake lacks its answer or its name", place, hint='Write answer = "…", name = "…".'
            )
        found.append(Listed(answer, name, str(record.get("say", "")).strip()))
    return tuple(found)


def _option(record: Mapping[str, object]) -> Option:
    return Option(
        str(record.get("text", "")).strip(),
        record.get("right") is True,
        str(record.get("name", "")),
        str(record.get("say", "")).strip(),
    )


def _line(record: Mapping[str, object], place: Place) -> Line:
    written, words = str(record.get("line", "")), str(record.get("text", "")).strip()
    head, equals, body = written.partition("=")
    if not words and (not equals or not body.strip()):
        raise CourseError(
            f"the line {quoted(written)} states nothing", place, hint="Write df = … or grad = …"
        )
    return Line(
        head.strip(),
        body.strip(),
        words,
        str(record.get("because", "")).strip(),
        record.get("blank") is True,
        _listed(record, place),
    )


def _draw(text: str, place: Place) -> Draw:
    match = _RANGE.fullmatch(text)
    if match is None or match.group(3).strip() not in HAVING:
        raise CourseError(
            f"{quoted(text)} does not say which numbers to draw",
            place,
            hint=f'Write "-3..4", or "-3..4 nonzero"; properties are {", ".join(HAVING[1:])}.',
        )
    return Draw(int(match.group(1)), int(match.group(2)), match.group(3).strip())


def _code(table: Mapping[str, object]) -> Code:
    return Code(*(str(table.get(key, "")) for key in ("function", "starter", "solution", "tests")))


def _table(table: Mapping[str, object], key: str, place: Place) -> Mapping[str, object]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise CourseError(f"{key} is a table", place, hint=f"Write [{key}] and lines name = value.")
    return found


def _records(table: Mapping[str, object], key: str, place: Place) -> Sequence[Mapping[str, object]]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise CourseError(f"{key} is a list of tables", place, hint=f"Write [[{key}]] before each.")
    return found


def _texts_of(table: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in table.items()}
