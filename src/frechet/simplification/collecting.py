"""Putting terms together: equal terms added, a common factor taken out, powers joined.

These functions change how a formula is written, never its value, and a derivation shows their
effect as one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from frechet.assumptions import Structure
from frechet.expressions.nodes import (
    Apply,
    Expr,
    Identity,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    expression,
)
from frechet.functions.inverses import INVERSE

_MOST_TERMS: Final = 64


def parts_of(term: Expr) -> tuple[Fraction, tuple[Expr, ...], tuple[Expr, ...]]:
    """Return coefficient, scalar factors and matrix factors."""
    match term:
        case Number(value):
            return value, (), ()
        case Product(coefficient, scalars, chain):
            return coefficient, scalars, chain
        case _ if term.is_scalar:
            return Fraction(1), (term,), ()
        case _:
            return Fraction(1), (), (term,)


def like_terms_added(terms: Sequence[Expr]) -> tuple[Expr, ...]:
    """Add the coefficients of terms that differ in nothing else."""
    found: dict[tuple[object, ...], tuple[Fraction, Expr]] = {}
    for term in terms:
        coefficient, scalars, chain = parts_of(term)
        key = (tuple(sorted(s.digest for s in scalars)), chain)
        total, first = found.get(key, (Fraction(0), term))
        found[key] = (total + coefficient, first)
    added = []
    for total, first in found.values():
        coefficient = parts_of(first)[0]
        if total != 0:
            added.append(first if total == coefficient else Number.of(total / coefficient) * first)
    return tuple(added)


def common_factor_out(terms: Sequence[Expr]) -> Expr:
    """Return the sum with the scalars and the outer matrices that all terms share in front."""
    if len(terms) < 2 or len(terms) > _MOST_TERMS:
        return Sum.of(terms)
    taken = [parts_of(t) for t in terms]
    coefficient = _common_coefficient([t[0] for t in taken])
    shared = [s for s in taken[0][1] if all(s in t[1] for t in taken)]
    chains = [list(t[2]) for t in taken]
    first, last = _common_ends(chains)
    if any(len(chain) == len(first) + len(last) for chain in chains):
        first, last = [], []
    if coefficient == 1 and not shared and not first and not last:
        return Sum.of(terms)
    rest = []
    for own, scalars, chain in taken:
        left = list(scalars)
        for s in shared:
            left.remove(s)
        middle = chain[len(first) : len(chain) - len(last)]
        rest.append(Product.of((Number.of(own / coefficient), *left, *_whole(tuple(middle)))))
    inner = Sum.of(rest)
    outer = (Number.of(coefficient), *shared)
    if not first and not last:
        return Product.of((*outer, inner))
    return Product.of((*outer, Product.of((*first, inner, *last))))


def _whole(chain: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return (Product.of(chain),) if chain else ()


def _common_coefficient(values: Sequence[Fraction]) -> Fraction:
    sizes = {abs(v) for v in values}
    if len(sizes) != 1:
        return Fraction(1)
    size = sizes.pop()
    return -size if all(v < 0 for v in values) else size


def _common_ends(chains: Sequence[list[Expr]]) -> tuple[list[Expr], list[Expr]]:
    """Return the longest common beginning, then the longest common end of what remains."""
    shortest = min(len(c) for c in chains)
    first = 0
    while first < shortest and all(c[first] is chains[0][first] for c in chains):
        first += 1
    last = 0
    while last < shortest - first and all(c[-1 - last] is chains[0][-1 - last] for c in chains):
        last += 1
    if first + last == 0 or any(_is_thin(c[:first]) and _is_thin(c[len(c) - last :]) for c in chains):
        return [], []
    chain = chains[0]
    beginning, end = chain[:first], chain[len(chain) - last :] if last else []
    if beginning and beginning[-1].shape[1] == 1:
        beginning = []
    if end and end[0].shape[0] == 1:
        end = []
    return beginning, end


def _is_thin(chain: Sequence[Expr]) -> bool:
    return bool(chain) and chain[0].shape[0] == 1 and chain[-1].shape[1] == 1


def powers_joined(node: Expr) -> Expr:
    """Join neighbors that are powers of one matrix: X^2*X = X^3, inv(X)*X = I, Q'*Q = I."""
    match node:
        case Sum(terms):
            return Sum.of(powers_joined(t) for t in terms)
        case Product(coefficient, scalars, chain) if len(chain) > 1:
            joined = _joined(chain)
            return Product.of((Number.of(coefficient), *scalars, Product.of(joined)))
    return node


def _joined(chain: tuple[Expr, ...]) -> tuple[Expr, ...]:
    stack: list[Expr] = []
    for factor in chain:
        if stack:
            base, count = base_and_power(stack[-1])
            other, more = base_and_power(factor)
            if base is other and base.shape[0] == base.shape[1]:
                stack.pop()
                factor = _raised(base, count + more)
            elif _orthogonal_pair(stack[-1], factor):
                stack.pop()
                factor = Identity.of(factor.shape[1])
        if not (isinstance(factor, Identity) and stack):
            stack.append(factor)
    return tuple(stack)


def base_and_power(factor: Expr) -> tuple[Expr, Expr]:
    """Return X and k for X^k; an inverse is the power -1."""
    match factor:
        case Power(base, exponent) if not base.is_scalar:
            return base, exponent
        case Apply(function, (base,)) if function is INVERSE:
            return base, Number.of(-1)
    return factor, Number.of(1)


def _raised(base: Expr, exponent: Expr) -> Expr:
    if exponent is Number.of(-1):
        return Apply.of(INVERSE, base)
    return Power.of(base, expression(exponent))


def _orthogonal_pair(left: Expr, right: Expr) -> bool:
    symbol = right if isinstance(right, Symbol) else left
    orthogonal = isinstance(symbol, Symbol) and symbol.structure is Structure.ORTHOGONAL
    return orthogonal and left is Transpose.of(right)
