"""Exact numbers and flat sums that know when to stop growing."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from frechet.errors import DomainError, LimitError
from frechet.limits import MAX_INTEGER_BITS

MAX_PARTS: Final = 5_000
ONE: Final = Fraction(1)


def exact(value: Fraction | int) -> Fraction:
    """Return a number as a fraction; the plain one is always `ONE` itself."""
    if type(value) is int:
        return ONE if value == 1 else Fraction(value)
    return value if type(value) is Fraction else Fraction(value)


def times(left: Fraction, right: Fraction) -> Fraction:
    """Return the product; most coefficients are `ONE`, and cost nothing."""
    if left is ONE:
        return right
    return left if right is ONE else left * right


def power_of_numbers(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Return base^exponent when it is rational and small, None to leave it symbolic."""
    if base == 0 and exponent < 0:
        raise DomainError("0 has no inverse", hint="Divide by something that is not zero.")
    if base in (0, 1):
        return base
    if exponent.denominator != 1 or abs(exponent.numerator) > MAX_INTEGER_BITS:
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent.numerator) > MAX_INTEGER_BITS:
        return None
    return Fraction(base**exponent.numerator)


def bounded(value: Fraction) -> Fraction:
    """Return the value itself.

    Raises:
        LimitError: it has too many digits.
    """
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_INTEGER_BITS:
        raise LimitError(
            f"a number grows beyond {MAX_INTEGER_BITS} bits",
            hint="Numbers are exact here; write the large power with a symbol instead.",
        )
    return value


def short(parts: int) -> None:
    """Check that a flattened sum or product has not too many parts.

    Raises:
        LimitError: it has.
    """
    if parts > MAX_PARTS:
        raise LimitError(
            f"a sum or product has more than {MAX_PARTS:,} parts",
            hint="Write equal parts with a factor or a power.",
        )
