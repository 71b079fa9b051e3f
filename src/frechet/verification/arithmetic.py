"""Kinds of numbers in which a formula can be evaluated.

`FLOAT` is double precision, `PRECISE` decimal numbers of 50 digits, `EXACT` rational numbers.
`modular(seed)` is exact arithmetic modulo 2⁶¹ − 1, in which transcendental functions stand for
unknown ones: equal arguments give equal, otherwise random, values. What agrees there agrees
whatever these functions are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, getcontext, localcontext
from fractions import Fraction
from hashlib import blake2b
from typing import Final, final

from frechet.expressions.function import Entry, Matrix
from frechet.functions import decimal_math
from frechet.functions.modular import Modular

DIGITS: Final = 50


@final
@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How numbers are made; `unknown` stands in for functions without exact values."""

    number: Callable[[Fraction], Entry]
    pi: Callable[[], Entry] | None
    unknown: Callable[..., Entry] | None = None
    digits: int = 0

    def context(self) -> AbstractContextManager[Context]:
        """Return the decimal context to compute in."""
        return precision(self.digits or getcontext().prec)


def precision(digits: int) -> AbstractContextManager[Context]:
    """Compute with decimal numbers of so many digits; what has no value raises."""
    return localcontext(Context(prec=digits, traps=[InvalidOperation, DivisionByZero, Overflow]))


def _float(value: Fraction) -> float:
    return value.numerator / value.denominator


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


FLOAT: Final = Arithmetic(_float, lambda: math.pi)
PRECISE: Final = Arithmetic(_decimal, decimal_math.pi, digits=DIGITS)
EXACT: Final = Arithmetic(Fraction, None)


def precise(digits: int) -> Arithmetic:
    """Return decimal arithmetic of another precision."""
    return Arithmetic(_decimal, decimal_math.pi, digits=digits)


def modular(seed: int) -> Arithmetic:
    """Return arithmetic modulo 2⁶¹ − 1 with unknown functions drawn by the seed."""

    def unknown(key: str, *arguments: Matrix) -> Modular:
        parts = [[[entry.value for entry in row] for row in argument] for argument in arguments]
        digest = blake2b(repr((seed, key, parts)).encode(), digest_size=16).digest()
        return Modular(int.from_bytes(digest))

    return Arithmetic(Modular, lambda: unknown("pi"), unknown)
