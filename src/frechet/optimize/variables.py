"""Between the variables of a formula and one flat vector of free entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from frechet.assumptions import Structure
from frechet.errors import EvaluationError, UnsupportedError, quoted
from frechet.expressions.nodes import Symbol
from frechet.expressions.traversal import symbols_of
from frechet.formula import Formula
from frechet.optimize.free_entries import FreeEntries, free_entries
from frechet.optimize.objective import Array
from frechet.shapes import describe, factors_of, is_scalar, value_of

UNSUPPORTED: Final = {
    Structure.ORTHOGONAL: "orthogonal matrices form a curved set",
    Structure.INTEGER: "a whole number cannot vary continuously",
}


@final
@dataclass(frozen=True, slots=True)
class Block:
    """One variable: its sizes, its place in the flat vector, and which entries are free, if not all."""

    symbol: Symbol
    rows: int
    columns: int
    place: slice
    free: FreeEntries | None

    def value(self, z: Array) -> Array:
        """Return the variable as a matrix."""
        return self.flat(z).reshape(self.rows, self.columns)

    def flat(self, z: Array) -> Array:
        """Return the entries of the variable, row by row."""
        entries = z[self.place]
        return entries if self.free is None else self.free.full(entries)

    def public(self, z: Array) -> Any:
        """Return the variable as a float, a 1-D or a 2-D array."""
        value = self.value(z)
        if is_scalar(self.symbol.shape):
            return float(value[0, 0])
        return value[:, 0].copy() if self.symbol.shape[1] == 1 else value.copy()

    def reduced(self, gradient: Any) -> Array:
        """Return the gradient by the free entries."""
        flat = np.asarray(gradient, dtype=np.float64).reshape(-1)
        return flat if self.free is None else self.free.reduced(flat)


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
        parts = [b.reduced(g) for b, g in zip(self.blocks, gradients, strict=True)]
        return parts[0].copy() if len(parts) == 1 else np.concatenate(parts)


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
        free = free_entries(symbol.structure, rows)
        count = rows * columns if free is None else len(free)
        blocks.append(Block(symbol, rows, columns, slice(end, end + count), free))
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
    return flat.copy() if block.free is None else _free_part(block.symbol, block.free, flat)


def _free_part(symbol: Symbol, free: FreeEntries, flat: Array) -> Array:
    entries = free.reduced(flat)
    allowed = 1e-8 * max(1.0, float(np.max(np.abs(flat), initial=0.0)))
    if np.max(np.abs(free.full(entries) - flat), initial=0.0) > allowed:
        raise EvaluationError(
            f"the start of {symbol.name} is not {symbol.structure.value}",
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


def needed_data(formula: Formula, names: Sequence[str], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of the data that a formula uses, or that its sizes follow from.

    Raises:
        EvaluationError: a name of the formula has no value.
    """
    for name in symbols_of(formula.expression):
        if name not in names and name not in data:
            raise EvaluationError(
                f"{name} has no value", hint=f'Pass data={{"{name}": …}}, or minimize over it too.'
            )
    return {name: value for name, value in data.items() if name in formula.declarations and name not in names}
