from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from frechet.errors import DeclarationError, FrechetError, ParseError, ShapeError
from frechet.formula import Formula
from frechet.language import read
from frechet.language.constructors import matrix, scalar, vector

DECLARED = {"A": "matrix(m, n)", "x": "vector(n)", "y": "vector(n)", "b": "vector(m)", "a": "scalar"}
A, x, y, b, a = matrix("A", "m", "n"), vector("x", "n"), vector("y", "n"), vector("b", "m"), scalar("a")


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (A @ x - b, "A*x - b"),
        (x.T @ x, "x'*x"),
        (2 * x * y / 3, "2*x.*y/3"),
        (0.1 * a, "a/10"),
        (x / y, "x./y"),
        (1 / x, "1./x"),
        (x**2, "x.^2"),
        (2**a, "2^a"),
        (a**2, "a^2"),
        (-x + y, "-x + y"),
        (1 - a, "1 - a"),
        (+x, "x"),
        (x @ y.T, "x*y'"),
    ],
)
def test_operators_and_text_make_the_same_expression(made: Formula, text: str) -> None:
    assert made == read(text, DECLARED)
    assert hash(made) == hash(read(text, DECLARED))


@pytest.mark.parametrize(
    ("operation", "hint"),
    [
        (lambda: x @ y, "x.T @ y"),
        (lambda: A * x, "@"),
        (lambda: a @ x, "*"),
        (lambda: x + 1, "vector(1)"),
        (lambda: A @ b, "transpose"),
        (lambda: x * b, ""),
    ],
)
def test_a_slip_with_an_operator_is_refused_with_the_mend(
    operation: Callable[[], Formula], hint: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        operation()
    assert hint in caught.value.hint


@pytest.mark.parametrize("value", ["x", None, True, 1j, [1, 2], float("nan"), float("inf")])
def test_only_finite_real_numbers_join_a_formula(value: Any) -> None:
    with pytest.raises(ParseError):
        x * value
    with pytest.raises(ParseError):
        value - x


def test_an_array_of_data_is_refused_on_either_side() -> None:
    numpy = pytest.importorskip("numpy")
    data = numpy.ones(3)
    with pytest.raises(ParseError, match="cannot be part of a formula"):
        data * x
    with pytest.raises(ParseError, match="cannot be part of a formula"):
        x @ data


def test_declarations_merge_and_contradictions_are_refused() -> None:
    assert set((A @ x).declarations) == {"A", "x"}
    with pytest.raises(DeclarationError, match="'x' is a vector"):
        x.T @ vector("x", 3)


def test_a_formula_is_neither_true_nor_false_nor_a_sequence() -> None:
    with pytest.raises(FrechetError):
        bool(x)
    with pytest.raises(FrechetError):
        x[0]
    with pytest.raises(FrechetError):
        list(x)


def test_the_shape_is_public() -> None:
    assert [f.shape for f in (a, x, A, x.T)] == [(), ("n",), ("m", "n"), (1, "n")]


def test_a_notebook_shows_the_formula_and_what_was_assumed() -> None:
    formula = read("norm2(A*x - b)", {"b": "vector(m)"})
    assert formula._repr_latex_() == f"$\\displaystyle {formula.latex()}$"
    assert "assumed A: matrix(m, n), x: vector(n)" in formula._repr_html_()
    assert repr(formula) == "Formula('norm2(A*x - b)')"
    assert formula.unicode()


@pytest.mark.parametrize(
    ("text", "declared", "note"),
    [
        ("exp(C)", {"C": "matrix(n, n)"}, "acts on every entry; expm is the function of the matrix"),
        ("norm2(C)", {"C": "matrix(n, n)"}, "the Euclidean norm of a vector, the Frobenius norm of a matrix"),
        ("sum(A)", {}, "sum of a matrix: the sum of all entries"),
        ("x'*y/(x'*x)", {}, "x'*x must not be 0 for the quotient to be defined"),
        ("abs(a)", {}, "abs has kinks: derivatives hold where it is differentiable"),
        ("log(a)", {}, "a must be positive for log to be defined"),
        ("sqrt(x)", {}, "every entry of x must not be negative for sqrt to be defined"),
        ("inv(C)", {}, "C must be nonsingular for inv to be defined"),
        ("C^-2", {}, "C must be nonsingular for the inverse to be defined"),
        ("logdet(C)", {}, "C must have a positive determinant for logdet to be defined"),
    ],
)  # fmt: skip
def test_a_meaning_that_may_surprise_is_noted(text: str, declared: dict[str, str], note: str) -> None:
    assert any(note in known for known in read(text, declared).notes)


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("inv(P)", {"P": "psd(n)"}),
        ("log(a)", {"a": "positive"}),
        ("x'*A*x", {}),
        ("sum(x)", {}),
        ("exp(x)", {}),
    ],
)
def test_what_needs_no_note_has_none(text: str, declared: dict[str, str]) -> None:
    assert read(text, declared).notes == ()
