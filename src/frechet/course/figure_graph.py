"""A formula as a picture of itself: its factors with their sizes, and its computation graph.

In the graph every part is a node; the edge from a part to what is made of it carries the Jacobian
(for numbers the slope, for a matrix the differential) of the one by the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from frechet.differentiation.derivative import derivative
from frechet.errors import FrechetError
from frechet.expressions.nodes import Expr, Identity, Number, Ones, Product, Symbol, Zero
from frechet.expressions.traversal import postorder, rebuild, symbols_of
from frechet.formula import Formula
from frechet.rewriting.steps import formula_latex
from frechet.shapes import Shape

Data = dict[str, object]


def shapes_of(formula: Expr, over: str) -> Data:
    """Return the factors of a product with their sizes, and the derivative's sizes in each layout."""
    factors = formula.children if isinstance(formula, Product) else (formula,)
    data: Data = {
        "factors": [{"latex": formula_latex(part), "shape": _sizes(part.shape)} for part in factors],
        "shape": _sizes(formula.shape),
    }
    if over:
        found = derivative(Formula(formula, symbols_of(formula)), over)
        other = derivative(Formula(formula, symbols_of(formula)), over, layout="denominator")
        data["derivative"] = {
            "latex": found.latex(),
            "numerator": [str(size) for size in found.shape],
            "denominator": [str(size) for size in other.shape],
        }
    return data


def _sizes(shape: Shape) -> list[str]:
    return [str(size) for size in shape]


def graph_of(formula: Expr, over: str) -> Data:
    """Return the parts of a formula and the Jacobian on each edge between them."""
    parts = [node for node in postorder(formula) if not isinstance(node, Number | Identity | Ones | Zero)]
    names = _names(parts)
    nodes = [
        {
            "name": names[part].name,
            "latex": formula_latex(part),
            "shape": _sizes(part.shape),
            "moves": bool(over) and over in symbols_of(part),
            "leaf": not part.children,
        }
        for part in parts
    ]
    edges = [edge for part in parts for edge in _edges(part, parts, names, over)]
    return {"nodes": nodes, "edges": edges}


def _names(parts: Sequence[Expr]) -> dict[Expr, Symbol]:
    """Give every part a name: a symbol its own, the others u1, u2, …."""
    taken = {part.name for part in parts if isinstance(part, Symbol)}
    fresh = (name for name in (f"u{k}" for k in range(1, 10 * len(parts) + 10)) if name not in taken)
    return {part: part if isinstance(part, Symbol) else Symbol.of(next(fresh), part.shape) for part in parts}


def _edges(part: Expr, parts: Sequence[Expr], names: dict[Expr, Symbol], over: str) -> list[Data]:
    children = [child for child in dict.fromkeys(part.children) if child in parts]
    local = rebuild(part, {child: names.get(child, child) for child in part.children})
    edges: list[Data] = []
    for child in children:
        place = {"from": parts.index(child), "to": parts.index(part)}
        moves = not over or over in symbols_of(child)
        edges.append({**place, "latex": _slope(local, names[child]) if moves else ""})
    return edges


def _slope(local: Expr, child: Symbol) -> str:
    try:
        found = derivative(Formula(local, symbols_of(local)), child.name)
        return formula_latex(found.expression if found.expression is not None else found.differential)
    except FrechetError:
        return ""
