"""Convexity by the composition rules alone: what they prove is so, and they are silent elsewhere."""

from __future__ import annotations

import pytest

from frechet import parse
from frechet.optimize.convexity.evident import is_evidently_convex

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
