"""A derivation of a lecture: its lines checked together, and each typeset as a book prints it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from frechet.course.blocks import Derivation
from frechet.course.problems import CourseError, told_by
from frechet.derivations.check import STRIDE, check_derivation
from frechet.derivations.check_claims import Kind
from frechet.derivations.check_lines import Line, read_lines
from frechet.derivations.check_report import CheckReport, LineReport
from frechet.derivations.check_scope import Scope
from frechet.errors import FrechetError
from frechet.expressions.nodes import Symbol
from frechet.language.declarations import declare
from frechet.notation.latex import latex_of_name
from frechet.notation.unicode import unicode
from frechet.rewriting.pending import d, differential_symbol
from frechet.rewriting.steps import formula_latex

_UNICODE_HEADS: Final = {Kind.GRADIENT: "∇{f}", Kind.JACOBIAN: "J", Kind.HESSIAN: "∇²{f}"}
_LATEX_HEADS: Final = {
    Kind.GRADIENT: r"\nabla {f}",
    Kind.JACOBIAN: "J",
    Kind.HESSIAN: r"\nabla^2 {f}",
}


@final
@dataclass(frozen=True, slots=True)
class TypesetLine:
    """The two sides of a line, in LaTeX and for a terminal; a head is empty where a line goes on."""

    head_latex: str
    latex: str
    head_unicode: str
    unicode: str


def report_on(derivation: Derivation) -> CheckReport:
    """Check the lines.

    Raises:
        FrechetError: they cannot be read.
    """
    return check_derivation(_text(derivation), _declared(derivation), derivation.over or None)


def check_lines(derivation: Derivation) -> Iterator[CourseError]:
    """Yield what is wrong with a derivation: a line that is not right, or cannot be read."""
    written = derivation.checked_lines
    if not written:
        yield CourseError("no line of this derivation is checked", derivation.place, hint="Add a line.")
        return
    try:
        report = report_on(derivation)
        if report.ok:
            typeset_lines(derivation, report)
    except FrechetError as error:
        yield told_by(error, derivation.place, "in this derivation, ")
        return
    for line, found in zip(written, report.lines, strict=True):
        if not found.status.accepted:
            yield CourseError(_fault(line.line, found), line.place, hint=_mended(found))
        elif found.skipped > STRIDE:
            message = f"'{line.line}' uses {found.skipped} rules at once"
            yield CourseError(message, line.place, hint="Put a line between.", warning=True)


def _fault(line: str, found: LineReport) -> str:
    named = f" ({found.mistake.name})" if found.mistake is not None else ""
    return f"'{line}' is {found.status.value}{named}: {found.message or 'it does not follow'}"


def _mended(found: LineReport) -> str:
    data = found.json()
    right = data["mended"] or data["expected"]
    return f"Right would be: {right}" if right else "Mend the line."


def _text(derivation: Derivation) -> str:
    return "\n".join(line.line for line in derivation.checked_lines)


def _declared(derivation: Derivation) -> dict[str, str]:
    """Return the declarations without the names that the lines themselves define."""
    lines = read_lines(_text(derivation), (), "text").lines
    defined = {line.quantity for line in lines}
    return {name: kind for name, kind in derivation.declared.items() if name not in defined}


def typeset_lines(derivation: Derivation, report: CheckReport) -> list[TypesetLine]:
    """Typeset the checked lines, with the names of parts kept as they were written.

    Raises:
        FrechetError: a line cannot be read.
    """
    declared = _declared(derivation)
    reading = read_lines(_text(derivation), declared, "text")
    scope = Scope(declare(declared), "text", differential_of=d)
    variable = report.variable
    change = differential_symbol(variable, scope.symbols)
    scope.symbols |= {variable.name: variable, change.name: change}
    found: list[TypesetLine] = []
    for line in reading.lines:
        expression = scope.expression(line.body)
        heads = ("", "") if not line.label and line.continued else _heads(line, report.variable)
        found.append(TypesetLine(heads[0], formula_latex(expression), heads[1], unicode(expression)))
        if line.kind is Kind.VALUE and line.quantity != reading.function:
            for name in (line.quantity, f"d{line.quantity}"):
                scope.symbols.setdefault(name, Symbol.of(name, expression.shape))
    return found


def _heads(line: Line, variable: Symbol) -> tuple[str, str]:
    name, letters = latex_of_name(line.quantity), line.quantity
    match line.kind:
        case Kind.VALUE:
            return name, letters
        case Kind.DIFFERENTIAL:
            return rf"\mathrm{{d}}{name}", f"d{letters}"
        case Kind.SECOND_DIFFERENTIAL:
            return rf"\mathrm{{d}}^2{name}", f"d²{letters}"
        case Kind.GRADIENT | Kind.HESSIAN if variable.is_scalar:
            by, power = latex_of_name(variable.name), "" if line.kind is Kind.GRADIENT else "^2"
            head = rf"\frac{{\mathrm{{d}}{power} {name}}}{{\mathrm{{d}} {by}{power}}}"
            return head, f"d{letters}/d{variable.name}" if not power else f"d²{letters}/d{variable.name}²"
        case _:
            latex, plain = _LATEX_HEADS[line.kind], _UNICODE_HEADS[line.kind]
            return latex.replace("{f}", name), plain.replace("{f}", letters)
