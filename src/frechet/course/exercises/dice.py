"""Choices that a seed decides, the same in every process and version of Python.

Only `random()` of the standard generator is guaranteed to stay as it is, so choices and shuffles
are made from it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar, final

T = TypeVar("T")


@final
class Dice:
    """A stream of choices."""

    __slots__ = ("_random",)

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def below(self, count: int) -> int:
        """Return a whole number from 0 up to, but without, `count`."""
        return int(self._random.random() * count)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a random order (Fisher–Yates)."""
        found = list(items)
        for last in range(len(found) - 1, 0, -1):
            place = self.below(last + 1)
            found[last], found[place] = found[place], found[last]
        return found
