"""The texts of an exercise typeset: formulas, lines of derivations, and Markdown with roles.

`` {f}`x'*A*x` `` is a formula, `` {l}`grad = 2*x` `` a line of a derivation, `` {v}`[1, 2; 3, 4]` `` numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from frechet.course.data import parts_of
from frechet.course.exercises.exercise import Line
from frechet.course.exercises.names import Names
from frechet.course.exercises.sketch import sketched, tree_of
from frechet.course.numbers import matrix_latex, matrix_of_text, number_of, number_text, written_latex
from frechet.derivations.check_scope import Scope
from frechet.errors import FrechetError
from frechet.expressions.nodes import Expr, Symbol
from frechet.notation.latex import latex_of_name
from frechet.notation.unicode import unicode
from frechet.rewriting.pending import d, differential_symbol
from frechet.rewriting.steps import formula_latex

ROLE: Final = re.compile(r"\{f\}`([^`]+)`")
_ROLES: Final = re.compile(r"\{([flnv])\}`([^`]+)`")
_DECIMALS: Final = 10**4
ASKED: Final = {
    "f": "value",
    "df": "differential",
    "d2f": "second differential",
    "grad": "gradient",
    "J": "jacobian",
    "H": "hessian",
    "argmin": "minimizer",
}
_LATEX: Final = {
    "f": "f",
    "df": r"\mathrm{d}f",
    "d2f": r"\mathrm{d}^2 f",
    "grad": r"\nabla f",
    "J": "J",
    "H": r"\nabla^2 f",
}
_UNICODE: Final = {"df": "df", "d2f": "d²f", "grad": "∇f", "J": "J", "H": "∇²f"}


@final
@dataclass(frozen=True, slots=True)
class Typeset:
    """A formula in LaTeX, and in letters for a terminal."""

    latex: str
    unicode: str


def shown(text: str, names: Names) -> Expr:
    """Return a formula as it is written, the names of parts kept.

    Raises:
        FrechetError: its sizes do not fit, or it cannot be read.
    """
    changes: dict[str, Symbol] = {}
    for symbol in (*(names.symbols[name] for name in names.by), *names.parts):
        change = differential_symbol(symbol, names.symbols)
        changes[change.name] = change
    parts = {part.name: part for part in names.parts}
    return Scope({**names.symbols, **parts, **changes}, "text", {}, d).expression(text)


def formula(text: str, names: Names) -> Typeset:
    """Typeset a formula or an equation; one whose sizes do not fit is typeset as it stands."""
    sides = [side.strip() for side in parts_of(text, "=")]
    found = [_side(side, names) for side in sides]
    return Typeset(" = ".join(f.latex for f in found), " = ".join(f.unicode for f in found))


def _side(text: str, names: Names) -> Typeset:
    try:
        expression = shown(text, names)
    except FrechetError:
        tree = tree_of(text, names)
        return Typeset(rf"\texttt{{{text}}}" if tree is None else sketched(tree), text)
    return Typeset(formula_latex(expression), unicode(expression))


def line(written: Line, names: Names, *, bare: bool = False) -> Typeset:
    """Typeset a line of a derivation; `bare` leaves the right side out, where it is asked for."""
    head = _head(written.head, names)
    if bare:
        return Typeset(f"{head.latex} =", f"{head.unicode} =")
    body = formula(written.body, names)
    return Typeset(f"{head.latex} = {body.latex}".strip(), f"{head.unicode} = {body.unicode}".strip())


def _head(head: str, names: Names) -> Typeset:
    if head == "argmin":
        by = names.by[0]
        return Typeset(rf"{latex_of_name(by)}^{{\star}}", f"{by}*")
    scalar = len(names.by) == 1 and names.symbols[names.by[0]].is_scalar
    if scalar and head in ("grad", "H"):
        by, power = latex_of_name(names.by[0]), "^2" if head == "H" else ""
        latex = rf"\frac{{\mathrm{{d}}{power} f}}{{\mathrm{{d}} {by}{power}}}"
        return Typeset(latex, f"d²f/d{names.by[0]}²" if power else f"df/d{names.by[0]}")
    if head in _LATEX:
        return Typeset(_LATEX[head], _UNICODE.get(head, head))
    if not head:
        return Typeset(r"\phantom{f}", "")
    return formula(head, names)


def role(kind: str, content: str, names: Names) -> Typeset:
    """Typeset a role: `f` a formula, `l` a line such as `grad = …`, `v` numbers, `n` a number computed."""
    if kind == "n":
        found = computed(content)
        return Typeset(written_latex(found), found)
    if kind == "v":
        return Typeset(matrix_latex(matrix_of_text(content)[0]), content)
    if kind == "l":
        head, _, body = content.partition("=")
        return line(Line(head.strip(), body.strip()), names)
    return formula(content, names)


def computed(text: str) -> str:
    """Return the value of a formula without letters: a short decimal, else a fraction or four digits.

    >>> computed("1/(2*4)"), computed("1/3"), computed("sqrt(2)")
    ('0.125', '1/3', '1.414')

    Raises:
        FrechetError: it is no number.
    """
    value = number_of(text)
    if isinstance(value, Fraction) and _DECIMALS % value.denominator == 0:
        return f"{float(value):.12g}"
    return number_text(value)


def markdown(text: str, names: Names) -> str:
    """Return Markdown in which every formula is `$LaTeX$`."""
    return _ROLES.sub(lambda match: f"${role(match.group(1), match.group(2), names).latex}$", text)


def plain(text: str, names: Names) -> str:
    """Return a text for a terminal: formulas in Unicode, marks of Markdown and LaTeX taken off."""
    found = _ROLES.sub(lambda match: role(match.group(1), match.group(2), names).unicode, text)
    found = re.sub(r"```\w*\n?", "", found)
    found = re.sub(r"\$([^$]*)\$", lambda match: _simple(match.group(1)), found)
    found = re.sub(r"\\([*_`$<\[])", r"\1", found)
    return re.sub(r"`([^`]*)`|\*\*([^*]+)\*\*", lambda m: m.group(1) or m.group(2), found)


_COMMANDS: Final = (
    (r"\times", "×"), (r"\top", "ᵀ"), (r"\lambda", "λ"), (r"\star", "*"), (r"\cdot", "·"),
    (r"\approx", "≈"), (r"\le", "≤"), (r"\ge", "≥"), (r"\to", "→"), (r"\kappa", "κ"), (r"\,", " "),
)  # fmt: skip


def _simple(latex: str) -> str:
    for command, letter in _COMMANDS:
        latex = latex.replace(command, letter)
    latex = re.sub(r"\\(?:tfrac|frac)\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", latex)
    return latex.replace("{", "").replace("}", "")


def shapes_of(names: Names) -> Sequence[dict[str, str]]:
    """Return the declared names with what they are, for a page to show."""
    return [
        {"name": name, "kind": kind, "latex": latex_of_name(name)} for name, kind in names.declared.items()
    ]
