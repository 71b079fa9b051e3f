"""The function table: every function of the language, one entry each.

`FUNCTIONS` is the whole list; `by_name` finds an entry by name or synonym and axis.
"""

from __future__ import annotations

from frechet.expressions.function import AbstractFunction, Axis
from frechet.functions.determinants import DETERMINANTS
from frechet.functions.elementwise import ELEMENTWISE
from frechet.functions.exponentials import EXPONENTIALS
from frechet.functions.extrema import EXTREMA
from frechet.functions.indexing import INDEXING
from frechet.functions.inverses import INVERSES
from frechet.functions.norms import NORMS
from frechet.functions.primary import PRIMARY
from frechet.functions.triangles import TRIANGLES

FUNCTIONS: tuple[AbstractFunction, ...] = (
    *ELEMENTWISE,
    *INDEXING,
    *NORMS,
    *EXPONENTIALS,
    *EXTREMA,
    *DETERMINANTS,
    *INVERSES,
    *PRIMARY,
    *TRIANGLES,
)

_BY_NAME: dict[tuple[str, Axis], AbstractFunction] = {
    (name, function.axis): function for function in FUNCTIONS for name in (function.name, *function.synonyms)
}


def by_name(name: str, axis: Axis = Axis.ALL) -> AbstractFunction | None:
    """Return the entry with this name or synonym, or None."""
    return _BY_NAME.get((name, axis))


def function_names() -> list[str]:
    """Return every name and synonym of the table, sorted."""
    return sorted({name for name, _ in _BY_NAME})
