"""Transposes pushed inward, and which formulas are symmetric.

(A*B)' = B'*A'; a sum keeps its transpose outside, as people write (A*x - b)'. A formula counts as
symmetric when its structure says so: declared symbols, their inverses and powers, sums, and
palindromes such as A'*S*A.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from frechet.expressions.function import AbstractElementwise
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.expressions.traversal import fold, postorder, rebuild
from frechet.functions.indexing import DIAGONAL
from frechet.shapes import is_vector

_CHAIN_LIMIT: Final = 64


def transposed(node: Expr) -> Expr:
    """Return the transpose, with that of a product turned into the product of the transposes."""
    match node:
        case Product(coefficient, scalars, chain) if chain:
            turned = Product.of(_turned(f) for f in reversed(chain))
            return Product.of((Number.of(coefficient), *scalars, turned))
        case Sum() if not node.is_scalar:
            return _turned(node)
    return _turned(node)


def _turned(factor: Expr) -> Expr:
    """Transpose one factor; a sum term by term only where that needs fewer marks: (A' + A)'."""
    if _is_diagonal(factor):
        return factor
    if isinstance(factor, Kronecker):
        return Kronecker.of(_turned_product(factor.left), _turned_product(factor.right))
    whole = Transpose.of(factor)
    if not isinstance(factor, Sum) or factor.is_scalar:
        return whole
    termwise = Sum.of(_turned_product(t) for t in factor.terms)
    return termwise if _marks(termwise) < _marks(whole) else whole


def _turned_product(term: Expr) -> Expr:
    if isinstance(term, Product) and term.chain:
        turned = Product.of(Transpose.of(f) for f in reversed(term.chain))
        return Product.of((Number.of(term.coefficient), *term.scalars, turned))
    return term if _is_diagonal(term) else Transpose.of(term)


def _marks(node: Expr) -> int:
    return sum(isinstance(part, Transpose) for part in postorder(node))


def _is_diagonal(node: Expr) -> bool:
    return isinstance(node, Apply) and node.function is DIAGONAL and is_vector(node.arguments[0].shape)


def is_symmetric(node: Expr) -> bool:
    """Tell whether the formula is symmetric by its structure."""
    return node.is_scalar or fold(node, _symmetric)


def _symmetric(node: Expr, known: Mapping[Expr, bool]) -> bool:
    if node.shape[0] != node.shape[1]:
        return False
    match node:
        case Symbol(_, structure):
            return structure.symmetric
        case Identity() | Ones() | Zero():
            return True
        case Sum(terms):
            return all(known[t] for t in terms)
        case Hadamard(factors):
            return all(known[f] for f in factors)
        case Kronecker(left, right):
            return known[left] and known[right]
        case Power(base, _) | Transpose(base):
            return known[base]
        case ElementwisePower(base, exponent):
            return known[base] and (exponent.is_scalar or known[exponent])
        case Product(_, _, chain):
            return len(chain) <= _CHAIN_LIMIT and _is_palindrome(chain, known)
        case Apply(function, arguments):
            if _is_diagonal(node):
                return True
            keeps = function.preserves_symmetry or isinstance(function, AbstractElementwise)
            return keeps and all(known[a] for a in arguments)
        case _:
            return node.is_scalar


def _is_palindrome(chain: tuple[Expr, ...], known: Mapping[Expr, bool]) -> bool:
    return all(
        mirror is (factor if known[factor] else Transpose.of(factor))
        for factor, mirror in zip(chain, reversed(chain), strict=True)
    )


def without_needless_transposes(node: Expr) -> Expr:
    """Replace S' by S wherever S is symmetric by structure."""

    def rule(part: Expr, results: Mapping[Expr, Expr]) -> Expr:
        if isinstance(part, Transpose) and is_symmetric(part.operand):
            return results[part.operand]
        return rebuild(part, results)

    return fold(node, rule)


def symmetric_parts_transposed(node: Expr) -> tuple[Expr, ...]:
    """Return the S of every S' that is needless because S is symmetric, without repetition."""
    found: dict[Expr, None] = {}

    def rule(part: Expr, results: Mapping[Expr, Expr]) -> Expr:
        if isinstance(part, Transpose) and is_symmetric(part.operand):
            found[part.operand] = None
        return part

    fold(node, rule)
    return tuple(found)
