"""Powers on a plan: a root of a sum of squares is a norm, which neither overflows nor underflows."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from frechet.backends.plan import CONSTANT, Value
from frechet.backends.signs import is_nonnegative
from frechet.expressions.exact import ONE
from frechet.tensors.nodes import Contraction, Pow, Tensor, pow_node

if TYPE_CHECKING:
    from frechet.backends.planner import Planner


def raised(planner: Planner, base: Tensor, exponent: Fraction) -> Value:
    """Return base^exponent, entry by entry."""
    if exponent is ONE or exponent == 1:
        value = planner.values[base]
        is_held = value.register is not None and not value.is_diagonal
        return value if is_held else planner.expanded(value, base.dims)
    result = _raised(planner, base, exponent)
    if result.register is not None:
        meaning = (pow_node(base, exponent), result.places, result.coefficient)
        planner.plan.meanings.setdefault(result.register, meaning)
    return result


def _raised(planner: Planner, base: Tensor, exponent: Fraction) -> Value:
    value = planner.values[base]
    squares = _root_of_squares(planner, base) if exponent.denominator == 2 else None
    if squares is not None:
        return _powered(planner, Value(squares, tuple(range(base.order))), 2 * exponent, nonnegative=True)
    if value.register is None or value.is_diagonal:
        value = planner.expanded(value, base.dims)
    if exponent.denominator == 1:
        powered = _powered(planner, value._replace(coefficient=ONE), exponent, nonnegative=exponent % 2 == 0)
        return powered.scaled(value.coefficient**exponent.numerator)
    return _powered(planner, planner.unscaled(value), exponent, nonnegative=True)


def _powered(planner: Planner, value: Value, exponent: Fraction, *, nonnegative: bool) -> Value:
    if exponent == 1:  # of a norm
        return value
    assert value.register is not None
    dims = planner.plan.steps[value.register].dims
    cost = planner.plan.elementwise(dims, 1.0 if exponent in (2, -1, Fraction(1, 2)) else 8.0)
    sign = nonnegative or planner.plan.nonnegative[value.register]
    return Value(planner.plan.add("power", (value.register,), (exponent,), dims, cost, sign), value.places)


def _root_of_squares(planner: Planner, base: Tensor) -> int | None:
    """Return the register of sqrt(base) where base is Σ t², over all or some axes of t."""
    if not isinstance(base, Contraction) or base.coefficient != 1 or base.scalars or not base.factors:
        return None
    vector, slots = base.factors[0]
    if len(base.factors) == 2 and base.factors[0] == base.factors[1]:
        pass
    elif len(base.factors) == 1 and isinstance(vector, Pow) and vector.exponent == 2:
        vector = vector.base
    else:
        return None
    flat = [a for group in slots for a in group]
    kept = [group[0] for group in base.out]
    if len(flat) != vector.order or len(set(flat)) < len(flat) or len(base.out) > 1 or len(kept) == len(flat):
        return None
    value = planner.whole(planner.values[vector], vector.dims)
    register = planner.register(value)
    axes = tuple(sorted(value.places[k] for k, a in enumerate(flat) if a not in kept))
    return planner.plan.add(
        "norm", (register,), (axes,), base.dims, planner.plan.elementwise(vector.dims), True
    )


def general_power(planner: Planner, node: Tensor, base: Tensor, exponent: Tensor) -> Value:
    operands, maps = [], []
    for part in (base, exponent):
        value = planner.whole(planner.values[part], part.dims)
        operands.append(planner.register(value))
        maps.append(value.places if part.order else (CONSTANT,) * node.order)
    cost = planner.plan.elementwise(node.dims, 30.0)
    register = planner.plan.add("raise", operands, (tuple(maps),), node.dims, cost, is_nonnegative(node))
    return Value(register, tuple(range(node.order)))
