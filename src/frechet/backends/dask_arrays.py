"""Rows in chunks: Dask arrays, memory maps and NumPy arrays as Dask arrays that every worker can read.

A memory map travels as the name of its file, not as its content. NumPy arrays are cut into views;
for a cluster they are sent once, and kept.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from frechet.errors import EvaluationError, needing

CHUNK_BYTES: Final = 32_000_000
CHUNKS_AT_LEAST: Final = 4


@final
@dataclass(frozen=True)
class MappedFile:
    """An array in a file, opened where it is read."""

    filename: str
    dtype: np.dtype[Any]
    offset: int
    shape: tuple[int, ...]
    order: str

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def __getitem__(self, key: Any) -> Any:
        layout: Any = self.order
        mapped = np.memmap(self.filename, self.dtype, "r", self.offset, self.shape, layout)
        return np.asarray(mapped[key])


@final
@dataclass(frozen=True, eq=False)
class InMemory:
    """An array of this process, of which chunks are views: Dask itself would copy it."""

    array: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.array.shape)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        found: np.dtype[Any] = self.array.dtype
        return found

    def __getitem__(self, key: Any) -> Any:
        return self.array[key]


def is_dask(value: object) -> bool:
    """Tell a Dask array, without importing Dask."""
    return type(value).__module__.startswith("dask.array")


def is_chunked(value: object) -> bool:
    """Tell data that need not be in memory: a Dask array or a memory map."""
    return is_dask(value) or isinstance(value, np.memmap)


def array_library() -> Any:
    """Return `dask.array`.

    Raises:
        UnsupportedError: Dask is not installed.
    """
    with needing("dask", "the back end dask"):
        import dask.array
    return dask.array


def cluster() -> Any:
    """Return the client of the cluster in use, if there is one."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        return distributed.default_client()
    except ValueError:
        return None


def in_chunks(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arrays as Dask arrays with the same rows in every chunk and all columns in one.

    Raises:
        EvaluationError: an array's length is unknown, or it holds no real numbers.
    """
    da = array_library()
    known = {name: value for name, value in arrays.items() if is_dask(value)}
    for name, value in known.items():
        if any(length != length for length in value.shape):
            raise EvaluationError(
                f"the number of rows of {name} is not known",
                hint=f"Call {name}.compute_chunk_sizes() first.",
            )
    widest = max(known or arrays, key=lambda name: np.prod(arrays[name].shape))
    rows = known[widest].chunks[0] if known else _row_chunks(arrays)
    found = {name: _as_dask(da, name, value, rows) for name, value in arrays.items()}
    return {name: _with_chunks(value, rows) for name, value in found.items()}


def row_bounds(arrays: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Return where the chunks of rows begin and end: those of a Dask array, else of a good size."""
    lengths = next((v.chunks[0] for v in arrays.values() if is_dask(v)), None) or _row_chunks(arrays)
    ends = np.cumsum(lengths)
    return [(int(end) - length, int(end)) for end, length in zip(ends, lengths, strict=True)]


def _row_chunks(arrays: Mapping[str, Any]) -> tuple[int, ...]:
    """Cut the rows so that the largest chunk of them all is of a good size."""
    total = len(next(iter(arrays.values())))
    row_bytes = sum(value.nbytes for value in arrays.values()) / max(1, total)
    count = max(CHUNKS_AT_LEAST, round(total * row_bytes / CHUNK_BYTES))
    step = max(1, -(-total // count))
    return tuple(min(step, total - start) for start in range(0, total, step)) or (0,)


def _with_chunks(value: Any, rows: tuple[int, ...]) -> Any:
    wanted = (rows, *((length,) for length in value.shape[1:]))
    return value if value.chunks == wanted else value.rechunk(wanted)


def _as_dask(da: Any, name: str, value: Any, rows: tuple[int, ...]) -> Any:
    if np.dtype(value.dtype).kind not in "iuf":
        raise EvaluationError(f"{name} holds {value.dtype}, not real numbers", hint="Convert it first.")
    if is_dask(value):
        return value
    chunks = (rows, *((length,) for length in value.shape[1:]))
    client = cluster()
    if isinstance(value, np.memmap) and value.filename is not None:
        value = _mapped(value)
    if isinstance(value, MappedFile) or client is None:
        source = value if isinstance(value, MappedFile) else InMemory(value)
        empty = np.empty((0,) * source.ndim, source.dtype)
        return da.from_array(source, chunks=chunks, asarray=False, name=False, meta=empty)
    lazy = da.from_array(np.asarray(value), chunks=chunks, name=False)
    with warnings.catch_warnings():
        # The scheduler keeps what it sends, so that a lost worker's share can be sent again.
        warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
        return client.persist(lazy)


def _mapped(value: np.memmap[Any, Any]) -> Any:
    """Return the place of a contiguous memory map in its file, else the array itself."""
    if not (value.flags.c_contiguous or value.flags.f_contiguous):
        return np.asarray(value)
    whole: Any = value
    while isinstance(whole.base, np.memmap):
        whole = whole.base
    offset = whole.offset + value.ctypes.data - whole.ctypes.data
    order = "C" if value.flags.c_contiguous else "F"
    return MappedFile(str(value.filename), value.dtype, offset, value.shape, order)
