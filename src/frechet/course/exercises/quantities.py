r"""What is asked of a formula, found by the engine: x − H⁻¹∇f for a Newton point, and so on.

Where the engine cannot find it (a minimum under constraints, say), the exercise states a solution,
and here is the property that makes it one: ∇f = Jᵀλ on the constraint, and no lower value near by.
"""

from __future__ import annotations

from typing import Final

from frechet.course.exercises.exercise import Question
from frechet.course.exercises.names import Names
from frechet.derivations.check_claims import Kind
from frechet.differentiation.derivative import derivative
from frechet.errors import UnsupportedError
from frechet.expressions.nodes import Expr, Number, Symbol
from frechet.expressions.traversal import substitute
from frechet.formula import Formula
from frechet.functions.inverses import inv
from frechet.optimize.stationary import stationary_points
from frechet.rewriting.pending import differential_symbol

KINDS: Final = {
    "gradient": Kind.GRADIENT,
    "jacobian": Kind.JACOBIAN,
    "hessian": Kind.HESSIAN,
    "differential": Kind.DIFFERENTIAL,
    "second differential": Kind.SECOND_DIFFERENTIAL,
}
_DERIVED: Final = ("gradient", "jacobian")


def function_of(question: Question, names: Names) -> Formula:
    """Return the function that is asked about, with the names of its exercise."""
    return Formula(names.expression(question.formulas[0]), dict(names.symbols))


def answer_to(question: Question, names: Names) -> Expr:
    """Return the right answer as a formula.

    Raises:
        FrechetError: the engine finds none, and none is stated.
    """
    if question.solution:
        return names.expression(question.solution)
    function = function_of(question, names)
    if question.ask == "value":
        return function.expression
    by = question.by[0]
    if question.ask in _DERIVED:
        return _formula(function, by)
    if question.ask == "hessian":
        return _formula(function, by, by)
    if question.ask == "differential":
        return differential(function, names.symbols[by])
    return _point(question, function, names)


def differential(function: Formula, variable: Symbol) -> Expr:
    """Return the differential in the change of the variable."""
    return _changed(function, variable, differential_symbol(variable, function.declarations))


def second_differential(function: Formula, variable: Symbol) -> Expr:
    """Return the second differential, the change held fixed."""
    change = differential_symbol(variable, function.declarations)
    first = _changed(function, variable, change)
    return _changed(Formula(first, {**function.declarations, change.name: change}), variable, change)


def _changed(function: Formula, variable: Symbol, change: Symbol) -> Expr:
    found = derivative(function, variable.name)
    written = substitute(found.differential, {found.changes[0]: change})
    return written if written.shape == function.expression.shape else written.T


def _formula(function: Formula, *by: str) -> Expr:
    found = derivative(function, *by).expression
    if found is None:
        raise UnsupportedError("the derivative has no formula in matrices", hint="Ask for its differential.")
    return found


def _point(question: Question, function: Formula, names: Names) -> Expr:
    by = question.by[0]
    x = names.symbols[by]
    match question.ask:
        case "minimizer" | "stationary":
            return stationary_points(function, by).solution.expression
        case "newton step":
            return -_solved(_formula(function, by, by), _formula(function, by))
        case "newton point":
            return x - _solved(_formula(function, by, by), _formula(function, by))
        case "newton root":
            return x - function.expression / _formula(function, by)
        case "descent point":
            return x - names.expression(question.rate) * _formula(function, by)
    raise UnsupportedError(
        f"the {question.ask} is a number, not a formula", hint="Make the exercise one of kind numeric."
    )


def _solved(matrix: Expr, right: Expr) -> Expr:
    return right * matrix ** Number.of(-1) if matrix.is_scalar else inv(matrix) @ right
