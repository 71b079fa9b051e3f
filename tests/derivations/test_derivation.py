"""Derivations reach the right end by checked lines, and tell them well."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from frechet.derivations import Derivation, derive
from frechet.errors import FrechetError
from frechet.expressions.text import write
from frechet.language import read

LEAST_SQUARES = ("norm2(A*x - b)^2", {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"}, "x")
VECTOR_AND_SQUARE = {"x": "vector(n)", "A": "matrix(n, n)"}

# expression, declarations, variable, result, lines that a textbook prints
TEXTBOOK = [
    ("x'*A*x", VECTOR_AND_SQUARE, "x", "(A + A')*x", 3),
    (*LEAST_SQUARES, "2*A'*(A*x - b)", 3),
    ("norm2(A*x - b)^2 + c*norm2(x)^2", {**LEAST_SQUARES[1], "c": "scalar"}, "x", None, 4),
    (
        "logdet(S) + (x - m)'*inv(S)*(x - m)",
        {"S": "psd(n)", "x": "vector(n)", "m": "vector(n)"},
        "m",
        None,
        4,
    ),
    ("logdet(S) + tr(inv(S)*M)", {"S": "matrix(n, n)", "M": "matrix(n, n)"}, "S", None, 5),
    ("sum(softplus(X*w)) - y'*X*w", {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"}, "w", None, 5),
    ("logdet(X)", {"X": "matrix(n, n)"}, "X", "inv(X)'", 2),
    ("det(X)", {"X": "matrix(n, n)"}, "X", "det(X)*inv(X)'", 2),
    ("a'*inv(X)*b", {"X": "matrix(n, n)", "a": "vector(n)", "b": "vector(n)"}, "X", None, 4),
    ("tr(A*X*B*X)", {"X": "matrix(m, n)", "A": "matrix(n, m)", "B": "matrix(n, m)"}, "X", None, 4),
    (
        "norm2(M - U*V')^2",
        {"M": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)"},
        "U",
        "-2*(M - U*V')*V",
        4,
    ),
    ("(x'*A*x)/(x'*x)", {"x": "vector(n)", "A": "symmetric(n)"}, "x", None, 5),
]


def derivation(expression: str, declarations: dict[str, str], *names: str, **options: str) -> Derivation:
    return derive(read(expression, declarations), *names, **options)


@pytest.mark.parametrize(("expression", "declarations", "name", "result", "printed"), TEXTBOOK)
def test_a_textbook_result_takes_about_the_lines_of_a_textbook(
    expression: str, declarations: dict[str, str], name: str, result: str | None, printed: int
) -> None:
    found = derivation(expression, declarations, name)
    assert found.complete
    assert found.verified
    assert abs(len(found.steps) - printed) <= 3
    assert result is None or write(found.result) == result


@pytest.mark.parametrize(("expression", "declarations", "name", "result", "printed"), TEXTBOOK)
@pytest.mark.parametrize("granularity", ["brief", "normal", "full"])
def test_lines_follow_from_each_other_and_none_repeats_the_one_before(
    expression: str,
    declarations: dict[str, str],
    name: str,
    result: str | None,
    printed: int,
    granularity: str,
) -> None:
    steps = derivation(expression, declarations, name, granularity=granularity).steps
    assert all(step.before is not step.after for step in steps)
    assert all(one.after is other.before for one, other in pairwise(steps))
    assert all(step.text.endswith(".") for step in steps)


def test_a_line_opens_into_its_substeps() -> None:
    steps = derivation(*LEAST_SQUARES).steps
    opened = next(step for step in steps if step.substeps)
    assert opened.substeps[0].before is opened.before
    assert opened.substeps[-1].after is opened.after


def test_granularities_differ_in_length_only() -> None:
    brief, normal, full = (derivation(*LEAST_SQUARES, granularity=g) for g in ("brief", "normal", "full"))
    assert len(brief.steps) <= len(normal.steps) <= len(full.steps)
    assert brief.result is normal.result is full.result


def test_the_lines_of_the_quadratic_form_are_those_of_the_textbook() -> None:
    found = derivation("x'*A*x", VECTOR_AND_SQUARE, "x")
    assert [write(step.after) for step in found.steps] == [
        "dx'*A*x + x'*A*dx",
        "x'*A'*dx + x'*A*dx",
        "x'*(A' + A)*dx",
        "(A + A')*x",
    ]
    assert found.steps[1].rule == "a scalar equals its transpose"


def test_a_constant_is_named_once() -> None:
    told = derivation("x'*A*x + tr(A)*(x'*x)", VECTOR_AND_SQUARE, "x").text()
    assert len(re.findall(r"A is constant", told)) == 1


def test_the_second_derivative_ends_with_the_hessian() -> None:
    found = derivation("x'*A*x", VECTOR_AND_SQUARE, "x", "x")
    assert write(found.result) in ("A + A'", "A' + A")
    assert found.steps[-1].rule == "identify the Hessian"
    assert "H" in found.text()


def test_a_matrix_function_ends_in_vec_form() -> None:
    found = derivation("A*X*B", {"A": "matrix(p, m)", "X": "matrix(m, n)", "B": "matrix(n, q)"}, "X")
    assert write(found.result) == "kron(B', A)"


def test_without_a_kronecker_form_the_differential_is_the_answer_and_it_says_so() -> None:
    found = derivation("X'*X", {"X": "matrix(m, n)"}, "X")
    assert write(found.result) == "dX'*X + X'*dX"
    assert "differential itself" in found.notes[0]


def test_a_constant_function_has_the_zero_derivative() -> None:
    found = derivation("tr(A)*0 + tr(A)", {"A": "matrix(n, n)", "x": "vector(n)"}, "x")
    assert write(found.result) == "vector(0, n)"


def test_a_symmetric_variable_is_projected_by_default() -> None:
    found = derivation("tr(A*X)", {"A": "matrix(n, n)", "X": "symmetric(n)"}, "X")
    assert found.complete
    assert found.steps[-1].rule in ("structure of the variable", "simplify")


def test_a_name_that_is_taken_does_not_become_the_differential() -> None:
    found = derivation("x'*A*x + dx*(x'*x)", {**VECTOR_AND_SQUARE, "dx": "scalar"}, "x")
    assert "ddx" in found.text()
    assert found.verified


def test_every_output_mentions_every_line() -> None:
    found = derivation(*LEAST_SQUARES)
    lines = len(found.steps) + 1
    assert found.latex().count(r"\\") == lines - 1
    assert found.html().count("<li><span") >= lines
    assert found.markdown().count("\\displaystyle") == lines
    data = json.loads(json.dumps(found.json()))
    assert len(data["steps"]) == lines - 1
    assert "A (m × n)" in found.text(shapes=True)


def test_html_escapes_what_it_prints() -> None:
    assert "<script" not in derivation(*LEAST_SQUARES).html()


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (("q",), {}),
        ((), {}),
        (("x",), {"method": "magic"}),
        (("x",), {"granularity": "tiny"}),
        (("x",) * 3, {}),
    ],
)
def test_a_wrong_request_is_refused_with_a_hint(names: tuple[str, ...], options: dict[str, str]) -> None:
    with pytest.raises(FrechetError) as caught:
        derivation("x'*A*x", VECTOR_AND_SQUARE, *names, **options)
    assert caught.value.hint


def test_the_worked_example_has_one_value_on_every_line_of_the_differential() -> None:
    told = derivation("x'*A*x", VECTOR_AND_SQUARE, "x").example()
    lines = dict(line.split(" = ", 1) for line in told.splitlines())
    assert lines["line 1"] == lines["line 2"] == lines["line 3"]
    assert lines["line 4"].startswith("[")
    assert "A = [" in told


def test_a_scalar_comes_out_of_a_sum_whose_terms_hold_it_at_different_depths() -> None:
    declared = {"y": "vector(n)", "K": "psd(n)", "s": "scalar", "t": "scalar"}
    found = derivation("y'*inv(s*K + t*eye(n))*y + logdet(s*K + t*eye(n))", declared, "s", "t")
    assert found.verified
