"""Claims about which one says how sure one is: the engine decides which of them hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frechet.course.figure import check_figure, compiled
from frechet.course.problems import Place

HEAD = 'kind = "certainty"\ntitle = "T"\ndescription = "D"\n[declare]\nA = "matrix(n, n)"\nx = "vector(n)"\n'
RIGHT = """
[[claim]]
formula = "x'*A*x"
by = "x"
gradient = "A*x + A'*x"
holds = true
say = "It is {f}`(A + A')*x`."
"""
WRONG = """
[[claim]]
formula = "tr(A)"
equals = "det(A)"
holds = false
say = "No."
"""


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "figure.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return [problem.message for problem in check_figure(path, Place("figure.toml"))]


def test_claims_that_are_what_they_are_said_to_be_pass(tmp_path: Path) -> None:
    assert faults(tmp_path, RIGHT + WRONG) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RIGHT + WRONG.replace("holds = false", "holds = true"), "the claim about 'tr(A)' is not true"),
        (RIGHT.replace("holds = true", "holds = false") + WRONG, "the claim about 'x'*A*x' is true"),
        (RIGHT + WRONG.replace("say", "why"), "has no 'why'"),
        (RIGHT + WRONG.replace("holds = false", ""), "lacks holds"),
        (RIGHT + WRONG.replace("equals", "declare"), "lacks answer"),
        (RIGHT, "all claims are true, or none is"),
        (RIGHT + WRONG.replace('"No."', '"{f}`A*`"'), "a value is missing"),
    ],
)
def test_a_claim_that_cannot_be_asked_is_refused(tmp_path: Path, text: str, message: str) -> None:
    assert any(message in found for found in faults(tmp_path, text)), faults(tmp_path, text)


def test_a_page_gets_a_claim_typeset_and_in_words() -> None:
    claim = {"formula": "x'*A*x", "by": "x", "hessian": "A + A'", "holds": True, "say": "As {f}`A' + A`."}
    declared = {"A": "matrix(n, n)", "x": "vector(n)"}
    data: Any = compiled({"kind": "certainty", "declare": declared, "claim": [claim]})
    (shown,) = data["claim"]
    assert shown["latex"].startswith(r"\nabla^2_{x}")
    assert shown["words"] == "the Hessian of xᵀ A x by x is A + Aᵀ"
    assert shown["holds"] is True
    assert [part["text"] for part in shown["say"]] == ["As ", "Aᵀ + A", "."]
