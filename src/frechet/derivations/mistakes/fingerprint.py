"""Formulas told apart by their values at a few points drawn once.

A mistake made on purpose gives a formula that is compared with the line as written. Most are not
it, so each comparison costs one evaluation in floats; what formulas share is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, final

from frechet.errors import FrechetError
from frechet.expressions.function import Entry, Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.functions.linear_algebra import add, scale, transpose
from frechet.verification.reference import evaluate_all
from frechet.verification.sampling import (
    POSITIVE,
    SMALL_POSITIVE,
    Point,
    draw,
    points,
    size_names,
)

POINTS: Final = 3
LARGEST_SIZE: Final = 4
TOLERANCE: Final = 1e-7
_SEED: Final = 7
_SMALLEST: Final = 1e-12

Values = tuple[Matrix, ...]


@final
class Fingerprints:
    """Points, and the values of formulas at them."""

    __slots__ = ("_known", "_points")

    def __init__(self, drawn: Sequence[Point]) -> None:
        self._points = tuple(drawn)
        self._known: tuple[dict[Expr, Matrix], ...] = tuple({} for _ in self._points)

    @classmethod
    def of(cls, roots: Sequence[Expr], symbols: Sequence[Symbol]) -> Fingerprints:
        """Draw points at which the roots have values; none if there are no such points."""
        try:
            return cls(tuple(points(roots, POINTS, _SEED, largest=LARGEST_SIZE, also=symbols)))
        except FrechetError:
            return cls(())

    @classmethod
    def of_numbers(cls, roots: Sequence[Expr], symbols: Sequence[Symbol]) -> Fingerprints:
        """Draw points at which every size is 1, so that the rules of numbers hold."""
        sizes = dict.fromkeys(size_names(*roots, *symbols), 1)
        random = Random(_SEED)
        try:
            drawn = [
                Point({s.name: draw(s, sizes, random, style) for s in symbols}, sizes)
                for style in (POSITIVE, SMALL_POSITIVE, POSITIVE)
            ]
        except FrechetError:
            drawn = []
        return cls(drawn)

    def altered(self, change: Callable[[dict[str, Matrix]], dict[str, Matrix]]) -> Fingerprints:
        """Return the same points with some values replaced."""
        return Fingerprints([Point(change(dict(p.values)), p.sizes) for p in self._points])

    @property
    def ready(self) -> bool:
        return bool(self._points)

    def __len__(self) -> int:
        return len(self._points)

    def of_formula(self, formula: Expr) -> Values | None:
        """Return the values of a formula, None where it has none."""
        try:
            return tuple(
                evaluate_all([formula], point.values, point.sizes, known=known)[0]
                for point, known in zip(self._points, self._known, strict=True)
            )
        except FrechetError:
            return None

    def agree(self, left: Expr, right: Expr) -> bool:
        """Tell whether two formulas have equal values at every point."""
        if not self.ready:
            return False
        a, b = self.of_formula(left), self.of_formula(right)
        return a is not None and b is not None and same(a, b)


def same(left: Values, right: Values, sign: int = 1) -> bool:
    """Compare entry by entry, relative to the largest entry at each point; `sign` is that of right."""
    return all(_close(a, b, sign) for a, b in zip(left, right, strict=True))


def _close(left: Matrix, right: Matrix, sign: int) -> bool:
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        return False
    scale_of = max(abs(x) for row in (*left, *right) for x in row)
    limit = max(TOLERANCE * scale_of, _SMALLEST)
    return all(
        abs(a - sign * b) <= limit
        for p, q in zip(left, right, strict=True)
        for a, b in zip(p, q, strict=True)
    )


def ratios(left: Values, right: Values) -> tuple[float, ...] | None:
    """Return the number c with left = c*right at each point; None if there is none."""
    found = [_ratio(a, b) for a, b in zip(left, right, strict=True)]
    return None if any(c is None for c in found) else tuple(c for c in found if c is not None)


def _ratio(left: Matrix, right: Matrix) -> float | None:
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        return None
    pairs = [(a, b) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)]
    a, b = max(pairs, key=lambda pair: abs(pair[1]))
    if abs(b) <= _SMALLEST or abs(a) <= _SMALLEST:
        return None
    ratio: float = a / b
    limit = TOLERANCE * max(abs(x) for pair in pairs for x in (pair[0], ratio * pair[1]))
    return ratio if all(abs(x - ratio * y) <= limit for x, y in pairs) else None


def is_zero(values: Values) -> bool:
    return all(abs(x) <= _SMALLEST for value in values for row in value for x in row)


def symmetrized(value: Matrix) -> Matrix:
    """Return the symmetric part of a square value."""
    half: Entry = 0.5
    return scale(half, add(value, transpose(value)))
