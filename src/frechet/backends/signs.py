"""Which values cannot be negative: what a square root or a Gram matrix may rely on."""

from __future__ import annotations

from fractions import Fraction

from frechet.expressions.function import Sign
from frechet.functions.elementwise import SIGMOID, SIGN
from frechet.tensors.nodes import Add, Contraction, Map, Opaque, Pow, Tensor


def is_nonnegative(node: Tensor) -> bool:
    """Tell whether every entry is known to be at least 0, looking at the node and its terms only."""
    match node:
        case Map(function, inner) if function is SIGN:
            return is_nonnegative(inner)
        case Map(function, _) | Opaque(function, _):
            return function.sign is not Sign.UNKNOWN
        case Pow(_, Fraction() as exponent):
            return exponent.denominator == 2 or exponent % 2 == 0
        case Add(terms):
            return _is_one_minus_at_most_one(terms)
        case _:
            return False


def is_nonpositive(node: Tensor) -> bool:
    """Tell whether every entry of a sum is known to be at most 0."""
    return isinstance(node, Add) and _is_one_minus_at_most_one(tuple([(-c, t) for c, t in node.terms]))


def _is_one_minus_at_most_one(terms: tuple[tuple[Fraction, Tensor], ...]) -> bool:
    """Tell c − Σ cᵢ tᵢ with every tᵢ in [0, 1] and Σ cᵢ ≤ c, such as 1 − sigmoid(u)."""
    above = sum((c for c, t in terms if _is_constant(t)), Fraction(0))
    below = Fraction(0)
    for c, t in terms:
        if _is_constant(t):
            continue
        if c < 0 and not _is_in_unit_interval(t):
            return False
        if c > 0 and not _is_positive_function(t):
            return False
        below -= min(c, Fraction(0))
    return above >= below


def _is_constant(node: Tensor) -> bool:
    match node:
        case Contraction(_, (), (), out, axes):
            return len(out) == len({a for group in out for a in group}) == len(axes)
        case _:
            return False


def _is_in_unit_interval(node: Tensor) -> bool:
    match node:
        case Map(function, _):
            return function is SIGMOID
        case Opaque(function, _):
            return function.name == "softmax"
        case _:
            return False


def _is_positive_function(node: Tensor) -> bool:
    """Tell a function whose values are never negative."""
    return isinstance(node, Map | Opaque) and node.function.sign is not Sign.UNKNOWN
