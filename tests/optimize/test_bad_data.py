"""Data that do not fit: every refusal names what, where, and what to do, in Python and in a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.sparse import csr_matrix

from frechet import FrechetError, compile, minimize, parse
from frechet.cli import commands

F = parse("norm2(A*x - b)^2", {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"})
A = np.array([[1.0, 0, 0], [0, 2, 0], [0, 0, 3], [1, 1, 1]])
B = np.ones(4)


def changed(place: Any, value: float) -> Any:
    array = A.copy()
    array[place] = value
    return array


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "sizes": (
        {"b": np.ones(3)},
        (
            "A has size 4 where b has size 3: both are 'm'\n"
            "b is declared vector(m) and has 3 entries; A is declared matrix(m, n) and is 4 × 3."
        ),
    ),
    "transposed": (
        {"A": A.T},
        (
            "A has size 3 where b has size 4: both are 'm'\n"
            "b is declared vector(m) and has 4 entries; A is declared matrix(m, n) and is 3 × 4."
        ),
    ),
    "axes": ({"A": B}, "A is declared matrix(m, n), but the value has shape 4\nCheck its dimensions."),
    "row": (
        {"b": B[None, :]},
        (
            "b is declared vector(m), but the value has shape 1 × 4\n"
            "Vectors are columns: pass a one-dimensional array."
        ),
    ),
    "nan": ({"A": changed((1, 2), np.nan)}, "A is not finite at entry 2, 3\nInputs must be finite numbers."),
    "infinity": (
        {"A": changed((3, 0), np.inf)},
        "A is not finite at entry 4, 1\nInputs must be finite numbers.",
    ),
    "none": (
        {"b": np.array([1, None, 1, 1], dtype=object)},
        "b has no value (None) at entry 2\nInputs must be finite numbers.",
    ),
    "objects": (
        {"b": np.array([1, 1, {}, 1], dtype=object)},
        "b is not an array of real numbers: it holds a dict at entry 3\nConvert it to floats first.",
    ),
    "text": ({"b": ["1", "2", "3", "4"]}, "b holds text, not real numbers\nConvert it to floats first."),
    "complex": ({"A": A + 1j}, "A holds complex numbers, not real numbers\nConvert it to floats first."),
    "truth": ({"b": B > 0}, "b holds true or false, not real numbers\nConvert it to floats first."),
    "dates": (
        {"b": np.array(["2020-01-01"] * 4, dtype="datetime64[D]")},
        "b holds dates, not real numbers\nConvert it to floats first.",
    ),
    "ragged": (
        {"A": [[1, 2, 3], [1, 2]]},
        "A is not an array of real numbers\nAll rows must have the same length.",
    ),
    "sparse": ({"A": csr_matrix(A)}, "A is a sparse matrix\nPass A.toarray()."),
    "masked": (
        {"b": np.ma.masked_array(B, [False, True, False, False])},
        "b has masked entries\nFill them in, or leave their rows out, before they are data.",
    ),
    "overflow": (
        {"A": 1e200 * A},
        "the Hessian is not finite: products of the data are too large for floats\nScale the data.",
    ),
}


def refusal(action: Any) -> str:
    with pytest.raises(FrechetError) as refused:
        action()
    return str(refused.value)


@pytest.mark.parametrize("case", REFUSED)
def test_data_that_do_not_fit_are_refused(case: str) -> None:
    data, message = REFUSED[case]
    assert refusal(lambda: minimize(F, over="x", data={"A": A, "b": B, **data})) == message


@pytest.mark.parametrize("case", [c for c in REFUSED if c != "overflow"])
def test_a_compiled_function_refuses_them_in_the_same_words(case: str) -> None:
    data, message = REFUSED[case]
    assert refusal(lambda: compile(F)(**{"A": A, "b": B, "x": np.ones(3), **data})) == message


OUTSIDE = "The inputs are outside its domain, or its value is too large for a float."
STARTS: list[tuple[str, dict[str, str], Any, str]] = [
    (
        "sum(x) - sum(log(A*x))",
        {"A": "matrix(m, n)", "x": "vector(n)"},
        [1.0, -1, 1],
        "log(A*x) is not a number at entry 2 for these inputs\n" + OUTSIDE,
    ),
    (
        "sum(x.^2) + sum(x.^(-1))",
        {"x": "vector(n)"},
        [1.0, 0, 1],
        "1./x is infinite at entry 2 for these inputs\n" + OUTSIDE,
    ),
    (
        "sum(x.^2) + sum(sqrt(x))",
        {"x": "vector(n)"},
        [1.0, 1, 0],
        "1./sqrt(x) is infinite at entry 3 for these inputs\n" + OUTSIDE,
    ),
    (
        "tr(X) - log(det(X))",
        {"X": "psd(n)"},
        np.diag([1.0, -2]),
        (
            "X is declared psd, but is not positive definite: an eigenvalue is -2\n"
            'Declare it "symmetric" instead, or add a small multiple of eye(n).'
        ),
    ),
    (
        "norm2(x)^2",
        {"x": "vector(3)"},
        [1.0, 1],
        "the start of x has 2 entries, and x has 3 × 1\nPass a vector(3).",
    ),
    (
        "norm2(x)^2",
        {"x": "vector(n)"},
        [1.0, np.nan],
        "the start of x is not finite at entry 2\nStart from finite numbers.",
    ),
    (
        "norm2(x)^2",
        {"x": "vector(n)"},
        [1j, 1.0],
        "the start of x is not an array of real numbers\nPass a vector(n).",
    ),
]


@pytest.mark.parametrize(("text", "declared", "start", "message"), STARTS)
def test_a_start_outside_the_domain_is_refused_with_function_and_entry(
    text: str, declared: dict[str, str], start: Any, message: str
) -> None:
    formula = parse(text, declared)
    variable = "X" if "X" in declared else "x"
    data = {"A": np.eye(3)} if "A" in declared else {}
    assert refusal(lambda: minimize(formula, over=variable, data=data, start=start)) == message


def test_a_matrix_declared_positive_definite_may_be_singular_and_not_indefinite() -> None:
    f = parse("x'*S*x + sum(x)^2", {"S": "psd(n)", "x": "vector(n)"})
    gram = A[:2].T @ A[:2]
    assert compile(f)(S=gram, x=np.ones(3)) == pytest.approx([14.0])
    assert refusal(lambda: compile(f)(S=np.diag([1.0, 1, -1]), x=np.ones(3))) == (
        "S is declared psd, but is not positive definite: an eigenvalue is -1\n"
        'Declare it "symmetric" instead, or add a small multiple of eye(n).'
    )


MODEL = "parameters\nMatrix A\nVector b\nvariables\nVector weights\nmin\nnorm2(A*weights - b)^2\n"
FILES: dict[str, tuple[dict[str, Any], str]] = {
    "sizes": (
        {"b": np.ones(2)},
        (
            "frechet: 'A*weights' is a vector(4) and 'b' is a vector(2): they cannot be subtracted\n"
            "  norm2(A*weights - b)^2\n"
            "        ^^^^^^^^^^^^^\n"
            "Both sides of + and - need the same shape.\n"
        ),
    ),
    "nan": (
        {"A": changed((1, 2), np.nan)},
        "frechet: A is not finite at entry 2, 3\nInputs must be finite numbers.\n",
    ),
    "complex": (
        {"A": A + 1j},
        "frechet: 'A' holds complex numbers, not real numbers\nSave arrays of real numbers only.\n",
    ),
    "text": (
        {"b": np.array(["a"])},
        "frechet: 'b' holds text, not real numbers\nSave arrays of real numbers only.\n",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_the_command_refuses_them_with_status_2(case: str, tmp_path: Path) -> None:
    data, message = FILES[case]
    (tmp_path / "m.fr").write_text(MODEL)
    np.savez(tmp_path / "d.npz", **{"A": A, "b": B, **data})
    result = CliRunner().invoke(
        commands, ["minimize", str(tmp_path / "m.fr"), "--data", str(tmp_path / "d.npz")]
    )
    assert (result.exit_code, result.output) == (2, message)


def test_the_command_starts_where_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "m.fr").write_text("variables\nx: vector(2)\nmin\nsum(x) - sum(log(x))\n")
    for name, start, status in (("good", [0.5, 2.0], 0), ("bad", [0.5, -2.0], 2)):
        np.savez(tmp_path / f"{name}.npz", x=start)
        options = ["minimize", str(tmp_path / "m.fr"), "--start", str(tmp_path / f"{name}.npz")]
        result = CliRunner().invoke(commands, options)
        assert result.exit_code == status
    assert result.output == f"frechet: log(x) is not a number at entry 2 for these inputs\n{OUTSIDE}\n"
