"""Does a derivative agree with numerical differentiation at random points?

The derivative, of any order, is contracted with random directions and compared with the mixed
difference of the function's values in the same directions. Its entries are the function's axes,
then the variables' in order, row by row; axes of length 1 do not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import reduce
from random import Random
from typing import Any, Final, TypeAlias, final

from frechet.assumptions import Structure
from frechet.errors import DomainError, EvaluationError, UnsupportedError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.functions.linear_algebra import entries, matmul
from frechet.verification.numerical import arithmetic_for, directional_derivative
from frechet.verification.reference import evaluate
from frechet.verification.sampling import MIXED, Point, draw, points

TensorEvaluator: TypeAlias = Callable[[Mapping[str, Matrix], Mapping[str, int]], Any]
TOLERANCE: Final = 1e-8
_MIRRORED: Final = (Structure.SYMMETRIC, Structure.PSD, Structure.SKEW)
_KINK: Final = Decimal("1e-9")
_SPARE: Final = 3
_NEGLIGIBLE: Final = Decimal("1e-20")
_LARGEST_SIZES: Final = {1: 7, 2: 5, 3: 4}
_LARGEST_SIZE_OF_HIGH_ORDER: Final = 3


class Directions(Enum):
    """In which directions a structured variable moves."""

    PROJECT = "project"
    ENTRIES = "entries"
    NONE = "none"


@final
@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: how many points, which sizes, and the largest relative error."""

    points: int
    sizes: tuple[int, int] | None
    largest_relative_error: float
    ok: bool

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        noun = "point" if self.points == 1 else "points"
        sizes = f", sizes {self.sizes[0]} to {self.sizes[1]}" if self.sizes else ""
        return f"{self.points} random {noun}{sizes}, largest relative error {self.largest_relative_error:.0e}"


def verify(
    function: Expr,
    variables: Sequence[Symbol],
    derivative: Expr | TensorEvaluator,
    *,
    count: int = 5,
    seed: int = 0,
    directions: Directions = Directions.PROJECT,
) -> Verification:
    """Compare a derivative with numerical differentiation.

    A derivative without matrix notation is passed as a callable that takes float values and sizes
    and returns nested lists (or an array).

    Raises:
        EvaluationError: no point was found where both are defined and smooth.
    """

    def along(point: Point, moves: Sequence[Matrix]) -> list[Decimal]:
        return _contracted(_values(derivative, point), _weights(moves))

    roots = [function, derivative] if isinstance(derivative, Expr) else [function]
    return _verified(function, variables, along, roots, count, seed, directions)


def verify_differential(
    function: Expr,
    variables: Sequence[Symbol],
    differential: Expr,
    changes: Sequence[Symbol],
    *,
    count: int = 5,
    seed: int = 0,
    directions: Directions = Directions.PROJECT,
) -> Verification:
    """Compare a derivative given as a form in the changes of its variables, one change for each.

    Raises:
        EvaluationError: no point was found where the function is defined and smooth.
        UnsupportedError: a symmetric or skew variable is taken entry by entry; the form in its
            changes does not tell these apart.
    """
    if directions is Directions.ENTRIES and any(v.structure in _MIRRORED for v in variables):
        raise UnsupportedError(
            "a differential by free entries cannot be verified", hint="Verify the projected derivative."
        )

    def along(point: Point, moves: Sequence[Matrix]) -> list[Decimal]:
        values = {**point.values, **{c.name: move for c, move in zip(changes, moves, strict=True)}}
        return entries(evaluate(differential, values, point.sizes, arithmetic_for(1)))

    return _verified(function, variables, along, [function], count, seed, directions)


def _verified(
    function: Expr,
    variables: Sequence[Symbol],
    along: Callable[[Point, Sequence[Matrix]], list[Decimal]],
    roots: Sequence[Expr],
    count: int,
    seed: int,
    directions: Directions,
) -> Verification:
    order = len(variables)
    arithmetic, random = arithmetic_for(order), Random(seed)
    largest = _LARGEST_SIZES.get(order, _LARGEST_SIZE_OF_HIGH_ORDER)
    worst, sizes, done = 0.0, list[int](), 0
    for point in points(roots, count + _SPARE, seed, arithmetic, largest, variables):
        if done == count:
            break
        moves = [_direction(v, point, random, directions) for v in variables]
        changes = [{v.name: move} for v, move in zip(variables, moves, strict=True)]
        counted = [_counted(v, m, directions) for v, m in zip(variables, moves, strict=True)]
        error = _error_at(function, point, changes, lambda: along(point, counted))  # noqa: B023
        if error is not None:
            worst, done = max(worst, error), done + 1
            sizes.extend(point.sizes.values())
    if done == 0:
        raise EvaluationError(
            "no point was found at which the formula is smooth",
            hint="Check the declarations of the variables.",
        )
    return Verification(done, (min(sizes), max(sizes)) if sizes else None, worst, worst <= TOLERANCE)


def _direction(variable: Symbol, point: Point, random: Random, directions: Directions) -> Matrix:
    """Return a random direction of the variable, in its space unless that is ignored."""
    arithmetic, structure = arithmetic_for(1), variable.structure
    free = structure in (Structure.INTEGER, Structure.POSITIVE) or directions is Directions.NONE
    if structure is Structure.PSD:
        structure = Structure.SYMMETRIC
    if structure is Structure.ORTHOGONAL:
        structure = Structure.SKEW
    symbol = Symbol.of(variable.name, variable.shape, Structure.GENERAL if free else structure)
    move = draw(symbol, point.sizes, random, MIXED, arithmetic)
    if variable.structure is Structure.ORTHOGONAL and not free:
        with arithmetic.context():
            return matmul(point.values[variable.name], move)
    return move


def _counted(variable: Symbol, move: Matrix, directions: Directions) -> Matrix:
    """Return the part of a direction that a derivative by free entries counts once."""
    if directions is not Directions.ENTRIES or variable.structure not in _MIRRORED:
        return move
    return [[a if i <= j else 0 * a for j, a in enumerate(row)] for i, row in enumerate(move)]


def _error_at(
    function: Expr, point: Point, changes: Sequence[Mapping[str, Matrix]], along: Callable[[], list[Decimal]]
) -> float | None:
    """Return the relative error at a point, or None where the function is not smooth enough."""
    try:
        estimate = directional_derivative(function, point, changes)
        values = along()
    except DomainError:
        return None
    numerical = entries(estimate.value)
    if len(values) != len(numerical):
        raise EvaluationError(
            f"the derivative has {len(values)} entries in a direction, not {len(numerical)}",
            hint="Its axes are the function's, then the variables'.",
        )
    with arithmetic_for(len(changes)).context():
        scale = max(*(abs(a) for a in (*numerical, *values)), _NEGLIGIBLE)
        if estimate.error > _KINK * scale:
            return None
        return float(max(abs(a - b) for a, b in zip(values, numerical, strict=True)) / scale)


def _contracted(values: Sequence[Decimal], weights: Sequence[Decimal]) -> list[Decimal]:
    """Sum out the axes of the variables; what does not divide evenly is left for the caller to refuse."""
    width = len(weights)
    rows = [values[start : start + width] for start in range(0, len(values), width)]
    with arithmetic_for(1).context():
        return [sum((a * w for a, w in zip(row, weights, strict=False)), Decimal(0)) for row in rows]


def _values(derivative: Expr | TensorEvaluator, point: Point) -> list[Decimal]:
    if isinstance(derivative, Expr):
        return [
            Decimal(a) for a in entries(evaluate(derivative, point.values, point.sizes, arithmetic_for(1)))
        ]
    floats = {name: [[float(a) for a in row] for row in value] for name, value in point.values.items()}
    return [Decimal(float(a)) for a in _flat(derivative(floats, point.sizes))]


def _flat(nested: Any) -> list[Any]:
    """Return the numbers of nested lists or of an array, row by row."""
    if hasattr(nested, "tolist"):
        nested = nested.tolist()
    level = nested if isinstance(nested, list) else [nested]
    while level and isinstance(level[0], list):
        level = [entry for part in level for entry in part]
    return level


def _weights(moves: Sequence[Matrix]) -> list[Decimal]:
    """Return the products of one entry per direction, the last direction the fastest."""
    return reduce(lambda rest, move: [r * m for r in rest for m in entries(move)], moves, [Decimal(1)])
