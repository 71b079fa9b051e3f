"""A figure as it stands before anybody moves anything, for readers without JavaScript: an SVG.

Level lines of a `plane` by marching squares with the point and its gradient, the graph of a `curve`,
the curves of `series`. Other kinds are told by their description and readings.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from frechet.course.figure_values import values_of
from frechet.errors import FrechetError

Point: TypeAlias = tuple[float, float]
Window: TypeAlias = tuple[float, float, float, float]
Figure: TypeAlias = Mapping[str, Any]

WIDTH: Final = 600.0
CELLS: Final = 24
LEVELS: Final = 9
SAMPLES: Final = 80
CORNERS: Final = ((0, 0), (1, 0), (1, 1), (0, 1))


def still_picture(figure: Figure) -> SafeString:
    """Return the picture, or nothing for the kinds that have none."""
    lines = {"plane": _plane, "curve": _curve, "series": _series}.get(str(figure["kind"]))
    if lines is None:
        return SafeString("")
    window: Window = tuple(figure.get("window") or (-3, 3, -3, 3))
    left, right, bottom, top = window
    square = figure["kind"] == "plane"
    height = WIDTH * ((top - bottom) / (right - left) if square else 0.6)

    def place(point: Point) -> str:
        x = WIDTH * (point[0] - left) / (right - left)
        return f"{x:.0f},{height * (top - point[1]) / (top - bottom):.0f}"

    strokes: dict[str, list[str]] = {}
    for kind, points in lines(figure, window):
        stroke = "L".join(place(point) for point in points if all(map(math.isfinite, point)))
        strokes.setdefault(kind, []).append(f"M{stroke}" if stroke else "")
    paths = [
        format_html('<path class="{}" d="{}"/>', kind, "".join(drawn)) for kind, drawn in strokes.items()
    ]
    size = f"0 0 {WIDTH:.0f} {height:.0f}"
    inside = mark_safe("".join(paths))  # made of escaped pieces
    return format_html(
        '<svg class="figure-picture still" viewBox="{}" aria-hidden="true">{}</svg>', size, inside
    )


def _number(figure: Figure, place: int, name: str, value: list[list[float]]) -> float:
    try:
        return values_of(figure["nodes"], {**figure["values"], name: value})[place][0][0]
    except (ArithmeticError, ValueError, FrechetError):
        return math.nan


def _plane(figure: Figure, window: Window) -> Iterator[tuple[str, list[Point]]]:
    name, place = figure["over"], figure["formula"]["place"]
    left, right, bottom, top = window
    xs = [left + (right - left) * i / CELLS for i in range(CELLS + 1)]
    ys = [bottom + (top - bottom) * j / CELLS for j in range(CELLS + 1)]
    grid = [[_number(figure, place, name, [[x], [y]]) for y in ys] for x in xs]
    known = sorted(v for column in grid for v in column if math.isfinite(v))
    for k in range(LEVELS if known else 0):
        level = known[0] + (known[-1] - known[0]) * ((k + 0.5) / LEVELS) ** 2
        for segment in _segments(grid, xs, ys, level):
            yield "contour", segment
    point = [entry for (entry,) in figure["values"][name]]
    gradient = values_of(figure["nodes"], figure["values"])[figure["formula"]["gradient"]["place"]]
    most = 0.35 * min(right - left, top - bottom) / (math.hypot(*(entry for (entry,) in gradient)) or 1)
    end = [x + min(1.0, most) * entry for x, (entry,) in zip(point, gradient, strict=True)]
    yield "arrow", [(point[0], point[1]), (end[0], end[1])]


def _segments(
    grid: list[list[float]], xs: list[float], ys: list[float], level: float
) -> Iterator[list[Point]]:
    for i in range(CELLS):
        for j in range(CELLS):
            corners = [(xs[i + a], ys[j + b], grid[i + a][j + b] - level) for a, b in CORNERS]
            found = [_crossing(p, q) for p, q in zip(corners, [*corners[1:], corners[0]], strict=True)]
            crossings = [point for point in found if point is not None]
            if len(crossings) >= 2:
                yield crossings[:2]


def _crossing(p: tuple[float, float, float], q: tuple[float, float, float]) -> Point | None:
    if not (math.isfinite(p[2]) and math.isfinite(q[2])) or (p[2] > 0) == (q[2] > 0):
        return None
    share = p[2] / (p[2] - q[2])
    return p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])


def _sampled(window: Window, f: Callable[[float], float]) -> list[Point]:
    left, right, _, _ = window
    points = [left + (right - left) * k / SAMPLES for k in range(SAMPLES + 1)]
    return [(x, f(x)) for x in points]


def _curve(figure: Figure, window: Window) -> Iterator[tuple[str, list[Point]]]:
    place = figure["formula"]["place"]
    yield "curve", _sampled(window, lambda x: _number(figure, place, figure["over"], [[x]]))


def _series(figure: Figure, window: Window) -> Iterator[tuple[str, list[Point]]]:
    for k, series in enumerate(figure["series"]):
        place, name = series["formula"]["place"], series["over"]
        yield f"series series-{k % 4}", _sampled(window, _function(figure, place, name))


def _function(figure: Figure, place: int, name: str) -> Callable[[float], float]:
    return lambda x: _number(figure, place, name, [[x]])
