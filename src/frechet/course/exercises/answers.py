"""What a learner types for shapes, choices and orders, read as people write it."""

from __future__ import annotations

import re
from typing import Final

from frechet.course.exercises.names import Names
from frechet.course.exercises.typed_numbers import bare
from frechet.errors import ParseError, quoted
from frechet.language.declarations import dimension_of
from frechet.shapes import SCALAR, Shape

_TIMES: Final = re.compile(r"\s*(?:×|\\times|\bx\b|,|\bby\b)\s*")
_NUMBER: Final = re.compile(r"\d+")
_SHAPE_WORDS: Final = {"scalar": SCALAR, "number": SCALAR, "a number": SCALAR, "1": SCALAR}


def shape(text: str, names: Names) -> Shape:
    """Read a shape: `m x n`, `(m, n)`, `n`, `scalar`.

    Raises:
        FrechetError: it is none.
    """
    body = bare(text.strip().strip("$").strip())
    if body.casefold() in _SHAPE_WORDS:
        return _SHAPE_WORDS[body.casefold()]
    parts = [part for part in _TIMES.split(body) if part]
    if not 1 <= len(parts) <= 2:
        raise ParseError(f"{quoted(text)} is not a shape", hint="Write rows x columns: m x n, or n x 1.")
    known = {
        factor for symbol in names.symbols.values() for d in symbol.shape for factor in str(d).split("*")
    }
    rows, columns = (dimension_of(part, "the answer") for part in (*parts, "1")[:2])
    for size in (rows, columns):
        for factor in str(size).split("*"):
            if not factor.isdigit() and factor not in known:
                raise ParseError(
                    f"{quoted(factor)} is no size of this exercise",
                    hint=f"Its sizes are {', '.join(sorted(k for k in known if not k.isdigit()))}.",
                )
    return (rows, columns)


def places(text: str, count: int) -> list[int]:
    """Read numbers or letters of options, from 1 or a: `2`, `b`, `1, 3`, `a c`; `none` is none.

    Raises:
        FrechetError: one is not among them.
    """
    body = text.strip().casefold()
    if body in ("", "none", "-"):
        return []
    found = []
    for part in re.split(r"[\s,;]+", body.strip("()")) if re.search(r"[\s,;]", body) else [body.strip("().")]:
        place = int(part) - 1 if _NUMBER.fullmatch(part) else ord(part) - ord("a") if len(part) == 1 else -1
        if not 0 <= place < count:
            raise ParseError(
                f"{quoted(part)} is not among the {count} shown",
                hint=f"Answer with numbers from 1 to {count}.",
            )
        found.append(place)
    return found


def one_place(text: str, count: int) -> int:
    """Read the number of one option.

    Raises:
        FrechetError: it is not one of them.
    """
    found = places(text, count)
    if len(found) != 1:
        raise ParseError("one number is asked for", hint=f"Answer with a number from 1 to {count}.")
    return found[0]
