"""Short words for what the language says at greater length: ones(n) is vector(1, n).

They are spelled out while the tree is made, so that nothing behind the parser knows them.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from frechet.language.syntax import Call, Num

_FILLED: Final = {"ones": 1, "zeros": 0}


def spelled_out(call: Call) -> Call:
    """Return a call in the words of the function table.

    `ones(n)`, `ones(m, n)` and `zeros(…)` are constants of that size, `rowsum(X)` is `sum(X, rows)`.
    """
    if call.function == "rowsum" and call.axis is None:
        return replace(call, function="sum", axis="rows")
    if call.function not in _FILLED or call.axis is not None:
        return call
    name = "vector" if len(call.arguments) == 1 else "matrix"
    filling = Num(Fraction(_FILLED[call.function]), call.start, call.name_end)
    return replace(call, function=name, arguments=(filling, *call.arguments))
