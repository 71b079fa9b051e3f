"""The degree of a formula in its variables, without deriving anything."""

from __future__ import annotations

import math

import pytest

from frechet import parse
from frechet.backends.targets import targets_of
from frechet.optimize.degree import degree

DECLARED = {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)", "c": "positive", "X": "matrix(m, n)"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("norm2(A*x - b)^2", 2),
        ("b'*A*x", 1),
        ("exp(c)*norm2(x)^2 + sum(x)", 2),
        ("norm2(b)", 0),
        ("tr(X'*X)", 2),
        ("(x'*x)^2", 4),
        ("norm2(x)", math.inf),
        ("sum(exp(A*x))", math.inf),
        ("1/(x'*x)", math.inf),
    ],
)
def test_the_degree_is_read_off(text: str, expected: float) -> None:
    formula = parse(text, DECLARED)
    variables = [formula.declarations[name] for name in ("x", "X") if name in formula.declarations]
    assert degree(targets_of(formula)[0][0].tensor, variables) == expected
