"""Collecting terms keeps the value and writes what a person would."""

from __future__ import annotations

import pytest

from frechet.assumptions import Structure
from frechet.derivations.witness import same_value
from frechet.expressions.nodes import Expr, Number, Power, Sum, Symbol
from frechet.expressions.text import write
from frechet.functions.inverses import inv
from frechet.rewriting.symmetry import is_symmetric, transposed, without_needless_transposes
from frechet.simplification.collecting import common_factor_out, like_terms_added, powers_joined

A, B = Symbol.of("A", ("n", "n")), Symbol.of("B", ("n", "n"))
S, Q = Symbol.of("S", ("n", "n"), Structure.PSD), Symbol.of("Q", ("n", "n"), Structure.ORTHOGONAL)
x, c = Symbol.of("x", ("n", 1)), Symbol.of("c")


def test_like_terms_are_added() -> None:
    assert [write(t) for t in like_terms_added((A @ x, 2 * (A @ x), B @ x))] == ["3*A*x", "B*x"]
    assert like_terms_added((A, -A)) == ()


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ((A @ x, B @ x), "(A + B)*x"),
        ((x.T @ A, x.T @ B), "x'*(A + B)"),
        ((2 * A, 2 * B), "2*(A + B)"),
        ((c * A, c * B), "c*(A + B)"),
        ((A @ B, A), "A*B + A"),
    ],
)
def test_a_common_factor_comes_out_unless_an_identity_would_stay(
    terms: tuple[Expr, ...], expected: str
) -> None:
    found = common_factor_out(terms)
    assert write(found) == expected
    assert same_value(found, Sum.of(terms))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Power.of(A, Number.of(2)) @ A, "A^3"),
        (inv(A) @ A @ x, "x"),
        (Q.T @ Q @ x, "x"),
        (A @ inv(A), "eye(n)"),
        (inv(A) @ inv(A) @ A, "inv(A)"),
    ],
)
def test_powers_of_one_matrix_are_joined(before: Expr, after: str) -> None:
    assert write(powers_joined(before)) == after
    assert same_value(before, powers_joined(before))


@pytest.mark.parametrize("node", [S, inv(S), A.T @ S @ A, S + A.T @ A, x @ x.T])
def test_symmetry_is_seen_in_the_structure(node: Expr) -> None:
    assert is_symmetric(node)
    assert without_needless_transposes(node.T) is node


@pytest.mark.parametrize("node", [A, A @ S, S @ A, Q])
def test_what_need_not_be_symmetric_is_not_taken_for_it(node: Expr) -> None:
    assert not is_symmetric(node)


@pytest.mark.parametrize("node", [A @ B @ x, 2 * (A.T @ x), A.T + A, x.T @ (A.T + A), c * A])
def test_the_transpose_has_the_value_of_the_transpose(node: Expr) -> None:
    assert same_value(transposed(node), node.T)
    assert transposed(node).shape == (node.shape[1], node.shape[0])
