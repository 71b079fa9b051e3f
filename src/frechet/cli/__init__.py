"""The command line: one module a command, gathered here.

Exit status 0: done. 1: a check said no. 2: the input was refused, with the message on standard
error and a caret under the place.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from frechet.cli.bench import bench
from frechet.cli.check import check
from frechet.cli.cookbook import cookbook
from frechet.cli.demo import demo
from frechet.cli.derive import derive
from frechet.cli.doctor import doctor, version
from frechet.cli.lazy import LazyGroup
from frechet.cli.minimize import minimize
from frechet.cli.serve import serve
from frechet.cli.source import source


@click.group(cls=LazyGroup)
@click.version_option(version(), message="frechet %(version)s")
def commands() -> None:
    """Matrix calculus: derivatives that one can trust, in the notation one would write."""


for _command in (bench, check, cookbook, demo, derive, doctor, minimize, serve, source):
    commands.add_command(_command)


def main() -> None:
    """Run the command line on any terminal: what its encoding lacks is escaped, never a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    commands()
