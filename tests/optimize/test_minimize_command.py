"""`frechet minimize`: exit status, text, JSON, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from frechet.cli import commands

MODEL = "parameters\nMatrix A\nVector b\nvariables\nVector x\nmin\nnorm2(A*x - b)^2\nst\nx >= 0\n"


def write_model(folder: Path, text: str = MODEL) -> list[str]:
    (folder / "m.fr").write_text(text)
    np.savez(folder / "d.npz", A=np.eye(2), b=np.array([1.0, -1.0]))
    return ["minimize", str(folder / "m.fr"), "--data", str(folder / "d.npz")]


def test_the_solution_and_how_it_was_found_are_printed(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, write_model(tmp_path))
    assert result.exit_code == 0
    assert result.output.startswith("x = [1. 0.]\n\nvalue 1\nconverged")


def test_json_is_complete(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, [*write_model(tmp_path), "--format", "json"])
    found = json.loads(result.output)
    assert found["x"]["x"] == pytest.approx([1, 0])
    assert (found["status"], found["method"]) == ("converged", "active-set")


def test_an_unbounded_model_exits_with_one(tmp_path: Path) -> None:
    arguments = write_model(tmp_path, MODEL.replace("norm2(A*x - b)^2", "-sum(A*x - b)"))
    assert CliRunner().invoke(commands, arguments).exit_code == 1


def test_a_refused_model_exits_with_two(tmp_path: Path) -> None:
    arguments = write_model(tmp_path, MODEL.replace("A*x - b", "A*x - b -"))
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 2
    assert "frechet:" in result.output
    assert CliRunner().invoke(commands, ["minimize", str(tmp_path / "none.fr")]).exit_code == 2


def test_a_picture_that_is_refused_leaves_one_json_document(tmp_path: Path) -> None:
    more = ["--format", "json", "--plot", str(tmp_path / "search.gif")]
    result = CliRunner().invoke(commands, [*write_model(tmp_path), *more])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["hint"] == "End its name in .svg, .png, .pdf."
