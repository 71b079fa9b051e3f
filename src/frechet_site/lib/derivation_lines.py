"""A derivation as data for templates: each line with its formula, its rule and its sentence.

Used by the operations of several features, so it runs in worker processes and knows no Django.
"""

from __future__ import annotations

from frechet.derivations.derivation import Derivation
from frechet.derivations.presentation import Row, plain, rows, shapes_in
from frechet.rewriting.rules import Words
from frechet.rewriting.steps import Step, formula_latex


def lines_of(told: Derivation) -> dict[str, object]:
    """Return the function, the lines that follow, and what is to be said of the whole."""
    first, *others = rows(told.function.expression, told.steps, told.forms[0].value)
    return {
        "first": {
            "latex": f"{first.latex_left} = {first.latex_right}",
            "text": f"{first.left} = {first.right}",
        },
        "lines": [_line(row, step) for row, step in zip(others, told.steps, strict=True)],
        "verified": told.verified,
        "complete": told.complete,
        "notes": list(told.notes),
    }


def _line(row: Row, step: Step) -> dict[str, object]:
    smaller = [
        {"latex": formula_latex(s.after), "text": plain((s.after,)), "words": worded(s.words)}
        for s in step.substeps
    ]
    return {
        # Without a left side, an empty group keeps the space before the sign.
        "latex": f"{row.latex_left or '{}'} = {row.latex_right}",
        "text": f"{row.left} = {row.right}",
        "rule": step.rule,
        "words": worded(row.words),
        "reference": row.reference,
        "shapes": shapes_in(row.value),
        "checked": step.checked,
        "smaller": smaller,
    }


def worded(words: Words) -> list[dict[str, str]]:
    """Return a sentence as words and formulas."""
    return [
        {"words": part} if isinstance(part, str) else {"latex": formula_latex(part), "text": plain((part,))}
        for part in words
    ]
