"""Machine-learning problems, from the text of the formula to a relative gap of 1e-6, against packages.

`frechet bench` prints the same table. Every solver runs with the loosest tolerance that reaches the
gap, the systems in turn; medians of CPU time on one thread. SciPy and genosolver get value and
gradient written by hand; ours includes reading, deriving and compiling the formula, with new names
every time; "again" is the same formula once more, as with other data.
"""

from __future__ import annotations

import os
import sys

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from frechet.optimize.benchmark.report import markdown, row, standings, summary  # noqa: E402 (threads first)


def run() -> str:
    """Return the table and the counts below it."""
    found = []
    for standing in standings(()):
        found.append(standing)
        print(f"{standing.title}: {row(standing)}", file=sys.stderr)
    return f"{markdown([row(s) for s in found])}\n\n{summary(found)}"


if __name__ == "__main__":
    print(run())
