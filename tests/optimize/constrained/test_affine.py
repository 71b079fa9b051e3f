"""Affine constraints read from the expression, against their programs and derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from frechet import parse
from frechet.backends.compile import compile
from frechet.differentiation.derivative import derivative
from frechet.errors import EvaluationError
from frechet.optimize.constrained.affine import affine_of, constant_of
from frechet.optimize.constrained.constraints import read_constraints
from frechet.optimize.minimization import minimize
from frechet.optimize.variables import Variables, variables_of

RANDOM = np.random.default_rng(2)
DECLARED = {
    "A": "matrix(m, n)", "b": "vector(m)", "c": "vector(n)", "x": "vector(n)", "z": "scalar", "r": "scalar",
    "W": "matrix(n, m)", "S": "symmetric(n)", "D": "diagonal(n)",
}  # fmt: skip
DATA: dict[str, Any] = {
    "A": RANDOM.standard_normal((3, 4)), "b": RANDOM.standard_normal(3), "c": RANDOM.standard_normal(4),
    "r": 0.3, "D": np.diag([1.0, 2.0, 3.0, 4.0]),
}  # fmt: skip
SIZES = {"m": 3, "n": 4}
READABLE = [
    "sum(x) == 1", "A*x == b", "A*x == r", "2*A*x - 3*b == 0", "c'*x == r", "c'*x + r*z == 2*r", "x == c",
    "z == 2", "-z + sum(x) == r", "sum(W) == 4", "W*b == c", "r*sum(x)/2 == 1", "A*x + b == A*c", "A'*b == x",
]  # fmt: skip


def _variables(*names: str) -> Variables:
    declared = parse("sum(A*x) + z + tr(W*A) + tr(S) + r + c'*D*c + sum(b)", DECLARED).declarations
    return variables_of([declared[n] for n in names], SIZES)


def _read(text: str, *names: str) -> Any:
    function = parse("sum(A*x) + z + tr(W*A) + tr(S) + r + c'*D*c + sum(b)", DECLARED)
    variables = _variables(*names)
    return read_constraints([text], function, [b.symbol for b in variables.blocks]).constraints[0], variables


@pytest.mark.parametrize("text", READABLE)
def test_what_is_read_agrees_with_the_derivative(text: str) -> None:
    constraint, variables = _read(text, "x", "z", "W")
    found = affine_of(constraint.formula.expression, variables, DATA)
    if text == "W*b == c":
        assert found is None
        return
    assert found is not None
    z = RANDOM.standard_normal(variables.size)
    inputs = {**DATA, **variables.named(z)}
    value = np.ravel(compile([constraint.formula])(**inputs)[0])
    np.testing.assert_allclose(found.matrix @ z + found.offset, value, atol=1e-12)
    slopes = [derivative(constraint.formula, n, structured="none") for n in ("x", "z", "W")]
    blocks = [np.reshape(j, (len(value), -1)) for j in compile(slopes)(**inputs)]
    np.testing.assert_allclose(found.matrix, np.hstack(blocks), atol=1e-12)


@pytest.mark.parametrize("text", ["norm2(x) == 1", "x'*x == 1", "D*x == c", "sum(exp(x)) == 1", "W*b == c"])
def test_what_is_not_plain_is_left_alone(text: str) -> None:
    constraint, variables = _read(text, "x", "z", "W")
    assert affine_of(constraint.formula.expression, variables, DATA) is None


def test_a_structured_variable_is_left_alone() -> None:
    constraint, variables = _read("sum(S) == 1", "S")
    assert affine_of(constraint.formula.expression, variables, DATA) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("b", np.ones(5)),
        ("b", np.array([1.0, np.nan, 2.0])),
        ("b", [1.0, 2.0, 3.0]),
        ("b", np.arange(3)),
        ("A", np.ones((3, 5))),
        ("A", np.ma.masked_array(np.ones((3, 4)))),
    ],
)
def test_data_that_need_a_closer_look_are_left_alone(name: str, value: Any) -> None:
    constraint, variables = _read("A*x == b", "x")
    assert affine_of(constraint.formula.expression, variables, {**DATA, name: value}) is None


def test_data_of_the_wrong_size_are_refused_in_words() -> None:
    formula = parse("norm2(x)^2", {"x": "vector(n)"})
    for data in ({"l": np.zeros(3), "b": np.zeros(2)}, {"l": np.zeros(2), "b": np.array([1.0, np.inf])}):
        with pytest.raises(EvaluationError):
            minimize(formula + parse("0*sum(b)", {"b": "vector(n)"}), "x", data, "x >= l", start=np.zeros(2))


def test_a_limit_is_read_or_left_to_its_program() -> None:
    variables = _variables("x")
    for text, value in (("2*r", 0.6), ("-c", -DATA["c"][:, None])):
        found = constant_of(parse(text, {"r": "scalar", "c": "vector(n)"}).expression, variables, DATA)
        assert found is not None
        np.testing.assert_allclose(found, np.broadcast_to(value, found.shape))
    assert constant_of(parse("exp(r)", {"r": "scalar"}).expression, variables, DATA) is None
