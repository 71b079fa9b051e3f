"""What a reader of a formula should know, read off the facts of its functions.

A function of a matrix may act on every entry, a reduction runs over all of them, a quotient needs
a divisor that is not zero, a kink has no derivative: true of the function, easily overlooked.
"""

from __future__ import annotations

from typing import Final

from frechet.assumptions import Structure
from frechet.errors import FrechetError
from frechet.expressions.function import AbstractElementwise, AbstractFunction, Axis, Domain
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Number,
    Power,
    Symbol,
    is_integer,
)
from frechet.expressions.text import write
from frechet.expressions.traversal import postorder
from frechet.functions import by_name
from frechet.shapes import SCALAR, is_row, is_vector

MAX_NOTES: Final = 20
_QUOTED_SIZE: Final = 40
_NEEDS: Final = {
    Domain.NONZERO: "must not be 0",
    Domain.POSITIVE: "must be positive",
    Domain.NONNEGATIVE: "must not be negative",
    Domain.UNIT_INTERVAL: "must lie between -1 and 1",
    Domain.NONSINGULAR: "must be nonsingular",
    Domain.POSITIVE_DETERMINANT: "must have a positive determinant",
    Domain.FULL_RANK: "must keep its rank",
}


def notes_of(root: Expr) -> tuple[str, ...]:
    """Return the notes of a formula, in reading order, each once."""
    notes: dict[str, None] = {}
    squared = {node.children[0] for node in postorder(root) if _is_even_power(node)}
    for node in postorder(root):
        match node:
            case Apply(function, arguments):
                kinks = not function.smooth and not (node in squared and function.smooth_when_squared)
                notes.update(dict.fromkeys(_notes_of_function(function, arguments[0], kinks)))
            case Power(base, exponent) | ElementwisePower(base, exponent):
                matrix = isinstance(node, Power) and not base.is_scalar
                notes.update(dict.fromkeys(_notes_of_power(base, exponent, matrix)))
        if len(notes) >= MAX_NOTES:
            break
    return tuple(notes)[:MAX_NOTES]


def _is_even_power(node: Expr) -> bool:
    match node:
        case Power(_, Number(value)) | ElementwisePower(_, Number(value)):
            return value > 0 and value.denominator == 1 and value % 2 == 0
        case _:
            return False


def _notes_of_function(function: AbstractFunction, argument: Expr, kinks: bool) -> list[str]:
    notes = []
    if function.domain is not Domain.ALL and not _known_to_lie(argument, function.domain):
        notes.append(_requirement(argument, function.domain, function.name))
    if kinks:
        notes.append(f"{function.name} has kinks: derivatives hold where it is differentiable")
    if _is_matrix(argument):
        if isinstance(function, AbstractElementwise):
            other = by_name(function.name + "m")
            mend = f"; {other.name} is the function of the matrix" if other is not None else ""
            notes.append(f"{function.name} of a matrix acts on every entry{mend}")
        elif function.axis is Axis.ALL and _runs_over_all_entries(function):
            notes.append(f"{function.name} of a matrix: {_sentence(function)}")
    return notes


def _notes_of_power(base: Expr, exponent: Expr, matrix: bool) -> list[str]:
    whole = is_integer(exponent)
    negative = isinstance(exponent, Number) and exponent.value < 0
    if whole and not negative and isinstance(exponent, Number):
        return []
    if base.shape != SCALAR and exponent.shape == SCALAR and whole and not negative:
        return []
    if whole and isinstance(exponent, Number):
        need = Domain.NONSINGULAR if matrix else Domain.NONZERO
        return (
            []
            if _known_to_lie(base, need)
            else [_requirement(base, need, "the inverse" if matrix else "the quotient")]
        )
    domain = Domain.NONNEGATIVE if isinstance(exponent, Number) and not negative else Domain.POSITIVE
    if whole or _known_to_lie(base, domain):
        return []
    return [_requirement(base, domain, "the power")]


def _requirement(argument: Expr, domain: Domain, user: str) -> str:
    what = write(argument) if argument.size <= _QUOTED_SIZE else "the argument"
    entries = "" if argument.is_scalar or domain in _OF_MATRICES else "every entry of "
    return f"{entries}{what} {_NEEDS[domain]} for {user} to be defined"


_OF_MATRICES: Final = (Domain.NONSINGULAR, Domain.POSITIVE_DETERMINANT, Domain.FULL_RANK)


def _known_to_lie(argument: Expr, domain: Domain) -> bool:
    match argument:
        case Symbol(_, Structure.PSD):
            return domain in _OF_MATRICES
        case Symbol(_, Structure.ORTHOGONAL):
            return domain in (Domain.NONSINGULAR, Domain.FULL_RANK)
        case Symbol(_, Structure.POSITIVE) | Constant():
            return domain in (Domain.POSITIVE, Domain.NONNEGATIVE, Domain.NONZERO)
        case Number(value):
            return value > 0 and domain in (Domain.POSITIVE, Domain.NONNEGATIVE, Domain.NONZERO)
        case _:
            return False


def _is_matrix(argument: Expr) -> bool:
    shape = argument.shape
    return not (shape == SCALAR or is_vector(shape) or is_row(shape))


def _runs_over_all_entries(function: AbstractFunction) -> bool:
    """Tell a reduction (or softmax) from functions of square matrices by the shapes it takes."""
    if function.arity != (1, 1):
        return False
    try:
        return function.shape_of(("m", "n")) in (SCALAR, ("m", "n"))
    except FrechetError:
        return False


def _sentence(function: AbstractFunction) -> str:
    first = (function.__doc__ or "").split("\n")[0].rstrip(".")
    return first[:1].lower() + first[1:]
