"""The race as a table: our time, the method and why, and the peers' times beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from frechet.optimize.benchmark.catalogue import PROBLEMS
from frechet.optimize.benchmark.race import ROUNDS, Standing, race

HEADER = (
    "problem", "Fréchet, ms", "again", "fastest packaged", "ms", "fastest general", "ms", "CVXPY, ms",
    "method", "reason",
)  # fmt: skip


def standings(words: Sequence[str], rounds: int = ROUNDS, without: Sequence[str] = ()) -> Iterator[Standing]:
    """Run the problems whose names contain one of the words, one after the other."""
    for name, make in PROBLEMS.items():
        if not words or any(word in name for word in words):
            yield race(make(), rounds, without)


def row(standing: Standing) -> list[str]:
    """Return the cells of a line of the table."""
    best, general = standing.fastest, standing.fastest_general
    return [
        standing.title, _shown(standing.ours), _shown(standing.again), best[0] or "none", _shown(best[1]),
        general[0] or "none", _shown(general[1]), _shown(standing.modeled), standing.method,
        standing.reason,
    ]  # fmt: skip


def _shown(milliseconds: float | None) -> str:
    if milliseconds is None or milliseconds == np.inf:
        return "–"
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:.0f}"


def summary(found: Sequence[Standing]) -> str:
    """Count where we are first, where close to the general solvers, and where behind CVXPY."""
    won = sum(s.ours is not None and s.ours < s.fastest[1] for s in found)
    close = sum(s.ours is not None and s.ours <= 1.5 * s.fastest_general[1] for s in found)
    behind = [s.title for s in found if s.modeled < np.inf and (s.ours is None or s.modeled < s.ours)]
    return (
        f"Faster than every packaged solver on {won} of {len(found)}; within 1.5 of the fastest "
        f"general-purpose one on {close}; slower than CVXPY on {len(behind)}{_listed(behind)}."
    )


def _listed(titles: Sequence[str]) -> str:
    return f" ({'; '.join(titles)})" if titles else ""


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows below the header as a Markdown table."""
    lines = [HEADER, ["-" * len(cell) for cell in HEADER], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
