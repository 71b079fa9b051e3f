"""What a figure's file declares, the numbers in it, and the faults it may have."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import final

from frechet.errors import DeclarationError, FrechetError, quoted
from frechet.expressions.function import Matrix

RESERVED = ("value", "gradient", "hessian")


@final
class FigureError(FrechetError):
    """A fault of a figure; `about` is the key that it concerns."""

    def __init__(self, message: str, about: str = "", *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.about = about


def declared_in(figure: Mapping[str, object]) -> dict[str, str]:
    """Return the declarations; a name that only has a value is what its value is."""
    values, declared = figure.get("values", {}), figure.get("declare", {})
    found: dict[str, str] = {}
    if isinstance(values, dict):
        found = {name: _kind_of(name, value) for name, value in values.items()}
    if isinstance(declared, dict):
        found |= {name: str(kind) for name, kind in declared.items()}
    return found


def _kind_of(name: str, value: object) -> str:
    rows = matrix_in(name, value)
    if not isinstance(value, list):
        return "scalar"
    is_matrix = isinstance(value[0], list)
    return f"matrix({len(rows)}, {len(rows[0])})" if is_matrix else f"vector({len(rows)})"


def matrix_in(name: str, value: object) -> Matrix:
    """Return a number, a list (a column) or a list of rows as a matrix.

    Raises:
        FigureError: it is none of these.
    """
    listed: list[object] = [*value] if isinstance(value, list) else [value]
    rows: list[list[object]] = [[*row] if isinstance(row, list) else [row] for row in listed]
    lengths = {len(row) for row in rows}
    if len(lengths) != 1 or 0 in lengths or not all(_is_number(x) for row in rows for x in row):
        hint = "Write [[2, 1], [1, 3]]."
        raise FigureError(f"the value of {quoted(name)} is no matrix of numbers", "values", hint=hint)
    return [[Fraction(repr(x)) for x in row] for row in rows]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def values_in(figure: Mapping[str, object], declared: Mapping[str, str]) -> dict[str, Matrix]:
    """Return the numbers of the figure's symbols.

    Raises:
        FigureError: a value is no matrix, or belongs to no symbol.
    """
    values = figure.get("values", {})
    if not isinstance(values, dict):
        raise FigureError("values is a table", "values", hint="Write [values], then x = [1, 2].")
    for name in values:
        if name not in declared:
            raise DeclarationError(f"{quoted(name)} has a value and no declaration", hint="Declare it.")
    return {name: matrix_in(name, value) for name, value in values.items()}


def names_of(figure: Mapping[str, object]) -> set[str]:
    """Return the names that run over an interval or a line, and so need no value."""
    if figure.get("kind") in ("shapes", "graph"):
        return set()
    found = {str(figure.get("over", ""))}
    for key in ("line", "series"):
        tables = figure.get(key, [])
        if isinstance(tables, list):
            found |= {str(table.get("over", "")) for table in tables if isinstance(table, dict)}
    return found - {""}


def floats_of(values: Mapping[str, Matrix]) -> dict[str, list[list[float]]]:
    return {name: [[float(x) for x in row] for row in rows] for name, rows in values.items()}
