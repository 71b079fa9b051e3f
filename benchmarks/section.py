"""Measure one section of docs/benchmarks.md, in this process, and print it."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

MODULES: Final = {
    "Import": "imports",
    "Growth": "growth",
    "Derivation": "derivation",
    "Evaluation": "evaluation",
    "Hessians": "hessians",
    "Standard problems": "optimize",
    "Machine learning": "learning",
    "Data in chunks": "dask",
}


def main(title: str) -> None:
    """Print what the section's module says about itself, and its tables."""
    module = import_module(f"benchmarks.{MODULES[title]}")
    print(f"{(module.__doc__ or '').strip()}\n\n{module.run()}")


if __name__ == "__main__":
    main(sys.argv[1])
