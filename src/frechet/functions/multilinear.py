"""Fréchet derivatives of expm and of powers in several directions, from one evaluation.

Let ε₁, …, εₖ commute with everything and εᵢ² = 0. Then f(X + ε₁E₁ + … + εₖEₖ) has the k-th
Fréchet derivative of f at X in the directions E₁, …, Eₖ as the coefficient of ε₁⋯εₖ. (It is the
corner block of f at a block triangular matrix of 2ᵏ blocks: Higham, Functions of Matrices,
§3.2; all orders of the directions are summed by themselves.)

A jet is the list of coefficients, indexed by the set of ε's written as a bit mask; None is zero.
"""

from __future__ import annotations

import math
from decimal import Decimal, getcontext
from typing import Final, TypeAlias

from frechet.errors import DomainError
from frechet.expressions.function import Entry, Matrix
from frechet.functions.linear_algebra import add, identity, inverse, matmul, one_of, scale

Jet: TypeAlias = list[Matrix | None]
_SQUARINGS: Final = 2
_LARGEST_NORM: Final = 700.0


def jet(x: Matrix, directions: tuple[Matrix, ...]) -> Jet:
    """Return X + ε₁E₁ + … + εₖEₖ."""
    result: Jet = [None] * (1 << len(directions))
    result[0] = x
    for place, direction in enumerate(directions):
        result[1 << place] = direction
    return result


def _sum(x: Matrix | None, y: Matrix | None) -> Matrix | None:
    if x is None or y is None:
        return y if x is None else x
    return add(x, y)


def _product(x: Jet, y: Jet) -> Jet:
    result: Jet = [None] * len(x)
    for i, left in enumerate(x):
        for j, right in enumerate(y):
            if left is not None and right is not None and i & j == 0:
                result[i | j] = _sum(result[i | j], matmul(left, right))
    return result


def _scaled(factor: Entry, x: Jet) -> Jet:
    return [None if part is None else scale(factor, part) for part in x]


def _inverse(x: Jet) -> Jet:
    """Solve X Y = I for one coefficient after the other."""
    assert x[0] is not None
    first = inverse(x[0])
    result: Jet = [first, *([None] * (len(x) - 1))]
    for mask in range(1, len(x)):
        known: Matrix | None = None
        for part in range(1, mask + 1):
            left, right = x[part], result[mask ^ part] if part & mask == part else None
            if left is not None and right is not None:
                known = _sum(known, matmul(left, right))
        result[mask] = None if known is None else scale(-one_of(first[0][0]), matmul(first, known))
    return result


def _corner(x: Jet) -> Matrix:
    assert x[0] is not None
    last = x[-1]
    return last if last is not None else scale(type(x[0][0][0])(0), x[0])


def power_derivative(x: Matrix, exponent: int, directions: tuple[Matrix, ...]) -> Matrix:
    """Return the derivative of X^k in the given directions (the power itself without any)."""
    base = jet(x, directions)
    if exponent < 0:
        base = _inverse(base)
    result = jet(identity(len(x), one_of(x[0][0])), ())
    result += [None] * (len(base) - 1)
    rest = abs(exponent)
    while rest:
        if rest & 1:
            result = _product(result, base)
        rest >>= 1
        base = _product(base, base) if rest else base
    return _corner(result)


def exponential_derivative(x: Matrix, directions: tuple[Matrix, ...]) -> Matrix:
    """Return the derivative of expm in the given directions by scaling and squaring.

    exp(X) = exp(X/2ˢ)^(2ˢ), the inner one by its Taylor series (Higham, §10.3).

    Raises:
        DomainError: the exponential is out of range.
    """
    one = one_of(x[0][0])
    norms = [float(max(sum(abs(a) for a in row) for row in part)) for part in (x, *directions)]
    if not all(math.isfinite(norm) for norm in norms) or norms[0] > _LARGEST_NORM:
        raise DomainError("expm is out of range", hint="The entries of its argument are too large.")
    squarings = _SQUARINGS + max(0, math.ceil(math.log2(max(norms[0], 2.0**-10))))
    small = _scaled(one / 2**squarings, jet(x, directions))
    digits = getcontext().prec if isinstance(one, Decimal) else 16
    result = jet(identity(len(x), one), ())
    result += [None] * (len(small) - 1)
    for k in range(_degree(digits) + len(directions), 0, -1):
        result = _product(_scaled(one / k, small), result)
        result[0] = _sum(result[0], identity(len(x), one))
    for _ in range(squarings):
        result = _product(result, result)
    return _corner(result)


def _degree(digits: int) -> int:
    """Return the degree at which (1/4)ᵏ/k! falls below the precision."""
    degree, remainder = 0, 1.0
    while remainder > 10.0 ** -(digits + 1):
        degree += 1
        remainder *= 0.25 / degree
    return degree
