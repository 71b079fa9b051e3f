"""What a function looks like by one of its variables, the others fixed: ½ tr(Y′GY) + tr(C′Y).

The gradient by a variable is affine in it when every term is free of it or has it as one factor.
If in all of these an axis of the variable is untouched, the entries along that axis, the columns
of Y, have the same small matrix G and do not depend on each other: in ‖X − WH‖² the rows of W
share G = 2HH′. The variable is Y, or Y′ when its second axis is the coupled one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from frechet.expressions.exact import ONE
from frechet.expressions.nodes import Symbol
from frechet.optimize.degree import degree
from frechet.shapes import Dimension
from frechet.tensors.algebra import add, contract
from frechet.tensors.expand import expand_fully, terms_of
from frechet.tensors.nodes import Contraction, Group, Leaf, Slots, Tensor, identity_slots

LARGEST_SUM: Final = 16


class BlockForm(NamedTuple):
    """G and C as tensors; `coupled` is the axis of the variable that G acts on, None for a number G."""

    coupled: int | None
    matrix: Tensor
    linear: Tensor


def block_forms(gradient: Tensor, symbol: Symbol) -> list[BlockForm]:
    """Return the forms that the gradient by a variable has; there are two when its axes do not mix."""
    variable = Leaf.of(symbol)
    expanded = expand_fully(gradient, LARGEST_SUM)
    constant: list[tuple[int, Tensor]] = []
    moving: list[Contraction] = []
    for coefficient, term in terms_of(expanded):
        scaled = add([(coefficient, term)], expanded.dims)
        if degree(scaled, {symbol}) == 0:
            constant.append((1, scaled))
        elif isinstance(scaled, Contraction) and _is_linear(scaled, variable):
            moving.append(scaled)
        else:
            return []
    if not moving or not variable.order:
        return []
    linear = add(constant, expanded.dims)
    axes: list[int | None] = [0, 1] if variable.order == 2 else [None, 0]
    found = []
    for axis in axes:
        matrices = [_matrix(term, variable, axis) for term in moving]
        if all(m is not None for m in matrices):
            whole = add([(1, m) for m in matrices if m is not None], matrices[0].dims if matrices[0] else ())
            found.append(BlockForm(axis, whole, _transposed(linear) if axis == 1 else linear))
    return found


def _is_linear(term: Contraction, variable: Leaf) -> bool:
    places = [k for k, (factor, _) in enumerate(term.factors) if factor is variable]
    if len(places) != 1 or not isinstance(variable.symbol, Symbol):
        return False
    rest = [t for t, _ in term.scalars] + [t for k, (t, _) in enumerate(term.factors) if k != places[0]]
    return all(degree(t, {variable.symbol}) == 0 for t in rest)


def _matrix(term: Contraction, variable: Leaf, coupled: int | None) -> Tensor | None:
    """Return the G of a term, or None when its other axis is not the untouched one."""
    (slots,) = (s for t, s in term.factors if t is variable)
    rest = [(t, s) for t, s in term.factors if t is not variable]
    if any(len(group) != 1 for group in (*slots, *term.out)):
        return None
    touched = {a for _, s in rest for group in s for a in group}
    for axis in range(variable.order):
        if axis != coupled and (slots[axis] != term.out[axis] or slots[axis][0] in touched):
            return None
    if coupled is None:
        return contract(term.coefficient, term.scalars, rest, (), term.axes)
    out: Slots = (slots[coupled], term.out[coupled])
    others: set[Group] = {slots[axis] for axis in range(variable.order) if axis != coupled}
    return None if others & set(out) else contract(term.coefficient, term.scalars, rest, out, term.axes)


def _transposed(matrix: Tensor) -> Tensor:
    slots, dims = identity_slots(2), list[Dimension](matrix.dims)
    return contract(ONE, (), [(matrix, slots)], (slots[1], slots[0]), dims)
