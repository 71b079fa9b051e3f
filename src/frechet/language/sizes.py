"""Sizes as unknowns: unification by union-find.

A `Size` is 1, a rigid dimension (a number or a declared name), open (to be found), or the product
of two sizes. Different rigid names are different; an open size never becomes 1, so that nothing
undeclared turns into a scalar without a word.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from frechet.errors import LimitError
from frechet.shapes import Dimension, Shape, times

MAX_DEGREE: Final = 32


class Size:
    """One dimension; `find` gives the representative of its class."""

    __slots__ = ("degree", "factors", "origin", "parent", "value")

    def __init__(self, value: Dimension | None = None, factors: tuple[Size, Size] | None = None) -> None:
        self.parent: Size | None = None
        self.value = value
        self.factors = factors
        self.degree: int = 1 if factors is None else factors[0].degree + factors[1].degree
        self.origin: tuple[int, int] | None = None
        if self.degree > MAX_DEGREE:
            raise LimitError(
                f"a size is a product of more than {MAX_DEGREE} sizes", hint="Nest fewer Kronecker products."
            )


SizePair: TypeAlias = tuple[Size, Size]
ONE: Final = Size(1)


def find(size: Size) -> Size:
    """Return the representative, shortening the path."""
    root = size
    while root.parent is not None:
        root = root.parent
    while size.parent is not None:
        size.parent, size = root, size.parent
    return root


def is_open(root: Size) -> bool:
    return root.value is None and root.factors is None


def is_one(size: Size) -> bool:
    return find(size).value == 1


def is_scalar(shape: SizePair) -> bool:
    return is_one(shape[0]) and is_one(shape[1])


def product(left: Size, right: Size) -> Size:
    """Return the size left · right."""
    a, b = find(left), find(right)
    if a.value is not None and b.value is not None:
        return Size(times(a.value, b.value))
    if a.value == 1:
        return b
    return a if b.value == 1 else Size(factors=(a, b))


def dimension(size: Size) -> Dimension | None:
    """Return the dimension a size stands for, None while it is open."""
    root = find(size)
    if root.value is None and root.factors is not None:
        left, right = dimension(root.factors[0]), dimension(root.factors[1])
        return None if left is None or right is None else times(left, right)
    return root.value


def atoms(size: Size) -> list[Size]:
    """Return the unknowns that a size is a product of."""
    root = find(size)
    return [root] if root.factors is None else [atom for factor in root.factors for atom in atoms(factor)]


class Unifier:
    """Makes sizes equal; equations between products wait until their factors are known."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        self.waiting: list[tuple[Size, Size, tuple[int, int]]] = []

    def unify(self, left: Size, right: Size, place: tuple[int, int]) -> bool:
        """Make two sizes equal, for the sake of the part of the input at `place`."""
        a, b = find(left), find(right)
        if a is b:
            return True
        if is_open(b):
            a, b = b, a
        if is_open(a):
            if b.value == 1 or _occurs(a, b):
                return False
            a.parent = b
            if b.origin is None and not is_open(b):
                b.origin = place
            return True
        known = dimension(a), dimension(b)
        if None in known:
            self.waiting.append((a, b, place))
            return True
        return known[0] == known[1]

    def contradiction(self) -> tuple[Size, Size, tuple[int, int]] | None:
        """Return a waiting equation that fails now that every size is known."""
        return next((w for w in self.waiting if dimension(w[0]) != dimension(w[1])), None)


def _occurs(size: Size, within: Size) -> bool:
    root = find(within)
    if root.factors is None:
        return root is size
    return any(_occurs(size, factor) for factor in root.factors)


def known_shape(sizes: SizePair) -> Shape:
    """Return the shape that two sizes without unknowns make."""
    rows, columns = dimension(sizes[0]), dimension(sizes[1])
    assert rows is not None
    assert columns is not None
    return (rows, columns)
