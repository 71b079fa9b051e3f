"""The server's time for every address that a GET can reach."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, final

from benchmarks.measure import median
from benchmarks.site.load import request

VISITS: Final = 9
TIMING: Final = re.compile(r"site;dur=([\d.]+)")


@final
@dataclass(frozen=True)
class Page:
    """An address with its times in milliseconds."""

    address: str
    status: int
    first: float
    later: float
    bytes: int


def pages(address: str, people: dict[str, Any]) -> list[Page]:
    """Visit every page several times; what answers only to POST is no page."""
    found = [visited(address, path, people) for path in people["addresses"]]
    return [page for page in found if page.status not in (404, 405)]


def visited(address: str, path: str, people: dict[str, Any]) -> Page:
    """Visit one page: as a learner, or as the instructor where a learner may not go."""
    session = people["learner"]
    first = visit(address, path, session)
    if first[0] in (403, 404):
        session = people["instructor"]
        first = visit(address, path, session)
    later = [visit(address, path, session) for _ in range(VISITS)]
    return Page(path, first[0], first[1], median(time for _, time, _ in later), first[2])


def visit(address: str, path: str, session: str) -> tuple[int, float, int]:
    """Return the status, the server's milliseconds, and the bytes received."""
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html"}
    status, text, found = request(address, path, session, **headers)
    timing = TIMING.search(str(found["Server-Timing"]))
    return status, float(timing[1]) if timing else float("nan"), len(text)
