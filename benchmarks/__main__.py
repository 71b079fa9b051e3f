"""Run benchmarks of the library and write their tables into docs/benchmarks.md.

Each section is measured in a process of its own, so that none has the memory, the threads or the
caches of another. Without titles all of them are; with titles only those.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from benchmarks import report
from benchmarks.measure import machine
from benchmarks.section import MODULES

PEERS: Final = (
    "sympy", "tensorgrad", "torch", "jax", "numpy", "scipy", "dask", "scikit-learn", "cvxpy", "genosolver",
)  # fmt: skip


def main(titles: Sequence[str]) -> int:
    """Measure, print and write; return 1 if a section could not be measured."""
    unknown = [title for title in titles if title not in MODULES]
    if unknown:
        print(f"there is no section {unknown[0]!r}; there are: {', '.join(MODULES)}", file=sys.stderr)
        return 2
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS)
    head = f"# Benchmarks\n\nWritten by `make bench`. {machine()}; {versions}."
    failed = False
    for title in titles or MODULES:
        print(f"{title} ...", file=sys.stderr)
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.section", title]
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if found.returncode:
            failed = True
            continue
        print(f"## {title}\n\n{found.stdout}")
        known = report.sections(report.REPORT.read_text(encoding="utf-8"))
        report.write(head, {**known, title: found.stdout.strip()})
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
