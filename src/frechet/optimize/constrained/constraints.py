"""Constraints as they are written, `x >= 0`, `A*x == b`, `0 <= x <= 1`, as formulas h = 0 or g ≤ 0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from frechet.assumptions import Structure
from frechet.errors import FrechetError, ParseError, ShapeError, quoted
from frechet.expressions.nodes import Apply, Expr, Number, Ones, Product, Sum, Symbol, Zero
from frechet.expressions.traversal import symbols_of
from frechet.formula import Formula
from frechet.functions.indexing import SUM
from frechet.language.reader import read

_COMPARISON: Final = re.compile(r"(<=|>=|==|=<|=>|=|≤|≥|<|>)")
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_ENTRYWISE: Final = (Structure.GENERAL, Structure.POSITIVE)
_AT_MOST: Final = ("<=", "=<", "≤", "<")
_AT_LEAST: Final = (">=", "=>", "≥", ">")
_DIFFERENCES: Final = (
    "({0}) - ({1})",
    "({0}) - ({1})*vector(1)",
    "({0})*vector(1) - ({1})",
    "({0}) - ({1})*matrix(1)",
    "({0})*matrix(1) - ({1})",
)


@final
@dataclass(frozen=True, slots=True)
class Constraint:
    """h = 0 when `equality`, else g ≤ 0, entry by entry; `text` is what was written."""

    text: str
    formula: Formula
    equality: bool


@final
@dataclass(frozen=True, slots=True)
class Bound:
    """A variable's lower or upper bound, as a formula without variables."""

    variable: Symbol
    limit: Formula
    upper: bool


@final
@dataclass(frozen=True, slots=True)
class Restrictions:
    """All constraints, and the names that they declare besides the function's."""

    constraints: tuple[Constraint, ...]
    declarations: dict[str, Symbol]


def read_constraints(texts: Sequence[str], function: Formula, variables: Sequence[Symbol]) -> Restrictions:
    """Read the constraints with the declarations of the function.

    Raises:
        ParseError: a text is not a constraint, or restricts no variable.
        ShapeError: its two sides do not fit.
    """
    declared = dict(function.declarations)
    found: list[Constraint] = []
    for text in texts:
        if not isinstance(text, str):
            raise ParseError(
                f"a constraint is a text, not a {type(text).__name__}",
                hint='Write "sum(x) == 1" or "x >= 0".',
            )
        for left, sign, right in _comparisons(text):
            small, large = (right, left) if sign in _AT_LEAST else (left, right)
            formula = _difference(small, large, declared, text)
            if not any(v in symbols_of(formula.expression).values() for v in variables):
                raise ParseError(
                    f"the constraint {quoted(text)} does not contain a variable",
                    hint=f"The variables: {', '.join(v.name for v in variables)}.",
                )
            declared.update(formula.declarations)
            found.append(Constraint(text, formula, sign not in (*_AT_MOST, *_AT_LEAST)))
    return Restrictions(tuple(found), declared)


def _comparisons(text: str) -> Iterator[tuple[str, str, str]]:
    parts = [part.strip() for part in _COMPARISON.split(text)]
    if len(parts) not in (3, 5) or not all(parts):
        raise ParseError(
            f"{quoted(text)} is not a constraint", hint='Write "sum(x) == 1", "x >= 0" or "0 <= x <= 1".'
        )
    for place in range(0, len(parts) - 2, 2):
        yield parts[place], parts[place + 1], parts[place + 2]


def _difference(left: str, right: str, declared: dict[str, Symbol], text: str) -> Formula:
    """Return left − right; a scalar is compared with every entry."""
    found = _difference_with_a_number(left, right, declared)
    if found is not None:
        return found
    first: FrechetError | None = None
    for pattern in _DIFFERENCES:
        try:
            return read(pattern.format(left, right), declared)
        except ShapeError as misfit:
            first = first or misfit
        except FrechetError as error:
            first = first or error
            break
    assert first is not None
    raise type(first)(f"in the constraint {quoted(text)}: {first.message}", hint=first.hint)


def _difference_with_a_number(left: str, right: str, declared: dict[str, Symbol]) -> Formula | None:
    """Return left − right where one side is a number, read but once; None where reading has more to say."""
    numbers = [_NUMBER.fullmatch(side) is not None for side in (left, right)]
    if numbers.count(True) != 1:
        return None
    text, number = (right, left) if numbers[0] else (left, right)
    try:
        side = Formula(declared[text], dict(declared)) if text in declared else read(text, declared)
    except FrechetError:
        return None
    shape, constant = side.expression.shape, Number.of(Fraction(number))
    every = constant if side.expression.is_scalar else Product.of([constant, Ones.of(shape)])
    difference = every - side.expression if numbers[0] else side.expression - every
    return Formula(difference, side.declarations)


def bound_of(constraint: Constraint, variables: Sequence[Symbol]) -> Bound | None:
    """Return the bound that an inequality states, or None when it is not one."""
    if constraint.equality:
        return None
    expression = constraint.formula.expression
    terms = expression.terms if isinstance(expression, Sum) else (expression,)
    moving = [t for t in terms if any(v in symbols_of(t).values() for v in variables)]
    if len(moving) != 1:
        return None
    rest = [t for t in terms if t is not moving[0]]
    constant: Expr = Sum.of(rest) if rest else Zero.of(expression.shape)
    variable, sign = _signed_symbol(moving[0])
    if variable is None or variable not in variables or variable.structure not in _ENTRYWISE:
        return None
    limit = -constant if sign > 0 else constant
    return Bound(variable, Formula(limit, constraint.formula.declarations), sign > 0)


def _signed_symbol(term: Expr) -> tuple[Symbol | None, int]:
    match term:
        case Symbol():
            return term, 1
        case Product(coefficient, (), (Symbol() as symbol,)) if abs(coefficient) == 1:
            return symbol, int(coefficient)
        case Product(coefficient, (Symbol() as symbol,), ()) if abs(coefficient) == 1:
            return symbol, int(coefficient)
        case _:
            return None, 0


def lagrangian_of(function: Formula, constraints: Sequence[Constraint]) -> tuple[Formula, list[Symbol]]:
    """Return f + Σ λᵢ′gᵢ as a formula, and the multipliers' symbols."""
    multipliers: list[Symbol] = []
    declared = dict(function.declarations)
    for constraint in constraints:
        declared.update(constraint.formula.declarations)
    total = Formula(function.expression, declared)
    for number, constraint in enumerate(constraints, 1):
        shape = constraint.formula.expression.shape
        symbol = Symbol.of(fresh_name(f"lambda{number}", declared), shape)
        declared[symbol.name] = symbol
        multipliers.append(symbol)
        total = total + weighted(Formula(symbol, {symbol.name: symbol}), constraint.formula)
    return Formula(total.expression, declared), multipliers


def weighted(weights: Formula, values: Formula) -> Formula:
    """Return the sum of products, entry by entry."""
    left, right = weights.expression, values.expression
    declared = {**values.declarations, **weights.declarations}
    if left.is_scalar:
        return Formula(left * right, declared)
    if left.shape[1] == 1:
        return Formula(left.T @ right, declared)
    return Formula(added(left * right), declared)


def fresh_name(name: str, taken: dict[str, Symbol]) -> str:
    while name in taken:
        name += "0"
    return name


def squared(part: Formula) -> Formula:
    """Return the sum of squares of all entries."""
    expression = part.expression
    return Formula(added(expression ** Number.of(2)), part.declarations)


def added(expression: Expr) -> Expr:
    return expression if expression.is_scalar else Apply.of(SUM, expression)
