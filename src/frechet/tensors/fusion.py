"""Fused axes: when a contraction is a Kronecker product of two sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from frechet.tensors.nodes import Group, Slots, Tensor

Sides: TypeAlias = tuple[tuple[list[tuple[Tensor, Slots]], tuple[Group, Group]], ...]


def kronecker_parts(factors: Sequence[tuple[Tensor, Slots]], out: Slots) -> Sides | None:
    """Split factors into the two sides of a Kronecker product, or None where they are joined."""
    rows, columns = out[0], out[1] if len(out) == 2 else ()
    if len(out) > 2 or max(len(rows), len(columns)) != 2 or min(len(rows), len(columns)) == 0:
        return None
    component = component_of(factors, out)
    sides: list[tuple[Group, Group]]
    if len(columns) == 1:
        sides = [((rows[0],), ()), ((rows[1],), ())]
        joined = component[columns[0]] == component[rows[1]]
        sides[joined] = (sides[joined][0], columns)
    elif len(rows) == 1:
        sides = [((), (columns[0],)), ((), (columns[1],))]
        joined = component[rows[0]] == component[columns[1]]
        sides[joined] = (rows, sides[joined][1])
    else:
        sides = [((rows[k],), (columns[k],)) for k in (0, 1)]
    inside = [{component[a] for g in side for a in g} for side in sides]
    if inside[0] & inside[1]:
        return None
    split = [[f for f in factors if component[f[1][0][0]] in part] for part in inside]
    if len(split[0]) + len(split[1]) < len(factors):
        return None
    return tuple(zip(split, sides, strict=True))


def component_of(factors: Sequence[tuple[Tensor, Slots]], out: Slots) -> dict[int, int]:
    parent = {a: a for g in out for a in g}

    def find(axis: int) -> int:
        parent.setdefault(axis, axis)
        while parent[axis] != axis:
            axis = parent[axis]
        return axis

    for _, slots in factors:
        flat = [a for g in slots for a in g]
        for axis in flat:
            parent[find(axis)] = find(flat[0])
    return {axis: find(axis) for axis in parent}
