"""The chain rule over intermediate quantities: a graph with a Jacobian on each edge.

The function is cut into intermediate quantities u1, u2, … at the functions and powers on the way
from the variable to the value. Each depends on the variable and on those before it by one simple
formula; its Jacobian by each of these comes from the differential method. The Jacobian by the
variable is the sum over the incoming edges, outermost factor on the left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from frechet.derivations.differential import Form, Outcome, differential_steps, form_of
from frechet.derivations.terms import Finder
from frechet.derivations.witness import same_value
from frechet.derivations.workbench import FineStep, Theme
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Zero,
    is_zero,
)
from frechet.expressions.traversal import postorder, rebuild, substitute, symbols_of
from frechet.functions.norms import NORM2
from frechet.notation.latex import latex_of_name
from frechet.rewriting.rules import Words
from frechet.rewriting.steps import Phase, Shown, Step
from frechet.rewriting.symmetry import transposed, without_needless_transposes
from frechet.shapes import written

REFERENCE: Final = "Magnus & Neudecker, ch. 5 (chain rule)"


@final
@dataclass(frozen=True, slots=True)
class Edge:
    """du/dv for an intermediate quantity u and a quantity v that its formula contains."""

    target: Symbol
    source: Symbol
    jacobian: Expr


@final
@dataclass(frozen=True, slots=True)
class Graph:
    """Intermediate quantities in order, each with its formula, and the edges between them."""

    quantities: tuple[tuple[Symbol, Expr], ...]
    edges: tuple[Edge, ...]


def chain_steps(function: Expr, variable: Symbol, structured: str = "project") -> Outcome:
    """Derive by the chain rule; matrices on the way are left to the differential method."""
    if 1 not in variable.shape or 1 not in function.shape:
        return differential_steps(function, variable, structured)
    quantities = intermediate_quantities(function, variable)
    edges = _edges(quantities, variable)
    if edges is None:
        return differential_steps(function, variable, structured)
    return _multiplied(function, variable, Graph(tuple(quantities), edges))


def intermediate_quantities(function: Expr, variable: Symbol) -> list[tuple[Symbol, Expr]]:
    """Cut the function at functions and powers whose argument varies; vectors and numbers only."""
    finder = Finder(variable)
    taken = set(symbols_of(function))
    names: dict[Expr, Expr] = {}
    found: list[tuple[Symbol, Expr]] = []
    own = "f" if function.is_scalar else "F"
    cuts = {
        child
        for node in postorder(function)
        if isinstance(node, Apply | Power | ElementwisePower | Hadamard)
        for child in node.children
        if not _squared_norm(node) and finder.inside(child) and child is not variable and 1 in child.shape
    }
    for node in postorder(function):
        formula = rebuild(node, {c: names.get(c, c) for c in node.children})
        names[node] = formula
        if (node in cuts or node is function) and node is not variable:
            symbol = _fresh(own if node is function else f"u{len(found) + 1}", node, taken)
            found.append((symbol, formula))
            names[node] = symbol
    return found


def _squared_norm(node: Expr) -> bool:
    """The square of a norm is simpler than the norm: it stays one quantity."""
    match node:
        case Power(Apply(function, _), Number(value)):
            return function is NORM2 and value == 2
    return False


def _fresh(name: str, node: Expr, taken: set[str]) -> Symbol:
    while name in taken:
        name = f"u_{name}"
    taken.add(name)
    return Symbol.of(name, node.shape)


def _edges(quantities: list[tuple[Symbol, Expr]], variable: Symbol) -> tuple[Edge, ...] | None:
    edges = []
    known = [variable]
    for symbol, formula in quantities:
        for source in known:
            if Finder(source).inside(formula):
                jacobian = _jacobian(formula, source)
                if jacobian is None:
                    return None
                edges.append(Edge(symbol, source, jacobian))
        known.append(symbol)
    return tuple(edges)


def _jacobian(formula: Expr, source: Symbol) -> Expr | None:
    """Return du/dv as a matrix: rows for u, columns for v."""
    outcome = differential_steps(formula, source, "none")
    if outcome.derivative is None:
        return None
    if outcome.form is Form.GRADIENT:
        return without_needless_transposes(transposed(outcome.derivative))
    return outcome.derivative


def _multiplied(function: Expr, variable: Symbol, graph: Graph) -> Outcome:
    """Tell the graph, multiply along it, and read the result."""
    meaning: dict[Expr, Expr] = {}
    total: dict[Symbol, Expr] = {}
    steps: list[FineStep] = []
    for symbol, formula in graph.quantities:
        value = substitute(formula, meaning)
        incoming = [e for e in graph.edges if e.target is symbol]
        terms = [e.jacobian if e.source is variable else _after(e, total[e.source]) for e in incoming]
        rows = substitute(Sum.of(terms), meaning) if terms else Zero.of((symbol.shape[0], variable.shape[0]))
        words = _edge_words(symbol, formula, incoming)
        checked = _checked(value, variable, rows)
        part = Sum.of(terms) if terms else rows
        shown = _left_side(symbol, variable)
        step = Step(
            "chain rule", value, rows, words, REFERENCE, Phase.DERIVATIVE, formula, part, (), checked, shown
        )
        steps.append(FineStep(step, Theme.PROPER))
        total[symbol], meaning[symbol] = rows, value
    form = form_of(function, variable)
    result = total[graph.quantities[-1][0]]
    if form is Form.GRADIENT:
        gradient = without_needless_transposes(transposed(result))
        words = ("The gradient is the transpose of this row.",)
        step = Step(
            "identify the gradient", result, gradient, words, REFERENCE, Phase.IDENTIFICATION, checked=True
        )
        steps.append(FineStep(step, Theme.IDENTIFY))
        result = gradient
    return Outcome(tuple(steps), result, form, "chain")


def _left_side(quantity: Symbol, variable: Symbol) -> Shown:
    """Return du/dx in text and LaTeX."""
    tex = rf"\frac{{\partial {latex_of_name(quantity.name)}}}{{\partial {latex_of_name(variable.name)}}}"
    return Shown(f"d{quantity.name}/d{variable.name}", tex)


def _after(edge: Edge, inner: Expr) -> Expr:
    """Return du/dv · dv/dx; a number on either side scales."""
    return Product.of((edge.jacobian, inner))


def _checked(value: Expr, variable: Symbol, rows: Expr) -> bool:
    """Compare with the Jacobian of the whole quantity, found directly."""
    direct = _jacobian(value, variable)
    if direct is None or is_zero(direct):
        return direct is not None and is_zero(rows)
    return direct is rows or same_value(direct, rows)


def _edge_words(symbol: Symbol, formula: Expr, incoming: list[Edge]) -> Words:
    """Say what the quantity is, its shape, and its Jacobians."""
    words: list[str | Expr] = ["With ", symbol, " = ", formula, f" ({written(symbol.shape)})"]
    for place, edge in enumerate(incoming):
        words += [", and " if place else ": ", f"d{symbol.name}/d{edge.source.name} = ", edge.jacobian]
        words.append(f" ({written((symbol.shape[0], edge.source.shape[0]))})")
    words.append("; multiply with the Jacobians found before, the outer one on the left.")
    return tuple(words)
