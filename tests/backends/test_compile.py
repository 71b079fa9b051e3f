"""Compiled programs: values, stable forms, and a sentence for every input that does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frechet.backends.compile import compile
from frechet.differentiation.derivative import derivative
from frechet.errors import EvaluationError, UnsupportedError
from frechet.language import read

NAMES = {
    "A": "matrix(m, n)",
    "C": "matrix(n, n)",
    "S": "symmetric(n)",
    "x": "vector(n)",
    "y": "vector(n)",
    "b": "vector(m)",
    "a": "scalar",
    "c": "scalar",
}
MAGIC = [[16, 2, 3, 13], [5, 11, 10, 8], [9, 7, 6, 12], [4, 14, 15, 1]]


def value(text: str, **inputs: Any) -> Any:
    return compile([read(text, NAMES)])(**inputs)[0]


VALUES: list[tuple[str, dict[str, Any], Any]] = [
    ("log(sum(exp(x)))", {"x": [1000.0, 1000.0]}, 1000.6931471805599),
    ("exp(x)/sum(exp(x))", {"x": [1000.0, 1000.0]}, [0.5, 0.5]),
    ("log(vector(1)+exp(x))", {"x": [1000.0, -1000.0]}, [1000.0, 0.0]),
    ("1./(vector(1)+exp(-x))", {"x": [1000.0, -1000.0]}, [1.0, 0.0]),
    ("log(det(C))", {"C": np.eye(400) * 10}, 921.0340371976183),
    ("norm2(x)", {"x": [1e-200, 1e-200]}, 1.414213562373095e-200),
    ("sqrt(x'*x)", {"x": [1e-200, 1e-200]}, 1.414213562373095e-200),
    ("sum(x)", {"x": [1e16, 1.0, -1e16]}, 1.0),
    ("sin(1e22)", {}, -0.8522008497671888),
    ("exp(a)", {"a": -1000}, 0.0),
    ("det(C)", {"C": [[1, 2], [2, 4]]}, 0.0),
    ("a*2", {"a": 1, "unused": 2}, 2.0),
    ("a*2", {"a": [[3]]}, 6.0),
    ("x", {"x": [[1], [2]]}, [1.0, 2.0]),
    ("x'", {"x": [1, 2]}, [[1.0, 2.0]]),
    ("x'*inv(C)", {"x": [1, 2], "C": [[1, 2], [3, 4]]}, [[1.0, 0.0]]),
    ("inv(C)*A'", {"C": [[1, 2], [3, 4]], "A": [[1, 2]]}, [[0.0], [0.5]]),
    ("C^-2", {"C": [[1, 2], [3, 4]]}, [[5.5, -2.5], [-3.75, 1.75]]),
    ("adj(C)", {"C": [[1, 2], [2, 4]]}, [[4.0, -2.0], [-2.0, 1.0]]),
]


@pytest.mark.parametrize(("text", "inputs", "expected"), VALUES)
def test_values(text: str, inputs: dict[str, Any], expected: Any) -> None:
    found = value(text, **inputs)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15 if np.ndim(expected) else 0)
    assert np.shape(found) == np.shape(expected)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (
        "inv(C)*x",
        {"C": [[1, 2], [2, 4]], "x": [1, 1]},
        "C is singular (rank 1 of 2): reciprocal condition number 0.0e+00",
    ),
    ("inv(C)", {"C": MAGIC}, "C is singular (rank 3 of 4)"),
    ("inv(C)", {"C": [[float("nan"), 1], [1, 1]]}, "C is not finite at entry 1, 1"),
    ("logdet(C)", {"C": [[0, 1], [1, 0]]}, "logdet(C) is not a number for these inputs"),
    ("log(a)", {"a": 0}, "log(a) is infinite for these inputs"),
    ("sum(log(x))", {"x": [1, 0, 2]}, "log(x) is infinite at entry 2 for these inputs"),
    ("a/c", {"a": 1, "c": 0}, "1/c is infinite for these inputs"),
    ("exp(a)", {"a": 1000}, "exp(a) is infinite for these inputs"),
    ("x'*y", {"x": [1, 2], "y": [1, 2, 3]}, "y has size 3 where x has size 2: both are 'n'"),
    ("x'*y", {"x": [1, 2]}, "y has no value"),
    ("x'*y", {"x": [[1, 2]], "y": [1, 2]}, "x is declared vector(n), but the value has shape 1 × 2"),
    ("A*x", {"A": [[1, 2], [3]], "x": [1, 1]}, "A is not an array of real numbers"),
    ("a*2", {"a": "5"}, "a holds text, not real numbers"),
    ("a*2", {"a": True}, "a holds true or false, not real numbers"),
    ("a*2", {"a": None}, "a has no value (None)"),
    ("a*2", {"a": 1 + 1j}, "a holds complex numbers, not real numbers"),
    ("a*2", {"a": 10**400}, "a does not fit a floating-point number"),
    ("a*2", {"a": {}}, "a is not an array of real numbers"),
    ("a*2", {"a": [1, 2]}, "a is declared scalar, but the value has shape 2"),
    ("S*x", {"S": [[1, 2], [3, 4]], "x": [1, 2]}, "S is declared symmetric, but the value is not"),
    ("x*vector(1, k)'", {"x": [1, 2]}, "the size k does not follow from the inputs"),
]


@pytest.mark.parametrize(("text", "inputs", "message"), REFUSED)
def test_refusals(text: str, inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        value(text, **inputs)
    assert refused.value.message.startswith(message)
    assert refused.value.hint


def test_what_is_not_finite_is_kept_on_request() -> None:
    assert compile([read("exp(a)", NAMES)], nonfinite="keep")(a=1000) == [float("inf")]


def test_value_gradient_and_hessian_come_from_one_program() -> None:
    f = read("norm2(A*x - b)^2", NAMES)
    run = compile([f, derivative(f, "x"), derivative(f, "x", "x")])
    a, x, b = np.arange(6.0).reshape(3, 2), np.array([1.0, -1.0]), np.array([1.0, 2.0, 3.0])
    f_value, gradient, hessian = run(A=a, x=x, b=b)
    residual = a @ x - b
    assert f_value == pytest.approx(residual @ residual)
    np.testing.assert_allclose(gradient, 2 * a.T @ residual)
    np.testing.assert_allclose(hessian, 2 * a.T @ a)


def test_a_chain_that_ends_in_a_vector_never_forms_a_matrix() -> None:
    size = 3000
    names = {"u": "vector(n)", "v": "vector(n)", "w": "vector(n)", "z": "vector(n)"}
    run = compile([read("u'*v*w'*z", names), read("u*v'*w", names)])
    ones = np.ones(size)
    scalar, vector = run(u=ones, v=ones, w=ones, z=ones)
    assert scalar == size**2
    np.testing.assert_allclose(vector, size * ones)


def test_an_unknown_back_end_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="there is no back end"):
        compile([read("a", NAMES)], backend="fortran")


def test_inputs_are_not_changed_and_outputs_are_copies() -> None:
    x = np.array([1.0, 2.0])
    (out,) = compile([read("x", NAMES)])(x=x)
    out[0] = 5.0
    assert x[0] == 1.0
