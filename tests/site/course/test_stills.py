"""Figures for readers without JavaScript."""

from __future__ import annotations

import math
import re

import pytest

from frechet_site.course.content import Data, lectures_by_id, page_of, walk
from frechet_site.course.stills import LEVELS, still_picture


def figures_of(kind: str) -> list[Data]:
    """Return the figures of one kind in the course."""
    blocks = [block for name in lectures_by_id() for block in walk(page_of(name)["blocks"])]
    return [b["figure"] for b in blocks if b["kind"] == "figure" and b["figure"]["kind"] == kind]


@pytest.mark.parametrize(
    ("kind", "drawn"), [("plane", "contour"), ("curve", "curve"), ("series", "series-0")]
)
def test_a_figure_that_has_lines_is_drawn_within_its_window(kind: str, drawn: str) -> None:
    found = figures_of(kind)
    assert found
    for figure in found[:3]:
        picture = still_picture(figure)
        assert drawn in picture, figure["title"]
        assert len(re.findall(r"[ML]-?\d+,-?\d+", picture)) > 40
        assert "nan" not in picture


def test_a_level_line_of_a_circle_keeps_its_distance_from_the_center() -> None:
    figure = {
        "kind": "plane",
        "over": "x",
        "window": [-2, 2, -2, 2],
        "values": {"x": [[1.0], [0.0]]},
        "formula": {"place": 2, "gradient": {"place": 0}},
        "nodes": [
            {"op": "symbol", "name": "x"},
            {"op": "transpose", "of": [0]},
            {"op": "product", "factor": 1.0, "scalars": [], "chain": [1, 0]},
        ],
    }
    contours = re.search(r'class="contour" d="([^"]+)"', still_picture(figure))
    assert contours is not None
    points = [tuple(map(int, pair)) for pair in re.findall(r"[ML](-?\d+),(-?\d+)", contours[1])]
    for x, y in points:
        rings = math.hypot(x - 300, y - 300) / (150 * math.sqrt(8) / LEVELS) - 0.5
        assert abs(rings - round(rings)) < 0.15


def test_a_kind_without_lines_has_no_picture() -> None:
    assert still_picture(figures_of("graph")[0]) == ""
