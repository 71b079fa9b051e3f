"""Contour lines by marching squares: the segments in which levels cross the cells of a grid."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np

Array: TypeAlias = Any
LEVELS: Final = 13
CROWDING: Final = 2.5


def levels_of(values: Array) -> list[float]:
    """Return levels between the extremes, closer together near the bottom, where a valley lies."""
    finite = values[np.isfinite(values)]
    if finite.size == 0 or finite.min() == finite.max():
        return []
    low, high = float(finite.min()), float(np.quantile(finite, 0.97))
    return [low + (high - low) * (k / LEVELS) ** CROWDING for k in range(1, LEVELS)]


def segments(values: Array, level: float) -> Array:
    """Return the segments of a level as rows `x1 y1 x2 y2`, in steps of the grid.

    >>> segments(np.array([[0.0, 0.0], [1.0, 1.0]]), 0.5).tolist()
    [[0.5, 0.0, 0.5, 1.0]]
    """
    corners = (values[:-1, :-1], values[1:, :-1], values[1:, 1:], values[:-1, 1:])
    places = ((0, 0), (1, 0), (1, 1), (0, 1))
    usable = np.logical_and.reduce([np.isfinite(corner) for corner in corners])
    crossed, points = [], []
    around = pairwise([*zip(corners, places, strict=True), (corners[0], places[0])])
    for (value, place), (other, end) in around:
        here = usable & ((value < level) != (other < level))
        along = np.divide(level - value, other - value, out=np.zeros_like(value), where=here)
        crossed.append(here)
        points.append([place[axis] + along * (end[axis] - place[axis]) for axis in (0, 1)])
    return _joined(np.array(crossed), np.array(points))


def _joined(crossed: Array, points: Array) -> Array:
    """Join the two crossings of each cell; a saddle has four, joined in order."""
    found = []
    for i, j in np.argwhere(crossed.any(axis=0)):
        edges = np.flatnonzero(crossed[:, i, j])
        corner = np.array([i, j])
        for first, second in zip(edges[::2], edges[1::2], strict=True):
            found.append([*(points[first, :, i, j] + corner), *(points[second, :, i, j] + corner)])
    return np.array(found, dtype=float).reshape(-1, 4)
