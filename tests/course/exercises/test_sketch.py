"""Texts whose sizes do not fit: typeset as they stand, and told apart."""

from __future__ import annotations

import pytest

from frechet.course.exercises.names import Names
from frechet.course.exercises.sketch import key_of, same_wrong_text, sketched, tree_of

NAMES = Names({"A": "matrix(m, n)", "b": "vector(m)", "x": "vector(n)", "c": "scalar"}, {})


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("A*b", r"A\,b"),
        ("A*x - b'", r"A\,x - b^{\top}"),
        ("inv(A)*(b + c)", r"A^{-1}\,\left(b + c\right)"),
        ("(A*b)'", r"\left(A\,b\right)^{\top}"),
        ("2*A.*b", r"2\,A \odot b"),
        ("norm2(A*b)", r"\left\|A\,b\right\|_2"),
    ],
)
def test_a_formula_without_meaning_is_typeset_as_written(text: str, latex: str) -> None:
    tree = tree_of(text, NAMES)
    assert tree is not None
    assert sketched(tree) == latex


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("2*A*b", "A*b*2", True),
        ("A*b + x", "x + A*b", True),
        ("A*x - b'", "-b' + A*x", True),
        ("A*x - b'", "A*x + b'", False),
        ("A*b", "b*A", False),
        ("A*b", "A'*A*b", False),
    ],
)
def test_two_such_texts_are_the_same_up_to_the_order_of_terms(left: str, right: str, same: bool) -> None:
    assert same_wrong_text(left, right, NAMES) is same


def test_a_key_keeps_the_order_of_factors() -> None:
    trees = [tree_of(text, NAMES) for text in ("A*b", "b*A")]
    assert trees[0] is not None
    assert trees[1] is not None
    assert key_of(trees[0]) != key_of(trees[1])
