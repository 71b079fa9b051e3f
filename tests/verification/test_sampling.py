"""Random points: reproducible, of the declared structure, and inside the domain."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from frechet.assumptions import Structure
from frechet.errors import EvaluationError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Symbol
from frechet.functions.linear_algebra import determinant, identity, matmul, scale, transpose
from frechet.language import read
from frechet.verification.arithmetic import EXACT, modular
from frechet.verification.sampling import MIXED, draw, draw_sizes, points


def drawn(structure: Structure, seed: int = 0) -> Matrix:
    return draw(Symbol.of("X", ("n", "n"), structure), {"n": 4}, Random(seed), MIXED, EXACT)


def test_drawn_matrices_have_their_structure_exactly() -> None:
    assert drawn(Structure.SYMMETRIC) == transpose(drawn(Structure.SYMMETRIC))
    assert drawn(Structure.PSD) == transpose(drawn(Structure.PSD))
    assert drawn(Structure.SKEW) == scale(Fraction(-1), transpose(drawn(Structure.SKEW)))
    assert all(a == 0 for i, row in enumerate(drawn(Structure.LOWER)) for a in row[i + 1 :])
    assert all(
        (a == 0) == (i != j) for i, row in enumerate(drawn(Structure.DIAGONAL)) for j, a in enumerate(row)
    )
    q = drawn(Structure.ORTHOGONAL)
    assert matmul(q, transpose(q)) == identity(4, Fraction(1))


def test_positive_definite_matrices_have_positive_leading_minors() -> None:
    x = drawn(Structure.PSD)
    assert all(determinant([row[:k] for row in x[:k]]) > 0 for k in range(1, 5))


def test_orthogonal_matrices_have_both_determinants() -> None:
    assert {determinant(drawn(Structure.ORTHOGONAL, seed)) for seed in range(12)} == {1, -1}


def test_orthogonal_matrices_are_orthogonal_modulo_the_prime() -> None:
    q = draw(Symbol.of("Q", ("n", "n"), Structure.ORTHOGONAL), {"n": 3}, Random(1), MIXED, modular(0))
    assert matmul(q, transpose(q)) == identity(3, q[0][0] * 0 + 1)


def test_different_size_names_get_different_sizes() -> None:
    for seed in range(20):
        sizes = draw_sizes([f"n{i}" for i in range(8)], Random(seed))
        assert len(set(sizes.values())) == 8
        assert min(sizes.values()) >= 2


def test_points_are_reproducible() -> None:
    formula = read("norm2(A*x - b)^2").expression
    assert list(points([formula], 3, seed=4)) == list(points([formula], 3, seed=4))
    assert list(points([formula], 3, seed=4)) != list(points([formula], 3, seed=5))


@pytest.mark.parametrize(
    "text", ["sum(log(x))", "arcsin(a)", "logdet(C)", "log(1 - x'*x)", "sqrt(a - 1)", "log(-a)"]
)
def test_points_lie_inside_the_domain(text: str) -> None:
    assert len(list(points([read(text, {"C": "matrix(n, n)"}).expression], 4))) == 4


def test_a_formula_that_is_defined_nowhere_is_reported() -> None:
    with pytest.raises(EvaluationError, match="no point was found at which the formula has a finite value"):
        list(points([read("log(-x'*x)").expression], 1))
