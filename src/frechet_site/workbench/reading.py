"""What a person typed or pasted, understood: plain text, LaTeX, or a line of NumPy.

A backslash means LaTeX; a name such as `np.` in front means Python, in which `*` and `**` work entry
by entry. Everything else is the language of the formulas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import frechet as fr
from frechet.errors import FrechetError, ParseError

LATEX_AFTER_ALL: Final = re.compile(r"\^\s*T\b|[_^]\s*\{")
LIBRARY: Final = re.compile(r"\b(?:np|numpy|jnp|torch|math|scipy)\.(?:\w+\.)*(\w+)")
OPERATORS: Final = re.compile(r"\*\*|(?<!\.)[*/]")
ENTRYWISE: Final = {"**": ".^", "*": ".*", "/": "./"}
CALLED: Final = {"trace": "tr", "norm": "norm2", "dot": "dot", "matmul": "dot", "T": "T"}
PREFERRED: Final = ("x", "w", "theta", "beta", "X", "W", "Sigma", "mu")
NAMED: Final = re.compile(r"\s*([^\W\d]\w*)\s*:\s*(.+?)\s*", re.DOTALL)


class Reading(NamedTuple):
    """A formula, the text in which it was read, and a remark on how."""

    formula: fr.Formula
    text: str
    remark: str


def read(text: str, declarations: Mapping[str, str]) -> Reading:
    """Read a formula in the notation that it is written in.

    >>> read("np.sum((A @ x - b)**2)", {}).text
    'sum((A @ x - b).^2)'
    >>> read("x^T A x", {}).remark
    'Read as LaTeX.'

    Raises:
        FrechetError: it is no formula.
    """
    known = dict(declarations)
    if "\\" in text:
        return Reading(fr.parse(text, known, syntax="latex"), text, "Read as LaTeX.")
    if LIBRARY.search(text):
        written = from_numpy(text)
        remark = f"Read as Python, where * works entry by entry: {written}"
        return Reading(fr.parse(written, known), written, remark)
    try:
        return Reading(fr.parse(text, known), text, "")
    except ParseError:
        if not LATEX_AFTER_ALL.search(text):
            raise
        return _latex_after_all(text, known)


def _latex_after_all(text: str, known: dict[str, str]) -> Reading:
    """Read as LaTeX what is no text; if it is neither, the refusal speaks of the text."""
    try:
        return Reading(fr.parse(text, known, syntax="latex"), text, "Read as LaTeX.")
    except FrechetError:
        return Reading(fr.parse(text, known), text, "")


def from_numpy(text: str) -> str:
    """Write a line of NumPy in the language of the formulas."""
    plain = LIBRARY.sub(lambda found: CALLED.get(found.group(1), found.group(1)), text)
    return OPERATORS.sub(lambda found: ENTRYWISE[found.group()], plain)


def declarations_of(text: str) -> dict[str, str]:
    """Read declarations, one a line or separated by semicolons.

    >>> declarations_of("A: matrix(m, n); S: psd(n)")
    {'A': 'matrix(m, n)', 'S': 'psd(n)'}

    Raises:
        ParseError: a part has no colon.
    """
    found: dict[str, str] = {}
    for part in filter(str.strip, re.split(r"[;\n]", text)):
        match = NAMED.fullmatch(part)
        if match is None:
            raise ParseError(
                f"'{part.strip()[:40]}' declares nothing", hint="Write a name and a kind: A: matrix(m, n)."
            )
        found[match.group(1)] = match.group(2)
    return found


def written_declarations(declarations: Mapping[str, str]) -> str:
    """Write declarations as they are read."""
    return "; ".join(f"{name}: {kind}" for name, kind in declarations.items())


def variables_of(formula: fr.Formula, asked: str, order: int) -> tuple[str, ...]:
    """Return the variables in order of differentiation: those asked for, or the likeliest one."""
    names = [name for name in re.split(r"[\s,]+", asked) if name]
    known = formula.declarations
    if not names or not set(names) <= set(known):
        likely = next((name for name in (*PREFERRED, *known) if name in known), None)
        if likely is None:
            raise ParseError("there is no variable in this formula", hint="Write one, for example x'*A*x.")
        names = [likely]
    return tuple(names * order) if len(names) == 1 else tuple(names)
