"""Small Parquet files as a whole: every column is a vector by its name, a column of lists a matrix.

The sizes that the file's own description states are checked before anything is read.
"""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any, Final

import numpy as np

from frechet.errors import EvaluationError, LimitError, UnsupportedError, quoted
from frechet.extras import installing

MAX_COLUMNS: Final = 10_000


def read_parquet(content: bytes, most_entries: int, most_bytes: int) -> dict[str, Any]:
    """Return the columns of a Parquet file.

    Raises:
        EvaluationError: the file is malformed, or a column holds what is not a finite number.
        LimitError: it unpacks to more than is allowed.
        UnsupportedError: pyarrow is not installed.
    """
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError:
        raise UnsupportedError(
            "Parquet files need pyarrow, which is not installed", hint=installing("parquet")
        ) from None
    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        _check_size(file.metadata, most_entries, most_bytes)
        table = file.read()
    except (OSError, ValueError):
        raise EvaluationError(
            "the file is not a Parquet file", hint="Write it with pyarrow, pandas or polars."
        ) from None
    return {name: _column(name, table.column(name)) for name in table.column_names}


def _check_size(metadata: Any, most_entries: int, most_bytes: int) -> None:
    groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
    unpacked = sum(group.total_byte_size for group in groups)
    if (
        metadata.num_columns > MAX_COLUMNS
        or metadata.num_rows * metadata.num_columns > most_entries
        or unpacked > most_bytes
    ):
        raise LimitError(
            f"the file has {metadata.num_rows:,} rows and {metadata.num_columns:,} columns, "
            f"more than {most_entries:,} entries",
            hint="Open it from Python with frechet.optimize.open_data, which reads by row groups.",
        )


def _column(name: str, column: Any) -> Any:
    """Return a column as floats; what is missing, or not a finite number, is named with its row."""
    types = import_module("pyarrow.types")
    kind = column.type
    rows, joined, width = len(column), column.combine_chunks(), 0
    if types.is_fixed_size_list(kind) or types.is_list(kind):
        lengths = {-1 if entry is None else len(entry) for entry in joined.to_pylist()}
        if len(lengths) != 1 or -1 in lengths:
            raise EvaluationError(
                f"the lists of the column {quoted(name)} have different lengths",
                hint="All rows of a matrix have the same length.",
            )
        width, kind, joined = lengths.pop(), kind.value_type, joined.flatten()
    if not (types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)):
        raise EvaluationError(
            f"the column {quoted(name)} holds {kind}, not numbers",
            hint="Leave it out, or write it as numbers.",
        )
    values = joined.cast("float64").to_numpy(zero_copy_only=False)
    if not np.isfinite(values).all():
        row = int(np.argmax(~np.isfinite(values))) // (width or 1) + 1
        raise EvaluationError(
            f"the column {quoted(name)} has no finite number in row {row}",
            hint="Fill in or leave out the rows with missing values.",
        )
    return values.reshape(rows, width) if width else values
