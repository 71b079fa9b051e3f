"""What may be declared of a symbol besides its shape.

`psd` means symmetric positive definite, as the language's users write it. `POSITIVE` and
`INTEGER` are for scalars.
"""

from __future__ import annotations

from enum import Enum


class Structure(Enum):
    """The declared structure of a symbol."""

    GENERAL = "general"
    SYMMETRIC = "symmetric"
    PSD = "psd"
    DIAGONAL = "diagonal"
    SKEW = "skew"
    ORTHOGONAL = "orthogonal"
    LOWER = "lower"
    INTEGER = "integer"
    POSITIVE = "positive"

    @property
    def symmetric(self) -> bool:
        return self in (Structure.SYMMETRIC, Structure.PSD, Structure.DIAGONAL)

    @property
    def square(self) -> bool:
        return self not in (Structure.GENERAL, Structure.INTEGER, Structure.POSITIVE)
