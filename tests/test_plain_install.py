"""A plain install has no NumPy: what needs it says so, all else works."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

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
    assert said(program) == (f"{what} needs numpy, which is not installed\npip install 'frechet[numeric]'")


def test_a_model_is_refused_on_the_command_line() -> None:
    program = "sys.argv[1:] = ['minimize', 'model.fr']\nfrom frechet.cli import main\nmain()"
    assert said(program) == (
        "frechet: frechet.optimize.read_files needs numpy, which is not installed\n"
        "pip install 'frechet[numeric]'"
    )


def test_derivatives_are_found_and_verified() -> None:
    assert said("d = fr.derivative(f, 'x')\nprint(d, d.verification().ok, fr.curvature(f, 'x'))").startswith(
        "2*x True convex"
    )
