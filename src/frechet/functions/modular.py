"""Integers modulo the prime 2⁶¹ − 1: a field in which every rational formula has an exact value.

Two different rational functions of low degree agree at a random point with a probability of about
degree/2⁶¹ (the lemma of Schwartz and Zippel), so that a few points decide an identity.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, final

MODULUS: Final = 2**61 - 1


@final
class Modular:
    """A residue class modulo `MODULUS`."""

    __slots__ = ("value",)

    value: int

    def __init__(self, value: int | Fraction | Modular) -> None:
        if isinstance(value, Modular):
            self.value = value.value
        elif isinstance(value, Fraction):
            self.value = value.numerator * pow(value.denominator, -1, MODULUS) % MODULUS
        else:
            self.value = value % MODULUS

    @property
    def signed(self) -> int:
        """Return the representative between −MODULUS/2 and MODULUS/2."""
        return self.value if self.value <= MODULUS // 2 else self.value - MODULUS

    def __add__(self, other: Modular | int) -> Modular:
        return Modular(self.value + (other.value if isinstance(other, Modular) else other))

    __radd__ = __add__

    def __sub__(self, other: Modular | int) -> Modular:
        return Modular(self.value - (other.value if isinstance(other, Modular) else other))

    def __rsub__(self, other: int) -> Modular:
        return Modular(other - self.value)

    def __mul__(self, other: Modular | int) -> Modular:
        return Modular(self.value * (other.value if isinstance(other, Modular) else other))

    __rmul__ = __mul__

    def __neg__(self) -> Modular:
        return Modular(-self.value)

    def __truediv__(self, other: Modular | int) -> Modular:
        divisor = other.value if isinstance(other, Modular) else other % MODULUS
        if divisor == 0:
            raise ZeroDivisionError
        return Modular(self.value * pow(divisor, -1, MODULUS))

    def __rtruediv__(self, other: int) -> Modular:
        return Modular(other) / self

    def __pow__(self, exponent: int) -> Modular:
        if exponent < 0 and self.value == 0:
            raise ZeroDivisionError
        return Modular(pow(self.value, exponent, MODULUS))

    def __abs__(self) -> int:
        """Return 1, or 0 for zero: all nonzero residues are equally good pivots."""
        return int(self.value != 0)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Modular):
            return self.value == other.value
        return isinstance(other, int) and self.value == other % MODULUS

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"Modular({self.signed})"
