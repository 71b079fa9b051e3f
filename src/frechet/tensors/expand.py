"""Distributing products over sums, with the number of terms predicted before it is done."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from frechet.expressions.exact import ONE
from frechet.functions.inverses import INVERSE
from frechet.limits import spend
from frechet.tensors.algebra import add, contract, power
from frechet.tensors.maps import inverse, mapped
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Kernel,
    Map,
    Opaque,
    Pow,
    Tensor,
    postorder,
)
from frechet.tensors.symmetry import kernel_of, opaque_of

MAX_TERMS: Final = 1_000
Wanted = Callable[[Add], bool]


def distribute_wide(root: Tensor) -> Tensor:
    """Distribute over sums of order above 2, which matrix notation cannot write as one factor.

    A term that comes out may hold such a sum again, in a scalar part of its own.
    """
    while any(isinstance(node, Add) and node.order > 2 for node in postorder(root)):
        distributed = distribute(root, lambda sum_: sum_.order > 2)
        if distributed is root:
            break
        root = distributed
    return root


def multiple_of_sum(node: Tensor) -> tuple[Fraction, Add] | None:
    """Return c and S where a node is the sum S, or c S with every axis where it was."""
    match node:
        case Add():
            return ONE, node
        case Contraction(coefficient, (), ((Add() as inner, slots),), out, axes) if slots == out:
            flat = [axis for group in out for axis in group]
            # An axis that stands twice keeps only a diagonal of the sum.
            return (coefficient, inner) if len(set(flat)) == len(flat) == len(axes) else None
        case _:
            return None


def terms_of(node: Tensor) -> list[tuple[Fraction, Tensor]]:
    """Return the terms of a sum or of a multiple of one; anything else is its own only term."""
    found = multiple_of_sum(node)
    return [(ONE, node)] if found is None else [(found[0] * c, t) for c, t in found[1].terms]


def distribute(root: Tensor, wanted: Wanted, limit: int = MAX_TERMS) -> Tensor:
    """Distribute contractions over those sums among their factors that are wanted.

    A contraction that would become more than `limit` terms is left as it is.
    """
    done: dict[Tensor, Tensor] = {}
    for node in postorder(root):
        done[node] = _distributed(rebuilt(node, done), wanted, limit)
    return done[root]


def rebuilt(node: Tensor, done: dict[Tensor, Tensor]) -> Tensor:
    """Return the node with its children exchanged, through the simplifying constructors."""
    if all(done[c] is c for c in node.children):
        return node
    match node:
        case Add(terms):
            return add([(c, done[t]) for c, t in terms], node.dims)
        case Contraction(coefficient, scalars, factors, out, axes):
            return contract(
                coefficient, [(done[s], e) for s, e in scalars], [(done[f], s) for f, s in factors], out, axes
            )
        case Map(function, argument):
            return mapped(function, done[argument])
        case Pow(base, exponent):
            return power(done[base], exponent if isinstance(exponent, Fraction) else done[exponent])
        case Opaque(function, arguments):
            if function is INVERSE:
                return inverse(done[arguments[0]])
            return opaque_of(node.dims, function, tuple(done[a] for a in arguments))
        case Kernel(argument, exponent, rank):
            return kernel_of(done[argument], None if exponent is None else done[exponent], rank)
        case _:
            return node


def _distributed(node: Tensor, wanted: Wanted, limit: int) -> Tensor:
    """Distribute one contraction, again and again until no wanted sum is left in it."""
    if not isinstance(node, Contraction):
        return node
    finished: list[tuple[Fraction | int, Tensor]] = []
    pending: list[tuple[Fraction | int, Tensor]] = [(1, node)]
    while pending:
        spend()
        factor, term = pending.pop()
        split = _split_on_sum(term, wanted) if isinstance(term, Contraction) else None
        if split is None:
            finished.append((factor, term))
        else:
            pending.extend((factor * c, t) for c, t in split)
        if len(finished) + len(pending) > limit:
            return node
    return node if len(finished) == 1 and finished[0][1] is node else add(finished, node.dims)


def _split_on_sum(node: Contraction, wanted: Wanted) -> list[tuple[Fraction, Tensor]] | None:
    sums = [k for k, (factor, _) in enumerate(node.factors) if isinstance(factor, Add) and wanted(factor)]
    if sums:
        k = max(sums, key=lambda place: _divides(node.factors[place][0]))
        factor, slots = node.factors[k]
        if isinstance(factor, Add):
            rest = [*node.factors[:k], *node.factors[k + 1 :]]
            return [
                (c, contract(node.coefficient, node.scalars, [(t, slots), *rest], node.out, node.axes))
                for c, t in factor.terms
            ]
    for k, (base, exponent) in enumerate(node.scalars):
        if isinstance(base, Add) and exponent.denominator == 1 and 0 < exponent <= 4 and wanted(base):
            scalars = [*node.scalars[:k], (base, exponent - 1), *node.scalars[k + 1 :]]
            return [
                (
                    c,
                    contract(
                        node.coefficient, [*scalars, (t, Fraction(1))], node.factors, node.out, node.axes
                    ),
                )
                for c, t in base.terms
            ]
    return None


def _divides(tensor: Tensor) -> bool:
    """Tell whether some term of a sum has a denominator: it may cancel against other factors."""
    return any(
        isinstance(part, Pow) and isinstance(part.exponent, Fraction) and part.exponent < 0
        for term in tensor.children
        for part in (term, *term.children)
    )


def expand_fully(root: Tensor, limit: int = 64) -> Tensor:
    """Distribute over every sum where that stays small: like terms of different brackets meet."""
    return distribute(root, lambda _: True, limit)
