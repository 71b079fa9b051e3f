"""The log of practice, JSON lines, one attempt a line: all that is known of a learner follows from it.

It is read, added to, and mended where a line is damaged.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from frechet.course.copies import copied, written
from frechet.course.mastery import Attempt
from frechet.errors import MAX_PATH, FrechetError, quoted

LOG_NAME: Final = "practice.jsonl"


def read_log(path: Path) -> list[Attempt]:
    """Return the attempts of a log; lines that are none are passed over, a missing log is empty.

    Raises:
        FrechetError: the file cannot be read.
    """
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        hint = "Choose another file, or let frechet doctor --fix keep a copy and save what can be read."
        raise FrechetError(f"the log {quoted(str(path), MAX_PATH)} cannot be read", hint=hint) from None
    for line in lines:
        attempt = _attempt(line)
        if attempt is not None:
            found.append(attempt)
    return found


def _attempt(line: str) -> Attempt | None:
    try:
        record = json.loads(line)
        return Attempt.of(record if isinstance(record, dict) else {})
    except (ValueError, FrechetError):
        return None


def append_to_log(path: Path, attempt: Attempt) -> None:
    """Add an attempt to a log, which is made where there is none.

    Raises:
        FrechetError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(attempt.data(), ensure_ascii=False) + "\n")
    except OSError:
        hint = "Choose a file that can be written: frechet practice --log practice.jsonl"
        raise FrechetError(f"the log {quoted(str(path), MAX_PATH)} cannot be written", hint=hint) from None


def unreadable(path: Path) -> tuple[int, int]:
    """Return how many lines of a log cannot be read, and how many it has; none of a missing log."""
    lines = _lines(path)
    return sum(_attempt(line) is None for line in lines), len(lines)


def repaired(path: Path) -> tuple[Path, int]:
    """Take out of a log what cannot be read; return the copy made before, and how many lines it was.

    Raises:
        FrechetError: the copy or the log cannot be written.
    """
    lines = _lines(path)
    kept = [line for line in lines if _attempt(line) is not None]
    copy = copied(path)
    written(path, "".join(f"{line}\n" for line in kept))
    return copy, len(lines) - len(kept)


def _lines(path: Path) -> list[str]:
    """Return the lines of a log, even one that is no text; none where it is missing."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
