"""Data files: npz, npy, csv and Parquet, read with limits; nothing in them is ever executed.

A zip member is inflated under a counter, its header is checked against the bytes that are there
before anything is allocated, and pickled objects are refused. The columns of a csv file with a
header are vectors by name; without one the file is a single matrix by the name of the file.
"""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np

from frechet.backends.inputs import KINDS
from frechet.errors import EvaluationError, LimitError, quoted
from frechet.optimize.parquet import read_parquet

MAX_FILE: Final = 10_000_000
MAX_UNPACKED: Final = 100_000_000
MAX_MEMBERS: Final = 64
MAX_RATIO: Final = 200
MAX_RANK: Final = 2
MAX_ENTRIES: Final = 5_000_000
_KINDS: Final = "biuf"
_NAME: Final = re.compile(r"[^\W\d]\w*")


def read_data(path: str | Path) -> dict[str, Any]:
    """Return the arrays of a data file by name.

    Raises:
        EvaluationError: the file is missing, malformed, or not of a known kind.
        LimitError: the file is larger than a limit.
    """
    file = Path(path)
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
    except (OSError, ValueError):
        raise EvaluationError(
            f"the file {quoted(str(path))} cannot be read", hint="Check its name."
        ) from None
    if len(content) > MAX_FILE:
        raise LimitError(
            f"the file {quoted(file.name)} has more than {MAX_FILE:,} bytes",
            hint="Pass the arrays from Python.",
        )
    return read_content(file.name, content)


def read_content(name: str, content: bytes) -> dict[str, Any]:
    """Return the arrays of a data file that is already in memory; its name tells the kind.

    Raises:
        EvaluationError: the file is malformed, or not of a known kind.
        LimitError: it unpacks to more than a limit.
    """
    file = Path(name)
    match file.suffix.lower():
        case ".npz":
            return _npz(content)
        case ".npy":
            return {name_of(file): _npy(content, file.name)}
        case ".csv":
            return _csv(content, name_of(file))
        case ".parquet":
            return read_parquet(content, MAX_ENTRIES, MAX_UNPACKED)
    raise EvaluationError(
        f"{quoted(file.name)} is not a data file that is known here", hint="Use .npz, .npy, .csv or .parquet."
    )


def name_of(file: Path) -> str:
    """Return the name of an array that a file holds alone."""
    return "".join(_NAME.findall(file.stem)) or "data"


def _npz(content: bytes) -> dict[str, Any]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise EvaluationError("the file is not an npz archive", hint="Write it with np.savez.") from None
    if len(members) > MAX_MEMBERS:
        raise LimitError(
            f"the archive has {len(members)} members, more than {MAX_MEMBERS}", hint="Save fewer."
        )
    found: dict[str, Any] = {}
    left = min(MAX_UNPACKED, max(1, len(content)) * MAX_RATIO)
    for member in members:
        name = member.filename.removesuffix(".npy")
        if not _NAME.fullmatch(name) or name in found:
            raise EvaluationError(
                f"{quoted(member.filename)} is not the name of an array, or appears twice",
                hint="Save with plain names.",
            )
        inflated = _inflated(archive, member, left)
        left -= len(inflated)
        found[name] = _npy(inflated, name)
    return found


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    try:
        with archive.open(member) as stream:
            content = stream.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        raise EvaluationError(f"{quoted(member.filename)} is damaged", hint="Write the file again.") from None
    if len(content) > limit:
        raise LimitError("the archive unpacks to more than is allowed", hint="Pass the arrays from Python.")
    return content


def _npy(content: bytes, name: str) -> Any:
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        reader = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = reader(stream, max_header_size=10_000)
    except (ValueError, KeyError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise EvaluationError(f"{quoted(name)} is not an npy array", hint="Write it with np.save.") from None
    if dtype.hasobject or dtype.kind not in _KINDS:
        raise EvaluationError(
            f"{quoted(name)} holds {KINDS.get(dtype.kind, str(dtype))}, not real numbers",
            hint="Save arrays of real numbers only.",
        )
    if len(shape) > MAX_RANK or any(length < 0 for length in shape):
        raise EvaluationError(
            f"{quoted(name)} has {len(shape)} axes, and at most {MAX_RANK} are allowed", hint="Save matrices."
        )
    count = math.prod(shape)
    if count > MAX_ENTRIES:
        raise LimitError(
            f"{quoted(name)} has {count:,} entries, more than {MAX_ENTRIES:,}", hint="Pass fewer."
        )
    body = content[stream.tell() :]
    if len(body) != count * dtype.itemsize:
        raise EvaluationError(
            f"{quoted(name)} is shorter or longer than its header says", hint="Write it again."
        )
    array = np.frombuffer(body, dtype=dtype, count=count).reshape(shape, order="F" if fortran else "C")
    return array.astype(np.float64)


def _csv(content: bytes, name: str) -> dict[str, Any]:
    try:
        rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        raise EvaluationError("the file is not comma-separated text", hint="Save it as UTF-8 csv.") from None
    if not rows:
        raise EvaluationError("the file is empty", hint="Write a row per observation.")
    header = [cell.strip() for cell in rows[0]]
    has_names = all(_NAME.fullmatch(cell) and not _is_number(cell) for cell in header)
    body = rows[1:] if has_names else rows
    if not body:
        raise EvaluationError("the file has a header and no rows", hint="Write a row per observation.")
    values = np.empty((len(body), len(header)))
    if values.size > MAX_ENTRIES:
        raise LimitError(
            f"the file has {values.size:,} entries, more than {MAX_ENTRIES:,}", hint="Pass fewer."
        )
    for r, row in enumerate(body):
        if len(row) != len(header):
            raise EvaluationError(
                f"row {r + 1} has {len(row)} cells, and the first has {len(header)}",
                hint="Check the separators.",
            )
        values[r] = [_number(cell, r, c) for c, cell in enumerate(row)]
    if not has_names:
        return {name: values[:, 0] if values.shape[1] == 1 else values}
    if len(set(header)) != len(header):
        raise EvaluationError("two columns have the same name", hint="Rename one.")
    return {column: values[:, c] for c, column in enumerate(header)}


def _is_number(cell: str) -> bool:
    return cell.lower() in ("nan", "inf", "infinity")


def _number(cell: str, row: int, column: int) -> float:
    text = cell.strip()
    try:
        if "_" in text:
            raise ValueError
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EvaluationError(
            f"row {row + 1}, column {column + 1} holds {quoted(cell)}, not a finite number",
            hint="Use a point for decimals and commas between cells; leave nothing empty.",
        )
    return value
