"""Identities between functions of one argument that meet in a product, entry by entry.

They are applied to exponents: `exponents[base, place]` is the power of a base on some axes, and a
pair such as sinh(u)¹ cosh(u)⁻¹ is exchanged for tanh(u)¹. Each holds wherever both sides exist.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, TypeAlias

from frechet.expressions.function import AbstractElementwise
from frechet.functions.elementwise import ABS, COS, COSH, EXP, RELU, SIGMOID, SIGN, SIN, SINH, TAN, TANH
from frechet.functions.exponentials import SOFTMAX
from frechet.tensors.nodes import Contraction, Map, Slots, Tensor
from frechet.tensors.symmetry import map_of, opaque_of, scale

Exponents: TypeAlias = dict[tuple[Tensor, Slots], Fraction]
_QUOTIENTS: Final = ((SINH, COSH, TANH), (SIN, COS, TAN))
_INTERESTING: Final = (SIGN, SINH, SIN, EXP)


def apply_identities(exponents: Exponents) -> None:
    """Rewrite the exponents in place until no identity applies."""
    for base, place in list(exponents):
        if not isinstance(base, Map) or base.function not in _INTERESTING:
            continue
        if base.function is SIGN:
            _signs(exponents, base, place)
        elif base.function is EXP:
            _logistic(exponents, base, place)
        else:
            for above, below, quotient in _QUOTIENTS:
                if base.function is above:
                    _quotient(exponents, base, below, quotient, place)


def _get(exponents: Exponents, base: Tensor, place: Slots) -> Fraction:
    return exponents.get((base, place), Fraction(0))


def _exchange(exponents: Exponents, place: Slots, change: dict[Tensor, Fraction | int]) -> None:
    for base, amount in change.items():
        exponents[base, place] = _get(exponents, base, place) + amount


def _signs(exponents: Exponents, base: Map, place: Slots) -> None:
    """|u| sign(u) = u, u sign(u) = |u|, relu(u) sign(relu(u)) = relu(u), sign(relu(u))² = sign(relu(u))."""
    inner = base.argument
    if isinstance(inner, Map) and inner.function is RELU:
        present = _get(exponents, inner, place) > 0
        exponents[base, place] = Fraction(0) if present else min(exponents[base, place], Fraction(1))
        return
    absolute = map_of(ABS, inner)
    for taken, given in ((absolute, inner), (inner, absolute)):
        if exponents[base, place] >= 1 and _get(exponents, taken, place) >= 1:
            _exchange(exponents, place, {base: -1, taken: -1, given: 1})


def _quotient(
    exponents: Exponents, base: Map, below: AbstractElementwise, quotient: AbstractElementwise, place: Slots
) -> None:
    divisor = map_of(below, base.argument)
    count = min(_get(exponents, base, place), -_get(exponents, divisor, place))
    if count >= 1:
        _exchange(exponents, place, {base: -count, divisor: count, map_of(quotient, base.argument): count})


def _logistic(exponents: Exponents, base: Map, place: Slots) -> None:
    """exp(u) σ(−u) = σ(u), and exp(−u) σ(u) = σ(−u)."""
    opposite = map_of(SIGMOID, scale(-1, base.argument))
    count = min(_get(exponents, base, place), _get(exponents, opposite, place))
    if count >= 1:
        _exchange(exponents, place, {base: -count, opposite: -count, map_of(SIGMOID, base.argument): count})


def exponential_of_total(scalar: Tensor) -> Tensor | None:
    """Return u when a scalar is Σ exp(u) over all entries, else None."""
    match scalar:
        case Contraction(_, (), ((Map(function, argument), slots),), (), axes):
            if function is EXP and len(slots) == len(axes) == len({a for g in slots for a in g}):
                return argument
    return None


def softmax_of(argument: Tensor) -> Tensor:
    return opaque_of(argument.dims, SOFTMAX, (argument,))
