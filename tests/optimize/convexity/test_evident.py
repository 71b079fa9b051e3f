"""Convexity by the composition rules alone: what they prove is so, and they are silent elsewhere."""

from __future__ import annotations

import pytest

from frechet import parse
from frechet.optimize.convexity.evident import is_evidently_convex, is_sum_of_squares

DECLARED = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "c": "positive", "t": "scalar"}


@pytest.mark.parametrize(
    ("text", "convex"),
    [
        ("norm2(X*w - y)^2 + c*norm2(w)^2", True),
        ("sum(softplus(-y.*(X*w)))", True),
        ("y'*X*w", True),
        ("t*norm2(w)^2", False),
        ("-norm2(w)^2", False),
        ("norm2(w)^4 - norm2(w)^2", False),
    ],
)
def test_what_the_rules_show(text: str, convex: bool) -> None:
    f = parse(text, DECLARED)
    assert is_evidently_convex(f.expression, frozenset([f.declarations["w"]])) is convex


SQUARES = {"X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "s": "positive", "c": "scalar"}


@pytest.mark.parametrize(
    "text",
    [
        "norm2(w)^2",
        "s/2*norm2(X*w - y)^2 + norm2(w)^2/3",
        "3*s*(norm2(w - X'*y)^2)",
        "norm2(2*w)^2 + s*norm2(y)^2",
    ],
)
def test_a_sum_of_squares_is_seen_and_is_convex(text: str) -> None:
    f = parse(text, SQUARES)
    assert is_sum_of_squares(f.expression)
    assert is_evidently_convex(f.expression, frozenset([f.declarations["w"]]))


@pytest.mark.parametrize(
    "text",
    [
        "-norm2(w)^2",
        "c*norm2(w)^2",
        "norm2(w)^2 - norm2(X*w)^2",
        "norm2(w)",
        "norm2(w)^3",
        "norm1(w)^2",
        "norm2(w)^2 + sum(w)",
        "norm2(w)^2*norm2(y)^2",
    ],
)
def test_other_sums_are_left_to_the_proof(text: str) -> None:
    assert not is_sum_of_squares(parse(text, SQUARES).expression)
