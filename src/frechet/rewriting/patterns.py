"""Matching: where a rule's left side occurs in a formula.

A pattern variable stands for one operand, in a matrix product for one or more neighboring
factors. A match assigns a formula to every variable; since a rule is a function, applying it to
these formulas and comparing its left side with the formula itself settles every condition on
shapes that the match left open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from frechet.errors import FrechetError
from frechet.expressions.nodes import Expr, Product, Symbol
from frechet.expressions.traversal import postorder
from frechet.rewriting.rules import Application, Rule
from frechet.rewriting.symmetry import is_symmetric

Bindings = Mapping[str, Expr]
LONGEST_CHAIN: Final = 12
MOST_OPERANDS: Final = 6


def applications(rule: Rule, root: Expr) -> Iterator[Application]:
    """Yield the rule applied at every place of a formula where its left side fits."""
    seen: set[tuple[Expr, Expr]] = set()
    for node in postorder(root):
        for application in matches(rule, node):
            if (node, application.after) not in seen and application.after is not node:
                seen.add((node, application.after))
                yield application


def matches(rule: Rule, node: Expr) -> Iterator[Application]:
    """Yield the ways in which a formula is the rule's left side."""
    variadic = any(p.variadic for p in rule.parameters)
    for copies in range(2, MOST_OPERANDS + 1) if variadic else (1,):
        symbols = rule.symbols(copies)
        pattern = rule.body(*symbols)[0]
        names = {s.name for s in symbols}
        for bindings in _match(pattern, node, {}, names):
            application = _applied(rule, [bindings.get(s.name) for s in symbols], symbols)
            if application is not None and application.before is node:
                yield application


def _applied(rule: Rule, values: list[Expr | None], symbols: tuple[Symbol, ...]) -> Application | None:
    """Apply the rule if every variable is bound and meets its condition."""
    bound = [v for v in values if v is not None]
    if len(bound) < len(symbols) or not all(map(_admits, symbols, bound)):
        return None
    try:
        return rule.at(*bound)
    except FrechetError:
        return None


def _admits(variable: Symbol, value: Expr) -> bool:
    if variable.is_scalar != value.is_scalar:
        return False
    return is_symmetric(value) if variable.structure.symmetric else True


def _match(pattern: Expr, node: Expr, bindings: Bindings, names: set[str]) -> Iterator[Bindings]:
    """Match one node; the depth of the recursion is that of the pattern, which is small."""
    if isinstance(pattern, Symbol) and pattern.name in names:
        if bindings.get(pattern.name, node) is node:
            yield {**bindings, pattern.name: node}
        return
    if type(pattern) is not type(node) or _label(pattern) != _label(node):
        return
    if isinstance(pattern, Product) and isinstance(node, Product):
        if pattern.coefficient == node.coefficient and len(pattern.scalars) == len(node.scalars):
            for partial in _match_all(pattern.scalars, node.scalars, bindings, names):
                yield from _match_chain(pattern.chain, node.chain, partial, names)
        return
    if not pattern.children:
        if pattern is node or not isinstance(pattern, Symbol):
            yield bindings
        return
    yield from _match_all(pattern.children, node.children, bindings, names)


def _label(node: Expr) -> object:
    return getattr(node, "function", None) or getattr(node, "value", None)


def _match_all(
    patterns: tuple[Expr, ...], nodes: tuple[Expr, ...], bindings: Bindings, names: set[str]
) -> Iterator[Bindings]:
    """Match operand by operand."""
    if len(patterns) != len(nodes):
        return
    if not patterns:
        yield bindings
        return
    for partial in _match(patterns[0], nodes[0], bindings, names):
        yield from _match_all(patterns[1:], nodes[1:], partial, names)


def _match_chain(
    patterns: tuple[Expr, ...], factors: tuple[Expr, ...], bindings: Bindings, names: set[str]
) -> Iterator[Bindings]:
    """Match a matrix product: each pattern takes one or more neighboring factors."""
    if len(factors) > LONGEST_CHAIN or len(factors) < len(patterns):
        return
    if not patterns:
        if not factors:
            yield bindings
        return
    most = len(factors) - len(patterns) + 1
    for taken in range(1, most + 1) if isinstance(patterns[0], Symbol) else (1,):
        segment = Product.of(factors[:taken])
        for partial in _match(patterns[0], segment, bindings, names):
            yield from _match_chain(patterns[1:], factors[taken:], partial, names)
