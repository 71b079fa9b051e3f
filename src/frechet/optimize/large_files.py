"""Files that stay on disk: memory maps, Parquet and Zarr, as arrays that are read chunk by chunk.

A chunk of a Parquet file is a row group; a chunk of a Zarr array is a whole number of its own. What
is small, and csv and npz, is read as a whole (`data.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, final

import numpy as np

from frechet.backends.dask_arrays import CHUNK_BYTES, array_library
from frechet.errors import EvaluationError, needing, quoted
from frechet.optimize.data import MAX_FILE, name_of, read_data

Columns = Mapping[str, str | Sequence[str]]
LARGEST_RANK: Final = 2


def open_data(path: str | Path, columns: Columns | None = None) -> dict[str, Any]:
    """Return the arrays of a data file by name; large ones are read when they are needed.

    `columns` makes vectors and matrices of the columns of a Parquet file: {"y": "label",
    "X": ["height", "weight"]}. Without it every column is a vector, one of lists a matrix.

    Raises:
        EvaluationError: the file is missing, malformed, or holds what is not a number.
        UnsupportedError: the library that reads it is not installed.
    """
    file = Path(path)
    match file.suffix.lower():
        case ".parquet":
            return _parquet(file, columns)
        case ".zarr":
            return _zarr(file)
        case ".npy" if file.is_file() and file.stat().st_size > MAX_FILE:
            return {name_of(file): _memory_map(file)}
    return read_data(file)


def _memory_map(file: Path) -> Any:
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError):
        raise _unreadable(file, "an npy array of numbers", "np.save") from None
    if array.ndim > LARGEST_RANK or array.dtype.kind not in "iuf":
        raise _unreadable(file, "a vector or matrix of real numbers", "np.save")
    return array


def _unreadable(file: Path, what: str, writer: str) -> EvaluationError:
    return EvaluationError(
        f"{quoted(file.name)} is not {what}", hint=f"Check its name, or write it again with {writer}."
    )


def _library(name: str) -> Any:
    with needing("dask", "this file"):
        return import_module(name)


@final
@dataclass(frozen=True)
class ParquetColumns:
    """Some columns of a Parquet file as a vector or a matrix, read by row groups."""

    filename: str
    columns: tuple[str, ...]
    ends: tuple[int, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def __getitem__(self, key: Any) -> Any:
        rows, *rest = key if isinstance(key, tuple) else (key,)
        start, stop, step = rows.indices(self.shape[0])
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.ends, stop, side="left"))
        groups = list(range(first, min(last, len(self.ends) - 1) + 1))
        begin = self.ends[first - 1] if first else 0
        array = self._read(groups)[start - begin : stop - begin : step]
        return array[(slice(None), *rest)]

    def _read(self, groups: list[int]) -> Any:
        file = _library("pyarrow.parquet").ParquetFile(self.filename)
        table = file.read_row_groups(groups, columns=list(self.columns))
        parts = [_numbers(table.column(name), self.shape) for name in self.columns]
        return parts[0] if self.ndim == 1 or len(parts) == 1 else np.column_stack(parts)


def _numbers(column: Any, shape: tuple[int, ...]) -> Any:
    """Return a column as floats; of lists, as a matrix. What is missing is NaN."""
    joined = column.combine_chunks()
    if _is_list(joined.type):
        flat = joined.flatten().to_numpy(zero_copy_only=False)
        return flat.astype(np.float64, copy=False).reshape(-1, shape[1])
    numbers = joined.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)
    return numbers.reshape(-1, 1) if len(shape) == LARGEST_RANK else numbers


def _parquet(file: Path, columns: Columns | None) -> dict[str, Any]:
    parquet, da = _library("pyarrow.parquet"), array_library()
    try:
        opened = parquet.ParquetFile(file)
        schema, metadata = opened.schema_arrow, opened.metadata
    except (OSError, ValueError):
        raise _unreadable(file, "a Parquet file", "pyarrow or pandas") from None
    lengths = tuple(metadata.row_group(k).num_rows for k in range(metadata.num_row_groups))
    ends = tuple(int(end) for end in np.cumsum(lengths))
    wanted = {name: name for name in schema.names} if columns is None else dict(columns)
    found = {}
    for name, chosen in wanted.items():
        names = (chosen,) if isinstance(chosen, str) else tuple(chosen)
        width = _width(schema, names, file, matrix=not isinstance(chosen, str))
        shape = (metadata.num_rows, *width)
        source = ParquetColumns(str(file), names, ends, shape, np.dtype(np.float64))
        found[name] = da.from_array(
            source, chunks=(lengths, *((w,) for w in width)), asarray=False, name=False
        )
    return found


def _width(schema: Any, names: tuple[str, ...], file: Path, *, matrix: bool) -> tuple[int, ...]:
    """Return () for a vector, the number of columns for a matrix."""
    for name in names:
        if name not in schema.names:
            raise EvaluationError(
                f"{quoted(file.name)} has no column {quoted(name)}",
                hint=f"Its columns: {', '.join(schema.names[:10])}.",
            )
        kind = schema.field(name).type
        entry = kind.value_type if _is_list(kind) else kind
        if not (str(entry).startswith(("int", "uint")) or str(entry) in ("float", "double", "halffloat")):
            raise EvaluationError(
                f"the column {quoted(name)} of {quoted(file.name)} holds {entry}, not numbers",
                hint="Name the columns that are wanted with columns=….",
            )
    if len(names) == 1 and _is_list(schema.field(names[0]).type):
        return (int(schema.field(names[0]).type.list_size),)
    return (len(names),) if matrix else ()


def _is_list(kind: Any) -> bool:
    return hasattr(kind, "list_size")


def _zarr(file: Path) -> dict[str, Any]:
    zarr, da = _library("zarr"), array_library()
    try:
        opened = zarr.open(str(file), mode="r")
    except (OSError, ValueError, KeyError):
        raise _unreadable(file, "a Zarr array or group", "zarr") from None
    arrays = {name_of(file): opened} if hasattr(opened, "shape") else dict(opened.arrays())
    for name, array in arrays.items():
        if array.ndim > LARGEST_RANK or np.dtype(array.dtype).kind not in "iuf":
            raise _unreadable(file / name, "a vector or matrix of real numbers", "zarr")
    return {name: da.from_array(a, chunks=_whole_chunks(a), asarray=True) for name, a in arrays.items()}


def _whole_chunks(array: Any) -> tuple[int, ...]:
    """Return chunks of a good size that are a whole number of the file's, and all columns wide."""
    if not array.ndim or not array.shape[0]:
        return tuple(array.shape)
    row_bytes = max(1, array.dtype.itemsize * int(np.prod(array.shape[1:], dtype=np.int64)))
    own = int(array.chunks[0])
    return (own * max(1, CHUNK_BYTES // (row_bytes * own)), *array.shape[1:])
