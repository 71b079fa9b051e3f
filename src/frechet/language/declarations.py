"""Declarations: `"matrix(m, n)"` to a symbol.

A kind, and in parentheses its sizes: names, whole numbers, or products of them. The kinds with a
structure are square and take one size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from frechet.assumptions import Structure
from frechet.errors import DeclarationError, LimitError, quoted
from frechet.expressions.nodes import Symbol
from frechet.formula import Formula
from frechet.language.names import NAME, is_name
from frechet.limits import MAX_NAME_LENGTH
from frechet.shapes import SCALAR, Dimension, Shape, factors_of, times

MAX_DECLARATIONS: Final = 1_000
LARGEST_SIZE: Final = 10**9
_FORM: Final = re.compile(r"\s*([A-Za-z ]*[A-Za-z])\s*(?:\((.*)\))?\s*", re.DOTALL)
_FACTOR: Final = re.compile(rf"\s*(?:([0-9]+)|({NAME}))\s*")
_SIZES: Final = {"scalar": 0, "integer": 0, "positive": 0, "vector": 1, "matrix": 2}
_STRUCTURES: Final = {s.value: s for s in Structure if s is not Structure.GENERAL}
KINDS: Final = ("scalar", "vector", "matrix", *_STRUCTURES)
_EXAMPLES: Final = (
    "Write scalar, vector(n), matrix(m, n), symmetric(n), psd(n), diagonal(n), skew(n), orthogonal(n), "
    "lower(n), integer or positive."
)


def declare(declarations: object) -> dict[str, Symbol]:
    """Return the declared symbols by name.

    Raises:
        DeclarationError: a declaration is malformed or contradicts another one.
    """
    if declarations is None:
        return {}
    if not isinstance(declarations, Mapping):
        raise DeclarationError(
            f"declarations are a dictionary from names to kinds, not a {type(declarations).__name__}",
            hint='Write {"A": "matrix(m, n)", "x": "vector(n)"}.',
        )
    if len(declarations) > MAX_DECLARATIONS:
        raise LimitError(
            f"{len(declarations):,} names are declared, more than {MAX_DECLARATIONS:,}",
            hint="Declare only the names of this formula.",
        )
    symbols = {symbol.name: symbol for symbol in (_declare_one(n, k) for n, k in declarations.items())}
    check_sizes(symbols)
    return symbols


def _declare_one(name: object, kind: object) -> Symbol:
    checked = check_name(name)
    if isinstance(kind, Formula) and isinstance(kind.expression, Symbol):
        kind = kind.expression
    if isinstance(kind, Symbol):
        if kind.name != checked:
            raise DeclarationError(
                f"{quoted(checked)} is declared as the symbol {quoted(kind.name)}",
                hint="Use one name for both.",
            )
        return kind
    if not isinstance(kind, str):
        raise DeclarationError(
            f"the declaration of {quoted(checked)} is a {type(kind).__name__}, not a text", hint=_EXAMPLES
        )
    shape, structure = kind_of(kind, checked)
    return Symbol.of(checked, shape, structure)


def check_name(name: object) -> str:
    """Return the name itself when it may be declared.

    Raises:
        DeclarationError: it may not.
    """
    if not isinstance(name, str):
        raise DeclarationError(
            f"a name is a text, not a {type(name).__name__}", hint='Write it in quotes: "x".'
        )
    if not is_name(name):
        what = f"{quoted(name)} is not a name" if name else "the name is empty"
        raise DeclarationError(
            what,
            hint="A name is a letter followed by letters, digits or single underscores: x, W1, beta, y_old.",
        )
    if len(name) > MAX_NAME_LENGTH:
        raise DeclarationError(
            f"the name {quoted(name, 20)} has {len(name):,} letters, more than {MAX_NAME_LENGTH}",
            hint="Choose a shorter name.",
        )
    return name


def kind_of(kind: str, name: str) -> tuple[Shape, Structure]:
    """Return the shape and structure that a declaration such as `symmetric(n)` states.

    >>> kind_of("matrix(m, 3)", "A")
    (('m', 3), <Structure.GENERAL: 'general'>)
    """
    match = _FORM.fullmatch(kind) if len(kind) <= 500 else None
    if match is None:
        raise DeclarationError(f"{quoted(kind)} is not a declaration of {quoted(name)}", hint=_EXAMPLES)
    word, inside = match.group(1), match.group(2)
    if word not in KINDS:
        raise _unknown_kind(word, name)
    wanted = _SIZES.get(word, 1)
    sizes = [] if inside is None else [dimension_of(part, name) for part in inside.split(",")]
    if len(sizes) == 2 and sizes[0] == sizes[1] and word in _STRUCTURES and wanted == 1:
        sizes.pop()
    if len(sizes) != wanted:
        count = ("no size", "one size", "two sizes")[wanted]
        raise DeclarationError(
            f"{word} takes {count}, and the declaration of {quoted(name)} has {len(sizes)}",
            hint=f"Write {example_of(word)}.",
        )
    match sizes:
        case []:
            shape: Shape = SCALAR
        case [length] if word == "vector":
            shape = (length, 1)
        case [size]:
            shape = (size, size)
        case _:
            shape = (sizes[0], sizes[1])
    return shape, _STRUCTURES.get(word, Structure.GENERAL)


def example_of(word: str) -> str:
    """Return a well-formed declaration of a kind."""
    return (word, f"{word}(n)", f"{word}(m, n)")[_SIZES.get(word, 1)]


def _unknown_kind(word: str, name: str) -> DeclarationError:
    near = get_close_matches(word.lower(), KINDS, n=1, cutoff=0.6)
    hint = f"Did you mean {example_of(near[0])}?" if near else _EXAMPLES
    if word.startswith("positive"):
        hint = "psd(n) is a symmetric positive definite matrix, positive a positive scalar."
    if word == "row":
        hint = "All vectors are columns: declare vector(n) and write the transpose x'."
    if word == "square":
        hint = "Write matrix(n, n)."
    return DeclarationError(f"{quoted(word)} is no kind that {quoted(name)} could be declared as", hint=hint)


def dimension_of(text: str, name: str) -> Dimension:
    """Return the size that a text states, of a variable of this name.

    >>> dimension_of("n*m", "x")
    'm*n'

    Raises:
        DeclarationError: it states none.
    """
    size: Dimension = 1
    for part in text.split("*"):
        match = _FACTOR.fullmatch(part)
        if match is None:
            raise DeclarationError(
                f"{quoted(text.strip())} is not a size that {quoted(name)} can have",
                hint="A size is a whole number, a name such as n, or a product such as m*n.",
            )
        size = times(size, _factor(match, name))
    return size


def _factor(match: re.Match[str], name: str) -> Dimension:
    digits, word = match.groups()
    if word is not None:
        return check_name(word)
    if len(digits) > 10 or not 1 <= int(digits) <= LARGEST_SIZE:
        raise DeclarationError(
            f"{quoted(digits, 20)} is no size that {quoted(name)} can have",
            hint=f"Sizes are from 1 to {LARGEST_SIZE:,}.",
        )
    return int(digits)


def size_names(symbols: Mapping[str, Symbol]) -> dict[str, str]:
    """Return the names of sizes that occur, each with a symbol that has it."""
    return {
        factor: symbol.name
        for symbol in symbols.values()
        for dimension in symbol.shape
        for factor in factors_of(dimension)
        if isinstance(factor, str)
    }


def check_sizes(symbols: Mapping[str, Symbol]) -> None:
    """Refuse a name that is both a size and a variable."""
    for size, owner in size_names(symbols).items():
        if size in symbols:
            raise DeclarationError(
                f"{quoted(size)} is declared as a variable and is also a size of {quoted(owner)}",
                hint=f"Rename one of them; as a number, the size is sum(vector(1, {size})).",
            )
