"""New numbers for a question with numbers: small whole ones, with an answer worth working out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from frechet.course.exercises.dice import Dice
from frechet.course.exercises.eigenvalues import eigenvalues
from frechet.course.exercises.exercise import Draw, Exercise
from frechet.course.exercises.names import Names
from frechet.course.exercises.numeric import Computation
from frechet.course.numbers import matrix_of_text, matrix_text
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.functions.linear_algebra import determinant

_TRIES: Final = 60
_DRAWS: Final = 200
_LARGEST: Final = 300
_LARGEST_DENOMINATOR: Final = 60


def drawn_values(exercise: Exercise, dice: Dice) -> Exercise:
    """Return the exercise with other numbers, or with its own where no good ones are found."""
    if not exercise.draws:
        return exercise
    given = {name: matrix_of_text(text)[0] for name, text in exercise.values.items()}
    names = Names(exercise.declare, exercise.where, exercise.question.by)
    computation = Computation(exercise.question, names)
    for _ in range(_TRIES):
        values = dict(given)
        for name, draw in exercise.draws.items():
            values[name] = drawn(draw, len(given[name]), len(given[name][0]), dice)
        if _is_good(exercise, computation, values):
            return replace(exercise, values={name: matrix_text(value) for name, value in values.items()})
    return exercise


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
    """Tell whether the answer exists, is small, not zero, and differs from every listed mistake."""
    try:
        if exercise.question.ask == "classify":
            computation.classify(values)
            return True
        answer = computation.at(values)
        wrong = [mistaken(mistake.answer, computation, values) for mistake in exercise.mistakes]
    except (FrechetError, ZeroDivisionError):
        return False
    entries = [x for row in answer for x in row]
    small = all(abs(x) <= _LARGEST and _is_simple(x) for x in entries)
    return small and any(entries) and not any(near(w, answer) for w in wrong if w is not None)


def _is_simple(number: object) -> bool:
    return not isinstance(number, Fraction) or number.denominator <= _LARGEST_DENOMINATOR


def mistaken(text: str, computation: Computation, values: dict[str, Matrix]) -> Matrix | None:
    """Return the numbers that a listed mistake gives: a formula at the values, or numbers as typed."""
    if text.lstrip().startswith("["):
        return matrix_of_text(text)[0]
    try:
        return computation.of_text(text, values)
    except FrechetError:
        return None


def near(left: Matrix, right: Matrix, tolerance: float = 2e-3) -> bool:
    """Tell whether numbers agree to the digits that one writes down."""
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        return False
    pairs = [
        (float(a), float(b)) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)
    ]
    scale = max((abs(b) for _, b in pairs), default=0.0)
    return all(abs(a - b) <= tolerance * max(scale, 1e-3) for a, b in pairs)
