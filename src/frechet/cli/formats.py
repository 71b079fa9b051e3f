"""The formats of `frechet derive`: each takes a `Report` and returns a text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from frechet.cli.report import Report, describe_axes, latex_label_of
from frechet.notation.latex import latex as latex_of

SCHEMA: Final = 1
LABEL_WIDTH: Final = 8
WIDEST_WITH_SHAPE: Final = 72
NARROWEST: Final = 40


class Row(NamedTuple):
    """A labelled formula and its shape."""

    label: str
    formula: str
    shape: str


def text(report: Report) -> str:
    """Align formula, derivative, other forms, assumptions, verification and notes."""
    rows = [
        Row("f", str(report.formula), describe_axes(report.formula.shape)),
        Row(report.label, str(report.derivative), describe_axes(report.derivative.shape)),
    ]
    remarks = [("assumed", report.assumed), report.verdict]
    remarks += [("note", note) for note in report.notes]
    answer = [*_equations(rows), *_forms(report), *_remarks(remarks)]
    if report.derivation is not None:
        told = report.derivation.text(shapes=report.shapes)
        answer = [*("  " + line for line in told.splitlines()), "", *answer]
    return "\n".join(line.rstrip() for line in answer)


def _equations(rows: list[Row]) -> Iterable[str]:
    label_width = max(LABEL_WIDTH, *(len(row.label) for row in rows))
    width = max([NARROWEST, *(len(row.formula) for row in rows if len(row.formula) <= WIDEST_WITH_SHAPE)])
    for row in rows:
        indented = row.formula.replace("\n", "\n" + " " * (label_width + 5))
        gap = "  " if "\n" not in row.formula else "\n" + " " * (label_width + 5)
        yield f"  {row.label:{label_width}} = {indented:{width}}{gap}{row.shape}"


def _forms(report: Report) -> Iterable[str]:
    forms = report.other_forms
    width = max(map(len, forms), default=0)
    return (f"    {name:{width}}  {form}" for name, form in forms.items())


def _remarks(remarks: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"  {label:{LABEL_WIDTH}}   {remark}" for label, remark in remarks if remark)


def latex(report: Report) -> str:
    """Write the derivative alone, or the derivation, to be pasted into a paper."""
    if report.derivation is not None:
        return report.derivation.latex()
    return report.derivative.latex()


def markdown(report: Report) -> str:
    """Write a display formula and the remarks as a list."""
    derivative = f"{_latex_label(report)} &= {report.derivative.latex()}"
    lines = [
        "$$",
        r"\begin{aligned}",
        rf"f &= {report.formula.latex()} \\",
        derivative,
        r"\end{aligned}",
        "$$",
        "",
    ]
    if report.derivation is not None:
        lines = [report.derivation.markdown(), "", *lines]
    lines += [f"- {name} form: `{form}`" for name, form in report.other_forms.items()]
    lines.append(f"- shape: {describe_axes(report.derivative.shape)}")
    lines += [f"- assumed: {report.assumed}"] if report.assumed else []
    lines += [f"- {label}: {words}" for label, words in [report.verdict] if words]
    return "\n".join([*lines, *(f"- note: {note}" for note in report.notes)])


def _latex_label(report: Report) -> str:
    symbols = report.formula.declarations
    names = [latex_of(symbols[name]) if name in symbols else name for name in report.names]
    return latex_label_of(report.names, names)


def as_json(report: Report) -> str:
    """Write everything as one JSON object (docs/reference/command-line.md)."""
    formula, derivative = report.formula, report.derivative
    data = {
        "schema": SCHEMA,
        "function": {
            "text": str(formula),
            "latex": formula.latex(),
            "unicode": formula.unicode(),
            "shape": list(formula.shape),
        },
        "wrt": list(report.names),
        "layout": report.layout,
        "structured": report.structured,
        "derivative": {
            "text": str(derivative),
            "latex": derivative.latex(),
            "unicode": derivative.unicode(),
            "shape": list(derivative.shape),
            "forms": dict(derivative.forms),
        },
        "assumed": dict(formula.assumed),
        "verification": verification_data(report),
        "notes": report.notes,
    }
    if report.derivation is not None:
        data["derivation"] = report.derivation.json()
    return json.dumps(data, ensure_ascii=False, indent=2)


def verification_data(report: Report) -> dict[str, object] | None:
    """Return the verification as data."""
    found = report.verification
    if found is None:
        return None
    return {
        "ok": found.ok,
        "points": found.points,
        "largest_relative_error": found.largest_relative_error,
        "text": str(found),
    }


FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "text": text,
    "latex": latex,
    "markdown": markdown,
    "json": as_json,
}
