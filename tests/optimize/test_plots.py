"""Pictures of a search: each kind shows what it says, files are written, what does not fit is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from frechet import FrechetError, Result, UnsupportedError, minimize, parse
from frechet.cli import commands
from frechet.extras import installing

pytest.importorskip("matplotlib", reason="Matplotlib is not installed")

ROSENBROCK = parse("(1 - a)^2 + 100*(b - a^2)^2", {"a": "scalar", "b": "scalar"})
QUARTIC = parse("t^4 - 3*t^2 + t", {"t": "scalar"})
DISTANCE = parse("norm2(x - p)^2", {"x": "vector(n)", "p": "vector(n)"})


def valley() -> Result:
    return minimize(ROSENBROCK, over=["a", "b"], start={"a": -1.2, "b": 1.0}, method="newton")


def axes_of(result: Result, kind: str | None = None) -> list[Any]:
    return list(result.plot(kind).figure.axes)


def test_two_unknowns_are_drawn_as_the_path_over_contours() -> None:
    result = valley()
    (axes,) = axes_of(result)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a", "b")
    path = axes.lines[0].get_xydata()
    assert path.tolist() == [[step.x["a"], step.x["b"]] for step in result.trace]
    assert axes.collections


def test_convergence_is_drawn_on_a_log_scale() -> None:
    result = valley()
    (axes,) = axes_of(result, "convergence")
    assert (axes.get_yscale(), axes.get_xlabel()) == ("log", "iteration")
    norms, gaps = (line.get_ydata() for line in axes.lines)
    assert norms[0] == result.trace[0].gradient_norm
    assert gaps[0] == pytest.approx(24.2)


def test_newtons_tangents_meet_zero_at_the_next_iterate() -> None:
    result = minimize(QUARTIC, over="t", start=2.0, method="newton-full")
    _, below = axes_of(result)
    tangents = [line.get_xydata() for line in below.lines if line.get_linewidth() == pytest.approx(1.1)]
    iterates = [step.x["t"] for step in result.trace]
    assert len(tangents) > 1
    for tangent, following in zip(tangents, iterates[1:], strict=False):
        assert tangent[1].tolist() == pytest.approx([following, 0])


def test_descent_in_one_unknown_is_drawn_on_the_function() -> None:
    result = minimize(QUARTIC, over="t", start=2.0, method="gradient")
    (axes,) = axes_of(result)
    assert axes.get_ylabel() == "f(t)"
    assert axes.lines[1].get_ydata().tolist() == [step.value for step in result.trace]


def test_the_path_under_constraints_begins_at_the_start_and_shades_what_is_forbidden() -> None:
    limits, data = ["sum(x) <= 1", "x >= 0"], {"p": np.array([0.9, 1.6])}
    result = minimize(DISTANCE, over="x", data=data, subject_to=limits, start=[0.1, 0.1])
    free = minimize(DISTANCE, over="x", data=data, start=[0.1, 0.1])
    (axes,), (plain,) = axes_of(result), axes_of(free)
    assert axes.lines[0].get_xydata()[0].tolist() == pytest.approx([0.1, 0.1])
    assert axes.get_xlabel() == "x₁"
    assert len(axes.collections) == len(plain.collections) + 2


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_picture_is_written_by_the_end_of_its_name(tmp_path: Path, ending: str, start: bytes) -> None:
    file = tmp_path / f"search.{ending}"
    valley().plot("convergence").save(file)
    assert file.read_bytes().startswith(start)


def test_the_same_search_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        valley().plot("convergence").save(tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def refusal(action: Any) -> str:
    with pytest.raises(FrechetError) as refused:
        action()
    return str(refused.value)


def test_what_cannot_be_drawn_is_refused_with_what_can(tmp_path: Path) -> None:
    result = valley()
    assert refusal(lambda: result.plot("bars")) == (
        "there is no picture 'bars'\nThere are: path, convergence, function."
    )
    assert refusal(lambda: result.plot("function")) == (
        'a picture of the function needs one unknown, and there are 2\nDraw "convergence" instead.'
    )
    assert refusal(lambda: result.plot().save(tmp_path / "p.bmp")).endswith(
        "End its name in .svg, .png, .pdf."
    )
    assert refusal(lambda: result.plot("convergence").save(tmp_path / "none" / "p.png")).endswith(
        "cannot be written: No such file or directory\nCheck the name of the folder."
    )


def test_without_matplotlib_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    result = valley()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UnsupportedError) as refused:
        result.plot()
    assert str(refused.value) == f"pictures need Matplotlib, which is not installed\n{installing('plot')}"


def test_the_command_draws(tmp_path: Path) -> None:
    (tmp_path / "m.fr").write_text("variables\nScalar a\nScalar b\nmin\n(1 - a)^2 + (b - a)^2\n")
    arguments = ["minimize", str(tmp_path / "m.fr"), "--plot", str(tmp_path / "p.svg")]
    assert CliRunner().invoke(commands, arguments).exit_code == 0
    assert b"<svg" in (tmp_path / "p.svg").read_bytes()
    refused = CliRunner().invoke(commands, [*arguments, "--view", "bars"])
    assert (refused.exit_code, "there is no picture 'bars'" in refused.output) == (2, True)
