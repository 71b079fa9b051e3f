"""Affine constraints as numbers, read straight from the expression: Jz + c.

`sum(x) - 1`, `A*x - b` and `mu'*x - r` state their coefficients; there is nothing to differentiate and
no program to write. What is not of this kind, or has data that need a closer look, is left to the
general way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, final

import numpy as np

from frechet.assumptions import Structure
from frechet.expressions.nodes import Apply, Expr, Number, Ones, Product, Sum, Symbol, Transpose, Zero
from frechet.expressions.traversal import symbols_of
from frechet.functions.indexing import SUM
from frechet.optimize.objective import Array
from frechet.optimize.variables import Block, Variables


class Affine(NamedTuple):
    """J and c, a row for each entry of the left-hand side."""

    matrix: Array
    offset: Array


class _UnreadableError(Exception):
    """The expression, or its data, are not of the plain kind."""


def affine_of(expression: Expr, variables: Variables, data: Mapping[str, Any]) -> Affine | None:
    """Return a scalar or a vector as Jz + c, or None when that cannot be read from it."""
    if expression.shape[1] != 1:
        return None
    reader = _Reader(variables, data)
    terms = expression.terms if isinstance(expression, Sum) else (expression,)
    moving = [t for t in terms if reader.is_moving(t)]
    try:
        matrix = sum(reader.coefficients(t) for t in moving)
        offset = sum((reader.constant(t) for t in terms if t not in moving), np.zeros((1, 1)))
    except (_UnreadableError, ValueError):
        return None
    rows = 1 if expression.is_scalar else len(np.atleast_2d(matrix))
    if offset.shape not in ((1, 1), (rows, 1)) or np.shape(matrix) != (rows, variables.size):
        return None
    return Affine(np.asarray(matrix), np.broadcast_to(offset[:, 0], rows))


def constant_of(expression: Expr, variables: Variables, data: Mapping[str, Any]) -> Array | None:
    """Return the value of an expression without variables, up to repetition, or None when it is not plain."""
    try:
        return _Reader(variables, data).constant(expression)
    except (_UnreadableError, ValueError):
        return None


@final
class _Reader:
    """Reads expressions with the data; sizes that contradict each other are unreadable."""

    def __init__(self, variables: Variables, data: Mapping[str, Any]) -> None:
        self._data, self._size = data, variables.size
        self._blocks = {block.symbol: block for block in variables.blocks}
        self._lengths: dict[object, int] = {}
        for block in variables.blocks:
            self._fit(block.symbol, (block.rows, block.columns))

    def is_moving(self, term: Expr) -> bool:
        return any(symbol in self._blocks for symbol in symbols_of(term).values())

    def coefficients(self, term: Expr) -> Array:
        """Return the J of a term, its variable at the end of a product or under a sum."""
        match term:
            case Symbol() if term in self._blocks:
                block = self._block(term)
                if block.columns != 1:
                    raise _UnreadableError
                return self._placed(block, np.eye(block.rows))
            case Apply(function, (Symbol() as symbol,)) if function is SUM and symbol in self._blocks:
                block = self._block(symbol)
                return self._placed(block, np.ones((1, block.rows * block.columns)))
            case Product(coefficient, scalars, (*before, last)) if self.is_moving(last):
                return self._scaled(
                    coefficient, scalars, [*map(self._matrix, before), self.coefficients(last)]
                )
            case Product(coefficient, scalars, ()):
                moving = [s for s in scalars if self.is_moving(s)]
                others = tuple(s for s in scalars if s not in moving)
                if len(moving) == 1:
                    return self._scaled(coefficient, others, [self.coefficients(moving[0])])
        raise _UnreadableError

    def constant(self, term: Expr) -> Array:
        """Return the value of a term without variables; where all entries are equal, one of them."""
        match term:
            case Number(value):
                return np.full((1, 1), float(value))
            case Ones():
                return np.ones((1, 1))
            case Zero():
                return np.zeros((1, 1))
            case Product(coefficient, scalars, (Ones() | Zero() as only,)):
                return self._scaled(coefficient, scalars, [self.constant(only)])
            case Product(coefficient, scalars, chain):
                return self._scaled(coefficient, scalars, list(map(self._matrix, chain)))
            case Sum(terms):
                return np.asarray(sum(map(self.constant, terms)))
            case _:
                return self._matrix(term)

    def _scaled(self, coefficient: Any, scalars: tuple[Expr, ...], chain: list[Array]) -> Array:
        result = chain[-1] if chain else np.ones((1, 1))
        for factor in reversed(chain[:-1]):
            result = factor @ result
        scale = float(coefficient)
        for scalar in scalars:
            scale *= float(self.constant(scalar)[0, 0])
        return result if scale == 1 else scale * result

    def _matrix(self, factor: Expr) -> Array:
        match factor:
            case Symbol() if factor not in self._blocks:
                return self._array(factor)
            case Transpose(Symbol() as symbol) if symbol not in self._blocks:
                return self._array(symbol).T
        raise _UnreadableError

    def _array(self, symbol: Symbol) -> Array:
        value: Any = self._data.get(symbol.name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = np.full((1, 1), float(value))
        plain = type(value) is np.ndarray and value.dtype == np.float64 and 1 <= value.ndim <= 2
        if not plain or symbol.structure is not Structure.GENERAL or not np.isfinite(value).all():
            raise _UnreadableError
        found = np.asarray(value if value.ndim == 2 else value[:, None], dtype=np.float64)
        self._fit(symbol, found.shape)
        return found

    def _fit(self, symbol: Symbol, shape: tuple[int, ...]) -> None:
        for dimension, length in zip(symbol.shape, shape, strict=True):
            if (
                dimension if isinstance(dimension, int) else self._lengths.setdefault(dimension, length)
            ) != length:
                raise _UnreadableError

    def _block(self, symbol: Symbol) -> Block:
        block = self._blocks[symbol]
        if block.free is not None:
            raise _UnreadableError
        return block

    def _placed(self, block: Block, entries: Array) -> Array:
        if len(self._blocks) == 1:
            return entries
        result = np.zeros((len(entries), self._size))
        result[:, block.place] = entries
        return result
