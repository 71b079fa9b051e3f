"""The reference of the command line names every command and every option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

from frechet.cli import commands

REFERENCE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "command-line.md"
COMMANDS: Final = REFERENCE.parents[2] / "src" / "frechet" / "cli"


def section(name: str) -> str:
    """Return what the reference says of a command."""
    _, _, rest = REFERENCE.read_text(encoding="utf-8").partition(f"\n## `frechet {name}")
    assert rest, f"{REFERENCE.name} has no section on {name}"
    return rest.partition("\n## ")[0]


def options_of(command: click.Command) -> Iterator[list[str]]:
    """Yield the spellings of every option of a command and of those below it."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield [*parameter.opts, *parameter.secondary_opts]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from options_of(inner)


@pytest.mark.parametrize("name", commands.list_commands(click.Context(commands)))
def test_a_command_is_described_with_all_its_options(name: str) -> None:
    text = section(name)
    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    missing = [spellings for spellings in options_of(command) if not any(s in text for s in spellings)]
    assert not missing


def test_the_commands_below_a_group_are_described() -> None:
    for name in ("course", "lab", "cookbook"):
        group = commands.get_command(click.Context(commands), name)
        assert isinstance(group, click.Group)
        assert [
            inner for inner in group.list_commands(click.Context(group)) if inner not in section(name)
        ] == []


def test_every_code_of_the_doctor_is_described() -> None:
    code = re.compile(r'"([A-Z]{2,4}\d\d)"')
    codes = {
        found for file in COMMANDS.glob("*.py") for found in code.findall(file.read_text(encoding="utf-8"))
    }
    assert len(codes) > 10
    assert [code for code in sorted(codes) if f"`{code}`" not in section("doctor")] == []
