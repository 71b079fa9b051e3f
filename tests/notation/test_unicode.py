from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.strategies import expressions

from frechet.expressions.nodes import Expr, Product, Symbol
from frechet.language import read
from frechet.notation.unicode import unicode


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2*A'*(A*x - u)", "2 Aᵀ(A x − u)"),
        ("norm2(A*x - u)^2/2", "½ ‖A x − u‖₂²"),
        ("inv(C)'*x", "C⁻ᵀ x"),
        ("(C*P)^-2", "(C P)⁻²"),
        ("x.*y./z", "x ⊙ y ⊘ z"),
        ("kron(A, C)", "A ⊗ C"),
        ("a*x/norm2(x)", "a x/‖x‖₂"),
        ("a/(b*c)", "a/(b c)"),
        ("sqrt(a)", "√a"),
        ("x.^2", "x^⊙2"),
        ("sigmoid(x).*(vector(1) - sigmoid(x))", "σ(x) ⊙ (𝟏ₙ − σ(x))"),
        ("a^(b/c)", "a^(b/c)"),
        ("alpha*eye(n) + C", "α Iₙ + C"),
        ("3*2^a", "3·2ᵃ"),
        ("sum(A, rows)", "sum(A, rows)"),
        ("norm2(A)", "‖A‖_F"),
        ("pinv(A)*u", "A⁺ u"),
    ],
)
def test_a_formula_is_readable_in_a_terminal(source: str, expected: str) -> None:
    declared = {"C": "matrix(n, n)", "P": "matrix(n, n)", "A": "matrix(m, n)", "x": "vector(n)"}
    assert unicode(read(source, declared).expression) == expected


def test_names_that_would_look_alike_stay_as_they_are() -> None:
    assert unicode(Product.of((Symbol.of("W1"), Symbol.of("W_1")))) == "W1 W_1"


@given(expressions())
@settings(max_examples=100, deadline=None)
def test_brackets_are_balanced_and_it_is_one_line(expression: Expr) -> None:
    text = unicode(expression)
    assert text.count("(") == text.count(")")
    assert "\n" not in text
