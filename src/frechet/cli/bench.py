"""`frechet bench`: machine-learning problems, solved from the formula, against the packaged solvers."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final

import click

from frechet.cli.refusals import refusals_on_standard_error
from frechet.errors import EvaluationError, needing, quoted

THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@click.command()
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="Rounds of timing.")
@click.option("--without", multiple=True, metavar="PEER", help="Leave a solver out, CVXPY for example.")
@click.option("--list", "listed", is_flag=True, help="Show the names of the problems.")
def bench(words: tuple[str, ...], rounds: int, without: tuple[str, ...], listed: bool) -> None:
    """Time the problems whose names contain a WORD (all without one).

    A problem counts as solved at a relative gap of 1e-6 to the best value. CPU times on one thread;
    ours include reading and compiling the formula. The packaged solvers that are installed take part.
    """
    for name in THREADS:
        os.environ.setdefault(name, "1")
    with refusals_on_standard_error():
        with needing("numeric", "bench"):
            report: Any = import_module("frechet.optimize.benchmark.report")
        names = list(report.PROBLEMS)
        if listed:
            click.echo("\n".join(names))
            return
        strange = next((word for word in words if not any(word in name for name in names)), None)
        if strange is not None:
            raise EvaluationError(
                f"no problem is named {quoted(strange)}", hint=f"There are: {', '.join(names)}."
            )
        found, rows = [], []
        for standing in report.standings(words, rounds, without):
            found.append(standing)
            rows.append(report.row(standing))
            click.echo(f"{standing.title}: {rows[-1][1]} ms", err=True)
        click.echo(f"{report.markdown(rows)}\n\n{report.summary(found)}")
