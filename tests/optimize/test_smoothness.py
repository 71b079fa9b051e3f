"""Kinks are smoothed by squares, and by nothing else."""

from __future__ import annotations

import pytest

from frechet import parse
from frechet.optimize.smoothness import has_continuous_gradient, is_smooth

DECLARED = {"X": "matrix(m, n)", "w": "vector(n)", "b": "vector(m)", "s": "scalar"}


@pytest.mark.parametrize(
    "text",
    [
        "norm2(relu(X*w - b))^2", "sum(relu(X*w).^2)", "relu(X*w)'*relu(X*w)", "abs(s)^3",
        "sum(abs(w).^2) + relu(s)^2", "norm2(w)^2 + sum(relu(b))",
    ],
)  # fmt: skip
def test_squares_smooth_kinks(text: str) -> None:
    f = parse(text, DECLARED)
    assert has_continuous_gradient(f.expression, {f.declarations["w"], f.declarations["s"]})


@pytest.mark.parametrize(
    "text",
    [
        "sum(relu(X*w))", "relu(X*w)'*b", "norm2(relu(X*w))", "relu(s)*relu(-s)", "sum(relu(w).^2) + abs(s)",
        "norm1(w)^2", "sum(abs(w).^(3/2))", "norm2(relu(w))^2 + norm2(relu(w))", "relu(w)'*abs(w)",
    ],
)  # fmt: skip
def test_what_is_not_a_square_keeps_its_kink(text: str) -> None:
    f = parse(text, DECLARED)
    variables = {f.declarations["w"], f.declarations["s"]}
    assert not has_continuous_gradient(f.expression, variables)
    assert not is_smooth(f.expression, variables)
