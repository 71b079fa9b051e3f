"""Walks over shared formulas without recursion, so that depth costs nothing but memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from frechet.expressions.exact import ONE
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Kronecker,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
)

R = TypeVar("R")


def postorder(*roots: Expr) -> Iterator[Expr]:
    """Yield every distinct node once, operands before the node that uses them."""
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.children) if child not in seen)


def fold(root: Expr, rule: Callable[[Expr, Mapping[Expr, R]], R]) -> R:
    """Compute `rule(node, results)` bottom-up, once per distinct node; return the root's."""
    results: dict[Expr, R] = {}
    for node in postorder(root):
        results[node] = rule(node, results)
    return results[root]


def symbols_of(*roots: Expr) -> dict[str, Symbol]:
    """Return the symbols that occur, by name, in order of first appearance."""
    found = [node for node in postorder(*roots) if isinstance(node, Symbol)]
    return {symbol.name: symbol for symbol in found}


def rebuild(node: Expr, children: Mapping[Expr, Expr]) -> Expr:
    """Return the node with its operands exchanged, built through the checking constructors."""
    if all(children[c] is c for c in node.children):
        return node
    match node:
        case Sum(terms):
            return Sum.of(children[t] for t in terms)
        case Product(coefficient, scalars, chain):
            front = () if coefficient is ONE else (Number.of(coefficient),)
            return Product.of((*front, *[children[s] for s in scalars], *[children[f] for f in chain]))
        case Hadamard(factors):
            return Hadamard.of(children[f] for f in factors)
        case Power(base, exponent):
            return Power.of(children[base], children[exponent])
        case ElementwisePower(base, exponent):
            return ElementwisePower.of(children[base], children[exponent])
        case Transpose(operand):
            return Transpose.of(children[operand])
        case Kronecker(left, right):
            return Kronecker.of(children[left], children[right])
        case Apply(function, arguments):
            return Apply.of(function, *(children[a] for a in arguments))
        case _:
            return node


def substitute(root: Expr, replacements: Mapping[Expr, Expr]) -> Expr:
    """Replace nodes (usually symbols) by others of the same shape, everywhere."""

    def rule(node: Expr, results: Mapping[Expr, Expr]) -> Expr:
        return replacements[node] if node in replacements else rebuild(node, results)

    return fold(root, rule)


def count_nodes(*roots: Expr) -> int:
    """Return the number of distinct nodes."""
    return sum(1 for _ in postorder(*roots))
