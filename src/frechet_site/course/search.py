"""Search over the lectures, and where the words of the glossary occur.

The course is a few hundred paragraphs: they are kept as plain text, and every search reads them all.
A formula stays LaTeX between two marks, so that a snippet shows it whole and typeset.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Final, final

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from frechet.course.content import Lecture
from frechet.course.html import inline_html
from frechet_site.course.content import Data, course, lectures_by_id, page_of, walk
from frechet_site.lib.remembered import remembered
from frechet_site.lib.templatetags.components import math

AROUND: Final = 90
MOST_HITS: Final = 20
_BLANKS: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"\w+")
# A formula in HTML, and between the marks that keep it together in plain text.
OPENED, CLOSED = "\x02", "\x03"
_FORMULA: Final = re.compile(r'<(span|div) class="math[^>]* data-tex="([^"]*)"[^>]*>.*?</\1>', re.DOTALL)
_UNIT: Final = re.compile(f"(?:{OPENED}[^{CLOSED}]*{CLOSED}|\\S)+")
_MARKED: Final = re.compile(f"{OPENED}([^{CLOSED}]*){CLOSED}")
IN_TITLE, IN_OBJECTIVES, IN_TEXT = 12, 5, 1


@final
@dataclass(frozen=True)
class Passage:
    """A block of a lecture as plain text."""

    anchor: str
    title: str
    text: str


@final
@dataclass(frozen=True)
class Hit:
    """A lecture that was found, and the passage that says most about it."""

    lecture: Lecture
    score: int
    passage: Passage | None
    snippet: SafeString


@remembered
def passages(name: str) -> tuple[Passage, ...]:
    """Return the blocks of a lecture as plain text."""
    found = []
    for block in walk(page_of(name)["blocks"]):
        text = " ".join(filter(None, (_plain(block.get("html", "")), str(block.get("title", "")))))
        lines = " ".join(_plain(line["because"]) for line in block.get("lines", []))
        if text or lines:
            found.append(Passage(block["anchor"], str(block.get("title", "")), f"{text} {lines}".strip()))
    return tuple(found)


def _plain(html: str) -> str:
    marked = _FORMULA.sub(rf"{OPENED}\2{CLOSED}", html)
    return _BLANKS.sub(" ", unescape(strip_tags(marked))).strip()


def search(query: str) -> list[Hit]:
    """Return the lectures in which all words occur, the best first."""
    words = [word.casefold() for word in _WORD.findall(query)]
    if not words:
        return []
    hits = [hit for lecture in course().lectures if (hit := _hit(lecture, words))]
    return sorted(hits, key=lambda hit: -hit.score)[:MOST_HITS]


def _hit(lecture: Lecture, words: list[str]) -> Hit | None:
    title = lecture.title.casefold()
    objectives = _plain(" ".join(page_of(lecture.id)["objectives"])).casefold()
    found = passages(lecture.id)
    texts = [passage.text.casefold() for passage in found]
    score = 0
    for word in words:
        inside = sum(text.count(word) for text in texts)
        worth = IN_TITLE * (word in title) + IN_OBJECTIVES * (word in objectives) + IN_TEXT * inside
        if not worth:
            return None
        score += worth
    best = max(range(len(found)), key=lambda k: sum(texts[k].count(word) for word in words), default=None)
    if best is None or not any(word in texts[best] for word in words):
        return Hit(lecture, score, None, SafeString())
    return Hit(lecture, score, found[best], _snippet(found[best].text, words))


def _snippet(text: str, words: list[str]) -> SafeString:
    at = min(place for word in words if (place := text.casefold().find(word)) >= 0)
    start, end = _whole(text, max(0, at - AROUND), at + AROUND)
    shown = f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
    parts = _MARKED.split(shown)
    typeset = [str(math(part)) if place % 2 else escape(part) for place, part in enumerate(parts)]
    return mark_safe("".join(typeset))  # each part is escaped


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where a passage begins and ends that cuts through no formula and no word."""
    inside = [unit for unit in _UNIT.finditer(text) if unit.end() > start and unit.start() < end]
    return inside[0].start(), inside[-1].end()


@remembered
def glossary() -> tuple[Data, ...]:
    """Return the entries of the glossary, each with the lectures that speak of it."""
    return tuple(_entry(entry) for entry in course().glossary)


def _entry(entry: Data) -> Data:
    name = str(entry["name"])
    symbol = str(entry.get("symbol", ""))
    first = lectures_by_id().get(str(entry.get("lecture", "")))
    word = re.compile(rf"\b{re.escape(name.casefold())}")
    also = [
        lecture
        for lecture in course().lectures
        if lecture is not first and any(word.search(p.text.casefold()) for p in passages(lecture.id))
    ]
    return {
        "symbol": inline_html(f"{{f}}`{symbol}`", {}) if symbol else "",
        "name": name,
        "meaning": inline_html(str(entry.get("meaning", "")), {}),
        "first": first,
        "also": also[:4],
    }
