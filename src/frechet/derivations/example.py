"""A derivation worked through in small whole numbers.

The sizes are 2 and up, different for different names; the entries are small integers, so that
every line can be followed on paper: each line of the differential has the same value, and the
last line gives the derivative at this point.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Final

from frechet.assumptions import Structure
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import symbols_of
from frechet.functions.linear_algebra import transpose
from frechet.rewriting.pending import pending_in
from frechet.rewriting.steps import Step
from frechet.shapes import value_of
from frechet.verification.reference import evaluate
from frechet.verification.sampling import draw_sizes, size_names

_SEEDS: Final = 40
_LARGEST: Final = 3


def worked_example(function: Expr, steps: Sequence[Step]) -> str:
    """Return the values of the quantities and of every line, as text; empty if no point fits."""
    formulas = [function, *(s.after for s in steps if not pending_in(s.after))]
    symbols = list(symbols_of(*formulas).values())
    for seed in range(_SEEDS):
        random = Random(seed)
        sizes = draw_sizes(size_names(*formulas), random, _LARGEST)
        values = {s.name: _small(s, sizes, random) for s in symbols}
        try:
            found = [evaluate(formula, values, sizes) for formula in formulas]
        except FrechetError:
            continue
        given = [f"{name} = {shown(value)}" for name, value in values.items()]
        names = ["f" if function.is_scalar else "F", *_names(steps)]
        return "\n".join([*given, *(f"{n} = {shown(v)}" for n, v in zip(names, found, strict=True))])
    return ""


def _names(steps: Sequence[Step]) -> list[str]:
    """Name a line by its number: line 1 is the first below the function."""
    return [f"line {n}" for n, step in enumerate(steps, 1) if not pending_in(step.after)]


def _small(symbol: Symbol, sizes: dict[str, int], random: Random) -> Matrix:
    rows, columns = value_of(symbol.shape[0], sizes), value_of(symbol.shape[1], sizes)
    low = 1 if symbol.structure in (Structure.POSITIVE, Structure.INTEGER) else -2
    entries: Matrix = [[float(random.randint(low, 3)) for _ in range(columns)] for _ in range(rows)]
    match symbol.structure:
        case Structure.SYMMETRIC:
            return [[entries[min(i, j)][max(i, j)] for j in range(rows)] for i in range(rows)]
        case Structure.PSD:
            square = [[sum(a * b for a, b in zip(p, q, strict=True)) for q in entries] for p in entries]
            return [[v + (i == j) for j, v in enumerate(row)] for i, row in enumerate(square)]
        case Structure.DIAGONAL:
            return [[v if i == j else 0.0 for j, v in enumerate(row)] for i, row in enumerate(entries)]
        case Structure.LOWER:
            return [[v if j <= i else 0.0 for j, v in enumerate(row)] for i, row in enumerate(entries)]
        case Structure.SKEW:
            turned = transpose(entries)
            return [[a - b for a, b in zip(p, q, strict=True)] for p, q in zip(entries, turned, strict=True)]
        case Structure.ORTHOGONAL:
            return [[float(i == j) for j in range(rows)] for i in range(rows)]
    return entries


def shown(value: Matrix) -> str:
    """Write numbers short: `3`, `1/2`, `0.3679`; rows are separated by semicolons."""
    rows = ["  ".join(_number(entry) for entry in row) for row in value]
    return rows[0] if len(value) == len(value[0]) == 1 else "[" + "; ".join(rows) + "]"


def _number(entry: float) -> str:
    fraction = Fraction(entry).limit_denominator(100)
    if abs(float(fraction) - entry) < 1e-9:
        return str(fraction)
    return f"{entry:.4g}"
