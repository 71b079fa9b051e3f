"""Between the variables of a formula and one flat vector of free entries.

A symmetric matrix enters by its diagonal and √2 times its lower triangle, so that the Euclidean
norm of the vector is the Frobenius norm; likewise skew, diagonal and lower triangular matrices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from scipy.sparse import csr_matrix

from frechet.assumptions import Structure
from frechet.errors import EvaluationError, UnsupportedError, quoted
from frechet.expressions.nodes import Symbol
from frechet.optimize.objective import Array, Indices
from frechet.shapes import describe, factors_of, is_scalar, value_of

UNSUPPORTED: Final = {
    Structure.ORTHOGONAL: "orthogonal matrices form a curved set",
    Structure.INTEGER: "a whole number cannot vary continuously",
}
IN_TRIANGLES: Final = (Structure.SYMMETRIC, Structure.PSD, Structure.SKEW, Structure.LOWER)


@final
@dataclass(frozen=True, slots=True)
class Block:
    """One variable: its sizes, its place in the flat vector, and the basis of its free entries."""

    symbol: Symbol
    rows: int
    columns: int
    place: slice
    basis: csr_matrix | None
    transposed: csr_matrix | None = None

    def value(self, z: Array) -> Array:
        """Return the variable as a matrix."""
        return self.flat(z).reshape(self.rows, self.columns)

    def flat(self, z: Array) -> Array:
        """Return the entries of the variable, row by row."""
        entries = z[self.place]
        return entries if self.basis is None else np.asarray(self.basis @ entries)

    def public(self, z: Array) -> Any:
        """Return the variable as a float, a 1-D or a 2-D array."""
        value = self.value(z)
        if is_scalar(self.symbol.shape):
            return float(value[0, 0])
        return value[:, 0].copy() if self.symbol.shape[1] == 1 else value.copy()

    def reduced(self, gradient: Any) -> Array:
        """Return the gradient by the free entries."""
        flat = np.asarray(gradient, dtype=np.float64).reshape(-1)
        return flat if self.transposed is None else np.asarray(self.transposed @ flat)


@final
@dataclass(frozen=True, slots=True)
class Variables:
    """All variables, one after the other."""

    blocks: tuple[Block, ...]

    @property
    def size(self) -> int:
        return self.blocks[-1].place.stop if self.blocks else 0

    def named(self, z: Array) -> dict[str, Any]:
        return {block.symbol.name: block.public(z) for block in self.blocks}

    def flat(self, values: Mapping[str, Any]) -> Array:
        """Return the flat vector of these values.

        Raises:
            EvaluationError: a value does not fit its variable.
        """
        parts = [_entries(block, values[block.symbol.name]) for block in self.blocks]
        return np.concatenate(parts) if parts else np.zeros(0)

    def reduced(self, gradients: Sequence[Any]) -> Array:
        return np.concatenate([b.reduced(g) for b, g in zip(self.blocks, gradients, strict=True)])


def variables_of(symbols: Sequence[Symbol], sizes: Mapping[str, int]) -> Variables:
    """Lay the variables out in one vector.

    Raises:
        UnsupportedError: a variable is of a kind that cannot be minimized over.
        EvaluationError: a size does not follow from the data.
    """
    blocks: list[Block] = []
    end = 0
    for symbol in symbols:
        if symbol.structure in UNSUPPORTED:
            raise UnsupportedError(
                f"{symbol.name} cannot be minimized over: {UNSUPPORTED[symbol.structure]}",
                hint="Declare it general, and add the restriction as a constraint.",
            )
        rows, columns = (_length(symbol, axis, sizes) for axis in (0, 1))
        basis = _basis(symbol.structure, rows)
        count = rows * columns if basis is None else basis.shape[1]
        transposed = None if basis is None else basis.T.tocsr()
        blocks.append(Block(symbol, rows, columns, slice(end, end + count), basis, transposed))
        end += count
    return Variables(tuple(blocks))


def _length(symbol: Symbol, axis: int, sizes: Mapping[str, int]) -> int:
    missing = [f for f in factors_of(symbol.shape[axis]) if isinstance(f, str) and f not in sizes]
    if missing:
        raise EvaluationError(
            f"the size {missing[0]} of {symbol.name} does not follow from the data",
            hint=f"Pass start={{{quoted(symbol.name)}: …}}, or declare it with a number.",
        )
    return value_of(symbol.shape[axis], dict(sizes))


def _basis(structure: Structure, n: int) -> csr_matrix | None:
    if structure is Structure.DIAGONAL:
        return _combined(n, np.arange(n), np.arange(n), np.ones(n), np.zeros(n))
    if structure not in IN_TRIANGLES:
        return None
    row, column = np.tril_indices(n)
    off = row != column
    if structure in (Structure.SYMMETRIC, Structure.PSD):
        weight = np.where(off, np.sqrt(0.5), 1.0)
        return _combined(n, row, column, weight, weight * off)
    if structure is Structure.SKEW:
        weight = np.full(int(off.sum()), np.sqrt(0.5))
        return _combined(n, row[off], column[off], weight, -weight)
    return _combined(n, row, column, np.ones(len(row)), np.zeros(len(row)))


def _combined(n: int, row: Indices, column: Indices, direct: Array, mirrored: Array) -> csr_matrix:
    """Return the n² × k matrix whose column e sets entry (row, column) and its mirror image."""
    k = np.arange(len(row))
    places = np.concatenate([row * n + column, column * n + row])
    entries = (np.concatenate([direct, mirrored]), (places, np.concatenate([k, k])))
    return csr_matrix(entries, shape=(n * n, len(row)))


def _entries(block: Block, value: Any) -> Array:
    name, wanted = block.symbol.name, describe(block.symbol.shape)
    try:
        array = np.asarray(value)
        if array.dtype.kind == "c":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise EvaluationError(
            f"the start of {name} is not an array of real numbers", hint=f"Pass a {wanted}."
        ) from None
    if array.size != block.rows * block.columns:
        raise EvaluationError(
            f"the start of {name} has {array.size} entries, and {name} has {block.rows} × {block.columns}",
            hint=f"Pass a {wanted}.",
        )
    if not np.isfinite(array).all():
        place = ", ".join(str(p + 1) for p in np.argwhere(~np.isfinite(array))[0])
        where = f" at entry {place}" if place else ""
        raise EvaluationError(f"the start of {name} is not finite{where}", hint="Start from finite numbers.")
    flat = array.reshape(-1)
    return flat.copy() if block.basis is None else _in_basis(block, flat)


def _in_basis(block: Block, flat: Array) -> Array:
    assert block.basis is not None
    entries = np.asarray(block.basis.T @ flat)
    if np.max(np.abs(block.basis @ entries - flat), initial=0.0) > 1e-8 * max(
        1.0, float(np.max(np.abs(flat)))
    ):
        raise EvaluationError(
            f"the start of {block.symbol.name} is not {block.symbol.structure.value}",
            hint="Start from a matrix of the declared structure.",
        )
    return entries


def sizes_of(symbols: Sequence[Symbol], values: Mapping[str, Any]) -> dict[str, int]:
    """Return the sizes that the given values show; contradictions are left to the evaluation.

    Raises:
        EvaluationError: the rows of a value have different lengths.
    """
    sizes: dict[str, int] = {}
    for symbol in symbols:
        if symbol.name not in values:
            continue
        try:
            shape = np.shape(values[symbol.name])
        except ValueError:
            raise EvaluationError(
                f"{symbol.name} is not an array of real numbers", hint="All rows must have the same length."
            ) from None
        lengths = (*shape, 1, 1)[:2] if len(shape) < 2 else shape
        for dimension, length in zip(symbol.shape, lengths, strict=False):
            if isinstance(dimension, str) and "*" not in dimension:
                sizes.setdefault(dimension, int(length))
    return sizes
