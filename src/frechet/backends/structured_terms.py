"""The terms of a structured matrix: diagonal, A′ diag(d) A, u v′, A ⊗ B, blocks, dense.

Every term has products with a vector or with several columns, its diagonal, a part of itself, and all
its entries. What an unformed term or a block diagonal needs is computed when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Protocol, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from frechet.backends.inputs import Array
from frechet.backends.runtime import SMALLEST_CONDITION, lu_and_condition, lu_inverse

Indices: TypeAlias = NDArray[np.intp]


@final
@dataclass(frozen=True, eq=False)
class Diagonal:
    """diag(d)."""

    entries: Array

    def product(self, x: Array) -> Array:
        return np.asarray((self.entries * x.T).T)

    def diagonal(self) -> Array:
        return self.entries

    def block(self, i: Indices) -> Array:
        """Return the rows and columns i, which may repeat: both triangles set a symmetric diagonal."""
        return np.asarray(self.entries[i] * (i[:, None] == i))

    def dense(self) -> Array:
        return np.diag(self.entries)


@final
@dataclass(frozen=True, eq=False)
class Gram:
    """A′ diag(d) A, unformed."""

    matrix: Array
    weights: Array

    def product(self, x: Array) -> Array:
        return np.asarray(self.matrix.T @ (self.weights * (self.matrix @ x).T).T)

    def diagonal(self) -> Array:
        return np.asarray(np.einsum("pi,p,pi->i", self.matrix, self.weights, self.matrix))

    def without_zeros(self) -> Gram:
        """Return the same without the rows whose weight is zero."""
        kept = np.flatnonzero(self.weights)
        return Gram(self.matrix[kept], self.weights[kept])

    def block(self, i: Indices) -> Array:
        return Gram(self.matrix.take(i, axis=1), self.weights).dense()

    def dense(self) -> Array:
        if np.all(self.weights == self.weights[:1]):
            return np.asarray(self.weights[0] * (self.matrix.T @ self.matrix))
        if np.all(self.weights >= 0):
            scaled = self.matrix * np.sqrt(self.weights)[:, None]
            return np.asarray(scaled.T @ scaled)
        return np.asarray(self.matrix.T @ (self.weights[:, None] * self.matrix))


@final
@dataclass(frozen=True, eq=False)
class Outer:
    """u v′."""

    left: Array
    right: Array

    def product(self, x: Array) -> Array:
        return np.asarray(np.multiply.outer(self.left, self.right @ x))

    def diagonal(self) -> Array:
        return np.asarray(self.left * self.right)

    def block(self, i: Indices) -> Array:
        return np.outer(self.left[i], self.right[i])

    def dense(self) -> Array:
        return np.outer(self.left, self.right)


@final
@dataclass(frozen=True, eq=False)
class KroneckerProduct:
    """A ⊗ B on the entries of a matrix, row by row: X goes to A X B′, or to A X′ B′ when `turned`."""

    left: Array
    right: Array
    turned: bool = False

    def product(self, x: Array) -> Array:
        rows, columns = self.left.shape[1], self.right.shape[1]
        several = x.shape[1:]
        if self.turned:
            blocks = x.T.reshape(*several, columns, rows).swapaxes(-1, -2)
        else:
            blocks = x.T.reshape(*several, rows, columns)
        return np.asarray((self.left @ blocks @ self.right.T).reshape(x.T.shape).T)

    def diagonal(self) -> Array:
        if self.turned:
            return np.asarray(self.left * self.right.T).ravel()
        return np.outer(np.diag(self.left), np.diag(self.right)).ravel()

    def block(self, i: Indices) -> Array:
        row, column = np.unravel_index(i, (len(self.left), len(self.right)))
        if self.turned:
            return np.asarray(self.left[np.ix_(row, column)] * self.right[np.ix_(column, row)])
        return np.asarray(self.left[np.ix_(row, row)] * self.right[np.ix_(column, column)])

    def dense(self) -> Array:
        pattern = "il,jk->ijkl" if self.turned else "ik,jl->ijkl"
        size = len(self.left) * len(self.right)
        return np.asarray(np.einsum(pattern, self.left, self.right).reshape(size, size))

    def solve(self, b: Array) -> Array:
        """Return the X with A X B′ (or A X′ B′) = b for every column of b."""
        left, right = (_inverse(m) for m in (self.left, self.right))
        if not self.turned:
            return KroneckerProduct(left, right).product(b)
        solved = left @ b.T.reshape(-1, len(left), len(right)) @ right.T
        return np.asarray(solved.swapaxes(1, 2).reshape(b.shape[1], -1).T)

    def logdet(self) -> float:
        (s, a), (t, b) = np.linalg.slogdet(self.left), np.linalg.slogdet(self.right)
        m, n = len(self.left), len(self.right)
        sign = s**n * t**m * (-1.0 if self.turned and n * (n - 1) // 2 % 2 else 1.0)
        return float(a * n + b * m) if sign > 0 else float("nan")


@final
@dataclass(frozen=True, eq=False)
class Dense:
    """A matrix that is formed."""

    matrix: Array

    def product(self, x: Array) -> Array:
        return np.asarray(self.matrix @ x)

    def diagonal(self) -> Array:
        return np.diag(self.matrix)

    def block(self, i: Indices) -> Array:
        return np.asarray(self.matrix[np.ix_(i, i)])

    def dense(self) -> Array:
        return self.matrix


class AbstractForms(Protocol):
    """How to compute what a term is asked for, from the values at a point."""

    def product(self, x: Array) -> Array:
        """Return the term times one vector."""
        ...

    def diagonal(self) -> Array: ...

    def dense(self) -> Array: ...

    def blocks(self) -> Array:
        """Return the blocks on the diagonal, first axis first; a single one where all are equal."""
        ...


@final
@dataclass(frozen=True, eq=False)
class Unformed:
    """A sum of products of tensors; a product with a vector multiplies by one factor after the other."""

    forms: AbstractForms

    def product(self, x: Array) -> Array:
        if "_dense" in self.__dict__:
            return np.asarray(self._dense @ x)
        return _by_columns(self.forms, x)

    def diagonal(self) -> Array:
        return self.forms.diagonal()

    def block(self, i: Indices) -> Array:
        return np.asarray(self._dense[np.ix_(i, i)])

    def dense(self) -> Array:
        return self._dense

    @cached_property
    def _dense(self) -> Array:
        return self.forms.dense()


@final
@dataclass(frozen=True, eq=False)
class BlockDiagonal:
    """One block for every row of the variable, or for every column with `by_columns`."""

    forms: AbstractForms
    variable_shape: tuple[int, int]
    by_columns: bool = False

    @cached_property
    def blocks(self) -> Array:
        """Return the blocks, along the first axis; a single one stands for equal ones."""
        return self.forms.blocks()

    def product(self, x: Array) -> Array:
        if "blocks" not in self.__dict__:
            return _by_columns(self.forms, x)
        return self.times(self.blocks, x)

    def diagonal(self) -> Array:
        if "blocks" not in self.__dict__:
            return self.forms.diagonal()
        diagonals = np.broadcast_to(np.einsum("bii->bi", self.blocks), self._apart)
        return np.array(diagonals.T if self.by_columns else diagonals).ravel()

    def block(self, i: Indices) -> Array:
        place, inside = np.unravel_index(i, self.variable_shape)
        if self.by_columns:
            place, inside = inside, place
        which = place[:, None] if len(self.blocks) > 1 else 0
        same = place[:, None] == place
        return np.asarray(self.blocks[which, inside[:, None], inside] * same)

    def dense(self) -> Array:
        size = prod(self.variable_shape)
        matrix = np.zeros((size, size))
        pattern = "ijkj->jik" if self.by_columns else "ijil->ijl"
        np.einsum(pattern, matrix.reshape(self.variable_shape * 2))[...] = self.blocks
        return matrix

    def solve(self, b: Array) -> Array:
        """Return the solution for every column of b."""
        return self.times(self._inverse, b)

    def shifted(self, shift: Array) -> Array:
        """Return the inverses of the blocks plus a diagonal.

        Raises:
            LinAlgError: the sum is not positive definite.
        """
        shifted = self.blocks + np.zeros((*self._apart, self._apart[1]))
        np.einsum("bii->bi", shifted)[...] += self._arranged(shift[:, None])[:, :, 0]
        np.linalg.cholesky(shifted)
        return np.asarray(np.linalg.inv(shifted), np.float64)

    def sign_and_logdet(self) -> tuple[float, float]:
        """Return the sign of the determinant, and the logarithm of its absolute value."""
        signs, values = np.linalg.slogdet(self.blocks)
        repeated = self._apart[0] // len(self.blocks)
        return float(np.prod(signs) ** repeated), float(repeated * np.sum(values))

    @property
    def _apart(self) -> tuple[int, int]:
        """Return how many blocks there are, and their size."""
        rows, columns = self.variable_shape
        return (columns, rows) if self.by_columns else (rows, columns)

    @cached_property
    def _inverse(self) -> Array:
        inverse = np.asarray(np.linalg.inv(self.blocks), np.float64)
        size = np.abs(self.blocks).sum(axis=1).max(axis=1) * np.abs(inverse).sum(axis=1).max(axis=1)
        if not np.all(size <= 1 / SMALLEST_CONDITION):
            raise np.linalg.LinAlgError
        return inverse

    def _arranged(self, x: Array) -> Array:
        """Return the columns of x with an axis for the blocks and one for the places inside them."""
        apart = x.reshape(*self.variable_shape, -1)
        return apart.swapaxes(0, 1) if self.by_columns else apart

    def times(self, blocks: Array, x: Array) -> Array:
        """Return blocks in these places, times a vector or columns."""
        product = blocks @ self._arranged(x)
        return np.asarray((product.swapaxes(0, 1) if self.by_columns else product).reshape(x.shape))


def _by_columns(forms: AbstractForms, x: Array) -> Array:
    if x.ndim == 1:
        return forms.product(x)
    return np.array([forms.product(column) for column in np.ascontiguousarray(x.T)]).reshape(x.T.shape).T


def _inverse(matrix: Array) -> Array:
    factorization, condition = lu_and_condition(matrix)
    if not condition >= SMALLEST_CONDITION:
        raise np.linalg.LinAlgError
    return lu_inverse(factorization)


Term: TypeAlias = Diagonal | Gram | Outer | KroneckerProduct | BlockDiagonal | Unformed | Dense
