"""Run every benchmark, print the tables and write docs/benchmarks.md."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks import dask, derivation, growth, imports, learning
from benchmarks.measure import machine

REPORT: Final = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
PEERS: Final = ("sympy", "tensorgrad", "torch", "numpy", "dask", "scikit-learn", "cvxpy", "genosolver")


def main() -> None:
    """Measure, print and write."""
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS)
    sections = {
        "Import": (imports.__doc__, imports.run()),
        "Growth": (growth.__doc__, growth.run()),
        "Derivation": (
            derivation.__doc__,
            derivation.run(lambda text: print(text, end="\r", file=sys.stderr)),
        ),
        "Machine learning": (learning.__doc__, learning.run()),
        "Data in chunks": (dask.__doc__, dask.run()),
    }
    parts = [f"# Benchmarks\n\nWritten by `make bench`. {machine()}; {versions}."]
    parts += [
        f"## {title}\n\n{(explanation or '').strip()}\n\n{text}"
        for title, (explanation, text) in sections.items()
    ]
    report = "\n\n".join(parts) + "\n"
    print(report)
    REPORT.write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
