"""The course as the site shows it: what the library reads, made once and kept.

`page_of` is the engine's work on a lecture. It is kept in the shared cache under the digest of the
lecture's files, so that a restart of the site reads it instead of doing it again, and in this
process's memory after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias

from django.core.cache import caches
from django.http import Http404

import frechet as fr
from frechet.course.content import Course, Lecture, Section, content_folder, course_of
from frechet.course.exercises.exercise import Exercise
from frechet.course.figure_values import values_of
from frechet.course.numbers import matrix_latex, matrix_text
from frechet.course.page import content_key, lecture_page
from frechet.course.practice import Library, library
from frechet.errors import FrechetError
from frechet_site.lib.remembered import remembered

Data: TypeAlias = dict[str, Any]

NAMES_OF_KINDS: Final = {
    "derive": "Derive",
    "fill-in": "Fill in",
    "wrong-line": "Find the wrong line",
    "shape": "Shapes",
    "choice": "Choose",
    "numeric": "Compute",
    "order": "Put in order",
    "code": "Program",
}


@remembered
def course() -> Course:
    """Return the course, read once in this process."""
    return course_of(content_folder())


@remembered
def exercises() -> Library:
    """Return the exercises of the course."""
    return library(content_folder())


def lecture_or_404(name: str) -> Lecture:
    """Return a lecture by its id, or say that there is no such page."""
    found = lectures_by_id().get(name)
    if found is None:
        raise Http404
    return found


def section_or_404(name: str) -> Section:
    """Return a section by its id, or say that there is no such page."""
    found = next((section for section in course().sections if section.id == name), None)
    if found is None:
        raise Http404
    return found


def exercise_or_404(lecture: str, name: str) -> Exercise:
    """Return an exercise of a lecture, or say that there is no such page."""
    found = exercises().exercises.get(f"{lecture}/{name}")
    if found is None:
        raise Http404
    return found


@remembered
def lectures_by_id() -> dict[str, Lecture]:
    """Return the lectures by their ids, in the order of the course."""
    return {lecture.id: lecture for lecture in course().lectures}


@remembered
def unlocked_by(name: str) -> tuple[Lecture, ...]:
    """Return the lectures that name this one as what they need."""
    return tuple(lecture for lecture in course().lectures if name in lecture.prerequisites)


@remembered
def exercise_ids(lecture: str) -> tuple[str, ...]:
    """Return the ids of the exercises of a lecture."""
    return tuple(name for name, exercise in exercises().exercises.items() if exercise.lecture == lecture)


@remembered
def page_of(name: str) -> Data:
    """Return everything that a page shows of a lecture, its blocks numbered."""
    lecture = lectures_by_id()[name]
    key = f"course:page:{content_key(lecture)}"
    data: Data | None = caches["default"].get(key)
    if data is None:
        data = lecture_page(course(), lecture)
        caches["default"].set(key, data, None)
    _number(data)
    return data


def prepare(**signal: object) -> None:
    """Have every lecture ready before the first reader comes."""
    for name in lectures_by_id():
        page_of(name)


def walk(blocks: list[Data]) -> Iterator[Data]:
    """Yield every block, the inner ones after the one that holds them."""
    for block in blocks:
        yield block
        yield from walk(block.get("blocks", []))


def _number(page: Data) -> None:
    """Give every block the name by which the page can be entered, and what only the site knows."""
    counts: dict[str, int] = {}
    for block in walk(page["blocks"]):
        kind = block["kind"]
        counts[kind] = counts.get(kind, 0) + 1
        block["number"] = counts[kind]
        block["anchor"] = f"{kind}-{counts[kind]}"
        block["template"] = f"course/blocks/{'fault' if 'fault' in block else kind}.html"
        if kind == "figure" and block.get("figure", {}).get("kind") == "skills":
            block["figure"]["map"] = course_map() if block["figure"]["of"] == "lectures" else skill_map()
        if kind == "figure" and "figure" in block:
            block["data_id"] = f"{block['anchor']}-data"
            block["still"] = still_readings(block["figure"])
        if kind == "lab":
            block["command"] = f"frechet lab check {page['id']} {page['id']}.ipynb"
        if kind == "theorem" and str(block.get("text", "")).startswith("jacobian of"):
            block["denominator_latex"] = _denominator(block)
    page["headings"] = [
        heading
        for block in page["blocks"]
        for heading in block.get("headings", [])
        if int(heading["level"]) == 2
    ]


def still_readings(figure: Mapping[str, Any]) -> list[Data]:
    """Return the readings of a figure as it is before anybody moves anything."""
    if not figure.get("reading"):
        return []
    try:
        values = values_of(figure["nodes"], figure["values"])
    except (ArithmeticError, ValueError, FrechetError):
        return []
    told = []
    for reading in figure["reading"]:
        rows = values[reading["formula"]["place"]]
        rounded = [[Fraction(f"{entry:.3f}") for entry in row] for row in rows]
        told.append({"label": reading["label"], "latex": matrix_latex(rounded), "text": matrix_text(rounded)})
    return told


def _denominator(theorem: Mapping[str, Any]) -> str:
    """Return the Jacobian of a theorem in the other layout."""
    try:
        formula = fr.parse(theorem["formula"], theorem["declared"])
        return fr.derivative(formula, *theorem["by"], layout="denominator").latex()
    except FrechetError:
        return ""


def course_map() -> Data:
    """Return the lectures and which needs which, for a figure."""
    lectures = course().lectures
    names = [section.id for section in course().sections]
    nodes = [
        {
            "id": lecture.id,
            "title": lecture.title,
            "group": names.index(lecture.section),
            "address": f"/course/{lecture.id}/",
        }
        for lecture in lectures
    ]
    edges = [[need, lecture.id] for lecture in lectures for need in lecture.prerequisites]
    return {"nodes": nodes, "edges": edges, "groups": [section.title for section in course().sections]}


def skill_map() -> Data:
    """Return the skills and which needs which, for a figure."""
    skills = course().skills
    nodes = [
        {"id": name, "title": str(entry.get("title", name)), "group": int(str(entry.get("level", 0)))}
        for name, entry in skills.items()
    ]
    edges = [[need, name] for name, needs in exercises().requires.items() for need in needs]
    return {"nodes": nodes, "edges": edges, "groups": [f"level {k}" for k in range(4)]}
