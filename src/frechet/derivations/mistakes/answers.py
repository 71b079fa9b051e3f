"""The right answer with one thing wrong in it.

`spoiled` yields an answer without one of its terms or factors, with a transpose or an inverse
forgotten, in every place. `partial` derivatives are those by an inner part of the function: what
somebody writes who differentiates the outer function and stops.
"""

from __future__ import annotations

from collections.abc import Iterator

from frechet.derivations.mistakes import catalogue as names
from frechet.derivations.mistakes.rules import Wrong
from frechet.differentiation.derivative import derivative
from frechet.errors import FrechetError
from frechet.expressions.function import AbstractElementwise
from frechet.expressions.nodes import (
    Apply,
    Expr,
    Hadamard,
    Identity,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from frechet.expressions.traversal import postorder, rebuild, substitute, symbols_of
from frechet.formula import of_expression
from frechet.functions.inverses import INVERSE

INNER: str = "u_inner"


def spoiled(answer: Expr) -> Iterator[Wrong]:
    """Yield the answer with one thing wrong; its shape may change."""
    for node in postorder(answer):
        for mistake, wrong in _spoiled_nodes(node):
            try:
                yield mistake, _in_place(answer, node, wrong)
            except FrechetError:
                continue


def _spoiled_nodes(node: Expr) -> Iterator[Wrong]:
    match node:
        case Sum(terms):
            for place in range(len(terms)):
                yield names.TERM_LOST, Sum.of(terms[:place] + terms[place + 1 :])
        case Product() | Hadamard():
            yield from _factors_lost(node)
        case Transpose(operand):
            yield names.TRANSPOSE_MISSING, operand
        case Apply(function, (operand,)) if function is INVERSE:
            yield names.INVERSE_MISPLACED, operand
        case Power(operand, exponent) if not operand.is_scalar and exponent is Number.of(-1):
            yield names.INVERSE_MISPLACED, operand
        case Apply(function, (operand,)) if isinstance(function, AbstractElementwise):
            yield names.CHAIN_FACTOR_LOST, operand
        case _:
            return


def _factors_lost(node: Product | Hadamard) -> Iterator[Wrong]:
    if isinstance(node, Hadamard):
        kept = [node.factors[:i] + node.factors[i + 1 :] for i in range(len(node.factors))]
        yield from ((names.CHAIN_FACTOR_LOST, Hadamard.of(rest)) for rest in kept if rest)
        return
    number = Number.of(node.coefficient)
    if node.coefficient != 1 and node.coefficient != -1:
        yield names.FACTOR_LOST, node / number
    for i in range(len(node.scalars)):
        rest = Product.of([number, *node.scalars[:i], *node.scalars[i + 1 :]])
        yield names.CHAIN_FACTOR_LOST, rest * Product.of(node.chain) if node.chain else rest
    for left, right in _cuts(len(node.chain)):
        chain = node.chain[left:right]
        yield names.CHAIN_FACTOR_LOST, Product.of([number, *node.scalars, Product.of(chain)])
    for i in range(1, len(node.chain) - 1):
        if node.chain[i].shape[0] == node.chain[i].shape[1]:
            chain = node.chain[:i] + node.chain[i + 1 :]
            yield names.CHAIN_FACTOR_LOST, Product.of([number, *node.scalars, Product.of(chain)])


def _cuts(length: int) -> list[tuple[int, int]]:
    """Return what remains of a chain when factors at its ends are lost, the longest first."""
    cuts = [(i, j) for i in range(length) for j in range(i + 1, length + 1) if j - i < length]
    return sorted(cuts, key=lambda cut: cut[0] - cut[1])


def _in_place(root: Expr, node: Expr, wrong: Expr) -> Expr:
    """Replace a part whose shape may change; raise a `ShapeError` where that does not fit."""
    results: dict[Expr, Expr] = {}
    for part in postorder(root):
        results[part] = wrong if part is node else rebuild(part, results)
    return results[root]


def partial(function: Expr, variable: Symbol) -> Iterator[Wrong]:
    """Yield the derivatives of the function by each of its inner parts, outermost first."""
    for node in reversed(list(postorder(function))):
        if node is function or isinstance(node, Symbol | Number | Identity):
            continue
        if variable.name not in symbols_of(node):
            continue
        inner = Symbol.of(INNER, node.shape)
        try:
            outer = substitute(function, {node: inner})
            found = derivative(of_expression(outer), INNER).expression
        except FrechetError:
            continue
        if found is not None:
            yield names.CHAIN_FACTOR_LOST, substitute(found, {inner: node})


def inner(function: Expr, variable: Symbol) -> Iterator[Wrong]:
    """Yield the derivatives of the function's inner parts: the outer slope forgotten."""
    for node in reversed(list(postorder(function))):
        if node is function or 1 not in node.shape or isinstance(node, Symbol | Number):
            continue
        if variable.name not in symbols_of(node):
            continue
        try:
            found = derivative(of_expression(node), variable.name).expression
        except FrechetError:
            continue
        if found is not None:
            yield names.CHAIN_FACTOR_LOST, found
            if not found.is_scalar:
                yield names.CHAIN_FACTOR_LOST, found.T
