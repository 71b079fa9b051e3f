"""A plain install has no NumPy: what needs it says so, all else works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import frechet as fr
from frechet.extras import installing
from frechet.optimize.large_files import open_data

WITHOUT_NUMPY: Final = """
import sys
sys.modules["numpy"] = None
import frechet as fr
f = fr.parse("x'*x", {"x": "vector(n)"})
"""


def said(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMPY + program], capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip()


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("fr.compile(f)", "a compiled program"),
        ("fr.minimize(f, over='x')", "frechet.minimize"),
        ("fr.StructuredMatrix", "frechet.StructuredMatrix"),
        ("fr.optimize.read_files([])", "frechet.optimize.read_files"),
    ],
)
def test_what_needs_numpy_names_the_extra(call: str, what: str) -> None:
    program = (
        f"import frechet.optimize\ntry:\n    {call}\nexcept fr.UnsupportedError as error:\n    print(error)"
    )
    assert said(program) == f"{what} needs numpy, which is not installed\n{installing('numeric')}"


def test_a_model_is_refused_on_the_command_line() -> None:
    program = "sys.argv[1:] = ['minimize', 'model.fr']\nfrom frechet.cli import main\nmain()"
    assert said(program) == (
        f"frechet: frechet.optimize.read_files needs numpy, which is not installed\n{installing('numeric')}"
    )


def test_derivatives_are_found_and_verified() -> None:
    assert said("d = fr.derivative(f, 'x')\nprint(d, d.verification().ok, fr.curvature(f, 'x'))").startswith(
        "2*x True convex"
    )


def test_the_back_end_for_large_data_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setitem(sys.modules, "dask.array", None)
    with pytest.raises(fr.UnsupportedError) as refused:
        fr.compile(fr.parse("norm2(X*w)^2"), backend="dask")
    assert refused.value.hint == installing("dask")
    assert refused.value.message.startswith("the back end dask needs dask")


def test_a_store_of_arrays_names_the_extra_that_reads_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data.zarr").mkdir()
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(fr.UnsupportedError, match="this file needs zarr, which is not installed"):
        open_data(tmp_path / "data.zarr")
