"""Declarations as they are typed: `--declare "A: matrix(m, n); x: vector(n)"`."""

from __future__ import annotations

from collections.abc import Iterable

from frechet.errors import DeclarationError, quoted


def read_declarations(texts: Iterable[str]) -> dict[str, str]:
    """Return name → declaration.

    >>> read_declarations(["A: matrix(m, n); x: vector(n)", "c: scalar"])
    {'A': 'matrix(m, n)', 'x': 'vector(n)', 'c': 'scalar'}

    Raises:
        DeclarationError: a part is not `name: kind`, or a name is declared twice.
    """
    found: dict[str, str] = {}
    for part in (part for text in texts for part in text.split(";") if part.strip()):
        name, colon, kind = (piece.strip() for piece in part.partition(":"))
        if not (name and colon and kind):
            raise DeclarationError(
                f"{quoted(part.strip())} is not a declaration",
                hint="Write a name, a colon and a kind, as in --declare 'A: matrix(m, n)'.",
            )
        if name in found:
            raise DeclarationError(f"{quoted(name)} is declared twice", hint="Keep one of the two.")
        found[name] = kind
    return found
