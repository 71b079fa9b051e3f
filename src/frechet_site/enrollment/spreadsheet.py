"""Tables for spreadsheets. A cell that a spreadsheet would take for a formula is written as text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    r"""Return a cell as text that no spreadsheet computes.

    >>> cell('=HYPERLINK("http://x")'), cell(12), cell(None)
    ('\'=HYPERLINK("http://x")', '12', '')
    """
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS) else text


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a table as a file to download."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    # Without the mark, spreadsheets take UTF-8 for something else.
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return response
