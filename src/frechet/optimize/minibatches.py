"""Gradients from a few rows at a time: unbiased estimates of a gradient that is a sum over rows.

With ∇f = Σᵢ tᵢ + r, the rows i in a minibatch of b out of m give the estimate (m/b) Σ tᵢ + r. A pass
goes through all rows in random order. Data that need not be in memory are read chunk by chunk, the
chunks and the rows within each in random order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, final

import numpy as np

from frechet.backends.bound import BoundProgram
from frechet.backends.dask_arrays import is_chunked, is_dask, row_bounds
from frechet.backends.inputs import read_inputs, sizes_of
from frechet.backends.program import Program
from frechet.backends.rows import separations_of
from frechet.backends.rows_pass import preferred, row_pass
from frechet.backends.targets import targets_of
from frechet.differentiation.derivative import Derivative
from frechet.expressions.nodes import Symbol
from frechet.formula import Formula
from frechet.optimize.objective import Array, Estimate
from frechet.optimize.variables import Variables


@final
class Minibatches:
    """The gradient of a formula by the variables, from minibatches of the rows of its data.

    Raises:
        UnsupportedError: the gradient is no sum over rows; the place that forbids it is named.
    """

    def __init__(
        self,
        formula: Formula,
        gradients: Sequence[Derivative],
        variables: Variables,
        data: Mapping[str, Any],
    ) -> None:
        targets, declared = targets_of(list(gradients))
        declared = {**formula.declarations, **declared}
        symbols = [declared[name] for name in data if name in declared]
        shapes = {s.name: (*np.shape(data[s.name]), 1, 1)[:2] for s in symbols}
        shapes |= {b.symbol.name: (b.rows, b.columns) for b in variables.blocks}
        self._sizes = sizes_of([*symbols, *(b.symbol for b in variables.blocks)], shapes)
        separation = preferred(separations_of(targets, declared), self._sizes, data)
        self._variables, self._row_size, self._declared = variables, separation.size, declared
        self._targets = [part.over_rows for part in separation.parts if part.over_rows is not None]
        self._has_rows = [part.over_rows is not None for part in separation.parts]
        self._has_rest = [part.rest is not None for part in separation.parts]
        carried = set(separation.carriers)
        self._rows = {name: data[name] for name in separation.carriers}
        small = {name: value for name, value in data.items() if name not in carried}
        rest = Program([p.rest for p in separation.parts if p.rest is not None], declared, strict=False)
        self._rest = BoundProgram(rest, small)
        self._canonical: Callable[[Symbol, Any], Any] = rest.canonical
        constants = [declared[name] for name in small if name in declared]
        arrays, _ = read_inputs(constants, [], {n: _in_memory(v) for n, v in small.items()})
        self._values = {s.name: rest.canonical(s, arrays[s.name]) for s in constants}

    @property
    def count(self) -> int:
        """Return the number of rows."""
        return self._sizes[self._row_size]

    def estimates(self, batch_size: int, random: np.random.Generator) -> Iterator[Estimate]:
        """Yield, for one pass over the rows, an estimate of the gradient from each minibatch."""
        planned = {**self._sizes, self._row_size: min(batch_size, self.count)}
        work = row_pass(self._targets, self._declared, self._row_size, tuple(self._rows), planned)
        for rows in self._chunks([name for name, _ in work.carriers], random):
            order = random.permutation(len(rows[0]))
            for start in range(0, len(order), batch_size):
                chosen = order[start : start + batch_size]
                yield self._estimate(work, [part[chosen] for part in rows])

    def _chunks(self, names: Sequence[str], random: np.random.Generator) -> Iterator[list[Any]]:
        values = [self._rows[name] for name in names]
        if not any(is_chunked(value) for value in values):
            yield [np.asarray(value) for value in values]
            return
        bounds = row_bounds(dict(zip(names, values, strict=True)))
        for place in random.permutation(len(bounds)):
            start, stop = bounds[place]
            yield [_in_memory(value[start:stop]) for value in values]

    def _estimate(self, work: Callable[..., Array], rows: list[Any]) -> Estimate:
        weight = self.count / len(rows[0])

        def gradient(z: Array) -> Array:
            blocks = self._variables.blocks
            values = {b.symbol.name: self._canonical(b.symbol, b.value(z)) for b in blocks}
            sums = weight * work(*rows, values={**self._values, **values})[0]
            return self._assembled(sums, self._rest(**self._variables.named(z)))

        return gradient

    def _assembled(self, sums: Array, rests: Sequence[Any]) -> Array:
        """Return the gradient by the free entries."""
        place, left, parts = 0, iter(rests), []
        for block, has_rows, has_rest in zip(
            self._variables.blocks, self._has_rows, self._has_rest, strict=True
        ):
            total = np.zeros(block.rows * block.columns)
            if has_rows:
                total += sums[place : place + len(total)]
                place += len(total)
            if has_rest:
                total += np.ravel(next(left))
            parts.append(total)
        return self._variables.reduced(parts)


def _in_memory(value: Any) -> Any:
    return value.compute() if is_dask(value) else np.asarray(value)
