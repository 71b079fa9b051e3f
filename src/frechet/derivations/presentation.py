"""Printing a derivation: plain text, LaTeX, Markdown, HTML and plain data, from the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from frechet.expressions.nodes import Expr
from frechet.expressions.text import write
from frechet.expressions.traversal import symbols_of
from frechet.rewriting.rules import Words
from frechet.rewriting.steps import Phase, Step, formula_latex
from frechet.shapes import written

_TEXT_LEFT: Final = {
    Phase.FUNCTION: "{f}",
    Phase.DIFFERENTIAL: "d{f}",
    Phase.STACKED: "d vec({f})",
    Phase.IDENTIFICATION: "{result}",
    Phase.DERIVATIVE: "{result}",
}
_LATEX_LEFT: Final = {
    Phase.FUNCTION: "{f}",
    Phase.DIFFERENTIAL: r"\mathrm{{d}}{f}",
    Phase.STACKED: r"\mathrm{{d}}\operatorname{{vec}}{f}",
    Phase.IDENTIFICATION: "{result}",
    Phase.DERIVATIVE: "{result}",
}


class Row(NamedTuple):
    """`left = right` and why; `left` is empty where the row continues the one before."""

    left: str
    latex_left: str
    right: str
    latex_right: str
    words: Words
    reference: str
    value: Expr


def rows(function: Expr, steps: Sequence[Step], form: str) -> list[Row]:
    """Return the function and then one row per step."""
    name = "f" if function.is_scalar else "F"
    tex_name, (text, tex) = name, _result_names(name, form)
    found = [Row(name, name, write(function), formula_latex(function), (), "", function)]
    before: Phase | None = None
    for step in steps:
        if before in _ENDS and step.phase is Phase.DIFFERENTIAL:
            name, tex_name = text, tex
            text, tex = ("H", r"\nabla^2 f") if text == "grad" else (f"D({text})", rf"\mathrm{{D}}({tex})")
            before = None
        again = step.phase is before or (before is Phase.IDENTIFICATION and step.phase is Phase.DERIVATIVE)
        left = "" if again else _TEXT_LEFT[step.phase].format(f=name, result=text)
        latex_left = "" if again else _LATEX_LEFT[step.phase].format(f=tex_name, result=tex)
        right, latex_right = write(step.after), formula_latex(step.after)
        if step.shown is not None:
            left, latex_left = step.shown.left, step.shown.latex_left
            right, latex_right = step.shown.right or right, step.shown.latex_right or latex_right
        found.append(Row(left, latex_left, right, latex_right, step.words, step.reference, step.after))
        before = step.phase
    return found


_ENDS: Final = (Phase.IDENTIFICATION, Phase.DERIVATIVE)


def _result_names(name: str, form: str) -> tuple[str, str]:
    if form == "gradient":
        return "grad", rf"\nabla {name}"
    return f"D{name}", rf"\mathrm{{D}}{name}"


def to_text(
    function: Expr, steps: Sequence[Step], notes: Sequence[str], form: str, *, shapes: bool = False
) -> str:
    """Return aligned rows, the reason under each."""
    table = rows(function, steps, form)
    width = max(len(row.left) for row in table)
    out: list[str] = []
    for row in table:
        out.append(f"{row.left:<{width}} = {row.right}")
        if shapes:
            out.append(f"{'':<{width}}   {shapes_in(row.value)}")
        if row.words:
            reference = f"  [{row.reference}]" if row.reference else ""
            out.append(f"{'':<{width}}     {plain(row.words)}{reference}")
    return "\n".join([*out, *notes])


def plain(words: Words) -> str:
    """Return a sentence in plain text."""
    return "".join(part if isinstance(part, str) else write(part) for part in words)


def shapes_in(node: Expr) -> str:
    """Return the shapes of the symbols and of the value: `A (m × n), x (n × 1): 1 × 1`."""
    symbols = ", ".join(f"{s.name} ({written(s.shape)})" for s in symbols_of(node).values())
    return f"{symbols}: {written(node.shape)}" if symbols else written(node.shape)


def to_latex(function: Expr, steps: Sequence[Step], form: str) -> str:
    """Return an `align*` environment; the reasons stand to the right as text."""
    body = []
    for row in rows(function, steps, form):
        reason = f" && \\text{{{_in_text(row.words)}}}" if row.words else ""
        body.append(f"  {row.latex_left} &= {row.latex_right}{reason}")
    return "\\begin{align*}\n" + " \\\\\n".join(body) + "\n\\end{align*}"


def _in_text(words: Words) -> str:
    return "".join(_escaped(p) if isinstance(p, str) else f"${formula_latex(p)}$" for p in words)


def _escaped(text: str) -> str:
    special = {"^": r"\textasciicircum{}", "_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#"}
    return "".join(special.get(c, c) for c in text)


def to_markdown(function: Expr, steps: Sequence[Step], notes: Sequence[str], form: str) -> str:
    """Return a numbered list: a displayed formula and its reason each."""
    out = []
    for number, row in enumerate(rows(function, steps, form)):
        out.append(f"{number}. $\\displaystyle {row.latex_left} = {row.latex_right}$")
        if row.words:
            reference = f" *({row.reference})*" if row.reference else ""
            out.append(
                "   "
                + "".join(p if isinstance(p, str) else f"${formula_latex(p)}$" for p in row.words)
                + reference
            )
    return "\n".join([*out, *notes])


def to_html(function: Expr, steps: Sequence[Step], notes: Sequence[str], form: str) -> str:
    """Return a list of lines whose `span.math` elements hold LaTeX for KaTeX."""
    items = []
    for row, step in zip(rows(function, steps, form), (None, *steps), strict=True):
        words = "".join(escape(p) if isinstance(p, str) else _span(p) for p in row.words)
        reference = f" <cite>{escape(row.reference)}</cite>" if row.reference else ""
        reason = f'<p class="reason">{words}{reference}</p>' if words else ""
        opened = _opened(step) if step is not None else ""
        line = f'<span class="math">{escape(f"{row.latex_left} = {row.latex_right}")}</span>'
        items.append(f"<li>{line}{reason}{opened}</li>")
    remarks = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    return f'<ol class="derivation">{"".join(items)}</ol>{remarks}'


def _span(node: Expr) -> str:
    return f'<span class="math">{escape(formula_latex(node))}</span>'


def _opened(step: Step) -> str:
    """Return the smaller steps of a line, folded away."""
    if not step.substeps:
        return ""
    inner = "".join(f"<li>{_span(s.after)}<p>{escape(s.text)}</p></li>" for s in step.substeps)
    return f"<details><summary>in smaller steps</summary><ol>{inner}</ol></details>"


def to_json(function: Expr, steps: Sequence[Step], form: str) -> dict[str, object]:
    """Return plain data: every step with its rule, both sides, sentence, place and sub-steps."""
    table = rows(function, steps, form)
    return {
        "function": write(function),
        "form": form,
        "steps": [_step_json(step, row.left) for step, row in zip(steps, table[1:], strict=True)],
        "result": table[-1].right,
    }


def _step_json(step: Step, left: str) -> dict[str, object]:
    return {
        "left": left,
        "rule": step.rule,
        "before": write(step.before),
        "after": write(step.after),
        "text": step.text,
        "latex": formula_latex(step.after),
        "reference": step.reference,
        "phase": step.phase.value,
        "place": None if step.place is None else write(step.place),
        "replacement": None if step.replacement is None else write(step.replacement),
        "checked": step.checked,
        "substeps": [_step_json(s, "") for s in step.substeps],
    }
