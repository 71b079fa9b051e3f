"""The claims of a figure of kind `certainty`: statements of which a reader says how sure they are.

Each is a statement as a theorem makes it, true or not; the engine decides, and the file says which it is
meant to be, so that a slip of either is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from frechet.course.data import texts
from frechet.course.figure_reading import FigureError
from frechet.course.scope import formula_in, formulas_in
from frechet.course.statements import LABELS, Statement, judge, statement_latex
from frechet.errors import quoted
from frechet.notation.unicode import unicode
from frechet.rewriting.steps import formula_latex

Table = Mapping[str, object]
ASKS: Final = ("equals", *LABELS)
_KEYS: Final = ("given", "declare", "formula", "by", *ASKS, "holds", "say")
_ROLE: Final = re.compile(r"\{f\}`([^`]+)`")


def claim_data(claim: Table, figure: Table) -> dict[str, object]:
    """Return a claim as a page shows it: formulas in LaTeX and in words.

    Raises:
        FrechetError: a formula cannot be read.
    """
    statement, declared = _statement(claim), _declared(claim, figure)
    formula, answer = formulas_in([statement.formula, statement.answer], declared)
    left, right = unicode(formula.expression), unicode(answer.expression)
    if statement.ask != "equals":
        left = f"the {statement.ask.replace('hess', 'Hess')} of {left} by {', '.join(statement.by)}"
    return {
        "given": _parts(str(claim.get("given", "")), declared),
        "latex": statement_latex(statement, declared),
        "words": f"{left} is {right}" if statement.ask != "equals" else f"{left} = {right}",
        "holds": claim.get("holds") is True,
        "say": _parts(str(claim.get("say", "")), declared),
    }


def faults_of_claims(claims: list[dict[str, object]], figure: Table) -> Iterator[FigureError]:
    """Yield what is wrong with claims: keys, and statements that are not what they are said to be."""
    for claim in claims:
        name = quoted(str(claim.get("formula", "")))
        for key in claim.keys() - set(_KEYS):
            hint = f"It has {', '.join(_KEYS)}."
            yield FigureError(f"the claim about {name} has no {quoted(key)}", "claim", hint=hint)
        lacking = [key for key in ("formula", "say") if not claim.get(key)]
        lacking += ["holds"] if not isinstance(claim.get("holds"), bool) else []
        lacking += ["answer"] if sum(key in claim for key in ASKS) != 1 else []
        if lacking:
            hint = f"A claim has formula, say, holds = true or false, and one of {', '.join(ASKS)}."
            yield FigureError(f"the claim about {name} lacks {', '.join(lacking)}", "claim", hint=hint)
            continue
        judgment = judge(_statement(claim), _declared(claim, figure))
        if judgment.true is not claim["holds"]:
            what = "is true" if judgment.true else f"is not true: {judgment.why}"
            yield FigureError(f"the claim about {name} {what}", "claim", hint="Mend it, or holds.")
    if claims and len({claim.get("holds") for claim in claims}) == 1:
        yield FigureError("all claims are true, or none is", "claim", hint="Mix them.")


def _statement(claim: Table) -> Statement:
    ask = next(key for key in ASKS if key in claim)
    return Statement(str(claim["formula"]), ask, str(claim[ask]), texts(claim.get("by")))


def _declared(claim: Table, figure: Table) -> dict[str, str]:
    tables = [table for table in (figure.get("declare"), claim.get("declare")) if isinstance(table, dict)]
    return {name: str(kind) for table in tables for name, kind in table.items()}


def _parts(text: str, declared: Mapping[str, str]) -> list[dict[str, str]]:
    """Return a text as pieces, those in `{f}` typeset.

    Raises:
        FrechetError: one of its formulas cannot be read.
    """
    found: list[dict[str, str]] = []
    for place, piece in enumerate(_ROLE.split(text)):
        if place % 2 == 0:
            found += [{"text": piece}] if piece else []
            continue
        sides = [formula_in(side, declared).expression for side in piece.split(" = ")]
        latex, words = " = ".join(map(formula_latex, sides)), " = ".join(map(unicode, sides))
        found.append({"latex": latex, "text": words})
    return found
