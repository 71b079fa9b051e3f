"""Points at which answers are compared: random values that have what the exercise says of the sizes.

`m > n` for a tall matrix is kept to by drawing sizes until it holds; a point counts only where the
formulas that define the question have values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Final, final

from frechet.errors import DeclarationError, EvaluationError, FrechetError, quoted
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.verification.arithmetic import PRECISE, Arithmetic
from frechet.verification.reference import evaluate_all
from frechet.verification.sampling import (
    DOMINANT,
    MIXED,
    POSITIVE,
    SMALL,
    SMALL_POSITIVE,
    Point,
    Style,
    draw,
    is_moderate,
    size_names,
)

_CONDITION: Final = re.compile(r"\s*(\w+)\s*([<>])\s*(\w+)\s*")
_STYLES: Final = (MIXED, POSITIVE, DOMINANT, SMALL, SMALL_POSITIVE)
_TRIES: Final = 60
_LARGEST: Final = 4
AGREEMENT: Final = Decimal("1e-25")
NOTHING: Final = Decimal("1e-35")


@final
class Sizes:
    """What an exercise says of its sizes: `m > n`."""

    __slots__ = ("_ordered",)

    def __init__(self, conditions: Sequence[str]) -> None:
        self._ordered = [_larger_first(text) for text in conditions]

    def hold(self, sizes: dict[str, int]) -> bool:
        return all(sizes[a] > sizes[b] for a, b in self._ordered if a in sizes and b in sizes)

    def drawn(self, names: Sequence[str], random: Random, low: int = 2) -> dict[str, int]:
        """Return different sizes that fulfill the conditions."""
        high = max(_LARGEST, low + len(names) - 1)
        while True:
            sizes = dict(zip(names, random.sample(range(low, high + 1), len(names)), strict=True))
            if self.hold(sizes):
                return sizes


def _larger_first(text: str) -> tuple[str, str]:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise DeclarationError(f"{quoted(text)} says nothing of sizes", hint='Write "m > n".')
    left, sign, right = match.groups()
    return (left, right) if sign == ">" else (right, left)


def drawn_points(
    roots: Sequence[Expr],
    symbols: Sequence[Symbol],
    sizes: Sequence[str],
    count: int,
    seed: int = 3,
    arithmetic: Arithmetic = PRECISE,
    styles: Sequence[Style] = _STYLES,
) -> Iterator[Point]:
    """Yield points at which all roots have moderate values.

    Raises:
        EvaluationError: there are none.
    """
    random, rule = Random(seed), Sizes(sizes)
    names = size_names(*roots, *symbols)
    found = 0
    for attempt in range(_TRIES):
        style = styles[attempt % len(styles)]
        drawn = rule.drawn(names, random)
        point = Point({s.name: draw(s, drawn, random, style, arithmetic) for s in symbols}, drawn)
        if is_moderate(roots, point, arithmetic):
            found += 1
            yield point
        if found == count:
            return
    if found == 0:
        raise EvaluationError(
            "no numbers were found at which the question has an answer",
            hint="Check the declarations and the sizes.",
        )


@final
class Points:
    """Points with the values known there, so that what formulas share is computed once."""

    __slots__ = ("_arithmetic", "_known", "points")

    def __init__(self, points: Sequence[Point], arithmetic: Arithmetic = PRECISE) -> None:
        self.points = tuple(points)
        self._arithmetic = arithmetic
        self._known: tuple[dict[Expr, Matrix], ...] = tuple({} for _ in self.points)

    def values(self, formula: Expr) -> tuple[Matrix, ...] | None:
        """Return the values of a formula at the points, None where it has none."""
        try:
            return tuple(
                evaluate_all([formula], point.values, point.sizes, self._arithmetic, dict(known))[0]
                for point, known in zip(self.points, self._known, strict=True)
            )
        except FrechetError:
            return None

    def learn(self, formula: Expr) -> None:
        """Keep the values of a formula and its parts."""
        for point, known in zip(self.points, self._known, strict=True):
            evaluate_all([formula], point.values, point.sizes, self._arithmetic, known)

    def agree(self, left: Expr, right: Expr) -> bool:
        """Tell whether two formulas of one shape have equal values at every point."""
        if left is right:
            return True
        a, b = self.values(left), self.values(right)
        return a is not None and b is not None and all(_close(x, y) for x, y in zip(a, b, strict=True))


def _close(left: Matrix, right: Matrix) -> bool:
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        return False
    pairs = [(a, b) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)]
    scale = max(max(abs(a), abs(b)) for a, b in pairs)
    return all(abs(a - b) <= max(NOTHING, AGREEMENT * scale) for a, b in pairs)
