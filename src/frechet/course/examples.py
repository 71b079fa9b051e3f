"""A worked example: the formula at its numbers, and each result stated for it compared with the true one."""

from __future__ import annotations

from collections.abc import Iterator

from frechet.course.blocks import Example
from frechet.course.numbers import agree, assignments, matrix_of_text, matrix_text, sizes_at, value_at
from frechet.course.problems import CourseError, told_by
from frechet.course.scope import formula_in
from frechet.course.statements import Statement, truth
from frechet.errors import FrechetError, UnsupportedError
from frechet.expressions.function import Matrix
from frechet.expressions.traversal import symbols_of


def values_of(example: Example) -> dict[str, Matrix]:
    """Return the numbers that the example gives to its names.

    Raises:
        FrechetError: they cannot be read, or one is missing.
    """
    values = assignments(example.at)
    formula = formula_in(example.formula, example.declared)
    sizes_at(symbols_of(formula.expression), values)
    return values


def result_of(example: Example, ask: str) -> Matrix:
    """Return the true value, gradient, Jacobian or Hessian at the example's numbers.

    Raises:
        FrechetError: it has none.
    """
    values = values_of(example)
    formula = formula_in(example.formula, example.declared)
    symbols = symbols_of(formula.expression)
    sizes = sizes_at(symbols, values)
    found = truth(Statement(example.formula, ask, "", example.by), example.declared)
    if found is None:
        raise UnsupportedError(f"the {ask} has no formula in matrices", hint="State another result.")
    return value_at(found.expression, values, sizes)


def check_example(example: Example) -> Iterator[CourseError]:
    """Yield what is wrong with an example: numbers that cannot be read, or are not the true ones."""
    try:
        values_of(example)
    except FrechetError as error:
        yield told_by(error, example.place)
        return
    for ask, stated, place in example.results:
        try:
            numbers, written = matrix_of_text(stated)
            true = result_of(example, ask)
        except FrechetError as error:
            yield told_by(error, place, f"{ask}: ")
            continue
        if not agree(numbers, written, true):
            message = f"the {ask} is {matrix_text(true)}, not {stated}"
            yield CourseError(message, place, hint="Correct the numbers.")
