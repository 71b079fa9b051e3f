"""The progress of a long search on a terminal: iteration, value, gradient norm, after the first second.

In pipes and files nothing is written (`disable=None` asks whether standard error is a terminal).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tqdm import tqdm

from frechet.optimize.objective import Point
from frechet.optimize.stopping import Observer

DELAY: Final = 1.0
LINE: Final = "iteration {n_fmt} [{elapsed}{postfix}]"


@contextmanager
def progress_line(wanted: bool) -> Iterator[Observer | None]:
    """Give the observer that keeps the line up to date, or None; the line is erased at the end."""
    if not wanted:
        yield None
        return
    with tqdm(delay=DELAY, disable=None, leave=False, bar_format=LINE) as line:

        def observe(point: Point) -> None:
            found = f"value {point.value:.6g}, gradient {point.gradient_norm:.2g}"
            line.set_postfix_str(found, refresh=False)
            line.update()

        yield observe
