"""Wrong answers are named: those a course lists, and one or more of every kind of mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from frechet.derivations.check import check_derivation
from frechet.derivations.mistakes.catalogue import MISTAKES
from frechet.derivations.mistakes.fingerprint import Fingerprints
from frechet.derivations.mistakes.leibniz import Differentials
from frechet.derivations.mistakes.rules import wrong_differentials
from frechet.derivations.witness import close
from frechet.differentiation.derivative import derivative
from frechet.expressions.traversal import substitute
from frechet.language.reader import read
from frechet.rewriting.pending import differential_symbol

DATA = Path(__file__).parent / "data"
DECLARED = {
    "A": "matrix(n, n)", "B": "matrix(n, n)", "X": "matrix(n, n)", "R": "matrix(m, n)", "S": "symmetric(n)",
    "x": "vector(n)", "y": "vector(n)", "b": "vector(m)", "c": "scalar",
}  # fmt: skip

WRONG = [
    ("logdet(A*X)", "X", "grad = inv(X)", "transpose missing"),
    ("tr(A*X'*B)", "X", "df = tr(A*dX*B)", "transpose missing"),
    ("y'*X*x", "X", "grad = x*y'", "transpose missing"),
    ("b'*R*x", "x", "grad = b'*R", "layout"),
    ("R*x", "x", "J = R'", "layout"),
    ("norm2(R)^2", "R", "grad = 2*R'", "layout"),
    ("norm2(R*x - b)^2", "x", "df = (R*x - b)'*R*dx", "factor lost"),
    ("c*x'*S*x", "x", "grad = 2*S*x", "factor lost"),
    ("x'*A*x + c*y'*x", "x", "grad = 2*A*x + c*y", "symmetry assumed"),
    ("tr(X'*A*X)", "X", "grad = A*X", "product rule term lost"),
    ("(x'*y)*exp(x'*x)", "x", "grad = exp(x'*x)*y", "product rule term lost"),
    ("tr(A*X*B)", "X", "df = tr(dX*A*B)", "not cyclic"),
    ("A*X*B", "X", "df = A*B*dX", "commuted"),
    ("A*X*B", "X", "df = dX*A*B", "commuted"),
    ("sum(exp(R*x))", "x", "grad = exp(R*x)", "chain rule factor lost"),
    ("sum(exp(R*x))", "x", "df = sum(R*dx)", "chain rule factor lost"),
    ("sum(sin(R*x))", "x", "df = -sum(cos(R*x).*(R*dx))", "sign"),
    ("cos(x'*y)", "x", "grad = sin(x'*y)*y", "sign"),
    ("tr(inv(X))", "X", "df = -tr(inv(X)*dX)", "inverse rule"),
    ("inv(X)*y", "X", "df = inv(X)*dX*inv(X)*y", "sign"),
    ("y'*inv(X)*x", "X", "df = -y'*dX*inv(X)*x", "inverse rule"),
    ("norm2(x - y)", "x", "grad = 2*(x - y)", "norm not squared"),
    ("norm2(R*x - b)^2", "x", "df = (R*x - b)'*R*dx/norm2(R*x - b)", "norm not squared"),
    ("det(X)", "X", "df = tr(inv(X)*dX)", "logdet confused"),
    ("(x'*y)/(x'*x)", "x", "df = (dx'*y)/(2*x'*dx)", "quotient rule"),
    ("X^3", "X", "df = 3*X^2*dX", "power rule"),
    ("sum(x.^3)", "x", "df = 3*sum(x.^3.*dx)", "power rule"),
    ("x'*A*y", "x", "grad = A'*x", "wrong variable"),
    ("x'*y + c", "x", "grad = y + c", "constant kept"),
    ("sum(sigmoid(R*x))", "x", "grad = R'*sigmoid(R*x)", "value for derivative"),
    ("x'*S*x", "x", "H = 2*S*x", "gradient for Hessian"),
    ("softmax(x)", "x", "J = diag(softmax(x))", "softmax off-diagonal lost"),
    ("A*X*B", "X", "J = kron(A, B')", "row-wise vec"),
    ("c*x'*x/2", "x", "H = c", "identity missing"),
    ("R*tanh(A*x)", "x", "df = R*(tanh(A*x).*(A*dx))", "value for derivative"),
    ("tr(expm(X))", "X", "grad = exp(X)'", "elementwise product confused"),
    ("x'*x + y'*x + b'*R*x", "x", "grad = 2*x + y", "term lost"),
]


@pytest.mark.parametrize(("function", "over", "line", "mistake"), WRONG)
def test_a_planted_mistake_is_named(function: str, over: str, line: str, mistake: str) -> None:
    report = check_derivation(f"f = {function}\n{line}", DECLARED, over)
    assert report.first_wrong == 2
    assert report.mistake == mistake


def test_the_wrong_answers_that_a_course_lists_are_rejected_and_named() -> None:
    skills = {mistake.name: mistake.skills for mistake in MISTAKES}
    lines = (DATA / "mistakes.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    reports = [check_derivation("\n".join(r["lines"]), r["declare"], r["over"]) for r in rows]
    misplaced = [r["lines"] for r, q in zip(rows, reports, strict=True) if q.first_wrong != r["first_wrong"]]
    assert misplaced == []
    assert sum(q.mistake is not None for q in reports) >= 0.97 * len(rows)
    fitting = sum(r["mistake"] in skills.get(q.mistake or "", ()) for r, q in zip(rows, reports, strict=True))
    assert fitting >= 0.86 * len(rows)


def test_the_unspoiled_differential_is_the_engines() -> None:
    for text, over in {(function, over) for function, over, _, _ in WRONG}:
        formula = read(text, DECLARED)
        variable = formula.declarations[over]
        change = differential_symbol(variable)
        own = Differentials(formula.expression, variable, change).total
        engine = derivative(formula, over)
        right = substitute(engine.differential, {engine.changes[0]: change})
        points = Fingerprints.of([formula.expression, right], [variable, change])
        assert points.agree(own, right), text


def test_every_wrong_rule_is_wrong_somewhere() -> None:
    """A rule that never changes the result would name a mistake nobody made."""
    named: dict[str, bool] = {}
    for text, over in {(function, over) for function, over, _, _ in WRONG}:
        formula = read(text, DECLARED)
        variable = formula.declarations[over]
        right = Differentials(formula.expression, variable, differential_symbol(variable))
        points = Fingerprints.of([formula.expression, right.total], [variable, differential_symbol(variable)])
        true = points.of_formula(right.total)
        assert true is not None
        for mistake, wrong in wrong_differentials(right):
            values = points.of_formula(wrong)
            differs = values is None or not all(close(a, b) for a, b in zip(values, true, strict=True))
            named[mistake.name] = named.get(mistake.name, False) or differs
    assert len(named) > 12
    assert all(named.values())


def test_every_mistake_says_what_happened_and_what_to_do() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)
    for mistake in MISTAKES:
        assert mistake.skills
        assert mistake.says.endswith(".")
        assert mistake.advice.endswith(".")
