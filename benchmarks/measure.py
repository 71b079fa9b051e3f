"""Measuring: CPU time under a limit, statistics, and tables."""

from __future__ import annotations

import contextlib
import platform
import signal
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any


class OverTimeError(Exception):
    """The limit was reached."""


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise `OverTimeError` in the block after so many seconds of wall time."""

    def alarm(*_: Any) -> None:
        raise OverTimeError

    previous = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what the call returns, and the CPU seconds it took."""
    started = time.process_time()
    result = call()
    return result, time.process_time() - started


def median(values: Iterable[float]) -> float:
    """Return the median, or nan of nothing."""
    found = list(values)
    return statistics.median(found) if found else float("nan")


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which the given share lies."""
    ordered = sorted(values)
    return ordered[int(share * (len(ordered) - 1))] if ordered else float("nan")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; a terminal shows it well enough."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def machine() -> str:
    """Describe where the figures come from."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
