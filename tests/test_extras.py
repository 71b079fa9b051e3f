"""The command that installs an extra: from the folder, by the tool at hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from frechet import extras


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "my code"
    (folder / "src" / "frechet").mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    return folder


def came_from(monkeypatch: pytest.MonkeyPatch, origin: dict[str, object]) -> None:
    monkeypatch.setattr(extras, "_origin", lambda: origin)
    monkeypatch.setattr(extras, "__file__", "/usr/lib/python3/site-packages/frechet/extras.py")


def test_what_came_from_a_folder_is_installed_from_it(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    came_from(monkeypatch, {"url": clone.as_uri(), "dir_info": {"editable": True}})
    assert extras.installing("labs").endswith(f"pip install -e '{clone}[labs]'")
    came_from(monkeypatch, {"url": clone.as_uri(), "dir_info": {}})
    assert extras.installing("labs", "site").endswith(f"pip install '{clone}[labs,site]'")


def test_a_folder_that_is_gone_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    came_from(monkeypatch, {"url": "file:///gone", "dir_info": {"editable": True}})
    assert extras.installing("labs").endswith("pip install 'frechet[labs]'")


def test_a_clone_that_was_never_installed_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_origin", dict)
    folder = Path(__file__).resolve().parents[1]
    assert extras.installing("numeric").endswith(f"install -e '{folder}[numeric]'")


def test_the_tool_that_made_the_environment_installs_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert extras.install("numpy") == "python -m pip install numpy"
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.9\n", encoding="utf-8")
    assert extras.install("numpy") == "uv pip install numpy"
