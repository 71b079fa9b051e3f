"""One pass over a chunk of rows: a compiled program, run on blocks that fit the cache, and added up.

A pass is plain data (the text of the program and the lengths it needs), so that it travels to
another process; it is compiled once in each. All outputs come back as one flat vector, so that
the vectors of all chunks are added by whoever made the chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, final

import numpy as np

from frechet.backends.dask_arrays import is_chunked
from frechet.backends.execution import namespace, run
from frechet.backends.inputs import Array
from frechet.backends.program import Program
from frechet.backends.rows import Separation
from frechet.backends.targets import Target
from frechet.errors import FrechetError
from frechet.expressions.nodes import Symbol
from frechet.shapes import value_of

BLOCK_ENTRIES: Final = 125_000
FEWEST_ROWS: Final = 256
_FAILURES: Final = (FrechetError, np.linalg.LinAlgError, ValueError, ArithmeticError)


@final
@dataclass(frozen=True)
class RowPass:
    """What a worker needs to compute all sums over the rows of a chunk.

    `inputs` are the names behind the keys of the program, `sizes` the lengths that do not vary,
    `row_size` the program's name for the number of rows, `length` that of the flat vector.
    """

    text: str
    inputs: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, int], ...]
    row_size: str
    carriers: tuple[tuple[str, int], ...]
    block: int
    length: int

    def __call__(self, *chunk: Any, values: Mapping[str, Any]) -> Array:
        """Return the sums over the rows of a chunk as a matrix with one row; NaN where a step fails.

        A matrix comes as the list of its blocks of columns, which is one block.
        """
        whole = [part[0] if isinstance(part, list) else part for part in chunk]
        try:
            with np.errstate(all="ignore"):
                return self._summed(whole, values).reshape(1, -1)
        except _FAILURES:
            return np.full((1, self.length), np.nan)

    def _summed(self, chunk: Sequence[Any], values: Mapping[str, Any]) -> Array:
        program = _compiled(self.text, self.inputs)
        rows = len(chunk[0])
        totals: list[Any] = []
        for start in range(0, rows, self.block):
            stop = min(rows, start + self.block)
            inputs = dict(values)
            for (name, order), part in zip(self.carriers, chunk, strict=True):
                inputs[name] = _block(part[start:stop], order)
            found = program(inputs, {**dict(self.sizes), self.row_size: stop - start})
            if totals:
                for k, part in enumerate(found):
                    totals[k] += part
            else:
                totals = found
        return np.concatenate([np.ravel(total) for total in totals]) if totals else np.zeros(self.length)


def _block(rows: Any, order: int) -> Array:
    """Return some rows as a float matrix, or a vector where the program has one."""
    array = np.asarray(rows, dtype=np.float64)
    return array.reshape(-1) if order == 1 and array.ndim != 1 else array


@lru_cache(maxsize=64)
def _compiled(text: str, inputs: tuple[tuple[str, str], ...]) -> Callable[..., list[Any]]:
    names = namespace(np.float64, dict(inputs))
    run(text, names)
    program: Callable[..., list[Any]] = names["program"]
    return program


def preferred(
    separations: Sequence[Separation], sizes: Mapping[str, int], inputs: Mapping[str, Any]
) -> Separation:
    """Return the rows to go through: those of data that need not be in memory, then the most."""

    def preference(separation: Separation) -> tuple[bool, int]:
        return any(is_chunked(inputs.get(name)) for name in separation.carriers), sizes[separation.size]

    return max(separations, key=preference)


def row_pass(
    targets: Sequence[Target],
    declared: Mapping[str, Symbol],
    row_size: str,
    carriers: Sequence[str],
    sizes: Mapping[str, int],
) -> RowPass:
    """Return the pass that computes these sums over rows, planned for blocks of a good size.

    Chains are not fused: they would be compiled functions, which do not travel.
    """
    program = Program(targets, declared, strict=False, fuse=False)
    length = sum(_entries(target, sizes) for target in targets)
    symbols = {s.name: s for s in program.symbols}
    used = [name for name in carriers if name in symbols]
    widths = [value_of(symbols[name].shape[1], dict(sizes)) for name in used]
    block = block_rows(sum(widths), length)
    variant = program.variant({**sizes, row_size: min(block, sizes[row_size])})
    generated = variant.code.size_names
    return RowPass(
        text=variant.trusting_text,
        inputs=tuple(sorted(variant.input_names.items())),
        sizes=tuple(sorted((g, sizes[n]) for n, g in generated.items() if n != row_size)),
        row_size=generated.get(row_size, row_size),
        carriers=tuple((name, sum(d != 1 for d in symbols[name].shape)) for name in used),
        block=block,
        length=length,
    )


def block_rows(width: int, outputs: int) -> int:
    """Return how many rows fit the cache, yet outweigh adding up the outputs."""
    return max(FEWEST_ROWS, BLOCK_ENTRIES // max(1, width), 2 * outputs // max(1, width))


def _entries(target: Target, sizes: Mapping[str, int]) -> int:
    return int(np.prod([value_of(d, dict(sizes)) for d in target.tensor.dims], dtype=np.int64))
