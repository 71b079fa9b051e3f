"""Questions with numbers: what is asked, computed at given values, exactly where they are rational.

Several formulas, or several variables, are stacked into a column, so that a function of two numbers
has a gradient and a Hessian without a vector being declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final, final

from frechet.course.exercises.eigenvalues import eigenvalues
from frechet.course.exercises.exercise import Question
from frechet.course.exercises.names import Names
from frechet.course.numbers import sizes_at, value_at
from frechet.differentiation.derivative import derivative
from frechet.errors import UnsupportedError
from frechet.expressions.function import Entry, Matrix
from frechet.expressions.nodes import Expr
from frechet.formula import Formula
from frechet.functions.linear_algebra import add, scale, solve, transpose

MINIMUM, MAXIMUM, SADDLE, UNDECIDED = "minimum", "maximum", "saddle point", "no decision"
_ZERO: Final = 1e-9

Values = Mapping[str, Matrix]


@final
@dataclass(frozen=True)
class Computation:
    """A question made ready to be computed at any values."""

    question: Question
    names: Names
    _read: dict[str, Expr] = field(default_factory=dict)

    @cached_property
    def functions(self) -> list[Formula]:
        return [
            Formula(self.names.expression(text), dict(self.names.symbols)) for text in self.question.formulas
        ]

    def at(self, values: Values) -> Matrix:
        """Return the answer as numbers.

        Raises:
            FrechetError: there is none at these values.
        """
        match self.question.ask:
            case "value":
                return [row for f in self.functions for row in self._value(f.expression, values)]
            case "gradient":
                return self.gradient(values)
            case "jacobian":
                return self.jacobian(values)
            case "hessian":
                return self.hessian(values)
            case "rate bound":
                return [[2 / eigenvalues(self.hessian(values))[-1]]]
            case "best rate":
                found = eigenvalues(self.hessian(values))
                return [[2 / (found[0] + found[-1])]]
            case _:
                return self._iterated(values)

    def of_text(self, text: str, values: Values) -> Matrix:
        """Return the value of a formula in the names of the question."""
        if text not in self._read:
            self._read[text] = self.names.expression(text)
        return self._value(self._read[text], values)

    def classify(self, values: Values) -> str:
        """Return what the second-derivative test says of a point."""
        found = eigenvalues(self.hessian(values))
        up, down = any(v > _ZERO for v in found), any(v < -_ZERO for v in found)
        if up and down:
            return SADDLE
        if any(abs(v) <= _ZERO for v in found):
            return UNDECIDED
        return MINIMUM if up else MAXIMUM

    def gradient(self, values: Values) -> Matrix:
        if self._one_variable:
            return self._value(self._derivatives[0][0], values)
        return transpose(self.jacobian(values))

    def jacobian(self, values: Values) -> Matrix:
        """Return a row for each function; a gradient of a vector variable is turned round."""
        if self._one_variable and not self.functions[0].expression.is_scalar:
            return self._value(self._derivatives[0][0], values)
        rows = []
        for partial in self._derivatives:
            found = [self._value(expression, values) for expression in partial]
            rows.append([x for column in found for row in transpose(column) for x in row])
        return rows

    def hessian(self, values: Values) -> Matrix:
        by = self.question.by
        found = [[self._value(second, values) for second in row] for row in self._second]
        return found[0][0] if len(by) == 1 else [[entry[0][0] for entry in row] for row in found]

    @property
    def _one_variable(self) -> bool:
        return len(self.question.by) == 1 and len(self.functions) == 1

    @cached_property
    def _derivatives(self) -> list[list[Expr]]:
        return [[_formula(f, by) for by in self.question.by] for f in self.functions]

    @cached_property
    def _second(self) -> list[list[Expr]]:
        function = self.functions[0]
        return [[_formula(function, a, b) for b in self.question.by] for a in self.question.by]

    def _value(self, expression: Expr, values: Values) -> Matrix:
        return value_at(expression, values, sizes_at(self.names.symbols, values))

    def _iterated(self, values: Values) -> Matrix:
        """Take the steps that are asked for, each from where the last one led."""
        current = dict(values)
        for _ in range(self.question.steps):
            step = self._step(current)
            if self.question.ask == "newton step":
                return step
            current = self._moved(current, step)
        return self._point(current)

    def _step(self, values: Values) -> Matrix:
        match self.question.ask:
            case "newton step" | "newton point" | "minimizer" | "stationary":
                hessian, gradient = _alike(self.hessian(values), self.gradient(values))
                steps = solve(hessian, gradient)
                return [[-x for x in row] for row in steps]
            case "newton root":
                value = self._value(self.functions[0].expression, values)[0][0]
                return [[-value / self.gradient(values)[0][0]]]
            case "descent point":
                gradient = self.gradient(values)
                rate = self._value(self.names.expression(self.question.rate), values)[0][0]
                return scale(-_like(rate, gradient), gradient)
        raise UnsupportedError(f"{self.question.ask} is no number", hint="Ask for something else.")

    def _point(self, values: Values) -> Matrix:
        return [row for by in self.question.by for row in values[by]]

    def _moved(self, values: Values, step: Matrix) -> dict[str, Matrix]:
        moved, start = dict(values), 0
        for by in self.question.by:
            rows = len(values[by])
            part = step[start : start + rows]
            moved[by] = add([[_like(x, part) for x in row] for row in values[by]], part)
            start += rows
        return moved


def _formula(function: Formula, *by: str) -> Expr:
    found = derivative(function, *by).expression
    if found is None:
        raise UnsupportedError("the derivative has no formula in matrices", hint="Ask for something else.")
    return found


def _alike(*matrices: Matrix) -> list[Matrix]:
    """Return matrices in one kind of number: exact ones as they are, else all as floats."""
    exact = all(isinstance(x, Fraction) for matrix in matrices for row in matrix for x in row)
    return list(matrices) if exact else [[[float(x) for x in row] for row in m] for m in matrices]


def _like(value: Entry, numbers: Matrix) -> Entry:
    """Return a number in the kind of others, so that exact and floating ones can be added."""
    return float(value) if isinstance(numbers[0][0], float) else value
