"""A function of two unknowns as an SVG: contours, paths, and a start that the page can move."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from frechet.optimize.result import Result
from frechet_site.workbench.contours import levels_of, segments

WIDTH: Final = 640
HEIGHT: Final = 460
LEFT: Final = 62
BOTTOM: Final = 40
EDGE: Final = 12
GRID: Final = 61
MARGIN: Final = 0.3
SMALLEST: Final = 0.5
MOST_TICKS: Final = 6
STEPS: Final = (1, 2, 5, 10)
FARTHEST: Final = 1e6


class Window:
    """The part of the plane that is shown, and where a point of it lies in the picture."""

    def __init__(self, points: Sequence[Sequence[float]]) -> None:
        found = np.array([p for p in points if np.abs(p).max() < FARTHEST] or [[0.0, 0.0]])
        low, high = found.min(axis=0), found.max(axis=0)
        middle, half = (low + high) / 2, (high - low) / 2
        half = np.maximum(half * (1 + 2 * MARGIN), max(SMALLEST, 0.4 * float(half.max())))
        self.low, self.high = middle - half, middle + half

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is drawn."""
        across, up = (np.array([x, y]) - self.low) / (self.high - self.low)
        return LEFT + across * (WIDTH - LEFT - EDGE), HEIGHT - BOTTOM - up * (HEIGHT - BOTTOM - EDGE)

    def axes(self) -> tuple[Any, Any]:
        """Return the lines of a grid."""
        return np.linspace(self.low[0], self.high[0], GRID), np.linspace(self.low[1], self.high[1], GRID)


def landscape(
    found: Result, ends: Sequence[Sequence[float]], paths: Sequence[Mapping[str, Any]]
) -> dict[str, object]:
    """Return the picture as texts and numbers of an SVG."""
    window = Window([*ends, *(point for path in paths for point in path["points"][:60])])
    values = found.landscape.values(*window.axes())
    names = found.landscape.labels()
    start, end = ends
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "frame": {"x": LEFT, "y": EDGE, "width": WIDTH - LEFT - EDGE, "height": HEIGHT - BOTTOM - EDGE},
        "low": [float(v) for v in window.low],
        "high": [float(v) for v in window.high],
        "contours": [_contour(values, level, window) for level in levels_of(values)],
        "paths": [{**path, **_drawn(path["points"], window)} for path in paths],
        "start": _dot(start, window),
        "end": _dot(end, window),
        "names": names,
        "across": [_tick(t, window, 0) for t in round_numbers(window.low[0], window.high[0])],
        "up": [_tick(t, window, 1) for t in round_numbers(window.low[1], window.high[1])],
    }


def _contour(values: Any, level: float, window: Window) -> str:
    """Return the path of a level."""
    scale = (window.high - window.low) / (GRID - 1)
    parts = []
    for x1, y1, x2, y2 in segments(values, level):
        first = window.place(*(window.low + scale * (x1, y1)))
        second = window.place(*(window.low + scale * (x2, y2)))
        parts.append(f"M{first[0]:.1f} {first[1]:.1f}L{second[0]:.1f} {second[1]:.1f}")
    return "".join(parts)


def _drawn(points: Sequence[Sequence[float]], window: Window) -> dict[str, object]:
    near = [p for p in points if np.abs(p).max() < FARTHEST]
    places = [window.place(*p) for p in near]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return {"line": line, "dots": [[round(x, 1), round(y, 1)] for x, y in places[:40]], "points": []}


def _dot(point: Sequence[float], window: Window) -> dict[str, object]:
    x, y = window.place(*point)
    return {"x": round(x, 1), "y": round(y, 1), "values": [f"{v:.4g}" for v in point]}


def round_numbers(low: float, high: float) -> list[float]:
    """Return a few round numbers between two.

    >>> round_numbers(-1.27, 1.3)
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    unit = 10.0 ** math.floor(math.log10((high - low) / MOST_TICKS))
    step = next(unit * count for count in STEPS if (high - low) / (unit * count) <= MOST_TICKS)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def _tick(value: float, window: Window, axis: int) -> dict[str, object]:
    x, y = window.place(*(value, value)) if axis == 0 else window.place(float(window.low[0]), value)
    return {"x": round(x, 1), "y": round(y, 1), "text": f"{value:.4g}"}
