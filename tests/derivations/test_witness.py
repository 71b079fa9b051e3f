"""The witness accepts true lines and rejects false ones."""

from __future__ import annotations

from frechet.derivations.witness import Witness, close, same_value
from frechet.expressions.nodes import Number, Symbol
from frechet.functions.elementwise import exp, log
from frechet.functions.inverses import inv
from frechet.functions.norms import norm2
from frechet.rewriting.pending import d, differential_symbol

X = Symbol.of("X", ("n", "n"))
change = differential_symbol(X)


def test_the_differential_of_the_inverse_agrees_with_the_directional_derivative() -> None:
    witness = Witness([inv(X)], X, change)
    assert witness.agree(d(inv(X)), -(inv(X) @ change @ inv(X)))


def test_a_lost_factor_a_lost_sign_and_a_transpose_are_seen() -> None:
    witness = Witness([inv(X)], X, change)
    assert not witness.agree(d(inv(X)), inv(X) @ change @ inv(X))
    assert not witness.agree(d(inv(X)), -(inv(X) @ change))
    assert not witness.agree(d(X.T), change)
    assert not witness.agree(d(exp(X)), exp(X) @ change)


def test_without_a_point_nothing_agrees() -> None:
    nowhere = log(Number.of(-1) - norm2(X) ** 2)
    witness = Witness([nowhere], X, change)
    assert not witness.ready
    assert not witness.agree(X, X)


def test_different_shapes_are_not_close() -> None:
    assert not close([[1.0]], [[1.0, 1.0]])


def test_same_value_compares_formulas() -> None:
    assert same_value(X @ inv(X) @ X, X)
    assert not same_value(X, X.T)
