"""Undeclared names that are scalars by their letter, and that the formula shows to be more.

In `A*x - b` the name `b` is added to a vector; in `x'*A*x + b'*x` it is transposed, which would say
nothing of a number, and only as a vector it makes the terms fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from frechet.language.constants import walk_values
from frechet.language.names import Kind
from frechet.language.syntax import Name, Postfix, Tree


class PromotionError(Exception):
    """An undeclared name, a scalar by its letter, is a vector or a matrix after all."""

    def __init__(self, name: str, kind: Kind) -> None:
        super().__init__(name)
        self.name, self.kind = name, kind


def transposed_names(*trees: Tree) -> Iterator[str]:
    """Yield the names that stand with a transpose mark."""
    for tree in trees:
        for node in walk_values(tree):
            if isinstance(node, Postfix) and isinstance(node.operand, Name):
                yield node.operand.text
