"""Random sizes and random values that respect what was declared, reproducible by a seed.

Different size names get different sizes, so that a forgotten transpose shows. Values are drawn as
fractions with small denominators and put together in the arithmetic's own kind of number: an
orthogonal matrix is orthogonal, and a sum of draws is exact, in every kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Final, NamedTuple, final

from frechet.assumptions import Structure
from frechet.errors import DomainError, EvaluationError
from frechet.expressions.function import Entry, Matrix
from frechet.expressions.nodes import Expr, Identity, Ones, Symbol, Zero
from frechet.expressions.traversal import postorder, symbols_of
from frechet.functions.linear_algebra import add, identity, matmul, scale, solve, transpose
from frechet.functions.modular import MODULUS
from frechet.shapes import Dimension, factors_of, value_of
from frechet.verification.arithmetic import FLOAT, Arithmetic
from frechet.verification.reference import evaluate_all

SMALLEST_SIZE: Final = 2
LARGEST_SIZE: Final = 7
_TRIES: Final = 8
_LARGEST_VALUE: Final = 1e9


@final
@dataclass(frozen=True, slots=True)
class Style:
    """How entries are drawn; `dominant` adds a multiple of the identity to square matrices."""

    name: str
    low: float
    high: float
    dominant: int = 0
    grid: int = 256

    def entry(self, random: Random) -> Fraction:
        number = 0
        while number == 0:
            number = random.randint(round(self.low * self.grid), round(self.high * self.grid))
        return Fraction(number, self.grid)


MIXED: Final = Style("mixed", -2, 2)
POSITIVE: Final = Style("positive", 0.25, 2)
NEGATIVE: Final = Style("negative", -2, -0.25)
SMALL: Final = Style("small", -0.125, 0.125)
LARGE: Final = Style("large", -30, 30)
DOMINANT: Final = Style("dominant", -0.5, 0.5, dominant=2)
SMALL_POSITIVE: Final = Style("small positive", 0.0625, 0.25)
STYLES: Final = (MIXED, DOMINANT, POSITIVE, SMALL, SMALL_POSITIVE, NEGATIVE)


class Point(NamedTuple):
    """Values for the symbols and the sizes they have."""

    values: dict[str, Matrix]
    sizes: dict[str, int]


def size_names(*roots: Expr) -> list[str]:
    """Return the names of the sizes that occur, sorted."""
    shapes = [node.shape for node in postorder(*roots) if isinstance(node, Symbol | Identity | Ones | Zero)]
    parts = [part for shape in shapes for dimension in shape for part in factors_of(dimension)]
    return sorted({part for part in parts if isinstance(part, str)})


def draw_sizes(names: Sequence[str], random: Random, largest: int = LARGEST_SIZE) -> dict[str, int]:
    """Return sizes from 2 up, different for different names."""
    choices = range(SMALLEST_SIZE, max(largest, SMALLEST_SIZE + len(names) - 1) + 1)
    return dict(zip(names, random.sample(choices, len(names)), strict=True))


def draw(
    symbol: Symbol,
    sizes: Mapping[str, int],
    random: Random,
    style: Style = MIXED,
    arithmetic: Arithmetic = FLOAT,
) -> Matrix:
    """Return a random value of the symbol's shape and structure."""
    rows, columns = _length(symbol.shape[0], sizes), _length(symbol.shape[1], sizes)

    def entry() -> Entry:
        if arithmetic.unknown is not None:
            return arithmetic.number(Fraction(random.randrange(1, MODULUS)))
        return arithmetic.number(style.entry(random))

    with arithmetic.context():
        if symbol.structure in (Structure.INTEGER, Structure.POSITIVE):
            return [[_scalar(symbol.structure, entry, random, arithmetic)]]
        return _matrix(symbol.structure, rows, columns, entry, random, style, arithmetic.number(Fraction(1)))


def _length(dimension: Dimension, sizes: Mapping[str, int]) -> int:
    return value_of(dimension, dict(sizes))


def _scalar(
    structure: Structure, entry: Callable[[], Entry], random: Random, arithmetic: Arithmetic
) -> Entry:
    if structure is Structure.INTEGER:
        return arithmetic.number(Fraction(random.randint(1, 5)))
    value = entry()
    return value if arithmetic.unknown is not None else abs(value)


def _matrix(
    structure: Structure,
    rows: int,
    columns: int,
    entry: Callable[[], Entry],
    random: Random,
    style: Style,
    one: Entry,
) -> Matrix:
    x = [[entry() for _ in range(columns)] for _ in range(rows)]
    zero, i = type(one)(0), identity(rows, one)
    match structure:
        case Structure.SYMMETRIC:
            shift = scale(one * style.dominant, i)
            return add(shift, scale(one / 2, add(x, transpose(x))))
        case Structure.PSD:
            return add(i, scale(one / rows, matmul(x, transpose(x))))
        case Structure.DIAGONAL:
            return [[x[r][c] if r == c else zero for c in range(rows)] for r in range(rows)]
        case Structure.SKEW:
            return scale(one / 2, add(x, scale(-one, transpose(x))))
        case Structure.ORTHOGONAL:
            return _orthogonal(x, random, one)
        case Structure.LOWER:
            return [[x[r][c] if c <= r else zero for c in range(rows)] for r in range(rows)]
        case _:
            return add(scale(one * style.dominant, i), x) if rows == columns > 1 and style.dominant else x


def _orthogonal(x: Matrix, random: Random, one: Entry) -> Matrix:
    """Return the Cayley transform (I + K)⁻¹(I − K) of a skew K, half the time with a row reflected."""
    skew = scale(one / 2, add(x, scale(-one, transpose(x))))
    i = identity(len(x), one)
    rotation = solve(add(i, skew), add(i, scale(-one, skew)))
    return [scale(-one, rotation[:1])[0], *rotation[1:]] if random.random() < 0.5 else rotation


def draw_point(
    symbols: Sequence[Symbol],
    names: Sequence[str],
    random: Random,
    style: Style = MIXED,
    arithmetic: Arithmetic = FLOAT,
    largest: int = LARGEST_SIZE,
) -> Point:
    """Return random sizes and values for all symbols."""
    sizes = draw_sizes(names, random, largest)
    return Point({s.name: draw(s, sizes, random, style, arithmetic) for s in symbols}, sizes)


def points(
    roots: Sequence[Expr],
    count: int,
    seed: int = 0,
    arithmetic: Arithmetic = FLOAT,
    largest: int = LARGEST_SIZE,
    also: Sequence[Symbol] = (),
) -> Iterator[Point]:
    """Yield random points at which every formula has a finite value of moderate size.

    The styles are tried in turn, so that the points are as mixed as the domain allows.

    Raises:
        EvaluationError: no such point was found.
    """
    random, names = Random(seed), size_names(*roots, *also)
    symbols = list({**symbols_of(*roots), **{s.name: s for s in also}}.values())
    misses: dict[str, int] = {}
    found = 0
    while found < count:
        style = next((s for s in STYLES if misses.get(s.name, 0) < _TRIES), None)
        if style is None:
            raise EvaluationError(
                "no point was found at which the formula has a finite value",
                hint="Check the declarations: perhaps the formula is defined nowhere.",
            )
        point = draw_point(symbols, names, random, style, arithmetic, largest)
        if is_moderate(roots, point, arithmetic):
            found += 1
            yield point
        else:
            misses[style.name] = misses.get(style.name, 0) + 1


def is_moderate(roots: Sequence[Expr], point: Point, arithmetic: Arithmetic) -> bool:
    """Tell whether all formulas have finite values of moderate size at a point."""
    try:
        values = evaluate_all(roots, point.values, point.sizes, arithmetic)
    except DomainError:
        return False
    return arithmetic.unknown is not None or all(
        abs(entry) < _LARGEST_VALUE for value in values for row in value for entry in row
    )
