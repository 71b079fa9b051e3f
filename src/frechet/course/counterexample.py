"""Where a wrong answer fails, in numbers that a person can follow: whole, small, and two by two.

Small points are drawn, the formula's true answer and the wrong one are computed exactly, and of the
points where they differ the one that is easiest to read is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Final, final

from frechet.assumptions import Structure
from frechet.course.numbers import value_at
from frechet.errors import FrechetError
from frechet.expressions.function import Entry, Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import symbols_of
from frechet.shapes import value_of
from frechet.verification.sampling import size_names

SIZE: Final = 2
_TRIES: Final = 60
_ENTRIES: Final = (0, 1, 1, 1, 2, 2, 3, -1)
_UNREADABLE: Final = 40
_TOLERANCE: Final = 1e-9


@final
@dataclass(frozen=True, slots=True)
class Counterexample:
    """Numbers, and what the two answers are there."""

    at: dict[str, Matrix]
    wrong: Matrix
    right: Matrix


def counterexample(wrong: Expr, right: Expr, size: int = SIZE) -> Counterexample | None:
    """Return readable numbers at which two formulas differ, None if none were found."""
    sizes = dict.fromkeys(size_names(wrong, right), size)
    symbols = list(symbols_of(wrong, right).values())
    random = Random(20)
    best: tuple[int, Counterexample] | None = None
    for _ in range(_TRIES):
        found = _at(wrong, right, {s.name: _drawn(s, sizes, random) for s in symbols}, sizes)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return None if best is None else best[1]


def _at(
    wrong: Expr, right: Expr, values: dict[str, Matrix], sizes: Mapping[str, int]
) -> tuple[int, Counterexample] | None:
    try:
        left, true = value_at(wrong, values, sizes), value_at(right, values, sizes)
    except FrechetError:
        return None
    if not _differ(left, true):
        return None
    cost = sum(_cost(x) for rows in (*values.values(), left, true) for row in rows for x in row)
    return cost + (_UNREADABLE if _trivial(values) else 0), Counterexample(values, left, true)


def _differ(left: Matrix, right: Matrix) -> bool:
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        return True
    return any(
        abs(x - y) > _TOLERANCE * max(1.0, abs(float(x)))
        for p, q in zip(left, right, strict=True)
        for x, y in zip(p, q, strict=True)
    )


def _cost(value: Entry) -> int:
    """Return how hard a number is to read."""
    if not isinstance(value, Fraction):
        return 12
    return min(len(str(abs(value.numerator))), 4) + 3 * (value.denominator > 1) + (value < 0)


def _trivial(values: Mapping[str, Matrix]) -> bool:
    """Tell whether some value is zero throughout: such a point convinces nobody."""
    return any(all(x == 0 for row in rows for x in row) for rows in values.values())


def _drawn(symbol: Symbol, sizes: Mapping[str, int], random: Random) -> Matrix:
    rows, columns = (value_of(d, dict(sizes)) for d in symbol.shape)
    draw = [[Fraction(random.choice(_ENTRIES)) for _ in range(columns)] for _ in range(rows)]
    return _shaped(symbol.structure, draw, random)


def _shaped(structure: Structure, x: Matrix, random: Random) -> Matrix:
    """Make numbers obey a declaration."""
    n = range(len(x))
    match structure:
        case Structure.INTEGER:
            return [[Fraction(random.choice((2, 3)))]]
        case Structure.POSITIVE:
            return [[Fraction(random.choice((1, 2, 3)))]]
        case Structure.SYMMETRIC:
            return [[x[min(i, j)][max(i, j)] for j in n] for i in n]
        case Structure.PSD:
            largest = sum(abs(x[min(i, j)][max(i, j)]) for i in n for j in n if i != j) // 2
            return [[x[min(i, j)][max(i, j)] if i != j else largest + 1 + i for j in n] for i in n]
        case Structure.DIAGONAL:
            return [[x[i][j] if i == j else Fraction(0) for j in n] for i in n]
        case Structure.SKEW:
            return [[_sign(i, j) * x[min(i, j)][max(i, j)] for j in n] for i in n]
        case Structure.LOWER:
            return [[x[i][j] if j <= i else Fraction(0) for j in n] for i in n]
        case Structure.ORTHOGONAL:
            return _quarter_turn(len(x))
        case _:
            return x


def _sign(row: int, column: int) -> int:
    return (row < column) - (column < row)


def _quarter_turn(size: int) -> Matrix:
    """Return the orthogonal matrix that carries each axis to the next, the last one backward."""
    last = size - 1
    return [
        [Fraction(1 if j == i - 1 else -1 if (i, j) == (0, last) else 0) for j in range(size)]
        for i in range(size)
    ]
