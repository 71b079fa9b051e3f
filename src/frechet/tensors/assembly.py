"""A contraction being put together: nested ones come apart, axes are unified and split."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from frechet.shapes import Dimension, factors_of
from frechet.tensors.nodes import Contraction, Group, Pow, Size, Slots, Tensor

MAX_SCALARS: Final = 3
MAX_FACTORS: Final = 40
ONE: Final = Fraction(1)


class Assembly:
    """coefficient · ∏ scalarᵉ · ∏ factor[slots] under construction.

    `axes[a]` is the dimension of axis a; `absent` ones belong to nothing. `parent` is a union-find
    forest of equal axes; `split` maps an axis to the finer axes that it fuses.
    """

    def __init__(self, coefficient: Fraction, axes: list[Dimension]) -> None:
        self.coefficient = coefficient
        self.axes = axes
        self.parent = list(range(len(axes)))
        self.split: dict[int, Group] = {}
        self.scalars: dict[Tensor, Fraction] = {}
        self.factors: list[tuple[Tensor, Slots]] = []
        self.absent: set[int] = set()

    def find(self, axis: int) -> int:
        while self.parent[axis] != axis:
            self.parent[axis] = self.parent[self.parent[axis]]
            axis = self.parent[axis]
        return axis

    def resolve(self, group: Group) -> Group:
        """Return the finest axes that a group stands for."""
        found: list[int] = []
        pending = list(reversed(group))
        while pending:
            axis = self.find(pending.pop())
            if axis in self.split:
                pending.extend(reversed(self.split[axis]))
            else:
                found.append(axis)
        return tuple(found)

    def resolved(self, slots: Slots) -> Slots:
        return tuple(self.resolve(group) for group in slots)

    def unify(self, left: Group, right: Group) -> bool:
        """Make two groups the same axes; return False where they split a size differently."""
        left, right = self.resolve(left), self.resolve(right)
        if len(left) == len(right):
            if any(self.axes[a] != self.axes[b] for a, b in zip(left, right, strict=True)):
                return False
            for a, b in zip(left, right, strict=True):
                self.parent[self.find(b)] = self.find(a)
            return True
        if len(left) == 1:
            self.split[left[0]] = right
            return True
        if len(right) == 1:
            self.split[right[0]] = left
            return True
        return False

    def place(self, tensor: Tensor, slots: Slots) -> None:
        """Multiply by a tensor on the given axes, taking a contraction apart."""
        if not tensor.dims:
            self.scale(tensor, ONE)
            return
        if not isinstance(tensor, Contraction) or len(tensor.factors) + len(self.factors) > MAX_FACTORS:
            self.factors.append((tensor, slots))
            return
        offset = len(self.axes)
        self.axes.extend(tensor.axes)
        self.parent.extend(range(offset, offset + len(tensor.axes)))
        out = _shifted(tensor.out, offset)
        if not self._fits(out, slots):
            self.factors.append((tensor, slots))
            for axis in range(offset, len(self.axes)):
                self.parent[axis] = self.find(slots[0][0])
            return
        for group, slot in zip(out, slots, strict=True):
            self.unify(slot, group)
        self.coefficient *= tensor.coefficient
        for base, exponent in tensor.scalars:
            self.multiply(base, exponent)
        self.factors.extend((factor, _shifted(places, offset)) for factor, places in tensor.factors)

    def _fits(self, out: Slots, slots: Slots) -> bool:
        """Tell whether fused axes meet axes that are split the same way or not at all."""
        for group, slot in zip(out, slots, strict=True):
            left, right = self.resolve(slot), group
            both = len(left) > 1 and len(right) > 1
            if both and [self.axes[a] for a in left] != [self.axes[b] for b in right]:
                return False
        return True

    def multiply(self, base: Tensor, exponent: Fraction) -> None:
        """Multiply by base^exponent without looking into the base."""
        total = self.scalars.get(base, Fraction(0)) + exponent
        if total:
            self.scalars[base] = total
        else:
            self.scalars.pop(base, None)

    def scale(self, base: Tensor, exponent: Fraction) -> None:
        """Multiply by base^exponent, a number."""
        whole = exponent.denominator == 1
        power = base.exponent if isinstance(base, Pow) else None
        if isinstance(base, Pow) and isinstance(power, Fraction) and (whole or power.denominator != 1):
            self.multiply(base.base, power * exponent)
            return
        if isinstance(base, Contraction) and not base.factors and whole:
            few = len(base.scalars) <= 1 or len(base.scalars) + len(self.scalars) <= MAX_SCALARS
            if few and (exponent > 0 or base.coefficient):
                self.coefficient *= base.coefficient**exponent.numerator
                for part, inner in base.scalars:
                    self.scale(part, inner * exponent)
                return
        self.multiply(base, exponent)

    def scale_by_size(self, dimension: Dimension) -> None:
        for factor in factors_of(dimension):
            if isinstance(factor, int):
                self.coefficient *= factor
            else:
                self.multiply(Size.of(factor), ONE)


def _shifted(slots: Slots, offset: int) -> Slots:
    return tuple(tuple(a + offset for a in group) for group in slots)
