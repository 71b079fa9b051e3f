"""Constants in index notation, and what can be told of a tensor at sight."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from frechet.assumptions import Structure
from frechet.expressions.exact import ONE, exact
from frechet.expressions.function import Sign
from frechet.expressions.nodes import Symbol
from frechet.functions.elementwise import EXP
from frechet.shapes import Dimension
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Leaf,
    Map,
    Pow,
    Tensor,
    contraction_node,
    identity_slots,
)

LARGEST_EXPONENT: Final = 4_096


def number(value: Fraction | int) -> Contraction:
    """Return an exact number as a tensor of order 0."""
    return contraction_node((), exact(value), (), (), (), ())


def constant(value: Fraction | int, dims: tuple[Dimension, ...]) -> Contraction:
    """Return the tensor all of whose entries are `value`."""
    return contraction_node(dims, exact(value), (), (), identity_slots(len(dims)), dims)


def zero(dims: tuple[Dimension, ...]) -> Contraction:
    return constant(0, dims)


def is_zero(tensor: Tensor) -> bool:
    return isinstance(tensor, Contraction) and tensor.coefficient is not ONE and not tensor.coefficient


def constant_value(tensor: Tensor) -> Fraction | None:
    """Return the number that every entry of a constant tensor equals, else None."""
    if isinstance(tensor, Contraction) and not tensor.factors and not tensor.scalars:
        if tensor.coefficient == 0:
            return tensor.coefficient
        flat = [axis for group in tensor.out for axis in group]
        if len(set(flat)) == len(flat) == len(tensor.axes):
            return tensor.coefficient
    return None


def logistic_argument(base: Tensor) -> Tensor | None:
    """Return u when the tensor is 1 + exp(u), else None."""
    if not isinstance(base, Add) or len(base.terms) != 2 or any(c is not ONE for c, _ in base.terms):
        return None
    first, second = (t for _, t in base.terms)
    if constant_value(first) != 1:
        first, second = second, first
    if constant_value(first) == 1 and isinstance(second, Map) and second.function is EXP:
        return second.argument
    return None


def is_nonnegative(tensor: Tensor) -> bool:
    """Tell whether every entry is surely ≥ 0: a sum of squares, an exponential, a norm."""
    match tensor:
        case Pow(_, Fraction() as exponent):
            return exponent.numerator % 2 == 0 or is_nonnegative(tensor.base)
        case Map(function, _):
            return function.sign is not Sign.UNKNOWN
        case Leaf(Symbol(_, structure)):
            return structure is Structure.POSITIVE
        case Contraction(coefficient, scalars, factors, _, _):
            even = all(e.numerator % 2 == 0 or is_nonnegative(s) for s, e in scalars)
            return coefficient >= 0 and even and all(is_nonnegative(t) for t, _ in factors)
        case Add(terms):
            return all(c > 0 and is_nonnegative(t) for c, t in terms)
        case _:
            return False


def folded_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Return base^exponent when it is rational and of moderate size."""
    if abs(exponent.numerator) > LARGEST_EXPONENT or (base == 0 and exponent < 0):
        return None
    if base < 0 and exponent.denominator != 1:
        return None
    top, bottom = _root(base.numerator, exponent.denominator), _root(base.denominator, exponent.denominator)
    if top is None or bottom is None:
        return None
    if max(top.bit_length(), bottom.bit_length()) * abs(exponent.numerator) > LARGEST_EXPONENT:
        return None
    return Fraction(Fraction(top, bottom) ** exponent.numerator)


def _root(value: int, degree: int) -> int | None:
    if degree == 1:
        return value
    if value.bit_length() > 512 or degree > 64:
        return None
    guess = round(value ** (1 / degree))
    return next((g for g in (guess - 1, guess, guess + 1) if g >= 0 and g**degree == value), None)
