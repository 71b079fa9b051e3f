"""A compiled function over data in chunks of rows: one fused pass per chunk, added up in a tree.

Every output is split into a sum over rows and a rest (`rows.py`). The sums are one NumPy program
(`rows_pass.py`), which Dask runs once on every chunk, on local threads or on the cluster whose
client is active; the rest is computed here. Only the sums travel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, final
from uuid import uuid4

import numpy as np

from frechet.backends.dask_arrays import array_library, cluster, in_chunks, is_dask
from frechet.backends.inputs import read_inputs, sizes_of
from frechet.backends.program import Program
from frechet.backends.rows import Separation, separations_of
from frechet.backends.rows_pass import RowPass, preferred, row_pass
from frechet.backends.targets import Target, symbols_in
from frechet.errors import EvaluationError, FrechetError
from frechet.expressions.nodes import Symbol
from frechet.shapes import describe, value_of

FAN_IN: Final = 8


@final
@dataclass(frozen=True, eq=False)
class Prepared:
    """Data cut into chunks, and the pass for their sizes; `given` keeps the data it was made for."""

    given: tuple[Any, ...]
    separation: Separation
    chunks: dict[str, Any]
    sizes: dict[str, int]
    work: RowPass
    client: Any


@final
class DaskProgram:
    """A compiled function: call it with the inputs by name. Rows may be Dask arrays or memory maps."""

    def __init__(
        self, targets: Sequence[Target], declared: Mapping[str, Symbol], strict: bool = True
    ) -> None:
        array_library()
        self._targets, self._strict = tuple(targets), strict
        self._separations = separations_of(targets, declared)
        used = symbols_in(targets)
        self._declared = {**declared, **used}
        self._symbols = tuple(used.values())
        self._prepared: Prepared | None = None
        self._rests: dict[str, Program] = {}

    def __call__(self, /, **inputs: Any) -> list[Any]:
        """Return the outputs for these inputs, after one pass over the rows.

        Raises:
            EvaluationError: an input does not fit, or a value is not finite.
        """
        prepared = self._prepare(inputs)
        carriers = prepared.separation.carriers
        others = [s for s in self._symbols if s.name not in carriers]
        small = {s.name: _in_memory(inputs[s.name]) for s in others}
        arrays, _ = read_inputs(others, [], small)
        reader = self._rest(prepared.separation)
        values = {s.name: reader.canonical(s, arrays[s.name]) for s in others}
        vector = self._summed(prepared, values)
        if self._strict and not np.isfinite(vector).all():
            self._explain(prepared, values, small)
        return self._assembled(prepared, vector, reader(**small))

    def _prepare(self, inputs: Mapping[str, Any]) -> Prepared:
        for symbol in self._symbols:
            if inputs.get(symbol.name) is None:
                raise EvaluationError(
                    f"{symbol.name} has no value", hint=f"Pass {symbol.name}=…, a {describe(symbol.shape)}."
                )
        given = tuple(inputs[s.name] for s in self._symbols)
        shapes = {s.name: _matrix_shape(s, v) for s, v in zip(self._symbols, given, strict=True)}
        others = [s for n, s in self._declared.items() if n in inputs and n not in shapes]
        extra = {s.name: _matrix_shape(s, inputs[s.name]) for s in others}
        sizes = sizes_of([*self._symbols, *others], {**shapes, **extra})
        known = self._prepared
        if known is not None and known.sizes == sizes and known.client is cluster():
            names = [s.name for s in self._symbols]
            pairs = zip(names, known.given, given, strict=True)
            if all(old is new for name, old, new in pairs if name in known.chunks):
                return known
        self._prepared = self._planned(dict(inputs), given, sizes)
        return self._prepared

    def _planned(self, inputs: dict[str, Any], given: tuple[Any, ...], sizes: dict[str, int]) -> Prepared:
        """Choose the rows, cut the data, and plan the pass."""
        separation = preferred(self._separations, sizes, inputs)
        targets = [part.over_rows for part in separation.parts if part.over_rows is not None]
        work = row_pass(targets, self._declared, separation.size, separation.carriers, sizes)
        arrays = {name: _with_dtype(inputs[name]) for name, _ in work.carriers}
        return Prepared(given, separation, in_chunks(arrays), sizes, work, cluster())

    def _rest(self, separation: Separation) -> Program:
        if separation.size not in self._rests:
            targets = [part.rest for part in separation.parts if part.rest is not None]
            declared = {n: s for n, s in self._declared.items() if separation.size not in s.shape}
            self._rests[separation.size] = Program(targets, declared, self._strict)
        return self._rests[separation.size]

    def _summed(self, prepared: Prepared, values: Mapping[str, Any]) -> Any:
        with _one_thread_per_chunk():
            return _partial_sums(prepared, values).sum(axis=0, split_every=FAN_IN).compute()

    def _assembled(self, prepared: Prepared, vector: Any, rests: Sequence[Any]) -> list[Any]:
        """Return the outputs in their shapes: their part of the vector, plus what has no rows."""
        results, place, left = [], 0, iter(rests)
        for target, part in zip(self._targets, prepared.separation.parts, strict=True):
            lengths = tuple(value_of(d, prepared.sizes) for d in target.tensor.dims)
            total: Any = 0.0
            if part.over_rows is not None:
                count = int(np.prod(lengths, dtype=np.int64))
                entries, place = vector[place : place + count], place + count
                total = entries.reshape((1, *lengths) if target.is_row else lengths)
            if part.rest is not None:
                total = total + next(left)
            results.append(total if lengths else float(total))
        return results

    def _explain(self, prepared: Prepared, values: Mapping[str, Any], small: Mapping[str, Any]) -> None:
        """Raise for the first chunk whose sums are not finite, with the part of the formula to blame."""
        partial = _partial_sums(prepared, values).compute()
        bad = np.flatnonzero(~np.isfinite(partial).all(axis=1))
        if not bad.size:
            raise EvaluationError("the sum over the rows is too large for a float", hint="Scale the data.")
        place = int(bad[0])
        rows = next(iter(prepared.chunks.values())).chunks[0]
        start = sum(rows[:place])
        stop = start + rows[place]
        chunk = {name: array[start:stop].compute() for name, array in prepared.chunks.items()}
        targets = [part.over_rows for part in prepared.separation.parts if part.over_rows is not None]
        where = f"counted within rows {start + 1:,} to {stop:,}"
        try:
            Program(targets, self._declared)(**small, **chunk)
        except FrechetError as error:
            raise EvaluationError(f"{error.message}, {where}", hint=error.hint) from None
        raise EvaluationError(f"a value is not finite {where}", hint="Check the data.")


def _partial_sums(prepared: Prepared, values: Mapping[str, Any]) -> Any:
    """Return the sums of every chunk as the rows of a Dask array."""
    operands: list[Any] = []
    for name, array in prepared.chunks.items():
        operands += [array, ("r", f"columns of {name}")[: array.ndim]]
    work = prepared.work
    return array_library().blockwise(
        work,
        "rs",
        *operands,
        new_axes={"s": work.length},
        adjust_chunks={"r": 1},
        align_arrays=False,
        dtype=np.float64,
        meta=np.empty((0, 0)),
        name=f"rows-{uuid4().hex}",
        values=dict(values),
    )


def _one_thread_per_chunk() -> AbstractContextManager[object]:
    """Keep BLAS from starting threads of its own where chunks run side by side."""
    if cluster() is not None:
        return nullcontext()
    limited: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limited


_CONTROLLERS: list[Any] = []


def _controller() -> Any:
    if not _CONTROLLERS:
        from threadpoolctl import ThreadpoolController

        _CONTROLLERS.append(ThreadpoolController())
    return _CONTROLLERS[0]


def _in_memory(value: Any) -> Any:
    return value.compute() if is_dask(value) else value


def _with_dtype(value: Any) -> Any:
    return value if hasattr(value, "chunks") or isinstance(value, np.ndarray) else np.asarray(value)


def _matrix_shape(symbol: Symbol, value: Any) -> tuple[int, ...]:
    """Return the rows and columns of an input, whatever library holds it.

    Raises:
        EvaluationError: it has another number of axes than declared.
    """
    shape = tuple(value.shape) if hasattr(value, "shape") else np.shape(value)
    order = sum(d != 1 for d in symbol.shape)
    if len(shape) > 2 or (len(shape) < order and order == 2):
        raise EvaluationError(
            f"{symbol.name} is declared {describe(symbol.shape)}, but the value has {len(shape)} axes",
            hint="Vectors have one axis, matrices two, scalars none.",
        )
    return (*shape, 1, 1)[:2]


@final
class BoundDaskProgram:
    """A program over rows bound to its data; it keeps the interface of one that is bound in memory."""

    def __init__(self, program: DaskProgram, data: Mapping[str, Any]) -> None:
        self._program, self._data = program, dict(data)

    def change(self, values: Mapping[str, Any]) -> None:
        """Bind some of the data anew."""
        self._data.update(values)

    def __call__(self, /, **inputs: Any) -> list[Any]:
        """Return the outputs for the inputs that are not among the data."""
        return self._program(**self._data, **inputs)
