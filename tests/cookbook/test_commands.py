"""`frechet cookbook`: what is printed, and the exit status."""

from __future__ import annotations

from click.testing import CliRunner, Result

from frechet.cli.cookbook import cookbook


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cookbook, arguments)


def test_search_prints_the_statement_and_the_citation() -> None:
    result = run("search", "tr(A*X*B)", "--wrt", "X")
    assert result.exit_code == 0
    assert "d(tr(A*X*B)) / dX = A'*B'" in result.output
    assert "The Matrix Cookbook, eq. (101)" in result.output


def test_search_takes_declarations() -> None:
    result = run("search", "y'*M*y", "--wrt", "y", "--declare", "M: symmetric(n); y: vector(n)")
    assert result.output.startswith("quad-symmetric")


def test_a_search_without_result_ends_with_status_1() -> None:
    assert run("search", "xylophone").exit_code == 1


def test_show_prints_statement_proof_derivation_code_and_relatives() -> None:
    result = run("show", "81")
    assert result.exit_code == 0
    for part in (
        "(B + B')*x",
        "proof     symbolic",
        "Product rule",
        "import numpy",
        "related   quad-symmetric",
    ):
        assert part in result.output


def test_show_prints_the_counterexample_of_an_erratum() -> None:
    result = run("show", "mc-524")
    assert "printed   vec(A)'*kron(X, v*u')*vec(A)" in result.output
    assert "They differ" in result.output


def test_an_unknown_entry_is_refused_with_status_2() -> None:
    assert run("show", "no-such-entry").exit_code == 2


def test_verify_counts_the_methods() -> None:
    result = run("verify", "81", "mc-101", "mc-524")
    assert result.exit_code == 0
    assert "4 entries" in result.output
    assert "printed forms refuted: mc-524" in result.output
