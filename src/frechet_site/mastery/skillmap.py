"""The map of skills as a drawing: rows from the foundations down, a line from each skill to what needs it.

Each skill stands below everything that it needs, and no row is wider than the page. Within a row
the skills stand near those that they need, so that the lines cross little.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from frechet_site.course.content import exercises
from frechet_site.lib.remembered import remembered
from frechet_site.mastery.learning import STATES, Learner

WIDEST_ROW: Final = 7
BOX_WIDTH: Final = 154
BOX_HEIGHT: Final = 48
GAP: Final = 18
ROW_PITCH: Final = 98
MARGIN: Final = 6
LETTERS_A_LINE: Final = 22
SWEEPS: Final = 8


@final
@dataclass(frozen=True)
class Box:
    """A skill on the map."""

    id: str
    title: str
    lines: tuple[tuple[float, str], ...]
    x: float
    y: float
    state: str
    share: float

    @property
    def words(self) -> str:
        return STATES[self.state]

    @property
    def middle(self) -> float:
        return self.x + BOX_WIDTH / 2

    @property
    def bar_x(self) -> float:
        return self.x + 10

    @property
    def bar_y(self) -> float:
        return self.y + BOX_HEIGHT - 7

    @property
    def bar(self) -> float:
        """Return how long the bar at the foot of the box is."""
        return round(self.share * (BOX_WIDTH - 20), 1)


@final
@dataclass(frozen=True)
class Line:
    """A line from a skill to one that needs it."""

    path: str
    done: bool


@final
@dataclass(frozen=True)
class SkillMap:
    """The whole drawing."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]


def skill_map(who: Learner) -> SkillMap:
    """Return the map, colored by how a learner stands."""
    places = placed()
    rows = 1 + max((row for _, row in places.values()), default=0)
    boxes = {skill: _box(skill, *place, who) for skill, place in places.items()}
    lines = [Line(_curve(boxes[need], boxes[skill]), need in who.mastered) for need, skill in edges()]
    width = WIDEST_ROW * (BOX_WIDTH + GAP) - GAP + 2 * MARGIN
    return SkillMap(width, (rows - 1) * ROW_PITCH + BOX_HEIGHT + 2 * MARGIN, list(boxes.values()), lines)


def _box(skill: str, x: float, row: int, who: Learner) -> Box:
    title = str(exercises().skills[skill].get("title", skill))
    words = wrapped(title)
    y = MARGIN + row * ROW_PITCH
    first = y + BOX_HEIGHT / 2 + 4 - 8 * (len(words) - 1)
    lines = tuple((first + 16 * k, line) for k, line in enumerate(words))
    return Box(skill, title, lines, x, y, who.state(skill), who.standings[skill].share)


def _curve(upper: Box, lower: Box) -> str:
    start, end = upper.y + BOX_HEIGHT, lower.y
    middle, x, to = (start + end) / 2, upper.middle, lower.middle
    return f"M{x:.0f} {start:.0f}C{x:.0f} {middle:.0f} {to:.0f} {middle:.0f} {to:.0f} {end:.0f}"


def direct(requires: Mapping[str, Sequence[str]], needs: Sequence[str]) -> list[str]:
    """Return the needs that do not follow from the others: the map stays readable.

    >>> direct({"a": (), "b": ("a",)}, ("a", "b"))
    ['b']
    """
    return [need for need in needs if not any(need in _below(requires, other) for other in needs)]


def _below(requires: Mapping[str, Sequence[str]], skill: str) -> set[str]:
    """Return all that a skill stands on, itself left out."""
    found: set[str] = set()
    for need in requires[skill]:
        found |= {need, *_below(requires, need)}
    return found


@remembered
def edges() -> tuple[tuple[str, str], ...]:
    """Return the lines of the map: a skill, and one that needs it and does not follow from another."""
    requires = exercises().requires
    return tuple((need, skill) for skill, needs in requires.items() for need in direct(requires, needs))


@remembered
def wrapped(title: str) -> tuple[str, ...]:
    """Return a title in the lines of its box."""
    return tuple(textwrap.wrap(title, LETTERS_A_LINE)[:2])


@remembered
def placed() -> dict[str, tuple[float, int]]:
    """Return where each skill stands: the left end of its box and its row."""
    rows = ordered(rows_of(exercises().requires, WIDEST_ROW), exercises().requires)
    places = {}
    for number, row in enumerate(rows):
        for skill, x in zip(row, _spread(row), strict=True):
            places[skill] = (x, number)
    return places


def _spread(row: Sequence[str]) -> list[float]:
    """Return the left ends of the boxes of a row, in the middle of the page."""
    pitch = BOX_WIDTH + GAP
    start = MARGIN + (WIDEST_ROW - len(row)) * pitch / 2
    return [start + k * pitch for k in range(len(row))]


def rows_of(requires: Mapping[str, Sequence[str]], widest: int) -> list[list[str]]:
    """Return the skills in rows: below what they need, in the first row that has room.

    >>> rows_of({"a": (), "b": ("a",), "c": ("a",), "d": ("b",)}, 2)
    [['a'], ['b', 'c'], ['d']]
    """
    rows: list[list[str]] = []
    place: dict[str, int] = {}
    waiting = dict(requires)
    while waiting:
        ready = [skill for skill, needs in waiting.items() if all(need not in waiting for need in needs)]
        for skill in ready:
            row = 1 + max((place[need] for need in waiting.pop(skill)), default=-1)
            while row < len(rows) and len(rows[row]) >= widest:
                row += 1
            rows.extend([] for _ in range(row + 1 - len(rows)))
            rows[row].append(skill)
            place[skill] = row
    return rows


def ordered(rows: list[list[str]], requires: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return the rows with each skill near the mean place of its neighbors above and below."""
    needed_by: dict[str, list[str]] = {skill: [] for skill in requires}
    for skill, needs in requires.items():
        for need in needs:
            needed_by[need].append(skill)
    arranged = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        neighbors = requires if sweep % 2 == 0 else needed_by
        place = {skill: k - (len(row) - 1) / 2 for row in arranged for k, skill in enumerate(row)}
        for row in arranged:
            row.sort(key=lambda skill: _mean([place[n] for n in neighbors[skill]], place[skill]))
            place.update({skill: k - (len(row) - 1) / 2 for k, skill in enumerate(row)})
    return arranged


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
