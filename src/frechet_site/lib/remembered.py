"""What follows from the files of the course: computed once in a process.

    @remembered
    def titles() -> dict[str, str]: ...

Only where the files are watched (`watching.py`) is it ever forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, ParamSpec, TypeVar

from frechet.course.content import course_of
from frechet.course.practice import library

P = ParamSpec("P")
R = TypeVar("R")

FORGETTING: Final[list[Callable[[], None]]] = [course_of.cache_clear, library.cache_clear]


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Compute a value once for the same arguments, as long as the course stays as it is."""
    kept = cache(function)
    FORGETTING.append(kept.cache_clear)
    return kept  # type: ignore[return-value]  # what is cached keeps its parameters


def forget() -> None:
    """Have everything computed anew that follows from the course."""
    for clear in FORGETTING:
        clear()
