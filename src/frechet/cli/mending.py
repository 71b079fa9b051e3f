"""What `frechet doctor --fix` does: it asks, mends, and says what it did.

Libraries go into an environment of your own, never into the Python of the system. A file of yours is
changed only after a copy of it has been made, and the copy is named.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Final, final

from frechet.errors import EvaluationError

LAST_LINES: Final = 3


@final
@dataclass(frozen=True, slots=True)
class Mend:
    """What would be done, in words, and the function that does it and says what it did."""

    offer: str
    act: Callable[[], str]


def installed_by(command: str) -> Callable[[], str]:
    """Return the act of running an installer's command."""
    return partial(_installed, command)


def log_mended(path: Path) -> Callable[[], str]:
    """Return the act of taking out the lines of a log of practice that cannot be read."""
    return partial(_log_mended, path)


def begun_anew(lecture: str, file: Path) -> Callable[[], str]:
    """Return the act of beginning a lab anew whose notebook cannot be read."""
    return partial(_begun_anew, lecture, file)


def _installed(command: str) -> str:
    words = shlex.split(command)
    if words[0] == "python":
        words[0] = sys.executable
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise EvaluationError(f"{words[0]} cannot be run: {error.strerror}", hint=f"Run {command}") from None
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-LAST_LINES:])
        raise EvaluationError(f"it was not installed:\n{last}", hint=f"Run {command} to see all of it.")
    invalidate_caches()
    return f"Ran {command}"


def _log_mended(path: Path) -> str:
    copy, lost = import_module("frechet.course.practice_log").repaired(path)
    return f"Took {lost} lines out of {path}. As it was, it is kept in {copy}"


def _begun_anew(lecture: str, file: Path) -> str:
    labs, content = import_module("frechet.course.labs"), import_module("frechet.course.content")
    copies = import_module("frechet.course.copies")
    text: str = labs.exported(labs.find_lab(content.read_course(), lecture), "ipynb")
    copy: Path = copies.copied(file)
    copies.written(file, text)
    return f"Began {file} anew. As it was, it is kept in {copy}"
