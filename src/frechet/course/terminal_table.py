"""A table in a terminal: columns side by side, long cells wrapped within their column."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

_GAP: Final = "  "
_NARROWEST: Final = 8


def table_text(rows: Sequence[Sequence[str]], width: int) -> str:
    """Return rows of cells, the first of them the head, in columns of together `width` letters.

    >>> print(table_text([["what", "gradient"], ["a'x", "a"]], 40))
    what  gradient
    ────  ────────
    a'x   a
    """
    count = max(map(len, rows))
    padded = [[*row, *[""] * (count - len(row))] for row in rows]
    widths = _widths(padded, width - len(_GAP) * (count - 1))
    rule = _GAP.join("─" * column for column in widths)
    head, *body = (_row(row, widths) for row in padded)
    return "\n".join([*([head, rule] if head.strip() else [rule]), *body])


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Give narrow columns what they want, and share what is left among the others."""
    wanted = [max(1, *map(len, column)) for column in zip(*rows, strict=True)]
    given = dict.fromkeys(range(len(wanted)), 0)
    open_columns = sorted(given, key=lambda column: wanted[column])
    while open_columns:
        share = max(_NARROWEST, room // len(open_columns))
        column = open_columns.pop(0)
        given[column] = min(wanted[column], share)
        room -= given[column]
    return [given[column] for column in range(len(wanted))]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    wrapped = [textwrap.wrap(cell, column) or [""] for cell, column in zip(cells, widths, strict=True)]
    lines = zip_longest(*wrapped, fillvalue="")
    return "\n".join(
        _GAP.join(f"{part:{column}}" for part, column in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
