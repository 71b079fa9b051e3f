"""What `frechet doctor` looks at: each finding has a code, one sentence, and what to do about it.

A finding is good, or advice (something optional is missing: all else works), or wrong (answers cannot
be trusted). Nothing is installed, written or downloaded by looking.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, final
from urllib.parse import unquote, urlsplit

import click

import frechet as fr
from frechet.cli.serve import NEEDED, installed
from frechet.errors import FrechetError

SMALL_ADDRESSES: Final = 2**32
RESIDUAL: Final = 1e-10
EQUATIONS: Final = 200
PORT: Final = 8000
SELF_CHECKS: Final = (
    ("norm2(A*x - y)^2", ("x",), "2*A'*(A*x - y)"),
    ("norm2(A*x - y)^2", ("x", "x"), "2*A'*A"),
    ("log(det(X))", ("X",), "inv(X)'"),
    ("tr(A*X*B)", ("X",), "A'*B'"),
)


class State(StrEnum):
    """How serious a finding is."""

    GOOD = "good"
    ADVICE = "advice"
    WRONG = "wrong"


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and the commands that mend it."""

    code: str
    state: State
    text: str
    commands: tuple[str, ...] = ()


def findings() -> list[Finding]:
    """Look at everything, in the order in which one would mend it."""
    return [look() for look in LOOKS]


def install(*packages: str) -> str:
    """Return the command that installs packages into this environment."""
    tool = "uv pip install" if _made_by_uv() else "python -m pip install"
    return f"{tool} {shlex.join(packages)}"


def extra(name: str) -> str:
    """Return the command that installs an extra of Fréchet, from its folder if it came from one."""
    origin = _origin()
    folder = unquote(urlsplit(str(origin.get("url", ""))).path)
    if "dir_info" not in origin or not folder:
        return install(f"frechet[{name}]")
    editable = origin["dir_info"].get("editable", False)
    return install(*(["-e"] if editable else []), f"{folder}[{name}]")


def _python() -> Finding:
    text = f"Python {platform.python_version()}"
    if sys.maxsize > SMALL_ADDRESSES:
        return Finding("PY01", State.GOOD, text)
    advice = f"{text} with 32 bits, for which few numerical libraries are built; install one with 64"
    return Finding("PY01", State.ADVICE, advice)


def _environment() -> Finding:
    conda = os.environ.get("CONDA_DEFAULT_ENV", "base") != "base"
    if sys.prefix != sys.base_prefix or conda:
        return Finding("ENV01", State.GOOD, f"an environment of its own: {sys.prefix}")
    return Finding(
        "ENV01",
        State.ADVICE,
        "not in an environment; libraries of different projects may get into each other's way",
        (
            "venv:  python -m venv .venv && source .venv/bin/activate",
            "conda: conda create -n frechet python=3.12 && conda activate frechet",
            "uv:    uv venv && source .venv/bin/activate",
        ),
    )


def _arrays() -> Finding:
    try:
        np = import_module("numpy")
    except ImportError:
        text = "NumPy is not here; derivatives work, programs and labs do not"
        return Finding("NP01", State.ADVICE, text, (extra("numeric"),))
    random = np.random.default_rng(0)
    matrix = random.standard_normal((EQUATIONS, EQUATIONS)) + EQUATIONS**0.5 * np.eye(EQUATIONS)
    right = random.standard_normal(EQUATIONS)
    residual = float(np.linalg.norm(matrix @ np.linalg.solve(matrix, right) - right))
    text = f"NumPy {np.__version__} solves {EQUATIONS} equations with residual {residual:.0e}"
    if residual < RESIDUAL:
        return Finding("NP01", State.GOOD, text)
    return Finding("NP01", State.WRONG, text, (install("--force-reinstall", "numpy"),))


def _engine() -> Finding:
    wrong = [text for text, names, expected in SELF_CHECKS if not _agrees(text, names, expected)]
    if not wrong:
        text = f"self-check passed: {len(SELF_CHECKS)} derivatives, known and compared with differences"
        return Finding("AD01", State.GOOD, text)
    text = f"self-check failed: the derivative of {', '.join(wrong)}"
    return Finding("AD01", State.WRONG, f"{text}; report it with this", ("frechet doctor --format json",))


def _agrees(text: str, names: tuple[str, ...], expected: str) -> bool:
    try:
        derivative = fr.derivative(fr.parse(text), *names)
        return bool(fr.equal(derivative, expected)) and derivative.verification().ok
    except FrechetError:
        return False


def _precision() -> Finding:
    if not installed("jax"):
        return Finding("JX01", State.GOOD, "JAX is not here; the course does not need it")
    if os.environ.get("JAX_ENABLE_X64", "").lower() in {"1", "true"}:
        return Finding("JX01", State.GOOD, "JAX computes with 64 bits")
    text = "JAX computes with 32 bits in your own programs; those that frechet writes switch to 64"
    return Finding("JX01", State.ADVICE, text, ("export JAX_ENABLE_X64=1",))


def _notebooks() -> Finding:
    if find_spec("jupytext") is None:
        text = "labs cannot be handed out as notebooks"
        return Finding("NB01", State.ADVICE, text, (extra("labs"),))
    if find_spec("jupyterlab") is None and find_spec("notebook") is None:
        text = "labs can be handed out; Jupyter, to open them, is not here (VS Code does as well)"
        return Finding("NB01", State.ADVICE, text, (install("jupyterlab"),))
    return Finding("NB01", State.GOOD, "labs open in Jupyter")


def _site() -> Finding:
    missing = [name for name in NEEDED if not installed(name)]
    if missing:
        text = f"the site needs {', '.join(missing)}; the command line does not"
        return Finding("WEB01", State.ADVICE, text, (extra("site"),))
    try:
        with socket.create_server(("127.0.0.1", PORT)):
            return Finding("WEB01", State.GOOD, f"the site can start: port {PORT} of this machine is free")
    except OSError:
        text = f"port {PORT} is taken: the site runs already, or something else does"
        return Finding("WEB01", State.ADVICE, text, (f"frechet serve --port {PORT + 1}",))


def _progress() -> Finding:
    folder = Path(click.get_app_dir("frechet"))
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if os.access(nearest, os.W_OK):
        return Finding("FS01", State.GOOD, f"your progress is kept in {folder}")
    text = f"nothing can be written to {folder}, where your progress is kept"
    return Finding("FS01", State.ADVICE, text, ("frechet practice --log progress.jsonl",))


def _origin() -> dict[str, Any]:
    """Return what the installer noted of where Fréchet came from (PEP 610); nothing if from an index."""
    try:
        noted: dict[str, Any] = json.loads(distribution("frechet").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return {}
    return noted


def _made_by_uv() -> bool:
    try:
        return "\nuv =" in (Path(sys.prefix) / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False


LOOKS: Final[tuple[Callable[[], Finding], ...]] = (
    _python,
    _environment,
    _arrays,
    _engine,
    _precision,
    _notebooks,
    _site,
    _progress,
)
