"""The differential of a formula, node by node, so that a rule can go wrong at one node.

`Differentials` keeps d of every node that contains the variable. With a wrong d at one node, only
the nodes above it are worked out again: that gives the differential of someone who made one
mistake, there. The rules themselves are those of Magnus & Neudecker (chapter 5); those of
functions come from the function table.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import final

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
    Zero,
)
from frechet.expressions.traversal import postorder
from frechet.functions.elementwise import log
from frechet.functions.primary import dpower

MAX_EXPANDED_POWER = 6


@final
class Differentials:
    """d of every part of a formula, for a change of one variable."""

    __slots__ = ("change", "known", "nodes", "root", "variable")

    def __init__(self, root: Expr, variable: Symbol, change: Expr) -> None:
        self.root, self.variable, self.change = root, variable, change
        self.known: dict[Expr, Expr] = {variable: change}
        self.nodes: list[Expr] = []
        for node in postorder(root):
            if node is not variable and any(child in self.known for child in node.children):
                self.known[node] = differential(node, self.known)
                self.nodes.append(node)

    def of(self, node: Expr) -> Expr:
        """Return d of a part, zero for a constant."""
        return change_of(node, self.known)

    @property
    def total(self) -> Expr:
        return self.of(self.root)

    def varies(self, node: Expr) -> bool:
        return node in self.known

    def with_wrong(self, node: Expr, wrong: Expr) -> Expr:
        """Return the differential of the whole when d of one part is wrong."""
        if wrong.shape != node.shape:
            raise ValueError(f"d of a {node.shape} is no {wrong.shape}")
        changed = {node: wrong}
        for above in self.nodes:
            if above is not node and any(child in changed for child in above.children):
                changed[above] = differential(above, self.known | changed)
        return changed.get(self.root, self.total)


def change_of(node: Expr, changes: Mapping[Expr, Expr]) -> Expr:
    found = changes.get(node)
    return Zero.of(node.shape) if found is None else found


def differential(node: Expr, changes: Mapping[Expr, Expr]) -> Expr:
    """Return d of a node from the d of its operands."""
    terms = leibniz(node, changes)
    return Sum.of(terms) if terms else Zero.of(node.shape)


def leibniz(node: Expr, changes: Mapping[Expr, Expr]) -> list[Expr]:
    """Return the terms of d of a node, one for each operand that varies."""
    match node:
        case Sum(terms):
            return [changes[t] for t in terms if t in changes]
        case Product() | Hadamard():
            return [with_factor(node, place, changes[f]) for place, f in varying_factors(node, changes)]
        case Transpose(operand):
            return [Transpose.of(changes[operand])]
        case Kronecker(left, right):
            sides = [(changes.get(left), right), (left, changes.get(right))]
            return [Kronecker.of(a, b) for a, b in sides if a is not None and b is not None]
        case Power(base, exponent) if not base.is_scalar:
            return power_terms(base, exponent, changes[base])
        case Power(base, exponent) | ElementwisePower(base, exponent):
            return _power(base, exponent, changes)
        case Apply(function, arguments):
            return [function.differential(arguments, tuple(change_of(a, changes) for a in arguments))]
        case _:
            return []


def factors(node: Expr) -> tuple[Expr, ...]:
    """Return the factors of a product in the order in which `with_factor` counts them."""
    return node.children


def varying_factors(node: Expr, changes: Mapping[Expr, Expr]) -> list[tuple[int, Expr]]:
    return [(place, f) for place, f in enumerate(factors(node)) if f in changes]


def with_factor(node: Expr, place: int, factor: Expr) -> Expr:
    """Return a product with another factor at one place."""
    new = [*factors(node)]
    new[place] = factor
    return product_of(node, new)


def product_of(node: Expr, new: list[Expr]) -> Expr:
    """Return a product of the same kind, of other factors."""
    if isinstance(node, Hadamard):
        return Hadamard.of(new)
    assert isinstance(node, Product)
    count = len(node.scalars)
    parts = [Number.of(node.coefficient), *new[:count]]
    return Product.of([*parts, Product.of(new[count:])] if new[count:] else parts)


def power_terms(base: Expr, exponent: Expr, change: Expr) -> list[Expr]:
    """Return the terms of d(X^k) of a matrix, one for each factor that varies."""
    if not isinstance(exponent, Number) or not 0 < abs(exponent.value) <= MAX_EXPANDED_POWER:
        return [dpower(base, exponent, change)]
    k = int(exponent.value)
    if k > 0:
        return [raised(base, r) @ change @ raised(base, k - 1 - r) for r in range(k)]
    return [-(raised(base, -r) @ change @ raised(base, k - 1 + r)) for r in range(1, 1 - k)]


def raised(base: Expr, exponent: int) -> Expr:
    return Power.of(base, Number.of(exponent))


def _power(base: Expr, exponent: Expr, changes: Mapping[Expr, Expr]) -> list[Expr]:
    terms: list[Expr] = []
    if base in changes:
        terms.append(exponent * base ** lowered(exponent) * changes[base])
    if exponent in changes:
        terms.append(log(base) * base**exponent * changes[exponent])
    return terms


def lowered(exponent: Expr) -> Expr:
    """Return the exponent less one, in the exponent's own shape."""
    one = ElementwisePower.of(exponent, Number.of(0)) if not exponent.is_scalar else Number.of(1)
    return exponent + Fraction(-1) * one
