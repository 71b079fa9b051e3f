"""Programs in MATLAB, Octave, Julia and R: their text, and their values where an interpreter is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frechet import FrechetError, UnsupportedError, compile, derivative, parse, source
from frechet.backends.matrix_languages import LANGUAGES

LEAST_SQUARES = parse("norm2(A*x - b)^2", {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"})
PROGRAMS = {
    "octave": """
function [value1, value2] = least_squares(A, x, b)
% Compute 2 values together.
%
% A: matrix(m, n)
% x: vector(n)
% b: vector(m)
%
% Values:
% 1. scalar: norm2(A*x - b)^2
% 2. vector(n): 2*A'*(A*x - b)
    x = x(:);
    b = b(:);
    t1 = A * x;                                   % vector(m)  A*x
    t2 = t1 - b;                                  % vector(m)  A*x - b
    t3 = t2.' * t2;                               % scalar  norm2(A*x - b)^2
    t4 = A.' * t2;                                % vector(n)
    t5 = 2.0 * t4;                                % vector(n)
    value1 = t3;
    value2 = t5;
end
""",
    "julia": """
using LinearAlgebra

# Compute 2 values together.
#
# A: matrix(m, n)
# x: vector(n)
# b: vector(m)
#
# Values:
# 1. scalar: norm2(A*x - b)^2
# 2. vector(n): 2*A'*(A*x - b)
function least_squares(A, x, b)
    x = vec(x)
    b = vec(b)
    t1 = A * x                                    # vector(m)  A*x
    t2 = t1 .- b                                  # vector(m)  A*x - b
    t3 = dot(t2, t2)                              # scalar  norm2(A*x - b)^2
    t4 = A' * t2                                  # vector(n)
    t5 = 2.0 * t4                                 # vector(n)
    return t3, t5
end
""",
    "r": """
# Compute 2 values together.
#
# A: matrix(m, n)
# x: vector(n)
# b: vector(m)
#
# Values:
# 1. scalar: norm2(A*x - b)^2
# 2. vector(n): 2*A'*(A*x - b)
least_squares <- function(A, x, b) {
  x <- as.vector(x)
  b <- as.vector(b)
  t1 <- drop(A %*% x)                           # vector(m)  A*x
  t2 <- t1 - b                                  # vector(m)  A*x - b
  t3 <- sum(t2 * t2)                            # scalar  norm2(A*x - b)^2
  t4 <- drop(t(A) %*% t2)                       # vector(n)
  t5 <- 2.0 * t4                                # vector(n)
  list(t3, t5)
}
""",
}
RANDOM = np.random.default_rng(3)
SQUARE = RANDOM.random((3, 3))
POSITIVE = SQUARE @ SQUARE.T + np.eye(3)
VECTOR, TALL = RANDOM.random(3), RANDOM.random((4, 3))
CASES: dict[str, tuple[str, dict[str, str], str, dict[str, Any]]] = {
    "logistic": (
        "sum(softplus(-y.*(X*w)))",
        {},
        "w",
        {"X": TALL, "y": np.array([1.0, -1, 1, 1]), "w": VECTOR},
    ),
    "softmax": ("log(sum(exp(A*x)))", {}, "x", {"A": TALL, "x": VECTOR}),
    "softmax of rows": (
        "sum(log(sum(exp(A*X), rows)))",
        {"A": "matrix(m, n)", "X": "matrix(n, k)"},
        "",
        {"A": TALL, "X": SQUARE},
    ),
    "Gaussian": (
        "log(det(S)) + x'*inv(S)*x",
        {"S": "psd(n)", "x": "vector(n)"},
        "x",
        {"S": POSITIVE, "x": VECTOR},
    ),
    "determinant": (
        "log(det(X)) + tr(inv(X)*B)",
        {"X": "matrix(n, n)", "B": "matrix(n, n)"},
        "X",
        {"X": POSITIVE, "B": SQUARE},
    ),
    "adjugate": ("tr(adj(X)*B)", {"X": "matrix(n, n)", "B": "matrix(n, n)"}, "", {"X": SQUARE, "B": SQUARE}),
    "diagonal": ("x'*D*x", {"D": "diagonal(n)", "x": "vector(n)"}, "x", {"D": np.diag(VECTOR), "x": VECTOR}),
    "outer product": (
        "norm2(M - u*v')^2",
        {"M": "matrix(m, n)", "u": "vector(m)", "v": "vector(n)"},
        "v",
        {"M": TALL, "u": np.ones(4), "v": VECTOR},
    ),
    "row": ("x'*A", {"A": "matrix(m, n)", "x": "vector(m)"}, "", {"A": TALL, "x": np.arange(4.0)}),
    "vec": ("vec(X)", {"X": "matrix(m, n)"}, "", {"X": TALL}),
    "power": (
        "tr(X^3*B) + sum(abs(X).^1.5)",
        {"X": "matrix(n, n)", "B": "matrix(n, n)"},
        "X",
        {"X": SQUARE, "B": SQUARE},
    ),
    "pseudoinverse": ("sum(pinv(A))", {"A": "matrix(m, n)"}, "", {"A": TALL}),
    "functions": (
        "sum(relu(x) + tanh(x) + arctan(x) + sigmoid(x) + sign(x))",
        {"x": "vector(n)"},
        "",
        {"x": VECTOR - 0.5},
    ),
}
INTERPRETERS = {"octave": ["octave-cli", "--no-init-file", "--quiet"], "r": ["Rscript", "--vanilla"]}


def outputs_of(case: str) -> tuple[list[Any], dict[str, Any]]:
    text, declared, name, inputs = CASES[case]
    formula = parse(text, declared)
    outputs: list[Any] = [formula]
    if name:
        outputs.append(derivative(formula, name))
        outputs += [] if "matrix" in declared.get(name, "") else [derivative(formula, name, name)]
    return outputs, inputs


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_text_is_as_one_would_write_it(language: str) -> None:
    outputs: list[Any] = [LEAST_SQUARES, derivative(LEAST_SQUARES, "x")]
    assert source(outputs, language, "least_squares") == PROGRAMS[language].lstrip("\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_a_program_is_well_formed(language: str, case: str) -> None:
    text = source(outputs_of(case)[0], language)
    code = "\n".join(line.partition(LANGUAGES[language].comment)[0] for line in text.splitlines())
    for opening, closing in ("()", "[]", "{}"):
        assert code.count(opening) == code.count(closing)
    made = re.findall(r"^\s*(t\d+) (?:=|<-)", code, re.MULTILINE)
    assert len(made) == len(set(made))
    for name in set(re.findall(r"\bt\d+\b", code)) - set(made):
        pytest.fail(f"{name} is used and never made")


def literal(value: Any, language: str) -> str:
    array = np.asarray(value, dtype=float)
    if array.ndim == 0:
        return repr(float(array))
    if language == "octave":
        rows = array if array.ndim == 2 else array[:, None]
        return "[" + "; ".join(" ".join(map(repr, row)) for row in rows.tolist()) + "]"
    entries = f"c({', '.join(map(repr, array.T.ravel().tolist()))})"
    return f"matrix({entries}, {array.shape[0]})" if array.ndim == 2 else entries


def printed(language: str, count: int, call: str) -> str:
    """Return a script that prints every value, column by column, on a line."""
    if language == "octave":
        names = ", ".join(f"v{k}" for k in range(count))
        lines = [f"[{names}] = {call};"]
        return "\n".join([*lines, *(f"printf('%.15g ', v{k}); printf('\\n');" for k in range(count))])
    return f"for (v in {call}) cat(formatC(c(v), digits = 15), '\\n')"


@pytest.mark.parametrize("language", INTERPRETERS)
@pytest.mark.parametrize("case", CASES)
def test_an_interpreter_finds_the_values_of_numpy(language: str, case: str, tmp_path: Path) -> None:
    command = INTERPRETERS[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    outputs, inputs = outputs_of(case)
    text = source(outputs, language)
    found = re.search(r"program(?: <- function)?\(([^)]*)\)", text)
    assert found is not None
    arguments = [literal(inputs[name.rstrip("_")], language) for name in found[1].split(", ")]
    script = printed(language, len(outputs), f"program({', '.join(arguments)})")
    (tmp_path / "program.m").write_text(text)
    (tmp_path / "main").write_text(script if language == "octave" else f"{text}\n{script}")
    run = subprocess.run([*command, "main"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    for line, wanted in zip(run.stdout.splitlines(), compile(outputs)(**inputs), strict=True):
        np.testing.assert_allclose(
            np.array(line.split(), dtype=float), np.ravel(wanted, order="F"), rtol=1e-8
        )


def test_names_of_the_language_are_not_hidden() -> None:
    f = parse("sum(end*size)", {"end": "scalar", "size": "vector(n)"})
    assert "function [value1] = program(end_, size_)" in source(f, "matlab")


REFUSED = [
    (
        "kron(A, A)",
        "program",
        "the program needs an array with 4 axes, and programs in this language have two at most",
    ),
    ("A*A", "end", "'end' is not a name for a function there"),
    ("A*A", "é", "'é' is not a name for a function there"),
]


@pytest.mark.parametrize(("text", "name", "message"), REFUSED)
def test_what_a_language_cannot_express_is_refused(text: str, name: str, message: str) -> None:
    with pytest.raises(FrechetError) as refused:
        source(parse(text, {"A": "matrix(n, n)"}), "matlab", name)
    assert isinstance(refused.value, UnsupportedError)
    assert refused.value.message == message
