"""Reading the formulas of a course with the declarations that hold where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from frechet.expressions.nodes import Symbol
from frechet.formula import Formula
from frechet.language import read
from frechet.language.declarations import declare
from frechet.rewriting.pending import differential_symbol

_NAME: Final = re.compile(r"[^\W\d_]\w*")


def symbols_in(text: str, declared: Mapping[str, str]) -> dict[str, Symbol]:
    """Return the declared symbols that a text may mean, and the changes `dX` that it mentions."""
    mentioned = set(_NAME.findall(text))
    symbols = declare(declared)
    changes = {f"d{name}": symbol for name, symbol in symbols.items()}
    for name in (mentioned & changes.keys()) - symbols.keys():
        symbols[name] = differential_symbol(changes[name])
    return symbols


def formula_in(text: str, declared: Mapping[str, str]) -> Formula:
    """Read a formula.

    Raises:
        FrechetError: it is none, or its sizes do not fit.
    """
    return read(text, symbols_in(text, declared))


def formulas_in(texts: list[str], declared: Mapping[str, str]) -> list[Formula]:
    """Read several formulas in which a name means the same.

    Raises:
        FrechetError: one of them cannot be read.
    """
    names = symbols_in(" ".join(texts), declared)
    found: list[Formula] = []
    for text in texts:
        formula = read(text, names)
        names |= formula.declarations
        found.append(formula)
    return found
