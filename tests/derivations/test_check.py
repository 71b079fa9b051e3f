"""A person's derivation: the first wrong line is found, and right derivations are left alone."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from click.testing import CliRunner

from frechet.cli import commands
from frechet.derivations.check import check_derivation
from frechet.derivations.check_report import Status
from frechet.errors import FrechetError

DATA = Path(__file__).parent / "data"
SQUARE = {"A": "matrix(n, n)", "x": "vector(n)"}
LEAST_SQUARES = {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", rows("derivations.jsonl"), ids=lambda row: row["id"])
@pytest.mark.parametrize("named", [True, False], ids=["variable named", "variable found"])
def test_the_first_wrong_line_and_the_mistake_are_found(row: dict[str, Any], named: bool) -> None:
    report = check_derivation("\n".join(row["lines"]), row["declare"], row["over"] if named else None)
    assert report.variable.name == row["over"]
    assert report.first_wrong == row["first_wrong"]
    assert report.mistake in {row["mistake"], *row["also_accept"]}


def test_right_answers_in_every_form_are_accepted() -> None:
    rejected = []
    for row in rows("right.jsonl"):
        report = check_derivation("\n".join(row["lines"]), row["declare"], row["over"])
        if not report.ok:
            rejected.append((row["lines"], report.first_wrong, report.mistake))
    assert rejected == []


def test_a_derivation_in_latex_is_read_and_its_wrong_line_found() -> None:
    text = r"""
    \begin{align*}
    f &= \|Ax - b\|_2^2 \\
    \mathrm{d}f &= 2 (Ax - b)^\top A \,\mathrm{d}x \\
    &= 2 (Ax - b)^\top A dx \\
    \nabla_x f &= 2 A (Ax - b)
    \end{align*}"""
    report = check_derivation(text, LEAST_SQUARES)
    assert (report.first_wrong, report.mistake) == (4, "transpose missing")


def test_parts_with_names_and_pending_differentials_may_be_used() -> None:
    lines = ["r = A*x - b", "f = r'*r", "df = 2*r'*dr", "dr = A*dx", "df = 2*r'*d(A*x)", "grad = 2*A'*r"]
    assert check_derivation("\n".join(lines), LEAST_SQUARES, "x").ok


def test_the_differential_of_a_row_is_a_row() -> None:
    assert check_derivation("f = x'*A*x\ndf = d(x')*A*x + x'*A*dx", SQUARE).ok


def test_lines_after_the_first_wrong_one_are_judged_by_whether_they_follow() -> None:
    lines = ["f = x'*A*x", "df = x'*A*dx", "= dx'*A'*x", "grad = A'*x", "grad = 7*A'*x"]
    statuses = [line.status for line in check_derivation("\n".join(lines), SQUARE).lines]
    assert statuses == [Status.GIVEN, Status.WRONG, Status.FOLLOWS, Status.FOLLOWS, Status.WRONG]


def test_a_wrong_line_comes_with_numbers_at_which_it_fails() -> None:
    wrong = check_derivation("f = x'*A*x\ngrad = 2*A*x", SQUARE, "x").wrong_line
    assert wrong is not None
    assert wrong.counterexample is not None
    assert {"A", "x", "dx"} <= wrong.counterexample.keys()


def test_a_row_for_a_gradient_is_right_in_the_other_layout() -> None:
    text = "f = x'*A*x\ngrad = x'*(A + A')"
    report = check_derivation(text, SQUARE, "x")
    assert report.lines[1].status is Status.OTHER_LAYOUT
    assert report.mistake == "layout"
    assert check_derivation(text, SQUARE, "x", layout="either").ok


def test_a_transposed_jacobian_is_right_when_that_layout_is_chosen() -> None:
    text = "f = A*x\nJ = A'"
    assert not check_derivation(text, LEAST_SQUARES, "x").ok
    assert check_derivation(text, LEAST_SQUARES, "x", layout="denominator").ok


def test_both_conventions_for_a_symmetric_variable_are_accepted() -> None:
    declared = {"S": "symmetric(n)", "A": "matrix(n, n)"}
    for gradient in ("(A + A')/2", "A'", "A + A' - diag(diag(A))"):
        report = check_derivation(f"f = tr(A*S)\ngrad = {gradient}", declared, "S")
        assert report.ok
        assert bool(report.notes) is (gradient != "(A + A')/2")
    assert not check_derivation("f = tr(A*S)\ngrad = A + A'", declared, "S").ok


def test_a_line_that_skips_many_rules_is_right_and_said_to_skip() -> None:
    report = check_derivation("f = norm2(A*x - b)^2\ngrad = 2*A'*(A*x - b)", LEAST_SQUARES, "x", stride=2)
    assert report.ok
    assert report.lines[1].status is Status.SKIPS
    assert report.lines[1].rule is not None


def test_a_formula_that_is_right_on_a_smaller_domain_is_right() -> None:
    text = "f = logdet(X'*X)\ngrad = 2*X*inv(X'*X)"
    assert check_derivation(text, {"X": "matrix(m, n)"}).ok


def test_a_term_too_small_for_floats_is_missed_by_nobody() -> None:
    text = "f = x'*x + 1e-15*sum(x)\ngrad = 2*x"
    assert check_derivation(text, {"x": "vector(n)"}).first_wrong == 2


def test_an_absolute_value_is_not_taken_for_its_argument() -> None:
    text = "f = abs(a)*a\ngrad = 2*a"
    assert check_derivation(text, {"a": "scalar"}).first_wrong == 2


def test_a_huge_power_is_judged_in_no_time() -> None:
    start = process_time()
    assert check_derivation("f = x'*x\ngrad = x.^1e308", {"x": "vector(n)"}).first_wrong == 2
    assert process_time() - start < 2


@pytest.mark.parametrize(
    "text",
    ["", "f", "= x", "f =", "grad = x", "f = x\nnonsense here", "f = 3", "f = x'*x\nover q",
     "x: foo\nf = x'*x", "f = x'*x\ndf = 2*x'*dx = 0", "f = x'*x\nx = 3\n", "d(", "f = d(x",
     "f = x'*x\ndf = d()"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(text: str) -> None:
    with pytest.raises(FrechetError) as refusal:
        check_derivation(text, None)
    assert refusal.value.message


@pytest.mark.parametrize("options", [{"layout": "none"}, {"stride": 0}, {"stride": "2"}, {"over": 3}])
def test_unknown_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(FrechetError):
        check_derivation("f = x'*x\ngrad = 2*x", None, **options)


def test_the_report_is_text_markdown_and_plain_data() -> None:
    report = check_derivation("f = x'*A*x\ndf = x'*A*dx", SQUARE)
    assert "product rule term lost" in report.text()
    assert "**Line 2" in report.markdown()
    data = json.loads(json.dumps(report.json()))
    assert (data["first_wrong"], data["mistake"]) == (2, "product rule term lost")


def test_ten_lines_are_checked_quickly() -> None:
    lines = [
        "f = norm2(A*x - b)^2 + c*norm2(x)^2", "= (A*x - b)'*(A*x - b) + c*x'*x",
        "df = 2*(A*x - b)'*d(A*x - b) + c*d(x'*x)", "= 2*(A*x - b)'*A*dx + 2*c*x'*dx",
        "= (2*(A*x - b)'*A + 2*c*x')*dx", "= 2*(x'*A'*A - b'*A + c*x')*dx", "grad = 2*A'*(A*x - b) + 2*c*x",
        "= 2*(A'*A + c*eye(n))*x - 2*A'*b", "H = 2*A'*A + 2*c*eye(n)", "= 2*A'*A + 2*c",
    ]  # fmt: skip
    declared = {**LEAST_SQUARES, "c": "scalar"}
    check_derivation("\n".join(lines), declared, "x")
    start = process_time()
    report = check_derivation("\n".join(lines), declared, "x")
    assert process_time() - start < 0.3
    assert (report.first_wrong, report.mistake) == (10, "identity missing")


def test_the_command_reads_a_file_and_exits_1_when_a_line_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "derivation.txt"
    file.write_text("A: matrix(n, n)\nx: vector(n)\nf = x'*A*x\ndf = x'*A*dx\n", encoding="utf-8")
    outcome = CliRunner().invoke(commands, ["check", str(file), "--format", "json"])
    assert outcome.exit_code == 1
    assert json.loads(outcome.output)["first_wrong"] == 2
    file.write_text("f = x'*A*x\ndf = x'*(A + A')*dx\n", encoding="utf-8")
    assert CliRunner().invoke(commands, ["check", str(file)]).exit_code == 0
    assert CliRunner().invoke(commands, ["check", str(tmp_path / "missing")]).exit_code == 2
