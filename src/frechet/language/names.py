"""Names: what may be one, and what an undeclared one stands for.

A name is letters (Latin or Greek) and digits, with single underscores inside. Undeclared names
follow matrixcalculus.org: `a` to `g` are scalars, `h` to `z` column vectors, `A` to `Z` matrices.
Only single Latin letters and the English names of Greek letters (small: scalar, capital: matrix)
are assumed in text, so that a slip of the pen (`Ax`, `y_1`) never becomes a new variable; letters
that look alike in two alphabets must be declared.
"""

from __future__ import annotations

import keyword
import re
from enum import Enum
from typing import Final

_LETTER: Final = "A-Za-zΑ-ΡΣ-Ωα-ωϑϕϖϱϵ"
NAME: Final = rf"[{_LETTER}][{_LETTER}0-9]*(?:_[{_LETTER}0-9]+)*"
_WHOLE_NAME: Final = re.compile(NAME)

GREEK: Final = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)
_CAPITAL_GREEK: Final = frozenset(
    ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"]
)


class Kind(Enum):
    """What an undeclared name is assumed to be."""

    SCALAR = "scalar"
    VECTOR = "vector"
    MATRIX = "matrix"


def is_name(text: str) -> bool:
    """Tell whether the whole text is one name."""
    return _WHOLE_NAME.fullmatch(text) is not None


def assumed_kind(name: str, latex: bool = False) -> Kind | None:
    """Return what an undeclared name stands for, None when it must be declared.

    In LaTeX a Greek letter is a command that cannot be mistaken, so `lambda` needs no declaration.

    >>> assumed_kind("b"), assumed_kind("x"), assumed_kind("A"), assumed_kind("Ax")
    (<Kind.SCALAR: 'scalar'>, <Kind.VECTOR: 'vector'>, <Kind.MATRIX: 'matrix'>, None)
    """
    if name in _CAPITAL_GREEK:
        return Kind.MATRIX
    if name in GREEK:
        return Kind.SCALAR if latex or not keyword.iskeyword(name) else None
    if len(name) != 1 or not name.isascii():
        return None
    if name.isupper():
        return Kind.MATRIX
    return Kind.SCALAR if name <= "g" else Kind.VECTOR
