"""How tightly a written formula binds, and the brackets that follow from it.

Loosest first: a sum; a minus sign; elementwise and Kronecker products; a product written side by
side; a function without brackets (`log x`); something raised (`x²`); what needs no brackets at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import final


class Strength(IntEnum):
    """The binding strength of the outermost operation."""

    SUM = 0
    SIGN = 1
    ELEMENTWISE = 2
    PRODUCT = 3
    FUNCTION = 4
    POSTFIX = 5
    ATOM = 6


@final
@dataclass(frozen=True, slots=True)
class Written:
    """A text without its minus sign; `closed` is the form that another factor may follow."""

    text: str
    strength: Strength
    negative: bool = False
    closed: str = ""

    @property
    def binds(self) -> Strength:
        """Return the strength with the sign counted in."""
        return min(self.strength, Strength.SIGN) if self.negative else self.strength
