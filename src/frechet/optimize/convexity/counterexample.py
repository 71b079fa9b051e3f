"""A numerical search for two points between which a formula bends the wrong way.

f is not convex when f((x+y)/2) > (f(x)+f(y))/2 for some x and y of its domain. All other inputs
are drawn too: the claim is for every value that the declarations admit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, final

from frechet.errors import DomainError, EvaluationError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import symbols_of
from frechet.functions.linear_algebra import add, scale
from frechet.verification.reference import evaluate
from frechet.verification.sampling import (
    DOMINANT,
    LARGE,
    MIXED,
    POSITIVE,
    SMALL,
    Point,
    draw,
    draw_point,
    size_names,
)

_STYLES: Final = (MIXED, POSITIVE, SMALL, DOMINANT, LARGE)
_LARGEST_SIZE: Final = 3
_RELATIVE: Final = 1e-9
_LARGEST: Final = 1e12


@final
@dataclass(frozen=True, slots=True)
class Bend:
    """A segment, all values at its ends, and how far the middle is above the mean of the ends."""

    start: dict[str, Matrix]
    end: dict[str, Matrix]
    excess: float


@final
@dataclass(frozen=True, slots=True)
class Bends:
    """A segment that bends downward (so f is not convex), and one that bends upward, or None."""

    not_convex: Bend | None
    not_concave: Bend | None


def search(root: Expr, variables: Sequence[Symbol], trials: int, positive: Collection[str] = ()) -> Bends:
    """Look for segments that refute convexity and concavity; reproducible."""
    not_convex: Bend | None = None
    not_concave: Bend | None = None
    for bend in _bends(root, variables, trials, positive):
        if bend.excess > 0:
            not_convex = not_convex or bend
        else:
            not_concave = not_concave or bend
        if not_convex and not_concave:
            break
    return Bends(not_convex, not_concave)


def _bends(root: Expr, variables: Sequence[Symbol], trials: int, positive: Collection[str]) -> Iterator[Bend]:
    random, names, symbols = Random(0), size_names(root), list(symbols_of(root).values())
    for trial in range(trials):
        point = draw_point(symbols, names, random, _STYLES[trial % len(_STYLES)], largest=_LARGEST_SIZE)
        style = _STYLES[random.randrange(len(_STYLES))]
        start = _made_positive(point.values, positive)
        drawn = {v.name: draw(v, point.sizes, random, style) for v in variables}
        end = {**start, **_made_positive(drawn, positive)}
        if trial % 3 == 0:
            end = _between(start, end, 0.9)
        bend = _bend(root, start, end, point)
        if bend is not None:
            yield bend


def _made_positive(values: dict[str, Matrix], positive: Collection[str]) -> dict[str, Matrix]:
    return {
        name: [[abs(x) for x in row] for row in value] if name in positive else value
        for name, value in values.items()
    }


def _between(start: dict[str, Matrix], end: dict[str, Matrix], weight: float) -> dict[str, Matrix]:
    return {name: add(scale(weight, start[name]), scale(1 - weight, end[name])) for name in start}


def _bend(root: Expr, start: dict[str, Matrix], end: dict[str, Matrix], point: Point) -> Bend | None:
    """Return the bend of a segment in whose ends and middle the formula is defined, if it is clear."""
    try:
        middle = _between(start, end, 0.5)
        a, m, b = (evaluate(root, values, point.sizes)[0][0] for values in (start, middle, end))
    except (DomainError, EvaluationError):
        return None
    size = max(abs(a), abs(b), abs(m))
    excess = m - (a + b) / 2
    if size > _LARGEST or abs(excess) <= _RELATIVE * (1 + size):
        return None
    return Bend(start, end, excess)
