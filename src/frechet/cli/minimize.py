"""`frechet minimize`: a model file and data in, the optimum and how it was found out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from frechet import optimize
from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.errors import EvaluationError, quoted
from frechet.limits import MAX_CHARACTERS


@click.command()
@click.argument("model", metavar="MODEL.fr", type=click.Path(path_type=Path))
@click.option(
    "--data",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="An .npz, .npy, .csv, .parquet or .zarr file.",
)
@click.option(
    "--columns", multiple=True, metavar="'X: a, b; y: c'", help="Arrays made of columns of the tables."
)
@click.option(
    "--start", "starts", multiple=True, type=click.Path(path_type=Path), help="Where to start, as for --data."
)
@click.option(
    "--method", default="auto", show_default=True, help="The method; auto chooses from the structure."
)
@click.option(
    "--tolerance", type=float, default=1e-8, show_default=True, help="How small the gradient must be."
)
@click.option("--max-iterations", type=int, default=1_000, show_default=True, help="When to give up.")
@click.option(
    "--plot", "picture", type=click.Path(path_type=Path), help="Draw the search: an .svg, .png or .pdf file."
)
@click.option("--view", metavar="path|convergence|function", help="What --plot draws, if not the usual.")
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json"]), default="text", help="The output."
)
def minimize(
    model: Path,
    files: tuple[Path, ...],
    columns: tuple[str, ...],
    starts: tuple[Path, ...],
    method: str,
    tolerance: float,
    max_iterations: int,
    picture: Path | None,
    view: str | None,
    format_name: str,
) -> None:
    """Solve MODEL.fr with the given data.

    Exit status 1 when the search did not converge.
    """
    with refusals_on_standard_error(as_json=format_name == "json"):
        data = optimize.read_files(files, columns)
        problem = optimize.read_model(_text_of(model))
        result = problem.minimize(
            data,
            start=optimize.read_files(starts),
            method=method,
            tolerance=tolerance,
            max_iterations=max_iterations,
            progress=True,
        )
        value = -result.value if problem.maximize else result.value
        if format_name == "text":
            click.echo(_as_text(result, value))
        if picture is not None:
            result.plot(view).save(picture)
        # A program reads one document: the result is written when nothing can be refused any more.
        if format_name == "json":
            click.echo(_as_json(result, value))
        if not result.converged:
            raise click.exceptions.Exit(CHECK_FAILED)


def _text_of(model: Path) -> str:
    try:
        with model.open(encoding="utf-8") as stream:
            return stream.read(MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError, ValueError):
        raise EvaluationError(
            f"the model {quoted(str(model))} cannot be read", hint="Check its name; it is UTF-8 text."
        ) from None


def _as_text(result: optimize.Result, value: float) -> str:
    solution = "\n".join(f"{name} = {shown}" for name, shown in result.x.items())
    return f"{solution}\n\nvalue {value:.10g}\n{result}"


def _as_json(result: optimize.Result, value: float) -> str:
    found = {
        "schema": 1,
        "x": {name: _plain(entry) for name, entry in result.x.items()},
        "value": value,
        "status": str(result.status),
        "advice": result.message,
        "method": result.method,
        "reason": result.reason,
        "gradient_norm": _plain(result.gradient_norm),
        "kkt_residual": _plain(result.kkt_residual),
        "multipliers": {text: _plain(entry) for text, entry in result.multipliers.items()},
        "iterations": result.iterations,
        "evaluations": result.evaluations.value,
        "second_derivative_test": str(result.second_derivative_test),
        "condition_number": _plain(result.condition_number),
    }
    return json.dumps(found, ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; NaN and infinity, which JSON lacks, as null."""
    plain = value.tolist() if hasattr(value, "tolist") else value
    return None if isinstance(plain, float) and not abs(plain) < float("inf") else plain
