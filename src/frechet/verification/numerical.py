"""Directional derivatives by central differences, from the values of a formula alone.

With numbers of many digits a step may be tiny without loss by cancellation: for order k the mixed
difference Σ ± f(X ± hE₁ ± … ± hEₖ)/(2h)ᵏ errs by O(h²), and one step of Richardson's
extrapolation, (4D(h/2) − D(h))/3, by O(h⁴). Nothing here knows a rule of differentiation. A kink
closer than h shows as a large difference between D(h) and D(h/2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Final, NamedTuple

from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr
from frechet.functions.linear_algebra import add, scale
from frechet.verification.arithmetic import Arithmetic, precise
from frechet.verification.reference import evaluate
from frechet.verification.sampling import Point

Directions = Mapping[str, Matrix]
_STEP: Final = Decimal("1e-8")
_DIGITS: Final = 34
_DIGITS_PER_ORDER: Final = 10


class Estimate(NamedTuple):
    """A numerical derivative and the difference between its two last approximations."""

    value: Matrix
    error: Decimal


def arithmetic_for(order: int) -> Arithmetic:
    """Return decimal arithmetic with enough digits for differences of this order."""
    return precise(_DIGITS + _DIGITS_PER_ORDER * order)


def directional_derivative(formula: Expr, point: Point, directions: Sequence[Directions]) -> Estimate:
    """Return the mixed derivative of a formula in the given directions, one per order.

    A direction gives a change for some symbols; values and directions are Decimals.

    Raises:
        DomainError: the formula has no finite value close by.
    """
    arithmetic = arithmetic_for(len(directions))
    with arithmetic.context():
        coarse = _difference(formula, point, directions, _STEP, arithmetic)
        fine = _difference(formula, point, directions, _STEP / 2, arithmetic)
        change = add(fine, scale(Decimal(-1), coarse))
        value = add(fine, scale(Decimal(1) / 3, change))
        return Estimate(value, max(abs(entry) for row in change for entry in row))


def _difference(
    formula: Expr, point: Point, directions: Sequence[Directions], step: Decimal, arithmetic: Arithmetic
) -> Matrix:
    result: Matrix | None = None
    for signs in product((1, -1), repeat=len(directions)):
        sign = Decimal(1)
        values = dict(point.values)
        for s, direction in zip(signs, directions, strict=True):
            sign *= s
            for name, change in direction.items():
                values[name] = add(values[name], scale(s * step, change))
        term = scale(sign, evaluate(formula, values, point.sizes, arithmetic))
        result = term if result is None else add(result, term)
    assert result is not None
    return scale(1 / (2 * step) ** len(directions), result)


def decimals(x: Matrix) -> Matrix:
    """Return a matrix of floats or fractions as Decimals, exactly for floats."""
    return [[_decimal(entry) for entry in row] for row in x]


def _decimal(entry: float | Fraction | Decimal) -> Decimal:
    return Decimal(entry.numerator) / entry.denominator if isinstance(entry, Fraction) else Decimal(entry)
