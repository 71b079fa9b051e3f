"""What the Cookbook's pages ask of the engine; runs in worker processes, knows nothing of Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from frechet.cookbook.entry import entries
from frechet.cookbook.search import search
from frechet.course.content import read_course
from frechet_site.cookbook.reading import by_id, card, chapters, page, slug, within
from frechet_site.lib.operations import Operation

EQUATIONS: Final = re.compile(r"\((\d{1,3})\)(?:[-–]\((\d{1,3})\))?")
SOURCE: Final = "Matrix Cookbook"
MOST_HITS: Final = 40


def contents(payload: Mapping[str, object]) -> dict[str, object]:
    """Return the chapters."""
    return {"chapters": list(chapters()), "count": len(entries())}


def chapter(payload: Mapping[str, object]) -> dict[str, object]:
    """Return the entries of a chapter, or nothing where there is none of that name."""
    titles = {slug(entry.chapter): entry.chapter for entry in entries()}
    title = titles.get(str(payload["slug"]))
    return {} if title is None else {"title": title, "entries": [card(entry) for entry in within(title)]}


def entry(payload: Mapping[str, object]) -> dict[str, object]:
    """Return the page of an entry, or nothing where there is none of that name."""
    found = by_id().get(str(payload["id"]))
    return {} if found is None else {**page(found.id), "lectures": lectures(found.id, found.equations)}


def find(payload: Mapping[str, object]) -> dict[str, object]:
    """Search by formula, words or equation number.

    Raises:
        FrechetError: a variable is named that is none of the formula's.
    """
    hits = search(str(payload["query"]), str(payload.get("wrt", "")) or None, None, MOST_HITS)
    return {"hits": [{**card(hit.entry), "why": hit.why} for hit in hits]}


def lectures(name: str, equations: tuple[int, ...]) -> list[dict[str, str]]:
    """Return the lectures that cite an equation or show the entry."""
    told = citations()
    return [
        {"id": lecture, "title": title}
        for lecture, title, numbers, text in told
        if numbers & set(equations) or f":entry: {name}\n" in text
    ]


@cache
def citations() -> tuple[tuple[str, str, frozenset[int], str], ...]:
    """Return each lecture with the equations that it cites and its text."""
    return tuple(
        (lecture.id, lecture.title, _cited(lecture.references), _source(lecture.folder / "lecture.md"))
        for section in read_course().sections
        for lecture in section.lectures
    )


def _cited(references: tuple[str, ...]) -> frozenset[int]:
    places = [reference for reference in references if SOURCE in reference]
    ranges = [(int(a), int(b or a)) for place in places for a, b in EQUATIONS.findall(place)]
    return frozenset(number for first, last in ranges for number in range(first, last + 1))


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


OPERATIONS: Final[dict[str, Operation]] = {
    "cookbook_contents": contents,
    "cookbook_chapter": chapter,
    "cookbook_entry": entry,
    "cookbook_find": find,
}
