"""The command line, as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from frechet.cli import commands
from frechet.cli.demo import LOSSES
from frechet.cli.formats import FORMATS

LEAST_SQUARES = "norm2(A*x - b)^2"


def run(*arguments: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(commands, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_gradient_of_least_squares_is_printed_with_all_that_one_must_know() -> None:
    result = run("derive", LEAST_SQUARES, "--wrt", "x")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].split() == ["f", "=", "norm2(A*x", "-", "b)^2", "scalar"]
    assert lines[1].split() == ["df/dx", "=", "2*A'*(A*x", "-", "b)", "vector(n)"]
    assert lines[0].index("=") == lines[1].index("=")
    assert lines[0].index("scalar") == lines[1].index("vector(n)")
    assert lines[2] == "  assumed    A: matrix(m, n), b: vector(m), x: vector(n)"
    assert lines[3].startswith("  verified   ")
    assert "random points" in lines[3]


def test_the_module_is_the_command_line() -> None:
    program = [sys.executable, "-m", "frechet", "derive", "x'*x", "--wrt", "x"]
    result = subprocess.run(program, capture_output=True, encoding="utf-8", check=True)
    assert result.stdout == run("derive", "x'*x", "--wrt", "x").stdout


def test_the_hessian_of_least_squares_is_twice_the_gram_matrix() -> None:
    lines = run("derive", LEAST_SQUARES, "--wrt", "x", "--wrt", "x", "--no-verify").stdout.splitlines()
    assert lines[1].split() == ["d2f/dx2", "=", "2*A'*A", "matrix(n,", "n)"]
    assert not any("verified" in line for line in lines)


def test_a_jacobian_of_order_four_is_shown_in_three_forms() -> None:
    output = run("derive", "A*X*B", "--wrt", "X").stdout
    assert "kron(B', A)" in output
    assert "A*dX*B" in output
    assert "tensor(" in output


def test_latex_is_the_formula_alone() -> None:
    result = run("derive", "log(det(X))", "--wrt", "X", "--format", "latex")
    assert result.exit_code == 0
    assert "X^{-" in result.stdout
    assert len(result.stdout.splitlines()) == 1


def test_json_has_the_documented_keys() -> None:
    data = json.loads(run("derive", LEAST_SQUARES, "--wrt", "x", "--format", "json").stdout)
    assert list(data) == [
        "schema", "function", "wrt", "layout", "structured", "derivative", "assumed", "verification", "notes",
    ]  # fmt: skip
    assert data["derivative"]["text"] == "2*A'*(A*x - b)"
    assert data["derivative"]["shape"] == ["n"]
    assert data["assumed"] == {"A": "matrix(m, n)", "b": "vector(m)", "x": "vector(n)"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_contains_the_answer(name: str) -> None:
    result = run("derive", "x'*x", "--wrt", "x", "--format", name)
    assert result.exit_code == 0
    assert "2" in result.stdout


def test_declarations_are_obeyed_and_then_not_assumed() -> None:
    result = run(
        "derive", "x'*S*x", "--wrt", "x", "--declare", "S: symmetric(n)", "--declare", "x: vector(n)"
    )
    assert "2*S*x" in result.stdout
    assert "assumed" not in result.stdout


def test_several_declarations_may_share_an_option() -> None:
    result = run("derive", "x'*S*x", "--wrt", "x", "--declare", "S: symmetric(n); x: vector(n)")
    assert "2*S*x" in result.stdout


def test_the_formula_may_come_from_standard_input() -> None:
    assert "2*x" in run("derive", "-", "--wrt", "x", stdin="x'*x\n").stdout


def test_a_formula_may_begin_with_a_minus_sign() -> None:
    assert "-2*x" in run("derive", "-x'*x", "--wrt", "x").stdout


def test_denominator_layout_transposes_the_jacobian() -> None:
    arguments = ("derive", "A*x", "--wrt", "x", "--declare", "A: matrix(m, n)")
    assert run(*arguments).stdout.splitlines()[1].split()[2] == "A"
    assert run(*arguments, "--layout", "denominator").stdout.splitlines()[1].split()[2] == "A'"


def test_latex_can_be_read() -> None:
    assert "2*x" in run("derive", r"x^\top x", "--wrt", "x", "--syntax", "latex").stdout


def test_a_refusal_points_at_the_place_and_exits_with_2() -> None:
    result = run("derive", "x + + )", "--wrt", "x")
    assert result.exit_code == 2
    assert result.stdout == ""
    message = result.stderr.splitlines()
    assert message[0].startswith("frechet: ")
    formula, caret = message[1:3]
    assert formula == "  x + + )"
    assert caret == "        ^"


def test_a_refusal_is_an_object_for_a_program() -> None:
    result = run("derive", "x + + )", "--wrt", "x", "--format", "json")
    error = json.loads(result.stdout)["error"]
    assert result.exit_code == 2
    assert error["kind"] == "ParseError"
    assert error["position"] == [6, 7]
    assert error["message"]


@pytest.mark.parametrize("declaration", ["A matrix(m, n)", ": scalar", "A:", "A: banana(3)"])
def test_a_malformed_declaration_is_refused(declaration: str) -> None:
    result = run("derive", "tr(A)", "--wrt", "A", "--declare", declaration)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_a_name_is_declared_once() -> None:
    result = run("derive", "tr(A)", "--wrt", "A", "--declare", "A: matrix(n, n)", "--declare", "A: scalar")
    assert result.exit_code == 2
    assert "'A' is declared twice" in result.stderr


def test_a_variable_that_is_no_name_of_the_formula_is_refused() -> None:
    result = run("derive", "x'*x", "--wrt", "z9$")
    assert result.exit_code == 2
    assert result.stderr.startswith("frechet: ")


def test_standard_input_that_is_too_long_or_not_text_is_refused() -> None:
    assert run("derive", "-", "--wrt", "x", stdin="x+" * 20_000 + "x").exit_code == 2
    program = [sys.executable, "-c", "from frechet.cli import main; main()", "derive", "-", "--wrt", "x"]
    result = subprocess.run(program, input=b"x'*\xff\xfe", capture_output=True, check=False)
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr


def test_a_terminal_without_unicode_is_no_reason_to_fail() -> None:
    program = [sys.executable, "-c", "from frechet.cli import main; main()", "derive", "x'*x", "--wrt", "x"]
    result = subprocess.run(
        [*program, "--format", "json"], capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"}
    )
    assert result.returncode == 0, result.stderr


def test_the_demonstration_derives_and_verifies_every_loss() -> None:
    result = run("demo")
    assert result.exit_code == 0
    assert all(loss.title in result.stdout for loss in LOSSES)
    assert result.stdout.count("✓") == sum(len(loss.derivatives) for loss in LOSSES)


def test_the_doctor_finds_a_working_engine() -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert "self-check passed" in result.stdout


@pytest.mark.parametrize(("typed", "meant"), [("corse", "course"), ("minimise", "minimize")])
def test_a_misspelled_command_is_answered_with_the_nearest(typed: str, meant: str) -> None:
    result = run(typed)
    assert result.exit_code == 2
    assert f"No such command '{typed}'. Did you mean '{meant}'?" in result.stderr
