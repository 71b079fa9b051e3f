"""New numbers for a question with numbers: small whole ones, with an answer worth working out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Final

from frechet.course.data import parts_of
from frechet.course.exercises.dice import Dice
from frechet.course.exercises.eigenvalues import eigenvalues
from frechet.course.exercises.exercise import Draw, Exercise
from frechet.course.exercises.names import Names
from frechet.course.exercises.numeric import Computation
from frechet.course.numbers import matrix_of_text, matrix_text
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.functions.linear_algebra import determinant
from frechet.language.declarations import declare

_TRIES: Final = 60
_DRAWS: Final = 200
_LARGEST: Final = 3000
_LARGEST_DENOMINATOR: Final = 60
_DECIMALS: Final = 10**6


def drawn_values(exercise: Exercise, dice: Dice) -> Exercise | None:
    """Return the exercise with other numbers; None where no good ones are found."""
    if not exercise.draws:
        return exercise
    given = given_values(exercise)
    shapes = {name: _shape(exercise, name, value) for name, value in given.items()}
    names = Names(exercise.declare, exercise.where, exercise.question.by)
    computation = Computation(exercise.question, names)
    for _ in range(_TRIES):
        values = dict(given)
        for name, draw in exercise.draws.items():
            values[name] = drawn(draw, *shapes[name], dice)
        if _is_good(exercise, computation, values):
            shown = {name: matrix_text(values[name]) for name in exercise.values}
            return replace(exercise, values=shown)
    return None


def _shape(exercise: Exercise, name: str, value: Matrix) -> tuple[int, int]:
    """Return the declared shape of a symbol where it is in numbers, else that of its value."""
    rows, columns = declare(exercise.declare)[name].shape
    if isinstance(rows, int) and isinstance(columns, int):
        return rows, columns
    return len(value), len(value[0])


def given_values(exercise: Exercise) -> dict[str, Matrix]:
    """Return the numbers of an exercise; a variable whose value does not matter is zero."""
    values = {name: matrix_of_text(text)[0] for name, text in exercise.values.items()}
    for name, symbol in declare(exercise.declare).items():
        if name not in values and all(isinstance(size, int) for size in symbol.shape):
            rows, columns = (int(size) for size in symbol.shape)
            values[name] = [[Fraction(0)] * columns for _ in range(rows)]
    return values


def drawn(draw: Draw, rows: int, columns: int, dice: Dice) -> Matrix:
    """Return whole numbers with the property that the draw asks for."""
    for _ in range(_DRAWS):
        matrix = [[Fraction(dice.between(draw.low, draw.high)) for _ in range(columns)] for _ in range(rows)]
        if draw.having in ("symmetric", "positive definite"):
            matrix = [[matrix[min(i, j)][max(i, j)] for j in range(columns)] for i in range(rows)]
        if _has(matrix, draw.having):
            return matrix
    return matrix


def _has(matrix: Matrix, having: str) -> bool:
    entries = [x for row in matrix for x in row]
    match having:
        case "nonzero":
            return all(entries)
        case "distinct":
            return len(set(entries)) == len(entries)
        case "positive definite":
            return eigenvalues(matrix)[0] > 0.1
        case "invertible":
            return bool(determinant(matrix) != 0)
        case _:
            return any(entries)


def _is_good(exercise: Exercise, computation: Computation, values: dict[str, Matrix]) -> bool:
    """Tell whether the answer exists, is small and not zero, and differs from the mistakes, and they too."""
    try:
        if exercise.question.ask == "classify":
            computation.classify(values)
            return True
        answer = computation.at(values)
        wrong = [mistaken(mistake.answer, computation, values) for mistake in exercise.mistakes]
        known = [answer, *(numbers for numbers in wrong if numbers is not None)]
    except (FrechetError, ZeroDivisionError):
        return False
    entries = [x for row in answer for x in row]
    small = all(abs(x) <= _LARGEST and _is_simple(x) for x in entries)
    apart = not any(near(first, second) for first, second in combinations(known, 2))
    return small and any(entries) and None not in wrong and apart


def _is_simple(number: object) -> bool:
    """Tell whether a number has a small denominator, or a short decimal fraction."""
    if not isinstance(number, Fraction):
        return True
    return number.denominator <= _LARGEST_DENOMINATOR or _DECIMALS % number.denominator == 0


def mistaken(text: str, computation: Computation, values: dict[str, Matrix]) -> Matrix | None:
    """Return the numbers that a listed mistake gives: a formula at the values, or `[…; …]` of formulas."""
    inner = text.strip()
    if not (inner.startswith("[") and inner.endswith("]")):
        inner, rows = "", [[text]]
    else:
        rows = [list(parts_of(row, ",")) for row in parts_of(inner[1:-1], ";")]
    try:
        found = [[computation.of_text(part, values) for part in row] for row in rows]
    except (FrechetError, ZeroDivisionError):
        return None
    return [[entry[0][0] for entry in row] for row in found] if inner else found[0][0]


def near(left: Matrix, right: Matrix, tolerance: float = 2e-3) -> bool:
    """Tell whether numbers agree to the digits that one writes down."""
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        return False
    pairs = [
        (float(a), float(b)) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)
    ]
    scale = max((abs(b) for _, b in pairs), default=0.0)
    return all(abs(a - b) <= tolerance * max(scale, 1e-3) for a, b in pairs)
