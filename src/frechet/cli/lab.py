"""`frechet lab`: list, start, check and export the labs of the course."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.course.content import read_course
from frechet.course.labs import FORMATS, SECONDS, LabReport, exported, find_lab, labs_of, run_checks
from frechet.errors import FrechetError, quoted
from frechet.extras import install

_SUFFIXES = {"ipynb": ".ipynb", "py": ".py", "marimo": "_marimo.py"}


@click.group()
def lab() -> None:
    """Start and check the labs of the course."""


@lab.command("list")
def listing() -> None:
    """List the labs."""
    with refusals_on_standard_error():
        for found in labs_of(read_course()):
            click.echo(f"{found.name:44}  {found.title}")


@lab.command()
@click.argument("name")
@click.option("--open/--no-open", "opened", default=True, help="Open it in Jupyter, if that is installed.")
def start(name: str, opened: bool) -> None:
    """Put the notebook of lab NAME into this folder, and open it in Jupyter."""
    with refusals_on_standard_error():
        file = _written(name, "ipynb", None)
        application = next((a for a in ("jupyterlab", "notebook") if find_spec(a) is not None), None)
        if not opened or application is None:
            click.echo(f"Open {file} in Jupyter or VS Code; when done: frechet lab check {name}")
            if application is None:
                click.echo(f"Jupyter is not installed; this brings it: {install('jupyterlab')}")
            return
        click.echo(f"Opening {file}; when done: frechet lab check {name}")
        subprocess.run([sys.executable, "-m", application, str(file)], check=False)


@lab.command()
@click.argument("name")
@click.option("--format", "form", type=click.Choice(FORMATS), default="ipynb", help="The format.")
@click.option("--output", metavar="FILE", help="Where to; NAME in this folder if left out.")
def export(name: str, form: str, output: str | None) -> None:
    """Write lab NAME as a notebook of Jupyter or marimo, or as a Python file."""
    with refusals_on_standard_error():
        click.echo(f"Wrote {_written(name, form, output)}")


def _written(name: str, form: str, output: str | None) -> Path:
    found = find_lab(read_course(), name)
    file = Path(output or f"{name}{_SUFFIXES[form]}")
    text = exported(found, form)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        hint = "Go on with it, or move it away to begin anew."
        raise FrechetError(f"{quoted(str(file))} is already there", hint=hint) from None
    except OSError:
        raise FrechetError(f"{quoted(str(file))} cannot be written", hint="Choose another folder.") from None
    return file


@lab.command()
@click.argument("name")
@click.argument("file", required=False)
@click.option("--seconds", type=click.FloatRange(1), default=SECONDS, help="How long it may run.")
def check(name: str, file: str | None, seconds: float) -> None:
    """Run what you made of lab NAME (FILE, or NAME.ipynb or NAME.py here) and check it."""
    with refusals_on_standard_error():
        found = find_lab(read_course(), name)
        report = run_checks(found, _handed_in(name, file), seconds)
        _show(report)
        if not report.ok:
            raise click.exceptions.Exit(CHECK_FAILED)


def _handed_in(name: str, file: str | None) -> Path:
    if file is not None:
        return Path(file)
    candidates = [Path(f"{name}{suffix}") for suffix in (".ipynb", ".py")]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise FrechetError(
        f"there is no {candidates[0]} here", hint=f"Begin with: frechet lab start {name}; or name your file."
    )


def _show(report: LabReport) -> None:
    if report.failure:
        click.echo(click.style("✗ ", fg="red") + "The lab does not run to its end.")
        click.echo(f"  {report.failure}")
        return
    for outcome in report.outcomes:
        mark = click.style("✓", fg="green") if outcome.right else click.style("✗", fg="red")
        click.echo(f"{mark} {outcome.says}")
        if outcome.message:
            click.echo(f"    {outcome.message}")
    right = sum(outcome.right for outcome in report.outcomes)
    click.echo(f"{right} of {len(report.outcomes)} checks passed.")
