"""Axes of values: which are one, in what order they are seen, how the halves of an output mirror."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import final

from frechet.backends.contraction import Labels
from frechet.backends.plan import CONSTANT
from frechet.shapes import Dimension, times


def reordered(places: tuple[int, ...], order: tuple[int, ...]) -> tuple[int, ...]:
    """Return, for every axis of a register seen in this order, the place of another value there."""
    seen = [CONSTANT] * (1 + max(order, default=-1))
    for place, at in zip(places, order, strict=True):
        if at != CONSTANT:
            seen[at] = place
    return tuple(seen)


@final
class SameAxes:
    """Which axes are one because a delta joins them (union–find)."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def of(self, axis: int) -> int:
        while self.parent[axis] != axis:
            axis = self.parent[axis]
        return axis

    def joined(self, flat: list[int], places: tuple[int, ...]) -> list[int]:
        """Join the axes with one place; return one axis for every axis of the register."""
        by_place: dict[int, int] = {}
        for axis, place in zip(flat, places, strict=True):
            if place != CONSTANT and place in by_place:
                one, other = sorted((self.of(axis), self.of(by_place[place])))
                self.parent[other] = one
            elif place != CONSTANT:
                by_place[place] = axis
        return [by_place[place] for place in sorted(by_place)]


def mirror(flat_out: list[int]) -> Mapping[int, int] | None:
    """Return the exchange of the first half of the output labels with the second, if it is one."""
    if not flat_out or len(flat_out) % 2:
        return None
    half = len(flat_out) // 2
    exchange: dict[int, int] = {}
    for one, other in zip(flat_out[:half], flat_out[half:], strict=True):
        if exchange.setdefault(one, other) != other or exchange.setdefault(other, one) != one:
            return None
    return exchange


def labels_of(places: tuple[int, ...]) -> Labels:
    """Return a label for every axis: the register's axis, or a new one below −1 where constant."""
    fresh = -2
    labels = []
    for place in places:
        if place == CONSTANT:
            labels.append(fresh)
            fresh -= 1
        else:
            labels.append(place)
    return tuple(labels)


def product_of(group: tuple[int, ...], axes: Sequence[Dimension]) -> Dimension:
    result: Dimension = 1
    for axis in group:
        result = times(result, axes[axis])
    return result
