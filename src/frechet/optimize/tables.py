"""Several data files together, and columns of their tables gathered: `X: height, weight; y: label`.

What is small is read as a whole; a larger memory map, Parquet or Zarr file stays on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from frechet.errors import EvaluationError, FrechetError, quoted
from frechet.optimize.data import MAX_FILE, read_data
from frechet.optimize.large_files import open_data


def read_files(paths: Iterable[Path], columns: Iterable[str] = ()) -> dict[str, Any]:
    """Return the arrays of all files by name, and those made of columns.

    Raises:
        FrechetError: a file is refused, or a column is not there.
    """
    wanted = columns_of(columns)
    found: dict[str, Any] = {}
    for path in paths:
        if path.suffix.lower() == ".zarr":
            found.update(open_data(path))
        elif path.is_file() and path.stat().st_size > MAX_FILE:
            opened = open_data(path, wanted or None)
            found.update(opened)
            wanted = {name: names for name, names in wanted.items() if name not in opened}
        else:
            found.update(read_data(path))
    return {**found, **{name: _gathered(name, names, found) for name, names in wanted.items()}}


def columns_of(texts: Iterable[str]) -> dict[str, str | list[str]]:
    """Return the columns by the name of the array: one for a vector, several for a matrix.

    >>> columns_of(["X: height, weight; y: label"])
    {'X': ['height', 'weight'], 'y': 'label'}
    """
    found: dict[str, str | list[str]] = {}
    for part in (part for text in texts for part in text.split(";") if part.strip()):
        name, colon, listed = part.partition(":")
        names = [column.strip() for column in listed.split(",")]
        if not (name.strip() and colon and all(names)):
            raise FrechetError(
                f"{quoted(part.strip())} does not say which columns make an array",
                hint="Write a name, a colon and columns, as in --columns 'X: height, weight; y: label'.",
            )
        found[name.strip()] = names[0] if len(names) == 1 else names
    return found


def _gathered(name: str, names: str | list[str], data: Mapping[str, Any]) -> Any:
    listed = [names] if isinstance(names, str) else names
    for column in listed:
        if column not in data:
            raise EvaluationError(
                f"there is no column {quoted(column)} for {name}",
                hint=f"The data have: {', '.join(list(data)[:10]) or 'none'}.",
            )
    lengths = {column: len(data[column]) for column in listed}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{column} {length}" for column, length in lengths.items())
        raise EvaluationError(
            f"the columns of {name} have different lengths: {shown}", hint="Take them from one table."
        )
    return data[names] if isinstance(names, str) else np.column_stack([data[column] for column in listed])
