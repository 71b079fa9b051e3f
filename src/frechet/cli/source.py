"""`frechet source`: a formula and its derivatives as a program to read and to run."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

import frechet as fr
from frechet.backends.source import SOURCES
from frechet.backends.source import source as source_of
from frechet.cli.declarations import read_declarations
from frechet.cli.derive import read_standard_input
from frechet.cli.refusals import refusals_on_standard_error

NOTEBOOK_VERSION = 4
PYTHON = ("python", "python3", "Python 3")
KERNELS = {
    "julia": ("julia", "julia", "Julia"),
    "matlab": ("matlab", "jupyter_matlab_kernel", "MATLAB"),
    "octave": ("octave", "octave", "Octave"),
    "r": ("R", "ir", "R"),
}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("expression", metavar="EXPR")
@click.option("--wrt", "name", default="", metavar="NAME", help="Add the gradient and the Hessian by NAME.")
@click.option("--order", type=click.IntRange(0, 2), default=2, help="The highest derivative (default 2).")
@click.option("--declare", "declared", multiple=True, metavar="'NAME: KIND'", help="As for frechet derive.")
@click.option("--backend", type=click.Choice(SOURCES), default="numpy", help="The array library or language.")
@click.option("--function-name", default="program", metavar="NAME", help="The name of the function.")
@click.option(
    "--format", "format_name", type=click.Choice(["py", "ipynb"]), default="py", help="A file or a notebook."
)
def source(
    expression: str,
    name: str,
    order: int,
    declared: tuple[str, ...],
    backend: str,
    function_name: str,
    format_name: str,
) -> None:
    """Print a program for EXPR, its gradient and its Hessian, computed together.

    EXPR - is read from standard input.
    """
    with refusals_on_standard_error():
        text = read_standard_input() if expression == "-" else expression
        formula = fr.parse(text, read_declarations(declared))
        derivatives = [fr.derivative(formula, *[name] * k) for k in range(1, order + 1)] if name else []
        code = source_of([formula, *derivatives], backend, function_name)
        notebook = format_name == "ipynb"
        click.echo(as_notebook([formula, *derivatives], code, backend) if notebook else code.rstrip())


def as_notebook(outputs: Sequence[fr.Formula | fr.Derivative], code: str, backend: str) -> str:
    """Return a notebook: the formulas, typeset, and the program."""
    names = ["f", r"\nabla f", r"\nabla^2 f"]
    formulas = [f"$${name} = {output.latex()}$$" for name, output in zip(names, outputs, strict=False)]
    cells = [
        {"cell_type": "markdown", "id": "formulas", "metadata": {}, "source": "\n\n".join(formulas)},
        {
            "cell_type": "code",
            "id": "program",
            "metadata": {},
            "source": code.rstrip(),
            "outputs": [],
            "execution_count": None,
        },
    ]
    language, kernel, title = KERNELS.get(backend, PYTHON)
    metadata = {
        "kernelspec": {"name": kernel, "display_name": title, "language": language},
        "language_info": {"name": language},
    }
    notebook = {"cells": cells, "metadata": metadata, "nbformat": NOTEBOOK_VERSION, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1)
