"""`frechet bench`: the names are listed, an unknown word is refused."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from frechet.cli import commands
from frechet.extras import installing


def test_the_problems_are_listed() -> None:
    result = CliRunner().invoke(commands, ["bench", "--list"])
    assert result.exit_code == 0
    assert "lasso-wide" in result.stdout.splitlines()


def test_an_unknown_problem_is_refused_with_the_names() -> None:
    result = CliRunner().invoke(commands, ["bench", "portfolio", "tea"])
    assert result.exit_code == 2
    assert "no problem is named 'tea'" in result.stderr
    assert "portfolio" in result.stderr


def test_without_numpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "frechet.optimize.benchmark.report", None)
    result = CliRunner().invoke(commands, ["bench", "--list"])
    assert result.exit_code == 2
    assert f"which is not installed\n{installing('numeric')}" in result.stderr
