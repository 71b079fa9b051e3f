"""The free entries of a structured matrix: which places of the matrix each of them sets.

A symmetric matrix enters by its diagonal and √2 times its lower triangle, so that the Euclidean norm
of the vector is the Frobenius norm; likewise skew, diagonal and lower triangular matrices. A free
entry sets one place, or a place and its mirror image; on the diagonal both are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, final

import numpy as np

from frechet.assumptions import Structure
from frechet.optimize.objective import Array, Indices

HALF: Final = float(np.sqrt(0.5))


class Images(NamedTuple):
    """Where the free entries stand, in the flat matrix, and times what."""

    places: Indices
    factors: Array


@final
@dataclass(frozen=True, eq=False)
class FreeEntries:
    """The map from k free entries to the n² entries of a matrix, row by row."""

    order: int
    images: tuple[Images, ...]

    def __len__(self) -> int:
        return len(self.images[0].places)

    def full(self, entries: Array) -> Array:
        """Return the entries of the matrix."""
        source, factors = self._sources
        if not len(self):
            return factors.copy()
        return np.asarray(factors * entries.take(source))

    def reduced(self, entries: Array) -> Array:
        """Apply the transposed map, to a vector or to every column."""
        shape = (-1,) + (1,) * (entries.ndim - 1)
        parts = [factors.reshape(shape) * entries.take(places, axis=0) for places, factors in self.images]
        return np.asarray(sum(parts[1:], parts[0]))

    @property
    def sizes(self) -> Array:
        """Return the 1-norm of the matrix that each free entry sets when it is one."""
        return np.asarray(sum(np.abs(image.factors) for image in self.images))

    @cached_property
    def _sources(self) -> Images:
        """Return which free entry stands at each place, and times what."""
        source, factors = np.zeros(self.order**2, dtype=np.intp), np.zeros(self.order**2)
        for image in self.images:
            source[image.places] = np.arange(len(self))
            factors[image.places] += image.factors
        return Images(source, factors)


def free_entries(structure: Structure, n: int) -> FreeEntries | None:
    """Return the free entries of an n × n matrix, or None where all entries are free."""
    match structure:
        case Structure.DIAGONAL:
            return FreeEntries(n, (Images(np.arange(n) * (n + 1), np.ones(n)),))
        case Structure.LOWER:
            row, column = np.tril_indices(n)
            return FreeEntries(n, (Images(row * n + column, np.ones(len(row))),))
        case Structure.SYMMETRIC | Structure.PSD:
            row, column = np.tril_indices(n)
            factors = np.where(row == column, 0.5, HALF)
            return FreeEntries(n, (Images(row * n + column, factors), Images(column * n + row, factors)))
        case Structure.SKEW:
            row, column = np.tril_indices(n, -1)
            factors = np.full(len(row), HALF)
            return FreeEntries(n, (Images(row * n + column, factors), Images(column * n + row, -factors)))
        case _:
            return None
