"""What `frechet doctor` looks at: each finding has a code, one sentence, and what to do about it.

A finding is good, or advice (something optional is missing: all else works), or wrong (answers cannot
be trusted). Nothing is installed, written or downloaded by looking; what the doctor can mend by itself is
a value that `frechet doctor --fix` acts on.
"""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final, final

import click

import frechet as fr
from frechet.cli.mending import Mend, installed_by, log_mended
from frechet.cli.serve import NEEDED, installed
from frechet.errors import FrechetError
from frechet.extras import install, installing

SMALL_ADDRESSES: Final = 2**32
RESIDUAL: Final = 1e-10
EQUATIONS: Final = 200
PORT: Final = 8000
FIX: Final = "frechet doctor --fix"
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
    """What was found, the commands that mend it, and how the doctor mends it by itself, where it can."""

    code: str
    state: State
    text: str
    commands: tuple[str, ...] = ()
    mend: Mend | None = None


def findings() -> list[Finding]:
    """Look at everything, in the order in which one would mend it."""
    return [finding for look in LOOKS if (finding := look()) is not None]


def lacking(code: str, state: State, text: str, command: str) -> Finding:
    """Return the finding that something is to be installed, which the doctor does in an environment."""
    mend = Mend(f"Run {command}", installed_by(command)) if in_environment() else None
    return Finding(code, state, text, (command,), mend)


def in_environment() -> bool:
    """Tell whether what is installed goes into an environment of its own."""
    conda = os.environ.get("CONDA_DEFAULT_ENV", "base") != "base"
    return sys.prefix != sys.base_prefix or conda


def _python() -> Finding:
    text = f"Python {platform.python_version()}"
    if sys.maxsize > SMALL_ADDRESSES:
        return Finding("PY01", State.GOOD, text)
    advice = f"{text} with 32 bits, for which few numerical libraries are built; install one with 64"
    return Finding("PY01", State.ADVICE, advice)


def _environment() -> Finding:
    if in_environment():
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
        return lacking("NP01", State.ADVICE, text, installing("numeric"))
    random = np.random.default_rng(0)
    matrix = random.standard_normal((EQUATIONS, EQUATIONS)) + EQUATIONS**0.5 * np.eye(EQUATIONS)
    right = random.standard_normal(EQUATIONS)
    residual = float(np.linalg.norm(matrix @ np.linalg.solve(matrix, right) - right))
    text = f"NumPy {np.__version__} solves {EQUATIONS} equations with residual {residual:.0e}"
    if residual < RESIDUAL:
        return Finding("NP01", State.GOOD, text)
    return lacking("NP01", State.WRONG, text, install("--force-reinstall", "numpy"))


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
        return lacking("NB01", State.ADVICE, text, installing("labs"))
    if find_spec("jupyterlab") is None and find_spec("notebook") is None:
        text = "labs can be handed out; Jupyter, to open them, is not here (VS Code does as well)"
        return lacking("NB01", State.ADVICE, text, install("jupyterlab"))
    return Finding("NB01", State.GOOD, "labs open in Jupyter")


def _site() -> Finding:
    missing = [name for name in NEEDED if not installed(name)]
    if missing:
        text = f"the site needs {', '.join(missing)}; the command line does not"
        return lacking("WEB01", State.ADVICE, text, installing("site"))
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


def _log() -> Finding | None:
    """Look at the log of practice, where there is one and the course can be used."""
    try:
        repair = import_module("frechet.course.practice_log")
    except ImportError:
        return None
    path = Path(click.get_app_dir("frechet")) / repair.LOG_NAME
    bad, count = repair.unreadable(path)
    if not count:
        return None
    if not bad:
        return Finding("FS02", State.GOOD, f"your log of practice can be read: {count} lines")
    text = f"{bad} of the {count} lines of your log of practice cannot be read: {path}"
    return Finding(
        "FS02", State.ADVICE, text, (FIX,), Mend("Keep a copy and take them out", log_mended(path))
    )


LOOKS: Final[tuple[Callable[[], Finding | None], ...]] = (
    _python,
    _environment,
    _arrays,
    _engine,
    _precision,
    _notebooks,
    _site,
    _progress,
    _log,
)
