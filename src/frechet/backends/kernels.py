"""The exponential, matrix powers, and their Fréchet derivatives, on a plan.

The derivative in a direction costs one function of a block matrix (Higham, Functions of Matrices,
§3.2). A derivative contracted with a matrix on the side of the function is the derivative at X′ in
that direction, because ⟨G, L(X, E)⟩ = ⟨L(X′, G), E⟩. Only a derivative that is wanted with all its
axes is formed entry by entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from frechet.backends.plan import CALL, PER_FLOP, Dimensions, Value
from frechet.backends.powers import raised
from frechet.tensors.fusion import component_of
from frechet.tensors.nodes import Contraction, Kernel, Slots, Tensor

if TYPE_CHECKING:
    from frechet.backends.planner import Planner


def kernel_factor(planner: Planner, node: Kernel) -> Value:
    """Return the function itself, or its derivative with all axes."""
    plan, size = planner.plan, planner.plan.length(node.dims[0])
    operands = _operands(planner, node, turned=False)
    cost = CALL + 60 * PER_FLOP * float(size) ** (3 + 2 * node.rank)
    identity = tuple(range(node.order))
    if node.rank:
        parameters = (node.rank, node.exponent is not None)
        return Value(plan.add("kernel", operands, parameters, node.dims, cost), identity)
    if node.exponent is None:
        return Value(plan.add("function", operands, ("expm", None), node.dims, cost), identity)
    return Value(plan.add("matrix_power", operands, (), node.dims, cost), identity)


def applied_kernel(planner: Planner, node: Contraction) -> Value | None:
    """Return a contraction whose first derivative kernel meets a direction for all its axes but two."""
    place = next((k for k, (t, _) in enumerate(node.factors) if isinstance(t, Kernel) and t.rank), None)
    if place is None:
        return None
    kernel, slots = node.factors[place]
    assert isinstance(kernel, Kernel)
    others = [f for k, f in enumerate(node.factors) if k != place]
    pairs = [slots[k : k + 2] for k in range(0, len(slots), 2)]
    sides = [_side(pair, slots, others, node.out) for pair in pairs]
    if all(side is not None for side in sides[1:]):
        used, result, turned = sides[1:], pairs[0], False
    elif kernel.rank == 1 and sides[0] is not None:
        used, result, turned = sides[:1], pairs[1], True
    else:
        return None
    chosen = pairs[:1] if turned else pairs[1:]
    directions = [
        _direction(planner, [others[k] for k in side or ()], pair, node)
        for side, pair in zip(used, chosen, strict=True)
    ]
    operands = (*_operands(planner, kernel, turned), *directions)
    size = planner.plan.length(kernel.dims[0])
    cost = CALL + 60 * PER_FLOP * float(size * 2**kernel.rank) ** 3
    parameters = (kernel.rank, kernel.exponent is not None)
    register = planner.plan.add("frechet", operands, parameters, kernel.dims[:2], cost)
    taken = {k for side in used for k in side or ()}
    seen = [(planner.values[t], t.dims, s) for k, (t, s) in enumerate(others) if k not in taken]
    seen += [(raised(planner, base, exponent), (), ()) for base, exponent in node.scalars]
    seen.append((Value(register, (0, 1)), kernel.dims[:2], result))
    return planner.product(node.coefficient, seen, node.out, node.axes, _axes_of(seen))


def _operands(planner: Planner, kernel: Kernel, turned: bool) -> tuple[int, ...]:
    matrix, order = planner.array(kernel.argument)
    register = planner.turned(matrix, order[::-1] if turned else order)
    if kernel.exponent is None:
        return (register,)
    return (register, planner.array(kernel.exponent)[0])


def _side(pair: Slots, slots: Slots, others: list[tuple[Tensor, Slots]], out: Slots) -> list[int] | None:
    """Return the factors that meet the kernel on this pair of axes and nowhere else."""
    if any(len(group) != 1 for group in slots):
        return None
    here = {a for group in pair for a in group}
    elsewhere = {a for group in slots if group not in pair for a in group}
    elsewhere |= {a for group in out for a in group}
    if here & elsewhere:
        return None
    component = component_of(others, ())
    reached = {component[a] for a in here if a in component}
    side = [k for k, (_, s) in enumerate(others) if s and component[s[0][0]] in reached]
    touched = {a for k in side for group in others[k][1] for a in group}
    return None if touched & elsewhere else side


def _direction(planner: Planner, factors: list[tuple[Tensor, Slots]], pair: Slots, node: Contraction) -> int:
    seen = [(planner.values[t], t.dims, s) for t, s in factors]
    dims = tuple(node.axes[group[0]] for group in pair)
    value = planner.whole(planner.product(Fraction(1), seen, pair, node.axes, _axes_of(seen)), dims)
    assert value.register is not None
    return planner.turned(value.register, value.places)


def _axes_of(seen: Sequence[tuple[Value, Dimensions, Slots]]) -> list[int]:
    return sorted({a for _, _, slots in seen for group in slots for a in group})
