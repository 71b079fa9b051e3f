"""`frechet derive`: the derivative of a formula, verified, in the format asked for."""

from __future__ import annotations

import sys
from typing import Final

import click

import frechet as fr
from frechet.cli.declarations import read_declarations
from frechet.cli.formats import FORMATS
from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.cli.report import Report
from frechet.derivations.derivation import METHODS
from frechet.derivations.lines import Granularity
from frechet.limits import MAX_CHARACTERS

BYTES_PER_CHARACTER: Final = 4


# Unknown options pass as arguments, and no option is short, so that a formula may begin with a minus.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("expression", metavar="EXPR")
@click.option(
    "--wrt",
    "names",
    multiple=True,
    required=True,
    metavar="NAME",
    help="The variable; repeat it for a higher order.",
)
@click.option(
    "--declare",
    "declared",
    multiple=True,
    metavar="'NAME: KIND'",
    help="scalar, vector(n), matrix(m, n), symmetric(n), psd(n), diagonal(n), skew(n), orthogonal(n), "
    "lower(n), integer or positive; several separated by semicolons.",
)
@click.option("--syntax", type=click.Choice(["text", "latex"]), default="text", help="The language of EXPR.")
@click.option(
    "--layout",
    type=click.Choice(["numerator", "denominator"]),
    default="numerator",
    help="denominator transposes Jacobians.",
)
@click.option(
    "--structured",
    type=click.Choice(["project", "entries", "none"]),
    default="project",
    help="How a derivative by a symmetric, diagonal, ... variable is meant.",
)
@click.option("--format", "format_name", type=click.Choice(list(FORMATS)), default="text", help="The output.")
@click.option("--steps", is_flag=True, help="Show the derivation, line by line.")
@click.option(
    "--method",
    type=click.Choice(list(METHODS)),
    default="differential",
    help="With --steps: by differentials, in components, or by the chain rule.",
)
@click.option(
    "--granularity",
    type=click.Choice([g.value for g in Granularity]),
    default="normal",
    help="With --steps: how much one line does.",
)
@click.option("--shapes", is_flag=True, help="With --steps: write the shape under each quantity.")
@click.option("--verify/--no-verify", default=True, help="Compare with numerical differentiation (default).")
def derive(
    expression: str,
    names: tuple[str, ...],
    declared: tuple[str, ...],
    syntax: str,
    layout: str,
    structured: str,
    format_name: str,
    steps: bool,
    method: str,
    granularity: str,
    shapes: bool,
    verify: bool,
) -> None:
    """Print the derivative of EXPR with respect to the names given by --wrt.

    EXPR - is read from standard input.
    """
    with refusals_on_standard_error(as_json=format_name == "json"):
        text = read_standard_input() if expression == "-" else expression
        formula = fr.parse(text, read_declarations(declared), syntax=syntax)
        derivative = fr.derivative(formula, *names, structured=structured, layout=layout)
        verification, unverified = verified(derivative) if verify else (None, "")
        told = None
        if steps:
            told = fr.derive(formula, *names, method=method, granularity=granularity, structured=structured)
        report = Report(
            formula, derivative, names, layout, structured, verification, told, shapes, unverified
        )
        click.echo(FORMATS[format_name](report))
        if report.refuted:
            raise click.exceptions.Exit(CHECK_FAILED)


def verified(derivative: fr.Derivative) -> tuple[fr.Verification | None, str]:
    """Return the verification, or None and why there is none: the answer is shown all the same."""
    try:
        return derivative.verification(), ""
    except (fr.EvaluationError, fr.UnsupportedError) as error:
        return None, f"{error.message}. {error.hint}".strip()


def read_standard_input() -> str:
    """Return standard input, cut just above the limit that the parser enforces."""
    raw = sys.stdin.buffer.read(BYTES_PER_CHARACTER * (MAX_CHARACTERS + 1))
    return raw.decode("utf-8", errors="replace").rstrip("\r\n")
