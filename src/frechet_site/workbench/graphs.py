"""A formula as a graph, laid out on the server: names below, what is made of them above.

A node stands one level above the highest of its parts; within a level the nodes are ordered by the
mean place of their parts. Equal parts are one node, so sharing shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from frechet.errors import UnsupportedError
from frechet.expressions.function import Axis
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Kronecker,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from frechet.expressions.traversal import postorder, symbols_of
from frechet.notation.unicode import unicode
from frechet.shapes import written

ACROSS: Final = 104
DOWN: Final = 92
BOX: Final = (88, 46)
MOST_NODES: Final = 60
LONGEST: Final = 11


def picture(root: Expr, over: str) -> dict[str, object]:
    """Return boxes and lines with their places.

    Raises:
        UnsupportedError: there are too many parts to see anything.
    """
    nodes = list(postorder(root))
    if len(nodes) > MOST_NODES:
        raise UnsupportedError(
            f"a graph of {len(nodes)} parts shows nothing any more",
            hint="Draw a part of the formula on its own.",
        )
    levels = _levels(nodes)
    places = _places(nodes, levels)
    boxes = [_box(node, places[node], over) for node in nodes]
    lines = [
        _line(places[part], places[node], over in symbols_of(part))
        for node in nodes
        for part in node.children
    ]
    width = max(x for x, _ in places.values()) + ACROSS // 2
    return {
        "boxes": boxes,
        "lines": lines,
        "width": width,
        "height": DOWN * (max(levels.values()) + 1),
        "over": over,
    }


def _levels(nodes: list[Expr]) -> dict[Expr, int]:
    levels: dict[Expr, int] = {}
    for node in nodes:
        levels[node] = 1 + max((levels[part] for part in node.children), default=-1)
    return levels


def _places(nodes: list[Expr], levels: Mapping[Expr, int]) -> dict[Expr, tuple[int, int]]:
    """Return the middle of each box; each level is centered."""
    top = max(levels.values())
    rows = [[node for node in nodes if levels[node] == level] for level in range(top + 1)]
    widest = max(map(len, rows))
    places: dict[Expr, tuple[int, int]] = {}
    for level, row in enumerate(rows):
        row.sort(key=lambda node: sum(places[p][0] for p in node.children) / max(1, len(node.children)))
        margin = (widest - len(row)) * ACROSS // 2
        for index, node in enumerate(row):
            places[node] = (margin + ACROSS // 2 + ACROSS * index, DOWN * (top - level) + DOWN // 2)
    return places


def _box(node: Expr, place: tuple[int, int], over: str) -> dict[str, object]:
    x, y = place
    return {
        "x": x,
        "y": y,
        "left": x - BOX[0] // 2,
        "top": y - BOX[1] // 2,
        "width": BOX[0],
        "height": BOX[1],
        "label": operation(node),
        "shape": written(node.shape),
        "value": unicode(node),
        "leaf": not node.children,
        "moves": over in symbols_of(node),
    }


def _line(start: tuple[int, int], end: tuple[int, int], moves: bool) -> dict[str, object]:
    (x1, y1), (x2, y2) = start, end
    return {"x1": x1, "y1": y1 - BOX[1] // 2, "x2": x2, "y2": y2 + BOX[1] // 2, "moves": moves}


def operation(node: Expr) -> str:
    """Name what a node does in a word or a sign."""
    match node:
        case Sum():
            return "+"
        case Product(coefficient, _, _):
            return "·" if coefficient == 1 else f"{coefficient} ·" if coefficient != -1 else "−"
        case Hadamard():
            return "⊙"
        case Kronecker():
            return "⊗"
        case Transpose():
            return "transpose"
        case Power(_, exponent) | ElementwisePower(_, exponent):
            return f"( )^{unicode(exponent)}" if exponent.size < 3 else "power"
        case Apply(function, _):
            along = "" if function.axis is Axis.ALL else f" {function.axis.value}"
            return f"{function.name}{along}"
        case Symbol(name, _):
            return name
    shown = unicode(node)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
