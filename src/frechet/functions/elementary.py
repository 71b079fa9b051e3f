"""The elementary functions by kind of number: `math` for floats, `decimal_math` for Decimals."""

from __future__ import annotations

import math
from decimal import Decimal
from types import ModuleType

from frechet.errors import EvaluationError
from frechet.expressions.function import Entry
from frechet.functions import decimal_math


def elementary(x: Entry) -> ModuleType:
    """Return the module with `exp`, `log`, `sin`, … for numbers of this kind.

    Raises:
        EvaluationError: the kind is exact, and these functions have no exact values.
    """
    if isinstance(x, float):
        return math
    if isinstance(x, Decimal):
        return decimal_math
    raise EvaluationError(
        f"a transcendental function has no exact value at a {type(x).__name__}", hint="Evaluate with floats."
    )
