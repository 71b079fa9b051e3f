"""The printers on the formulas and derivatives of the literature."""

from __future__ import annotations

import re

import pytest
from tests.agreement import agree
from tests.corpus.test_public_corpus import STRUCTURED, TOPICS

import frechet as fr
from frechet.expressions.nodes import Expr
from frechet.language import read
from frechet.notation.latex import latex
from frechet.tensors.lower import lower


def formulas(topic: str) -> list[tuple[str, Expr, dict[str, str]]]:
    """Return every formula of a topic and its derivative, with what it is declared with."""
    found = list[tuple[str, Expr, dict[str, str]]]()
    for case in TOPICS[topic]:
        formula = fr.parse(case["expr"], case["declare"])
        structured = STRUCTURED.get(case.get("convention", ""), "project")
        derivative = fr.derivative(formula, *case["wrt"], structured=structured).expression
        declared = {**case["declare"], **formula.assumed}
        found += [
            (case["id"], expr, declared) for expr in (formula.expression, derivative) if expr is not None
        ]
    return found


@pytest.mark.parametrize("topic", TOPICS)
def test_latex_of_the_literature_reads_back(topic: str) -> None:
    wrong = list[tuple[str, str]]()
    for name, expr, declared in formulas(topic):
        text = latex(expr)
        again = read(text, declared, syntax="latex").expression
        if not (again is expr or lower(again) is lower(expr) or agree(again, expr)):
            wrong.append((name, text))
    assert wrong == []


@pytest.mark.parametrize("topic", TOPICS)
def test_latex_of_the_literature_has_no_bracket_too_many(topic: str) -> None:
    for _, expr, _ in formulas(topic):
        text = latex(expr)
        assert not re.search(r"\\left\(\\left\([^()]*\\right\)\\right\)", text), text
        assert not re.search(r"--|\+ -|\\cdot [A-Za-z\\]", text), text
