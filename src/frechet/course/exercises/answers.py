"""What a learner types for numbers, shapes, choices and orders, read as people write it."""

from __future__ import annotations

import re
from typing import Final

from frechet.course.exercises.names import Names
from frechet.course.numbers import matrix_of_text
from frechet.errors import ParseError, quoted
from frechet.expressions.function import Matrix
from frechet.language.declarations import dimension_of
from frechet.shapes import SCALAR, Shape

_LATEX_MATRIX: Final = re.compile(r"\\begin\{[a-z]*matrix\}(.*?)\\end\{[a-z]*matrix\}", re.DOTALL)
_TIMES: Final = re.compile(r"\s*(?:×|\\times|\bx\b|,|\bby\b)\s*")
_NUMBER: Final = re.compile(r"\d+")
_LABEL: Final = re.compile(r"^[^=]{0,30}=")
_NESTED: Final = re.compile(r"\]\s*,\s*\[")
_SHAPE_WORDS: Final = {"scalar": SCALAR, "number": SCALAR, "a number": SCALAR, "1": SCALAR}


def numbers(text: str) -> Matrix:
    """Read numbers: `[1, 2; 3, 4]`, `(1, 2)`, `[[1, 2], [3, 4]]`, `7/6 1/2`, a LaTeX matrix.

    Raises:
        FrechetError: they are none.
    """
    body = _LABEL.sub("", text.strip()).strip()
    match = _LATEX_MATRIX.search(body)
    if match is not None:
        body = f"[{match.group(1).replace('&', ',').replace(chr(92) * 2, ';')}]"
    body = re.sub(r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)", body)
    body = re.sub(r"['’ᵀ⊤]$|\^\\top$|\^T$", "", body)
    inner = _bare(_NESTED.sub(";", body))
    if "\n" in inner:
        inner = ";".join(part for part in inner.splitlines() if part.strip())
    if not re.search(r"[,;]", inner) and re.search(r"[\d.]\s+[-+\d.]", inner):
        inner = ",".join(inner.split())
    elif ";" in inner:
        inner = ";".join(row if "," in row else ",".join(row.split()) for row in inner.split(";"))
    return matrix_of_text(f"[{inner}]")[0]


def _bare(text: str) -> str:
    """Return a text without the brackets around it."""
    while text[:1] in "[({" and text[-1:] in "])}" and _matches(text):
        text = text[1:-1].strip()
    return text


def _matches(text: str) -> bool:
    """Tell whether the first bracket is closed by the last one."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "[({") - (character in "])}")
        if depth == 0:
            return place == len(text) - 1
    return False


def shape(text: str, names: Names) -> Shape:
    """Read a shape: `m x n`, `(m, n)`, `n`, `scalar`.

    Raises:
        FrechetError: it is none.
    """
    body = _bare(text.strip().strip("$").strip())
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
