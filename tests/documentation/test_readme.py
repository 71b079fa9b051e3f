"""The README's examples are executed: Python by doctest, the command line word for word."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from frechet.cli import commands

README = Path(__file__).resolve().parents[2] / "README.md"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def sessions() -> list[tuple[str, str]]:
    blocks = CONSOLE.findall(README.read_text(encoding="utf-8"))
    parts = [
        part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE) if part.strip()
    ]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def test_the_python_examples_run() -> None:
    failed, tried = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(("command", "output"), sessions(), ids=[command for command, _ in sessions()])
def test_the_console_examples_print_what_they_show(command: str, output: str) -> None:
    """Random points differ in their error: `...` stands for any text."""
    program, *arguments = shlex.split(command)
    assert program == "frechet"
    result = CliRunner().invoke(commands, arguments)
    assert doctest.OutputChecker().check_output(output, result.stdout, doctest.ELLIPSIS), result.output


def test_the_first_example_is_near_the_top() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    assert 0 < lines.index("```console") < 60
