"""`frechet check`: a person's derivation, line by line, with the first wrong line and the mistake."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import click

from frechet.cli.declarations import read_declarations
from frechet.cli.derive import BYTES_PER_CHARACTER
from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.derivations.check import LAYOUTS, STRIDE, check_derivation
from frechet.derivations.check_report import CheckReport
from frechet.errors import ParseError, quoted
from frechet.limits import MAX_CHARACTERS

FORMATS: Final = ("text", "markdown", "json")


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--over", metavar="NAME", help="The variable; left out, it follows from the lines.")
@click.option(
    "--declare",
    "declared",
    multiple=True,
    metavar="'NAME: KIND'",
    help="As for frechet derive; lines such as 'A: matrix(m, n)' in FILE do the same.",
)
@click.option("--stride", type=click.IntRange(1), default=STRIDE, help="How many rules one line may use.")
@click.option("--layout", type=click.Choice(LAYOUTS), default="numerator", help="The layout of Jacobians.")
@click.option("--syntax", type=click.Choice(["auto", "text", "latex"]), default="auto", help="The language.")
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="text", help="The output.")
def check(
    file: str,
    over: str | None,
    declared: tuple[str, ...],
    stride: int,
    layout: str,
    syntax: str,
    format_name: str,
) -> None:
    """Check the derivation in FILE, line by line; FILE - is standard input.

    Its lines are f = ..., df = ..., = ..., grad = ..., J = ... and H = ....
    """
    with refusals_on_standard_error(as_json=format_name == "json"):
        text = _text_of(file)
        report = check_derivation(text, read_declarations(declared), over, stride, layout, syntax)
        click.echo(_shown(report, format_name))
        if not report.ok:
            raise click.exceptions.Exit(CHECK_FAILED)


def _text_of(file: str) -> str:
    """Return the text of a file, cut just above the limit."""
    most = BYTES_PER_CHARACTER * (MAX_CHARACTERS + 1)
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(most)
        else:
            with Path(file).open("rb") as stream:
                raw = stream.read(most)
    except (OSError, ValueError):
        raise ParseError(
            f"the file {quoted(file)} cannot be read", hint="Check its name, or pass - for standard input."
        ) from None
    return raw.decode("utf-8", errors="replace")


def _shown(report: CheckReport, format_name: str) -> str:
    match format_name:
        case "json":
            return json.dumps(report.json(), ensure_ascii=False, indent=2)
        case "markdown":
            return report.markdown()
        case _:
            return report.text()
