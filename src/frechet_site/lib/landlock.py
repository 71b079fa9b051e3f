"""What a process may still reach, given up by itself, without root: Landlock, of Linux 5.13 and later.

    restrict_to([Path("/usr")])     # reads there; no other file, nothing written, nothing started

From Linux 6.7 on also no connection by TCP, from 6.12 on no signal to a process outside. What is open
already stays open. The constants are those of `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, final

CREATE_RULESET: Final = 444
ADD_RULE: Final = 445
RESTRICT_SELF: Final = 446
VERSION_FLAG: Final = 1
PATH_BENEATH: Final = 1
NO_NEW_PRIVILEGES: Final = 38
READ_FILE: Final = 1 << 2
READ_FOLDER: Final = READ_FILE | 1 << 3
# The rights over files that a version of Landlock knows; the last stands for all later ones.
RIGHTS_OF_VERSION: Final = (13, 14, 15, 15, 16)
TCP_SINCE: Final = 4
TCP: Final = 0b11
SCOPES_SINCE: Final = 6
SCOPES: Final = 0b11


@final
class Ruleset(ctypes.Structure):
    """What is governed at all."""

    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


@final
class PathRule(ctypes.Structure):
    """What is allowed below a path."""

    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("path", ctypes.c_int32))


def restrict_to(readable: Iterable[Path]) -> bool:
    """Leave this process nothing but what it may read; tell whether the system can do that."""
    if sys.platform != "linux":
        return False
    system = ctypes.CDLL(None, use_errno=True)
    version = system.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION_FLAG)
    if version < 1:
        return False
    ruleset = system.syscall(CREATE_RULESET, *governed(version), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(system, ruleset, path)
        return not (system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or system.syscall(RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def governed(version: int) -> tuple[object, ctypes.c_size_t]:
    """Return all that a version of Landlock can govern, and how long the record of it is."""
    rights = RIGHTS_OF_VERSION[min(version, len(RIGHTS_OF_VERSION)) - 1]
    fields = [(1 << rights) - 1, TCP if version >= TCP_SINCE else 0, SCOPES if version >= SCOPES_SINCE else 0]
    known = 1 + (version >= TCP_SINCE) + (version >= SCOPES_SINCE)
    return ctypes.byref(Ruleset(*fields)), ctypes.c_size_t(8 * known)


def _allow(system: ctypes.CDLL, ruleset: int, path: Path) -> None:
    with suppress(OSError):  # what is not there need not be read
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = PathRule(READ_FOLDER if path.is_dir() else READ_FILE, handle)
        system.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(handle)
