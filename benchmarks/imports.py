"""What `import frechet` costs, and that it imports nothing heavy.

Each import runs in a fresh interpreter; the systems take turns; an empty interpreter is deducted.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import Final

from benchmarks.measure import median, table

ROUNDS: Final = 9
PEER_ROUNDS: Final = 3
STATEMENTS: Final = {
    "nothing": "pass",
    "frechet": "import frechet",
    "frechet.cli": "import frechet.cli",
    "numpy": "import numpy",
    "sympy": "import sympy",
    "tensorgrad": "import tensorgrad",
}
HEAVY: Final = ("numpy", "scipy", "sympy", "torch", "jax", "click")


def run() -> str:
    """Measure every statement and return the report."""
    times: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for turn in range(ROUNDS):
        for name, statement in STATEMENTS.items():
            if turn < PEER_ROUNDS or name in ("nothing", "frechet"):
                times[name].append(cpu_seconds(statement))
    empty = median(times["nothing"])
    rows = [
        [name, f"{1e3 * (median(values) - empty):.0f}"] for name, values in times.items() if name != "nothing"
    ]
    measured = table(["import", "CPU ms (median)"], rows)
    return f"{measured}\n\nHeavy modules that `import frechet` loads: {loaded()}."


def cpu_seconds(statement: str) -> float:
    """Return the CPU seconds of a fresh interpreter that runs the statement."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def loaded() -> str:
    """Name the heavy modules found after the import."""
    probe = f"import sys, frechet; print(', '.join(m for m in {HEAVY} if m in sys.modules) or 'none')"
    return subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    print(run())
