"""Source to read: named inputs, formulas beside the lines, one function that runs alone."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from frechet.backends.compile import compile
from frechet.backends.source import source
from frechet.cli import commands
from frechet.differentiation.derivative import derivative
from frechet.errors import EvaluationError, UnsupportedError
from frechet.language import read

LOGISTIC = read(
    "sum(log(exp(-y.*(X*w)) + vector(1)))", {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"}
)
GAUSSIAN = read("tr(S*P) - logdet(P)", {"S": "symmetric(n)", "P": "psd(n)"})
LINEAR = read("b'*inv(C)*b + logdet(C)", {"b": "vector(n)", "C": "matrix(n, n)"})
RANDOM = np.random.default_rng(0)
PSD = np.eye(4) + 0.1 * np.ones((4, 4))
CASES: list[tuple[Any, str, dict[str, Any]]] = [
    (
        LOGISTIC,
        "w",
        {"X": RANDOM.standard_normal((5, 3)), "w": np.ones(3), "y": np.sign(RANDOM.standard_normal(5))},
    ),
    (GAUSSIAN, "P", {"S": 2 * PSD, "P": PSD}),
    (LINEAR, "C", {"b": np.arange(4.0), "C": PSD + np.diag(np.arange(4.0))}),
]
EXPECTED = '''import numpy as np


def least_squares(A, x, b):
    """Compute 2 values together.

    Parameters
    ----------
    A : numpy.ndarray, matrix(m, n)
    x : numpy.ndarray, vector(n)
    b : numpy.ndarray, vector(m)

    Returns
    -------
    value 1 : scalar
        norm2(A*x - b)^2
    value 2 : shape (n,)
        2*A'*(A*x - b)
    """
    A = np.asarray(A, dtype=float)
    x = np.asarray(x, dtype=float)
    b = np.asarray(b, dtype=float)
    t1 = A @ x                                    # (m,)  A*x
    t2 = t1 - b                                   # (m,)  A*x - b
    t3 = t2 @ t2                                  # scalar  norm2(A*x - b)^2
    t4 = A.T @ t2                                 # (n,)
    t5 = 2.0 * t4                                 # (n,)
    return [float(t3), t5]
'''


def loaded(text: str, name: str = "program") -> Any:
    module: dict[str, Any] = {}
    exec(text, module)  # noqa: S102 (what a user does with it)
    return module[name]


def outputs(formula: Any, name: str) -> list[Any]:
    return [formula, derivative(formula, name), derivative(formula, name, name)]


def test_the_text_is_as_one_would_write_it() -> None:
    f = read("norm2(A*x - b)^2", {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"})
    assert source([f, derivative(f, "x")], function_name="least_squares") == EXPECTED


@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
@pytest.mark.parametrize(("formula", "name", "inputs"), CASES, ids=["logistic", "gaussian", "linear"])
def test_every_back_end_gives_the_same_values(
    backend: str, formula: Any, name: str, inputs: dict[str, Any]
) -> None:
    pytest.importorskip(backend)
    wanted = compile(outputs(formula, name))(**inputs)
    function = loaded(source(outputs(formula, name), backend))
    arguments = function.__code__.co_varnames[: function.__code__.co_argcount]
    compiled = compile(outputs(formula, name), backend)
    for found in (function(*(inputs[a] for a in arguments)), compiled(**inputs)):
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(np.asarray(one), other, rtol=1e-9)


def test_names_that_python_keeps_for_itself_get_an_underscore() -> None:
    f = read("lambda*sum(np)", {"lambda": "scalar", "np": "vector(n)"})
    function = loaded(source(f))
    assert function.__code__.co_varnames[:2] == ("lambda_", "np_")
    assert function(2.0, np.ones(3)) == [6.0]


@pytest.mark.parametrize("backend", ["numpy", "jax", "torch", "julia", "octave", "r"])
def test_no_line_computes_what_no_other_line_uses(backend: str) -> None:
    f = read("x'*D*x", {"x": "vector(n)", "D": "diagonal(n)"})
    text = source(outputs(f, "x"), backend)
    for name in set(re.findall(r"\bt\d+\b", text)):
        assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is not used"


REFUSED = [
    ({"backend": "fortran"}, "there is no back end 'fortran'"),
    ({"function_name": "import os"}, "'import os' is not a name for a function"),
    ({"function_name": "def"}, "'def' is not a name for a function"),
    ({"function_name": "np"}, "'np' is not a name for a function there"),
    ({"function_name": "float"}, "'float' is not a name for a function there"),
    ({"function_name": "logsumexp"}, "'logsumexp' is not a name for a function there"),
    ({"function_name": "jnp", "backend": "jax"}, "'jnp' is not a name for a function there"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_options_that_do_not_serve_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UnsupportedError) as refused:
        source(LOGISTIC, **options)
    assert refused.value.message == message


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_inputs_that_do_not_fit_are_named(backend: str) -> None:
    pytest.importorskip(backend)
    run = compile(LOGISTIC, backend)
    with pytest.raises(EvaluationError, match="w has no value"):
        run(X=np.ones((2, 3)), y=np.ones(2))
    with pytest.raises(EvaluationError, match="w has size 4 where X has size 3"):
        run(X=np.ones((2, 3)), y=np.ones(2), w=np.ones(4))


@pytest.mark.skipif(find_spec("cupy") is not None, reason="CuPy is installed")
def test_a_back_end_that_is_not_installed_is_named() -> None:
    with pytest.raises(UnsupportedError, match="the back end cupy needs cupy, which is not installed"):
        compile(LOGISTIC, "cupy")


def test_the_command_prints_a_program() -> None:
    arguments = [
        "source",
        "norm2(A*x - b)^2",
        "--wrt",
        "x",
        "--order",
        "1",
        "--function-name",
        "least_squares",
    ]
    declared = ["--declare", "A: matrix(m, n); x: vector(n); b: vector(m)"]
    result = CliRunner().invoke(commands, arguments + declared)
    assert (result.exit_code, result.output) == (0, EXPECTED)


@pytest.mark.parametrize(
    ("backend", "language", "start"),
    [("numpy", "python", "def f("), ("julia", "julia", "function f("), ("r", "R", "f <- function(")],
)
def test_the_command_writes_a_notebook(backend: str, language: str, start: str) -> None:
    options = ["--wrt", "x", "--backend", backend, "--function-name", "f", "--format", "ipynb"]
    result = CliRunner().invoke(commands, ["source", "x'*x", *options])
    notebook = json.loads(result.output)
    formulas, program = notebook["cells"]
    assert formulas["source"].split("\n\n")[1] == r"$$\nabla f = 2 x$$"
    assert start in program["source"]
    assert notebook["metadata"]["language_info"] == {"name": language}
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)


def test_the_command_refuses_with_status_2() -> None:
    assert CliRunner().invoke(commands, ["source", "x'*"]).exit_code == 2
    assert CliRunner().invoke(commands, ["source", "x'*x", "--function-name", "1f"]).exit_code == 2


@pytest.mark.parametrize(("first", "second"), ["θϑ", "φϕ", "εϵ", "πϖ", "ρϱ"])
def test_letters_that_python_reads_as_one_are_two_names(first: str, second: str) -> None:
    f = read(f"sum({first} .* {second}.^2)", {first: "vector(n)", second: "vector(n)"})
    names: dict[str, Any] = {}
    exec(source(f), names)  # noqa: S102 (the text is what is tested)
    assert names["program"](np.array([1.0, 2.0]), np.array([3.0, 4.0])) == [41.0]
