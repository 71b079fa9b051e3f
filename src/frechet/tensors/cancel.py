"""Pairs of factors that meet and cancel: X⁻¹X, Q′Q, and traces of Fréchet derivatives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from frechet.assumptions import Structure
from frechet.expressions.nodes import Symbol
from frechet.functions.inverses import INVERSE
from frechet.tensors.nodes import Group, Kernel, Leaf, Opaque, Slots, Tensor
from frechet.tensors.symmetry import symmetry


@dataclass(slots=True)
class Rewrite:
    """What the factors become: fewer of them, axes made equal, a kernel to lower by one rank."""

    factors: list[tuple[Tensor, Slots]]
    unified: list[tuple[Group, Group]] = field(default_factory=list)
    lowered: tuple[Kernel, Slots] | None = None


def cancel_pairs(factors: list[tuple[Tensor, Slots]], out: Slots) -> Rewrite | None:
    """Return the factors after one cancellation, or None when nothing cancels."""
    candidates = [k for k, (t, _) in enumerate(factors) if _may_cancel(t)]
    if not candidates:
        return None
    uses = Counter(a for _, slots in factors for g in slots for a in g)
    uses.update(a for g in out for a in g)
    for k in candidates:
        tensor, slots = factors[k]
        if isinstance(tensor, Kernel):
            rewritten = _trace_of_kernel(factors, k, uses)
            if rewritten is not None:
                return rewritten
            continue
        for j, (other, places) in enumerate(factors):
            if j != k and other is _partner(tensor):
                meeting = _meet(tensor, slots, other, places, uses)
                if meeting is not None:
                    rest = [f for i, f in enumerate(factors) if i not in (j, k)]
                    return Rewrite(rest, unified=meeting)
    return None


def _may_cancel(tensor: Tensor) -> bool:
    if isinstance(tensor, Leaf):
        return isinstance(tensor.symbol, Symbol) and tensor.symbol.structure is Structure.ORTHOGONAL
    return tensor.function is INVERSE if isinstance(tensor, Opaque) else isinstance(tensor, Kernel)


def _partner(tensor: Tensor) -> Tensor | None:
    match tensor:
        case Opaque(_, (argument,)):
            return argument
        case Leaf():
            return tensor
        case _:
            return None


def _meet(
    tensor: Tensor, slots: Slots, other: Tensor, places: Slots, uses: Counter[int]
) -> list[tuple[Group, Group]] | None:
    """Return the axes that become one where the pair meets: both outer ones, and the summed one."""
    crosswise = [(1, 0), (0, 1)] if tensor is not other else [(0, 0), (1, 1)]
    if symmetry(other) > 0:
        crosswise = [(0, 0), (0, 1), (1, 0), (1, 1)]
    for mine, theirs in crosswise:
        shared = slots[mine]
        if len(shared) == 1 and shared == places[theirs] and uses[shared[0]] == 2:
            return [(slots[1 - mine], places[1 - theirs]), (slots[1 - mine], shared)]
    return None


def _trace_of_kernel(factors: list[tuple[Tensor, Slots]], k: int, uses: Counter[int]) -> Rewrite | None:
    """Tr D F(X)[E] = tr(F′(X) E), and D F(X)[I] = F′(X): F′ is expm or k·X^(k−1)."""
    tensor, slots = factors[k]
    assert isinstance(tensor, Kernel)
    if tensor.rank == 0:
        return None
    for pair in range(tensor.rank + 1):
        row, column = slots[2 * pair], slots[2 * pair + 1]
        if row == column and len(row) == 1 and uses[row[0]] == 2:
            rest = [f for i, f in enumerate(factors) if i != k]
            remaining = [*slots[: 2 * pair], *slots[2 * pair + 2 :]]
            if pair == 0:
                remaining[0], remaining[1] = remaining[1], remaining[0]
            return Rewrite(rest, unified=[(remaining[0], row)], lowered=(tensor, tuple(remaining)))
    return None
