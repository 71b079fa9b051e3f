"""Functions of whole matrices on a plan: softmax and log-sum-exp along an axis, determinants, inverses.

A matrix declared positive definite is factorized by Cholesky, any other by LU, once for the
log-determinant, the inverse and every solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeGuard

from frechet.assumptions import Structure
from frechet.backends.plan import CALL, PER_FLOP, Value
from frechet.backends.signs import is_nonnegative
from frechet.expressions.function import AbstractFunction, Axis
from frechet.expressions.nodes import Symbol
from frechet.functions.determinants import ADJUGATE, DET
from frechet.functions.inverses import INVERSE
from frechet.tensors.nodes import Leaf, Opaque, Slots, Tensor, opaque_node

if TYPE_CHECKING:
    from frechet.backends.planner import Planner

ALONG_AXIS: Final = ("softmax", "logsumexp")
TURNABLE: Final = ("det", "adj", "pinv", "expm")


def function_value(
    planner: Planner, node: Tensor, key: str, axis: Axis, arguments: tuple[Tensor, ...]
) -> Value:
    value = planner.whole(planner.values[arguments[0]], arguments[0].dims)
    register, dims = planner.register(value), arguments[0].dims
    held = planner.plan.steps[register].dims
    name = key.partition(":")[0]
    nonnegative = is_nonnegative(node)
    if name in ALONG_AXIS:
        place = None if axis is Axis.ALL else value.places[1 if axis is Axis.ROWS else 0]
        softmax = name == "softmax"
        kept = held if softmax else tuple(d for k, d in enumerate(held) if k != place and place is not None)
        cost = planner.plan.elementwise(dims, 12.0)
        made = planner.plan.add("function", (register,), (name, place), kept, cost, nonnegative)
        return Value(made, value.places if softmax else tuple(range(len(kept))))
    if name in ("inv", "logdet"):
        return _factorized(planner, name, register, value.places, arguments[0])
    cube = planner.plan.length(dims[0]) ** 3 if dims else 1
    if name in TURNABLE:
        out = (held[1], held[0]) if name == "pinv" else held if node.order else ()
        made = planner.plan.add("function", (register,), (name, None), out, 10 * PER_FLOP * cube, nonnegative)
        return Value(made, value.places if node.order else ())
    cost = planner.plan.elementwise(dims)
    made = planner.plan.add("function", (register,), (name, None), node.dims, cost, nonnegative)
    return Value(made, tuple(range(node.order)))


def _factorized(planner: Planner, name: str, register: int, places: tuple[int, ...], matrix: Tensor) -> Value:
    dims = matrix.dims
    cube = planner.plan.length(dims[0]) ** 3
    method = "cholesky" if _is_definite(matrix) else "lu"
    factor = planner.plan.add("factor", (register,), (method,), dims, PER_FLOP * cube)
    if name == "logdet":
        return Value(planner.plan.add("logdet", (factor,), (method,), (), CALL), ())
    made = planner.plan.add("inverse", (factor,), (method,), dims, 2 * PER_FLOP * cube)
    return Value(made, places)


def _is_definite(matrix: Tensor) -> bool:
    match matrix:
        case Leaf(Symbol(_, Structure.PSD)):
            return True
        case _:
            return False


def with_adjugate(
    planner: Planner, scalars: Sequence[tuple[Tensor, Fraction]], factors: Sequence[tuple[Tensor, Slots]]
) -> tuple[Sequence[tuple[Tensor, Fraction]], Sequence[tuple[Tensor, Slots]]]:
    """Write det(X) X⁻¹ as adj(X), which exists where X is singular."""
    inverses = {t.arguments[0]: k for k, (t, _) in enumerate(factors) if _is(t, INVERSE)}
    for place, (scalar, exponent) in enumerate(scalars):
        at = inverses.get(scalar.children[0]) if _is(scalar, DET) and exponent == 1 else None
        if at is not None:
            inverse, slots = factors[at]
            adjugate = opaque_node(inverse.dims, ADJUGATE, inverse.children)
            planner.value(adjugate)
            changed = [*factors[:at], (adjugate, slots), *factors[at + 1 :]]
            return [*scalars[:place], *scalars[place + 1 :]], changed
    return scalars, factors


def _is(tensor: Tensor, function: AbstractFunction) -> TypeGuard[Opaque]:
    return isinstance(tensor, Opaque) and tensor.function is function
