"""The Hessian at a point by the free entries of a variable, formed in part or only applied."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, final

import numpy as np

from frechet.backends.growing_block import GrowingBlock
from frechet.backends.structured_matrix import StructuredMatrix
from frechet.backends.structured_terms import BlockDiagonal, Diagonal, KroneckerProduct, Outer
from frechet.optimize.objective import Array, Indices
from frechet.optimize.variables import Block

LARGEST_FORMED: Final = 500
LARGEST_OF_CHEAP: Final = 50


@final
@dataclass(frozen=True, eq=False)
class StructuredCurvature:
    """A structured Hessian by the entries of one variable, seen by its free entries."""

    found: StructuredMatrix
    variable: Block

    @property
    def largest_formed(self) -> int:
        """Return up to which size a block is worth forming; products with some terms cost next to nothing."""
        kinds = Diagonal | BlockDiagonal | KroneckerProduct | Outer
        cheap = all(isinstance(term, kinds) for term in self.found.terms)
        return LARGEST_OF_CHEAP if cheap else LARGEST_FORMED

    def product(self, v: Array) -> Array:
        return self.variable.reduced(self.found.matvec(self.variable.flat(v)))

    def block(self, indices: Indices) -> Array:
        """Return the rows and columns of some free entries."""
        free = self.variable.free
        if free is None:
            return np.asarray(self.found.block(indices))
        images = [(places[indices], factors[indices]) for places, factors in free.images]
        factors = np.concatenate([f for _, f in images])
        block = factors[:, None] * self.found.block(np.concatenate([p for p, _ in images])) * factors
        count, size = len(images), len(indices)
        return np.asarray(block.reshape(count, size, count, size).sum(axis=(0, 2)))


@final
@dataclass(frozen=True, eq=False)
class ConstantCurvature:
    """The Hessian of a quadratic by a plain variable: what was formed of it serves at every point."""

    anywhere: StructuredCurvature

    @property
    def largest_formed(self) -> int:
        return self.anywhere.largest_formed

    @cached_property
    def _formed(self) -> GrowingBlock:
        return GrowingBlock(self.anywhere.found, self.largest_formed)

    def product(self, v: Array) -> Array:
        return self.anywhere.product(v)

    def block(self, indices: Indices) -> Array:
        return self._formed.block(indices)

    def change(self, indices: Indices, step: Array) -> Array:
        """Return how the gradient changes by a step of these entries."""
        if len(indices) > self.largest_formed:
            full = np.zeros(self.anywhere.found.shape[0])
            full[indices] = step
            return self.product(full)
        return self._formed.product(indices, step)
