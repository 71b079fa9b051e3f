"""Commands that are loaded when they are called: the course needs libraries that the engine does not."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import Final, final

import click

from frechet.cli.refusals import REFUSED
from frechet.extras import installing

LATER: Final = {
    "course": ("frechet.cli.course", "Read, check and write courses.", "course"),
    "lab": ("frechet.cli.lab", "Start and check the labs of the course.", "labs"),
    "practice": ("frechet.cli.practice", "Practice the exercises of the course.", "course"),
    "tour": ("frechet.cli.tour", "See in a few screens what Fréchet does.", "course"),
}
"""Command → its module, what it does, and the extra that brings what it needs."""


@final
class LazyGroup(click.Group):
    """A group of commands, those of `LATER` imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.commands, *LATER})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.commands:
            return self.commands[cmd_name]
        if cmd_name not in LATER:
            nearest = get_close_matches(cmd_name, self.list_commands(ctx), 1)
            ctx.fail(f"No such command '{cmd_name}'." + (f" Did you mean '{nearest[0]}'?" if nearest else ""))
        module, summary, extra = LATER[cmd_name]
        try:
            found: click.Command = getattr(import_module(module), cmd_name)
        except ModuleNotFoundError as error:
            return _lacking(cmd_name, summary, extra, str(error.name))
        return found


def _lacking(name: str, summary: str, extra: str, library: str) -> click.Command:
    """Return a command that says what to install."""

    @click.command(name, help=summary, context_settings={"ignore_unknown_options": True})
    @click.argument("anything", nargs=-1)
    def lacking(anything: tuple[str, ...]) -> None:
        click.echo(f"frechet: {name} needs {library}", err=True)
        click.echo(f"Install it with: {installing(extra)}", err=True)
        raise click.exceptions.Exit(REFUSED)

    return lacking
