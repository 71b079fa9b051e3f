from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from tests.agreement import agree
from tests.strategies import DECLARATIONS, SHAPES, applications, expressions

from frechet.errors import EvaluationError, LimitError
from frechet.expressions.function import AbstractFunction
from frechet.expressions.nodes import Apply, Expr, Hadamard, Number, Power, Product, Symbol
from frechet.functions import FUNCTIONS, by_name
from frechet.language import read
from frechet.notation.latex import latex, latex_of_name
from frechet.tensors.lower import lower

MATRICES = {"X": "matrix(n, n)", "B": "matrix(n, n)", "W": "matrix(n, n)", "A": "matrix(m, n)"}


def printed(source: str, declarations: dict[str, str] | None = None, *, bold: bool = False) -> str:
    return latex(read(source, {**MATRICES, **(declarations or {})}).expression, bold=bold)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2*A'*(A*x - b)", r"2 A^{\top} \left(A x - b\right)"),
        ("norm2(A*x - u)^2/2", r"\frac{1}{2} \left\|A x - u\right\|_2^2"),
        ("norm2(X)^2", r"\left\|X\right\|_F^2"),
        ("norm1(X)", r"\left\|\operatorname{vec}\left(X\right)\right\|_1"),
        ("x/norm2(x)", r"\frac{x}{\left\|x\right\|_2}"),
        ("logdet(X)", r"\log\det X"),
        ("tr(inv(X)*B)", r"\operatorname{tr}\left(X^{-1} B\right)"),
        ("inv(X)'", r"X^{-\top}"),
        ("inv(X')", r"X^{-\top}"),
        ("inv(X)^3", r"X^{-3}"),
        ("(X*B)^2", r"\left(X B\right)^2"),
        ("pinv(A)*u", "A^{+} u"),
        ("X + eye(n)", "X + I_n"),
        ("vector(1, n) - x.^2", r"\mathbf{1}_n - x^{\odot 2}"),
        ("matrix(0, m, n)", r"\mathbf{0}_{m \times n}"),
        ("x.*y", r"x \odot y"),
        ("x./y", r"x \oslash y"),
        ("2*(x.*y)", r"2 x \odot y"),
        ("(X*x).*y", r"\left(X x\right) \odot y"),
        ("X*(x.*y)", r"X \left(x \odot y\right)"),
        ("kron(X*B, W)", r"\left(X B\right) \otimes W"),
        ("exp(-a^2)", r"\exp\left(-a^2\right)"),
        ("log(a)", r"\log a"),
        ("log(a)*x", r"\log\left(a\right) x"),
        ("x.*(X*exp(y)).*x", r"x \odot \left(X \exp\left(y\right)\right) \odot x"),
        ("log(a)^2", r"\log\left(a\right)^2"),
        ("sqrt(a)", r"\sqrt{a}"),
        ("1/sqrt(a)", r"\frac{1}{\sqrt{a}}"),
        ("sqrt(x)", r"x^{\odot 1/2}"),
        ("3*2^a", r"3 \cdot 2^a"),
        ("-(x + y)", r"-\left(x + y\right)"),
        ("x - a*(x + y)", r"x - a \left(x + y\right)"),
        ("-2*(x'*B*x)/(x'*X*x)^2*(X*x)", r"-\frac{2 x^{\top} B x}{\left(x^{\top} X x\right)^2} X x"),
        ("(x'*y)*(X*x)", r"\left(x^{\top} y\right) X x"),
        ("abs(a)", r"\left|a\right|"),
        ("abs(x)", r"\operatorname{abs}\left(x\right)"),
        ("dot(x, y)", r"\left\langle x, y\right\rangle"),
        ("outer(x, y)", r"x y^{\top}"),
        ("sum(A, rows)", r"A \mathbf{1}_n"),
        ("sum(A, columns)", r"A^{\top} \mathbf{1}_m"),
        ("softmax(A, rows)", r"\operatorname{softmax}_{\mathrm{rows}}\left(A\right)"),
        ("expm(X)", r"\operatorname{expm}\left(X\right)"),
        ("exp(-b)*a", r"a \exp\left(-b\right)"),
        ("log(a)*a^b", r"a^b \log a"),
        ("1/(sqrt(a + b)*a^2)", r"\frac{1}{a^2 \sqrt{a + b}}"),
        ("(x'*W*x)/(x'*B*x)*A", r"\frac{x^{\top} W x}{x^{\top} B x} A"),
        ("a*A/b", r"\frac{a A}{b}"),
    ],
)
def test_a_formula_is_printed_as_in_a_journal(source: str, expected: str) -> None:
    assert printed(source) == expected


def test_bold_sets_vectors_and_matrices_but_not_scalars() -> None:
    assert printed("a*A*x + eye(m)*u", bold=True) == r"a \mathbf{A} \mathbf{x} + \mathbf{u}"
    assert printed("Sigma*x", {"Sigma": "matrix(n, n)"}, bold=True) == r"\boldsymbol{\Sigma} \mathbf{x}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", "x"),
        ("W1", "W_1"),
        ("x_i", "x_i"),
        ("W12", "W_{12}"),
        ("x_hat", r"x_{\mathrm{hat}}"),
        ("alpha", r"\alpha"),
        ("σ", r"\sigma"),
        ("Sigma", r"\Sigma"),
        ("rate", r"\mathit{rate}"),
        ("a_b_c", r"\mathit{a\_b\_c}"),
        ("dX", r"\mathrm{d}X"),
        ("delta", r"\delta"),
    ],
)
def test_names_get_subscripts_and_greek_letters(name: str, expected: str) -> None:
    assert latex_of_name(name) == expected


def test_names_that_would_look_alike_are_spelled_out() -> None:
    product = Product.of((Symbol.of("W1"), Symbol.of("W_1"), Symbol.of("a")))
    assert latex(product) == r"\mathit{W1}\,\mathit{W\_1}\,a"


def test_a_scalar_named_t_is_no_transpose() -> None:
    power = Power.of(Symbol.of("a"), Symbol.of("T"))
    assert latex(power) == r"a^{\mathit{T}}"
    assert read(latex(power), {"a": "scalar", "T": "scalar"}, syntax="latex").expression is power


def test_the_sigmoid_is_spelled_where_sigma_is_a_variable() -> None:
    assert printed("sigmoid(a)") == r"\sigma\left(a\right)"
    assert printed("sigma*sigmoid(a)", {"sigma": "scalar"}) == r"\sigma \operatorname{sigmoid}\left(a\right)"


@given(expressions())
@settings(max_examples=300, deadline=None)
def test_printed_latex_reads_back_to_the_same_value(expression: Expr) -> None:
    for bold in (False, True):
        again = read(latex(expression, bold=bold), DECLARATIONS, syntax="latex").expression
        assert again.shape == expression.shape
        assert again is expression or lower(again) is lower(expression) or _agree(again, expression)


def _agree(left: Expr, right: Expr) -> bool:
    try:
        return agree(left, right)
    except EvaluationError:
        return True


@given(expressions())
@settings(max_examples=100, deadline=None)
def test_printed_latex_is_balanced_and_never_brackets_twice(expression: Expr) -> None:
    text = latex(expression)
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert not re.search(r"\\left\(\\left\([^()]*\\right\)\\right\)", text)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.key)
def test_every_function_prints_all_its_arguments(function: AbstractFunction) -> None:
    shapes = {arguments for shape in SHAPES for of, arguments in applications(shape) if of is function}
    assert shapes
    for arguments in shapes:
        symbols = [Symbol.of(f"q{place}", shape) for place, shape in enumerate(arguments, 1)]
        text = latex(Apply.of(function, *symbols))
        assert all(f"q_{place}" in text for place in range(1, len(symbols) + 1)), text


def _doubling(times: int) -> Expr:
    part = seed = read("x.*y - y.*(A*x)/3", {"A": "matrix(n, n)"}).expression
    exponential = by_name("exp")
    assert exponential is not None
    for _ in range(times):
        part = Hadamard.of((part + seed, Apply.of(exponential, part)))
    return part


def test_a_long_result_is_printed_with_named_parts_and_reads_back() -> None:
    formula = _doubling(40)
    text = latex(formula)
    assert r"\text{where } t_1 &= -\frac{1}{3} y \odot \left(A x\right)" in text
    declared = {"x": "vector(n)", "y": "vector(n)", "A": "matrix(n, n)"}
    assert read(text, declared, syntax="latex").expression is formula


def test_a_result_too_long_to_print_is_refused() -> None:
    parts = "; ".join(f"t{i} = t{i - 1}*(1 + t{i - 1})" for i in range(1, 391))
    with pytest.raises(LimitError, match="written result has more than 200,000 characters"):
        latex(read(f"t390 where t0 = a; {parts}").expression)


def test_a_number_is_a_fraction_or_a_decimal() -> None:
    a = Symbol.of("a")
    assert latex(a * Fraction(-3, 4)) == r"-\frac{3}{4} a"
    assert latex(Number.of(Fraction(1, 10**9)) * a) == "0.000000001 a"
    assert latex(
        Product.of((Number.of(Fraction("6.28318")), a, Power.of(Symbol.of("s"), Number.of(-2))))
    ) == (r"\frac{6.28318 a}{s^2}")
