"""A part of a structured matrix that stays the same for a while: rows and columns come when first asked for.

Of A′ diag(d) A the columns of A that are in use are kept, so that a larger part costs only what is new
in it, and H v for a v with few entries reads A once instead of twice.
"""

from __future__ import annotations

from typing import Final, final

import numpy as np

from frechet.backends.inputs import Array
from frechet.backends.structured_matrix import StructuredMatrix
from frechet.backends.structured_terms import Diagonal, Gram, Indices

ABSENT: Final = -1


@final
class GrowingBlock:
    """Rows and columns of H with the indices asked for so far, at most `limit` unless one call wants more."""

    def __init__(self, matrix: StructuredMatrix, limit: int) -> None:
        self._grams = [_Columns(term) for term in matrix.terms if isinstance(term, Gram)]
        diagonals = [term.entries for term in matrix.terms if isinstance(term, Diagonal)]
        self._diagonal = np.asarray(sum(diagonals, np.zeros(matrix.shape[0])))
        others = [term for term in matrix.terms if not isinstance(term, Gram | Diagonal)]
        self._others = StructuredMatrix(others, matrix.variable_shape) if others else None
        self._limit = limit
        self._clear()

    def _clear(self) -> None:
        self._place = np.full(len(self._diagonal), ABSENT)
        self._entries = np.zeros((0, 0))
        for gram in self._grams:
            gram.clear()

    def block(self, indices: Indices) -> Array:
        """Return the rows and columns with these indices, of which none repeats."""
        self._hold(indices)
        places = self._place[indices]
        block = self._entries[np.ix_(places, places)]
        block.reshape(-1)[:: len(block) + 1] += self._diagonal[indices]
        return block if self._others is None else np.asarray(block + self._others.block(indices))

    def product(self, indices: Indices, v: Array) -> Array:
        """Return H times the vector that has the entries v at these indices and zeros elsewhere."""
        self._hold(indices)
        held = np.zeros(len(self._entries))
        held[self._place[indices]] = v
        product = np.zeros(len(self._place))
        product[indices] = v
        product = self._diagonal * product if self._others is None else self._rest(product)
        for gram in self._grams:
            product += gram.product(held)
        return product

    def _rest(self, v: Array) -> Array:
        assert self._others is not None
        return self._diagonal * v + self._others.matvec(v)

    def _hold(self, indices: Indices) -> None:
        missing = indices[self._place[indices] == ABSENT]
        if not len(missing):
            return
        if len(self._entries) + len(missing) > self._limit and len(self._entries):
            self._clear()
            missing = indices
        count = len(self._entries)
        entries = np.zeros((count + len(missing),) * 2)
        entries[:count, :count] = self._entries
        for gram in self._grams:
            rows = gram.with_more(missing)
            entries[count:] += rows
            entries[:count, count:] += rows[:, :count].T
        self._place[missing] = np.arange(count, len(entries))
        self._entries = entries


@final
class _Columns:
    """The columns of A in use, in the order in which they came."""

    def __init__(self, term: Gram) -> None:
        self._term = term
        self._parts: list[Array] = []

    def clear(self) -> None:
        self._parts = []

    def with_more(self, indices: Indices) -> Array:
        """Add columns; return their products with all that are there now, those before them first."""
        new = self._term.matrix.take(indices, axis=1)
        self._parts.append(new)
        weights = self._term.weights
        if np.all(weights == weights[:1]):
            return np.hstack([weights[0] * (new.T @ part) for part in self._parts])
        scaled = (weights[:, None] * new).T
        return np.hstack([scaled @ part for part in self._parts])

    def product(self, v: Array) -> Array:
        """Return A′ diag(d) A v for the entries of v that belong to the columns."""
        ends = np.cumsum([part.shape[1] for part in self._parts])[:-1]
        pieces = [part @ w for part, w in zip(self._parts, np.split(v, ends), strict=True)]
        return np.asarray(self._term.matrix.T @ (self._term.weights * np.sum(pieces, axis=0)))
