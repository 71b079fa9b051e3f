"""Run every benchmark of the library, print the tables and write them into docs/benchmarks.md."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Final

from benchmarks import dask, derivation, evaluation, growth, hessians, imports, learning, optimize, report
from benchmarks.measure import machine

PEERS: Final = (
    "sympy", "tensorgrad", "torch", "jax", "numpy", "scipy", "dask", "scikit-learn", "cvxpy", "genosolver",
)  # fmt: skip


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
        "Evaluation": (evaluation.__doc__, evaluation.run()),
        "Hessians": (hessians.__doc__, hessians.run()),
        "Standard problems": (optimize.__doc__, optimize.run()),
        "Machine learning": (learning.__doc__, learning.run()),
        "Data in chunks": (dask.__doc__, dask.run()),
    }
    head = f"# Benchmarks\n\nWritten by `make bench`. {machine()}; {versions}."
    measured = {title: f"{(about or '').strip()}\n\n{text}" for title, (about, text) in sections.items()}
    print("\n\n".join(f"## {title}\n\n{text}" for title, text in measured.items()))
    report.write(head, {**report.sections(report.REPORT.read_text(encoding="utf-8")), **measured})


if __name__ == "__main__":
    main()
