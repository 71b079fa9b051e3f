"""Is a stated solution one? Judged by what makes it so, not by how it was found.

On the constraint c(x) = 0, stationary means ∇f = Jᵀλ for some λ, with J the Jacobian of c; a minimum
has no lower value near by. Both are tried at random data.
"""

from __future__ import annotations

from random import Random
from typing import Final

from frechet.course.exercises.exercise import Question
from frechet.course.exercises.names import Names
from frechet.course.exercises.points import drawn_points
from frechet.differentiation.derivative import derivative
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.formula import Formula
from frechet.functions.linear_algebra import add, entries, matmul, scale, solve, transpose
from frechet.verification.arithmetic import FLOAT
from frechet.verification.reference import evaluate
from frechet.verification.sampling import Point

_POINTS: Final = 3
_DIRECTIONS: Final = 8
_NEAR: Final = 1e-3
_ZERO: Final = 1e-7
_CORRECTIONS: Final = 4


def fault_of_solution(question: Question, names: Names, solution: Expr, sizes: tuple[str, ...]) -> str:
    """Say why a formula is no stationary point or minimum; empty if it is one."""
    check = _Check(question, names)
    symbols = [symbol for name, symbol in names.symbols.items() if name not in question.by]
    for point in drawn_points([solution], symbols, sizes, _POINTS, arithmetic=FLOAT):
        at = check.at(point, evaluate(solution, point.values, point.sizes))
        fault = check.fault(at, lowest=question.ask == "minimizer")
        if fault:
            return fault
    return ""


class _Check:
    """A function, its constraint, and their derivatives."""

    def __init__(self, question: Question, names: Names) -> None:
        declared = dict(names.symbols)
        self._variable: Symbol = names.symbols[question.by[0]]
        self._function = names.expression(question.formulas[0])
        self._gradient = _formula(self._function, declared, self._variable.name)
        self._constraint = names.expression(question.constraint) if question.constraint else None
        self._jacobian = (
            None if self._constraint is None else _formula(self._constraint, declared, self._variable.name)
        )

    def at(self, point: Point, value: Matrix) -> Point:
        return Point({**point.values, self._variable.name: value}, point.sizes)

    def fault(self, at: Point, *, lowest: bool) -> str:
        gradient = self._value(self._gradient, at)
        largest = max(1.0, *(abs(x) for x in entries(gradient)))
        if self._constraint is not None:
            if any(abs(x) > _ZERO for x in entries(self._value(self._constraint, at))):
                return "it does not fulfill the constraint"
            rows = self._rows(at)
            multipliers = solve(matmul(rows, transpose(rows)), matmul(rows, gradient))
            gradient = add(gradient, scale(-1.0, matmul(transpose(rows), multipliers)))
        if any(abs(x) > _ZERO * largest for x in entries(gradient)):
            return "it is not stationary"
        return self._lower(at) if lowest else ""

    def _lower(self, at: Point) -> str:
        """Look for a lower value near by, on the constraint."""
        random, here = Random(5), self._value(self._function, at)[0][0]
        point = at.values[self._variable.name]
        for _ in range(_DIRECTIONS):
            move = [[_NEAR * random.gauss(0, 1) for _ in row] for row in point]
            other = self._corrected(self.at(at, add(point, move)))
            if self._value(self._function, other)[0][0] < here - _ZERO * max(1.0, abs(here)):
                return "there is a lower value near by"
        return ""

    def _corrected(self, at: Point) -> Point:
        """Return the point brought back to the constraint by Newton steps of least length."""
        for _ in range(_CORRECTIONS if self._constraint is not None else 0):
            assert self._constraint is not None
            rows, off = self._rows(at), self._value(self._constraint, at)
            step = matmul(transpose(rows), solve(matmul(rows, transpose(rows)), off))
            at = self.at(at, add(at.values[self._variable.name], scale(-1.0, step)))
        return at

    def _rows(self, at: Point) -> Matrix:
        assert self._jacobian is not None
        value = self._value(self._jacobian, at)
        return transpose(value) if self._constraint is not None and self._constraint.is_scalar else value

    def _value(self, formula: Expr, at: Point) -> Matrix:
        return evaluate(formula, at.values, at.sizes)


def _formula(function: Expr, declared: dict[str, Symbol], by: str) -> Expr:
    found = derivative(Formula(function, declared), by).expression
    if found is None:
        raise FrechetError("the derivative has no formula in matrices", hint="Ask something else.")
    return found


def fault_of_derivative(question: Question, names: Names) -> str:
    """Say how the engine's derivative differs from numerical differentiation; empty if it does not."""
    by = question.by * (2 if question.ask == "hessian" else 1)
    function = Formula(names.expression(question.formulas[0]), dict(names.symbols))
    found = derivative(function, *by).verification()
    return "" if found else f"the derivative is not confirmed numerically: {found}"
