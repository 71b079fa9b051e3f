"""Short words: spelled out while reading, refused where they do not fit."""

from __future__ import annotations

import pytest

from frechet import parse
from frechet.errors import FrechetError, ParseError, ShapeError

DECLARED = {"A": "matrix(n, n)", "X": "matrix(m, n)", "x": "vector(n)", "y": "vector(m)"}


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("ones(n)", "vector(1, n)"),
        ("ones(m, n)", "matrix(1, m, n)"),
        ("X + zeros(m, n)", "X"),
        ("X'*ones(m)", "X'*vector(1)"),
        ("sumsq(X*x - y)", "norm2(X*x - y)^2"),
        ("x'*sym(A)*x", "x'*(A + A')*x/2"),
        ("lse(x)", "logsumexp(x)"),
        ("lse(X, rows)", "logsumexp(X, rows)"),
        ("rowsum(X)", "sum(X, rows)"),
    ],
)
def test_a_short_word_is_the_same_expression_as_the_long_one(short: str, long: str) -> None:
    names = {**DECLARED}
    assert parse(short, names).expression is parse(long, names).expression


def test_a_declared_name_wins_over_a_short_word() -> None:
    assert parse("ones + x", {"ones": "vector(n)", "x": "vector(n)"}).shape == ("n",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sym(X)", "sym needs a square matrix, and 'X' is a matrix(m, n)"),
        ("ones(1, 2, 3)", "matrix takes 2 sizes, not 3"),
        ("zeros(x)", "'x' is a variable, and a size is due here"),
    ],
)
def test_a_short_word_that_does_not_fit_is_refused(text: str, message: str) -> None:
    with pytest.raises(ShapeError) as refused:
        parse(text, DECLARED)
    assert refused.value.message == message


@pytest.mark.parametrize("text", ["ones", "ones()", "sumsq(x, y)", "sym", "rowsum(X, rows)"])
def test_a_short_word_needs_its_argument(text: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse(text, DECLARED)
    assert isinstance(refused.value, FrechetError)
    assert refused.value.hint
