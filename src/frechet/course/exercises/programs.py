"""Programs that learners write: run with their tests in a Python of their own, for a limited time.

Only on the learner's own machine; a site offers them for download. What a test's `assert` says is
what the learner is told.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, final

from frechet.course.exercises.exercise import Code
from frechet.course.exercises.marks import Mark, Outcome

SECONDS: Final = 30
_LONGEST: Final = 400
PRELUDE: Final = """import numpy as np
import frechet as fr
"""
HELPERS: Final = '''

def differences(function, at, step=1e-5):
    """The derivative of a number by every entry of an array, by central differences."""
    at = np.array(at, dtype=float)
    found = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        move = np.zeros_like(at)
        move[place] = step
        found[place] = (function(at + move) - function(at - move)) / (2 * step)
    return found


'''


@final
@dataclass(frozen=True, slots=True)
class Run:
    """What became of a program: whether its tests passed, and else what was said."""

    passed: bool
    message: str = ""


def run(code: Code, program: str, seconds: float = SECONDS) -> Run:
    """Run a program with the tests of an exercise in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(f"{PRELUDE}\n{program}\n{HELPERS}{code.tests}", encoding="utf-8")
        try:
            done = subprocess.run(
                [sys.executable, str(path)], capture_output=True, text=True, timeout=seconds, cwd=folder,
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Run(False, f"It did not end within {seconds:g} seconds.")
    return Run(True) if done.returncode == 0 else Run(False, _last_line(done.stderr))


def mark_program(code: Code, program: str, seconds: float = SECONDS) -> Mark:
    """Mark a program by its tests."""
    found = run(code, program, seconds)
    if found.passed:
        return Mark(Outcome.RIGHT, True, "All tests pass.")
    return Mark(Outcome.WRONG, False, found.message)


def _last_line(errors: str) -> str:
    lines = [line for line in errors.strip().splitlines() if line.strip()]
    if not lines:
        return "It stopped without saying why."
    last = lines[-1][:_LONGEST]
    name, _, message = last.partition(": ")
    if name != "AssertionError":
        return last
    return message or "A test fails."
