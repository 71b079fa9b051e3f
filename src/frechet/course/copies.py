"""A learner's file is changed only where a copy of it lies beside it; nothing is half written."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path

from frechet.errors import MAX_PATH, FrechetError, quoted


def copied(file: Path) -> Path:
    """Return a copy of a file beside it, under a name that was free.

    Raises:
        FrechetError: it cannot be copied.
    """
    copy = next(place for n in count(1) if not (place := file.with_name(f"{file.name}.copy-{n}")).exists())
    try:
        shutil.copy2(file, copy)
    except OSError:
        hint = "Move the file away by hand."
        raise FrechetError(f"{quoted(str(file), MAX_PATH)} cannot be copied", hint=hint) from None
    return copy


def written(file: Path, text: str) -> None:
    """Put a text in the place of a file, all of it or nothing.

    Raises:
        FrechetError: it cannot be written.
    """
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, file)
    except OSError:
        hint = "Look for a full disk, or a folder that cannot be written."
        raise FrechetError(f"{quoted(str(file), MAX_PATH)} cannot be written", hint=hint) from None
