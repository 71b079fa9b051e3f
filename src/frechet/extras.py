"""How an extra of Fréchet is installed here: from the folder it came from, by the tool at hand.

A name in a package index says nothing of who holds it, so the command names the folder wherever there
is one: the clone, or what the installer noted (PEP 610).
"""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def install(*packages: str) -> str:
    """Return the command that installs packages into this environment."""
    tool = "uv pip install" if _made_by_uv() else "python -m pip install"
    return f"{tool} {shlex.join(packages)}"


def installing(*extras: str) -> str:
    """Return the command that installs extras of Fréchet."""
    wanted = f"[{','.join(extras)}]"
    folder, editable = _source()
    if folder is None:
        return install(f"frechet{wanted}")
    return install(*(["-e"] if editable else []), f"{folder}{wanted}")


def _source() -> tuple[Path | None, bool]:
    """Return the folder that Fréchet came from, if it is still there, and whether it runs from it."""
    origin = _origin()
    folder = Path(unquote(urlsplit(str(origin.get("url", ""))).path))
    if "dir_info" in origin and _is_checkout(folder):
        return folder, bool(origin["dir_info"].get("editable", False))
    here = Path(__file__).resolve().parents[2]
    return (here, True) if _is_checkout(here) else (None, False)


def _is_checkout(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file() and (folder / "src" / "frechet").is_dir()


def _origin() -> dict[str, Any]:
    """Return what the installer noted of where Fréchet came from; nothing if from an index."""
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
