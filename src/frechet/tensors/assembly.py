"""A contraction being put together: nested ones come apart, axes are unified and split."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from frechet.expressions.exact import ONE, times
from frechet.shapes import Dimension, factors_of
from frechet.tensors.nodes import Contraction, Group, Pow, Size, Slots, Tensor

MAX_SCALARS: Final = 3
MAX_FACTORS: Final = 40


class Assembly:
    """coefficient · ∏ scalarᵉ · ∏ factor[slots] under construction.

    `axes[a]` is the dimension of axis a; `absent` ones belong to nothing. `parent` is a union-find
    forest of equal axes, empty until some are `joined`; `split` maps an axis to the finer axes that it fuses.
    """

    __slots__ = ("absent", "axes", "coefficient", "factors", "joined", "parent", "scalars", "split")

    def __init__(self, coefficient: Fraction, axes: list[Dimension]) -> None:
        self.coefficient = coefficient
        self.axes = axes
        self.parent = list(range(len(axes)))
        self.split: dict[int, Group] = {}
        self.joined = False
        self.scalars: dict[Tensor, Fraction] = {}
        self.factors: list[tuple[Tensor, Slots]] = []
        self.absent: set[int] = set()

    def find(self, axis: int) -> int:
        parent = self.parent
        while parent[axis] != axis:
            parent[axis] = parent[parent[axis]]
            axis = parent[axis]
        return axis

    def resolve(self, group: Group) -> Group:
        """Return the finest axes that a group stands for."""
        if not self.split:
            return tuple([self.find(axis) for axis in group])
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
        if not self.joined:
            return slots
        if self.split:
            return tuple([self.resolve(group) for group in slots])
        return tuple([tuple([self.find(axis) for axis in group]) for group in slots])

    def unify(self, left: Group, right: Group) -> bool:
        """Make two groups the same axes; return False where they split a size differently."""
        if not self.split and len(left) == len(right) == 1:
            a, b = self.find(left[0]), self.find(right[0])
            self.joined, fit = True, self.axes[a] == self.axes[b]
            self.parent[b] = a if fit else b
            return fit
        left, right = self.resolve(left), self.resolve(right)
        self.joined = True
        if len(left) == len(right):
            for a, b in zip(left, right, strict=True):
                if self.axes[a] != self.axes[b]:
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
        self.joined = True
        if not self._fits(out, slots):
            self.factors.append((tensor, slots))
            for axis in range(offset, len(self.axes)):
                self.parent[axis] = self.find(slots[0][0])
            return
        for group, slot in zip(out, slots, strict=True):
            self.unify(slot, group)
        self.coefficient = times(self.coefficient, tensor.coefficient)
        for base, exponent in tensor.scalars:
            self.multiply(base, exponent)
        for factor, places in tensor.factors:
            self.factors.append((factor, _shifted(places, offset)))

    def _fits(self, out: Slots, slots: Slots) -> bool:
        """Tell whether fused axes meet axes that are split the same way or not at all."""
        for group, slot in zip(out, slots, strict=True):
            if len(group) > 1:
                left = self.resolve(slot)
                if len(left) > 1 and [self.axes[a] for a in left] != [self.axes[b] for b in group]:
                    return False
        return True

    def multiply(self, base: Tensor, exponent: Fraction) -> None:
        """Multiply by base^exponent without looking into the base."""
        present = self.scalars.get(base)
        total = exponent if present is None else present + exponent
        if total:
            self.scalars[base] = total
        else:
            self.scalars.pop(base, None)

    def scale(self, base: Tensor, exponent: Fraction) -> None:
        """Multiply by base^exponent, a number."""
        whole = exponent is ONE or exponent.denominator == 1
        if isinstance(base, Pow):
            power = base.exponent
            if not isinstance(power, Tensor) and (whole or power.denominator != 1):
                self.multiply(base.base, times(power, exponent))
                return
        elif whole and isinstance(base, Contraction) and not base.factors:
            few = len(base.scalars) <= 1 or len(base.scalars) + len(self.scalars) <= MAX_SCALARS
            if few and (exponent.numerator > 0 or base.coefficient):
                if base.coefficient is not ONE:
                    self.coefficient *= base.coefficient**exponent.numerator
                for part, inner in base.scalars:
                    self.scale(part, times(inner, exponent))
                return
        self.multiply(base, exponent)

    def scale_by_size(self, dimension: Dimension) -> None:
        for factor in factors_of(dimension):
            if isinstance(factor, int):
                self.coefficient *= factor
            else:
                self.multiply(Size.of(factor), ONE)


def _shifted(slots: Slots, offset: int) -> Slots:
    return tuple([tuple([a + offset for a in group]) for group in slots])
