"""The rules of the house that a machine can check: layers, lengths, no evaluation of text."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
EVALUATORS = {"eval", "exec", "compile", "__import__"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES
    long = {
        function.name: length
        for function in functions_of(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_text_is_evaluated(path: Path) -> None:
    """Only generated programs may be compiled, and only where their source is checked first."""
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    checked = {"compile", "exec"} if path.name == "execution.py" and path.parent.name == "backends" else set()
    assert called & EVALUATORS <= imported_names(path) | checked


def imported_names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return own | {alias.asname or alias.name for node in imports for alias in node.names}


def test_every_package_has_its_layer() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = contract["contracts"][0]["layers"]
    named = {name.strip(" ()") for layer in layers for name in layer.split(":")}
    present = {
        path.stem
        for path in (ROOT / "src" / "frechet").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert present - {"__init__"} <= named


def test_importing_the_engine_leaves_heavy_libraries_alone() -> None:
    heavy = "{'numpy', 'scipy', 'sympy', 'click', 'jax', 'torch'}"
    probe = f"import sys, frechet; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
