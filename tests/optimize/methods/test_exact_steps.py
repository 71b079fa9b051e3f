"""Exact steps on quadratics, and what follows where the line has no minimum of its parabola."""

from __future__ import annotations

import numpy as np
import pytest

from frechet import minimize, parse
from frechet.optimize.status import Status

TYPES = {"x": "vector(n)", "A": "symmetric(n)", "c": "vector(n)"}
DATA = {"A": np.diag([1.0, -2.0, 3.0]), "c": np.ones(3)}
START = {"x": np.array([0.5, 0.3, 0.2])}


@pytest.mark.parametrize(
    ("text", "needed", "status"),
    [
        ("-norm2(x)^2", "", Status.UNBOUNDED),
        ("c'*x", "c", Status.UNBOUNDED),
        ("x'*A*x - c'*x", "Ac", Status.UNBOUNDED),
        ("sum(x.^4) - norm2(x)^2", "", Status.CONVERGED),
        ("sum(cos(x))", "", Status.CONVERGED),
    ],
)
def test_a_line_that_curves_down_is_followed(text: str, needed: str, status: Status) -> None:
    data = {name: DATA[name] for name in needed}
    found = minimize(parse(text, TYPES), "x", data, method="gradient-exact", start=START)
    assert found.status is status
