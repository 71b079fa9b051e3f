"""What a lecture shows of the Cookbook: the entry with an id, or those that a formula finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from frechet.cookbook.entry import Entry, find
from frechet.cookbook.search import search
from frechet.course.blocks import CookbookPointer
from frechet.course.problems import CourseError, told_by
from frechet.course.scope import formula_in
from frechet.errors import FrechetError, quoted

SHOWN: Final = 3


def entries_of(pointer: CookbookPointer) -> list[Entry]:
    """Return the entries to show, the best first.

    Raises:
        FrechetError: there is no such entry, or the formula cannot be read.
    """
    if pointer.entry:
        return find(pointer.entry)[:SHOWN]
    formula = formula_in(pointer.search, pointer.declared)
    by = pointer.by[0] if pointer.by else None
    return [hit.entry for hit in search(formula, by)][:SHOWN]


def check_pointer(pointer: CookbookPointer) -> Iterator[CourseError]:
    """Yield what is wrong: that nothing is found."""
    try:
        found = entries_of(pointer)
    except FrechetError as error:
        yield told_by(error, pointer.place)
        return
    if not found:
        message = f"the Cookbook has nothing on {quoted(pointer.search)}"
        yield CourseError(message, pointer.place, hint="Search for another formula, or add an entry.")
