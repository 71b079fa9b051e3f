"""The check of every step: both sides must agree in numbers, at a point drawn once.

The value of a pending d(U) is the directional derivative of U at X along dX, by central
differences with Richardson extrapolation: it knows nothing of the rules it judges. Values are
kept by formula, so that what two lines share is computed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.rewriting.pending import pending_in
from frechet.verification.reference import evaluate_all
from frechet.verification.sampling import Point, points

POINTS: Final = 2
SEEDS: Final = 5
LARGEST_SIZE: Final = 4
STEP: Final = 2.0**-9
TOLERANCE: Final = 1e-6


@final
@dataclass(slots=True)
class _Place:
    """One point with the values known there, and at the four shifted points around it."""

    point: Point
    known: dict[Expr, Matrix] = field(default_factory=dict)
    shifted: list[tuple[float, Point, dict[Expr, Matrix]]] = field(default_factory=list)


@final
class Witness:
    """Compares formulas in X and dX numerically."""

    __slots__ = ("_places", "failure")

    def __init__(self, roots: Sequence[Expr], variable: Symbol, differential: Symbol, seed: int = 0) -> None:
        self.failure = ""
        self._places: list[_Place] = []
        try:
            drawn = points(roots, POINTS, seed, largest=LARGEST_SIZE, also=[variable, differential])
            self._places = [_place(p, variable, differential) for p in drawn]
        except FrechetError as error:
            self.failure = error.message

    @property
    def ready(self) -> bool:
        return bool(self._places)

    def agree(self, left: Expr, right: Expr) -> bool:
        """Tell whether two formulas have equal values at every point; false if one has none."""
        try:
            return self.ready and all(
                close(_value(place, left), _value(place, right)) for place in self._places
            )
        except FrechetError:
            return False

    def points(self) -> Iterable[Point]:
        return (place.point for place in self._places)


def _place(point: Point, variable: Symbol, differential: Symbol) -> _Place:
    place = _Place(point)
    x, dx = point.values[variable.name], point.values[differential.name]
    for factor in (1.0, -1.0, 0.5, -0.5):
        step = factor * STEP
        moved = [[a + step * b for a, b in zip(p, q, strict=True)] for p, q in zip(x, dx, strict=True)]
        place.shifted.append((step, Point({**point.values, variable.name: moved}, point.sizes), {}))
    return place


def _value(place: _Place, formula: Expr) -> Matrix:
    for pending in pending_in(formula):
        if pending not in place.known:
            place.known[pending] = _directional(place, pending.arguments[0])
    return evaluate_all([formula], place.point.values, place.point.sizes, known=place.known)[0]


def _directional(place: _Place, formula: Expr) -> Matrix:
    values = [evaluate_all([formula], p.values, p.sizes, known=k)[0] for _, p, k in place.shifted]
    forward, backward, near, behind = values
    return [
        [(8 * (n - h) - (f - b)) / (6 * STEP) for f, b, n, h in zip(*rows, strict=True)]
        for rows in zip(forward, backward, near, behind, strict=True)
    ]


def close(left: Matrix, right: Matrix, tolerance: float = TOLERANCE) -> bool:
    """Compare entry by entry, relative to the largest entry."""
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        return False
    scale = max(1.0, *(abs(e) for row in (*left, *right) for e in row))
    return all(
        abs(a - b) <= tolerance * scale
        for p, q in zip(left, right, strict=True)
        for a, b in zip(p, q, strict=True)
    )


def same_value(left: Expr, right: Expr) -> bool:
    """Tell whether two formulas agree at the random points of a seed.

    Ill-conditioned points are met by asking again: formulas that differ agree nowhere.
    """
    return any(_agree_at(left, right, seed) for seed in range(SEEDS))


def _agree_at(left: Expr, right: Expr, seed: int) -> bool:
    try:
        drawn = list(points([left, right], POINTS, seed, largest=LARGEST_SIZE))
        values = [evaluate_all([left, right], p.values, p.sizes) for p in drawn]
    except FrechetError:
        return False
    return all(close(one, other) for one, other in values)
