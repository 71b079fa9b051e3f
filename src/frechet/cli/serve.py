"""`frechet serve`: the site on this machine, started as a process of its own."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

import click

from frechet.cli.refusals import REFUSED
from frechet.extras import installing

NEEDED = ("frechet_site", "django", "gunicorn")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="How many server processes."
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site: workbench, Cookbook, course. The first start prepares its database.

    Settings are read from the environment: docs/how-to/deploy.md.
    """
    missing = [name for name in NEEDED if not installed(name)]
    if missing:
        click.echo(f"frechet: the site needs {', '.join(missing)}", err=True)
        click.echo(f"Install it with: {installing('site')}", err=True)
        raise click.exceptions.Exit(REFUSED)
    options = [f"--host={host}", f"--port={port}", f"--workers={workers}"]
    os.execv(sys.executable, [sys.executable, "-m", "frechet_site", "start", *options])


def installed(name: str) -> bool:
    """Tell whether a package can be imported, without importing it."""
    try:
        return find_spec(name) is not None
    except ValueError:
        return False
