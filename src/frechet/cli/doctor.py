"""`frechet doctor`: what is installed, whether the engine works here, and what a lecture needs."""

from __future__ import annotations

import json
import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from shutil import which
from typing import Final

import click

from frechet.cli.findings import FIX, Finding, State, findings, in_environment, lacking
from frechet.cli.mending import Mend, begun_anew
from frechet.cli.refusals import CHECK_FAILED, refusals_on_standard_error
from frechet.errors import FrechetError
from frechet.extras import install, installing

SCHEMA: Final = 1
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
    "scikit-learn": "data of the labs",
}
PROGRAMS = {
    "octave-cli": "runs programs of --backend octave",
    "Rscript": "runs programs of --backend r",
    "julia": "runs programs of --backend julia",
}
MARKS: Final = {State.GOOD: ("✓", "green"), State.ADVICE: ("!", "yellow"), State.WRONG: ("✗", "red")}


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
@click.option("--plan", "lecture", metavar="LECTURE", help="What the lab of LECTURE needs.")
@click.option("--fix", is_flag=True, help="Mend what can be mended, asking before each step.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="The output.")
def doctor(lecture: str | None, fix: bool, yes: bool, form: str) -> None:
    """Report versions, extras and findings; each finding says what to do.

    Exit status 1 when something is wrong; advice on what is optional does not count.
    """
    if (yes and not fix) or (fix and form == "json"):
        raise click.UsageError("--yes goes with --fix, and --fix with the format text.")
    with refusals_on_standard_error():
        found = _looked(lecture)
    _report(found, lecture, form)
    if fix and _mended(found, ask=not yes):
        click.echo("\nLooking again:")
        found = _looked(lecture)
        for finding in found:
            _show(finding)
    if any(finding.state is State.WRONG for finding in found):
        raise click.exceptions.Exit(CHECK_FAILED)


def _looked(lecture: str | None) -> list[Finding]:
    return findings() if lecture is None else needs(lecture)


def _report(found: list[Finding], lecture: str | None, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(_data(found), ensure_ascii=False, indent=2))
    else:
        if lecture is None:
            _show_versions()
        for finding in found:
            _show(finding)


def _mended(found: list[Finding], *, ask: bool) -> bool:
    """Mend what can be mended and is agreed to; tell whether anything was done."""
    mends = [finding.mend for finding in found if finding.mend is not None]
    if not mends:
        place = "" if in_environment() else "; it installs libraries only into an environment (ENV01)"
        click.echo(f"\nThere is nothing that the doctor can mend by itself{place}.")
    agreed = (mend for mend in mends if not ask or _agreed(mend))
    return sum(map(_done, agreed)) > 0


def _agreed(mend: Mend) -> bool:
    try:
        return click.confirm(f"\n{mend.offer}?", default=False)
    except click.Abort:
        click.echo("\nNobody answers; with --yes nobody is asked.")
        return False


def _done(mend: Mend) -> bool:
    try:
        click.echo(f"{click.style('✓', fg='green')} {mend.act()}")
    except FrechetError as error:
        click.echo(f"{click.style('✗', fg='red')} {error}")
        return False
    return True


def needs(lecture: str) -> list[Finding]:
    """Return a finding for every library that a lecture's lab loads."""
    try:
        modules: dict[str, str] = import_module("frechet.course.needs").needs(lecture)
    except ModuleNotFoundError as error:
        return [lacking("LAB01", State.WRONG, f"the course needs {error.name}", installing("labs"))]
    if not modules:
        return [Finding("LAB00", State.GOOD, "this lecture has no lab: all it needs is here")]
    found = [_loaded(module, package) for module, package in modules.items()]
    missing = any(finding.state is State.WRONG for finding in found)
    return [*found, *([_all_at_once()] if missing else []), *_notebook(lecture)]


def _loaded(module: str, package: str) -> Finding:
    try:
        import_module(module)
    except ImportError as error:
        return Finding("LAB01", State.WRONG, f"{package} does not load: {error}", (install(package),))
    return Finding("LAB01", State.GOOD, f"{package} {installed_version_of(package) or ''} loads")


def _all_at_once() -> Finding:
    return lacking("LAB02", State.ADVICE, "everything that labs need, at once", installing("labs"))


def _notebook(lecture: str) -> list[Finding]:
    """Look at the notebook of the lab in this folder, where there is one."""
    file = Path(f"{lecture}.ipynb")
    if not file.is_file():
        return []
    try:
        import_module("frechet.course.labs").as_python(file)
    except ImportError:
        return []
    except FrechetError as error:
        mend = Mend("Keep a copy and begin the lab anew", begun_anew(lecture, file))
        return [Finding("LAB03", State.ADVICE, error.message, (f"{FIX} --plan {lecture}",), mend)]
    return [Finding("LAB03", State.GOOD, f"{file} can be read")]


def _show_versions() -> None:
    click.echo(f"frechet      {version()}")
    click.echo(f"Python       {platform.python_version()} on {platform.platform()}")
    for package, purpose in EXTRAS.items():
        click.echo(f"{package:12} {installed_version_of(package) or 'not installed':15} {purpose}")
    for program, purpose in PROGRAMS.items():
        click.echo(f"{program:12} {'found' if which(program) else 'not found':15} {purpose}")
    click.echo()


def _show(finding: Finding) -> None:
    mark, color = MARKS[finding.state]
    click.echo(f"{click.style(mark, fg=color)} {finding.code:6} {finding.text}")
    for command in finding.commands:
        click.echo(f"         {command}")


def _data(found: list[Finding]) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "frechet": version(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {package: installed_version_of(package) for package in EXTRAS},
        "programs": {program: which(program) is not None for program in PROGRAMS},
        "findings": [
            {"code": f.code, "state": f.state.value, "text": f.text, "commands": list(f.commands)}
            for f in found
        ],
    }
