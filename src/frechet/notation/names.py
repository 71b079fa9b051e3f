"""Names as people write them: `W1` is W with subscript 1, `alpha` is α, `dX` is a differential."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

_SMALL: Final = [
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
    "omicron",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]
_LETTERS: Final = "αβγδεζηθικλμνξοπρστυφχψω"
_CAPITALS: Final = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"

LETTER_OF: Final[dict[str, str]] = {
    **dict(zip(_SMALL, _LETTERS, strict=True)),
    **dict(zip((name.capitalize() for name in _SMALL), _CAPITALS, strict=True)),
    "varepsilon": "ϵ",
    "vartheta": "ϑ",
    "varphi": "ϕ",
    "varrho": "ϱ",
    "varpi": "ϖ",
    "varsigma": "ς",
}
"""The Greek letter of every name that LaTeX gives one."""

MACRO_OF: Final[dict[str, str]] = {letter: name for name, letter in LETTER_OF.items()}

LATIN_CAPITALS: Final = frozenset(
    [
        "Alpha",
        "Beta",
        "Epsilon",
        "Zeta",
        "Eta",
        "Iota",
        "Kappa",
        "Mu",
        "Nu",
        "Omicron",
        "Rho",
        "Tau",
        "Chi",
        "omicron",
    ]
)
"""Greek letters that look Latin, for which LaTeX has no command."""

_PARTS: Final = re.compile(r"(?P<base>[^\W\d_]+)(?P<subscript>\d+|_[^\W_]+)?")


class Name(NamedTuple):
    """A name taken apart: `d` of a differential, a base, a subscript."""

    differential: bool
    base: str
    subscript: str

    @property
    def is_letter(self) -> bool:
        """Tell a base that is one letter, Latin or Greek."""
        return len(self.base) == 1 or self.base in LETTER_OF


def split_name(name: str) -> Name | None:
    """Return the parts of a name, or None where it can only be spelled out.

    >>> split_name("W1"), split_name("dX"), split_name("a_b_c")
    (Name(differential=False, base='W', subscript='1'), Name(differential=True, base='X', subscript=''), None)
    """
    found = _PARTS.fullmatch(name)
    if found is None:
        return None
    base, subscript = found["base"], (found["subscript"] or "").removeprefix("_")
    inner = base[1:]
    if base.startswith("d") and (len(inner) == 1 or inner in LETTER_OF) and base not in LETTER_OF:
        return Name(True, inner, subscript)
    return Name(False, base, subscript)


def repeated(looks: Iterable[str]) -> frozenset[str]:
    """Return what two different names would both look like; such names are spelled out."""
    return frozenset(look for look, number in Counter(looks).items() if number > 1)
