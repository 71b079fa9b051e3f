"""`frechet doctor`: what is installed, and whether the engine works here."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from shutil import which

import click

import frechet as fr
from frechet.cli.refusals import CHECK_FAILED
from frechet.errors import FrechetError

EXTRAS = {
    "numpy": "evaluation on arrays",
    "scipy": "special functions on arrays",
    "tqdm": "progress of long searches",
    "jax": "evaluation with JAX",
    "torch": "evaluation with PyTorch",
    "cupy": "evaluation with CuPy",
    "dask": "data that outgrow the machine",
    "numexpr": "faster long chains of functions of every entry",
    "matplotlib": "pictures of a search",
    "pyarrow": "Parquet files",
}
PROGRAMS = {
    "octave-cli": "runs programs of --backend octave",
    "Rscript": "runs programs of --backend r",
    "julia": "runs programs of --backend julia",
}
SELF_CHECKS = (
    ("norm2(A*x - y)^2", ("x",), "2*A'*(A*x - y)"),
    ("norm2(A*x - y)^2", ("x", "x"), "2*A'*A"),
    ("log(det(X))", ("X",), "inv(X)'"),
    ("tr(A*X*B)", ("X",), "A'*B'"),
)


def version() -> str:
    """Return the installed version, or `unknown` in a tree that is not installed."""
    return installed_version_of("frechet") or "unknown"


def installed_version_of(package: str) -> str | None:
    """Return the version of an installed package, or None; the package is not imported."""
    try:
        return installed_version(package)
    except PackageNotFoundError:
        return None


@click.command()
def doctor() -> None:
    """Report versions and extras, and derive a few formulas whose answers are known."""
    click.echo(f"frechet    {version()}")
    click.echo(f"Python     {platform.python_version()} on {platform.platform()}")
    for package, purpose in EXTRAS.items():
        click.echo(f"{package:10} {installed_version_of(package) or 'not installed':15} {purpose}")
    for program, purpose in PROGRAMS.items():
        click.echo(f"{program:10} {'found' if which(program) else 'not found':15} {purpose}")
    failures = [text for text, names, expected in SELF_CHECKS if not _agrees(text, names, expected)]
    for text in failures:
        click.echo(f"self-check failed: the derivative of {text}")
    if failures:
        raise click.exceptions.Exit(CHECK_FAILED)
    click.echo(f"self-check passed: {len(SELF_CHECKS)} derivatives")


def _agrees(text: str, names: tuple[str, ...], expected: str) -> bool:
    try:
        return bool(fr.equal(fr.derivative(fr.parse(text), *names), expected))
    except FrechetError as error:
        click.echo(f"{text}: {error}", err=True)
        return False
