from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from tests.strategies import DECLARATIONS, expressions

from frechet.errors import LimitError
from frechet.expressions.nodes import Apply, Expr, Hadamard, Number, Product
from frechet.expressions.text import write
from frechet.functions import by_name
from frechet.language import read
from frechet.tensors.lower import lower


@given(expressions())
@settings(max_examples=300, deadline=None)
def test_what_is_written_reads_back_to_an_equal_formula(expression: Expr) -> None:
    text = write(expression)
    again = read(text, DECLARATIONS).expression
    assert again.shape == expression.shape
    assert again is expression or lower(again) is lower(expression), text


@given(expressions())
@settings(max_examples=200, deadline=None)
def test_writing_settles_after_one_reading(expression: Expr) -> None:
    once = read(write(expression), DECLARATIONS).expression
    assert read(write(once), DECLARATIONS).expression is once, write(expression)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("x'*A*x/2", "x'*A*x/2"),
        ("-y.*(A*x)", "-y.*(A*x)"),
        ("(x.*y)*2", "2*(x.*y)"),
        ("2^-1*a", "a/2"),
        ("0.1*a", "a/10"),
        ("1e-9*a", "0.000000001*a"),
        ("a - -b", "a + b"),
        ("(a+b)*c", "(a + b)*c"),
        ("C^2'", "(C^2)'"),
        ("C^-1'", "inv(C)'"),
        ("a^b^c", "a^(b^c)"),
        ("1./x", "1./x"),
        ("x.^-2", "x.^(-2)"),
        ("y./x.^2", "y./x.^2"),
        ("a/(b*c)", "a/(b*c)"),
        ("1/(2*a*b^2)", "1/(2*a*b^2)"),
        ("y./(2*x.^2)", "y./(2*x.^2)"),
        ("(-2)^a", "(-2)^a"),
        ("sum(X, rows)", "sum(X, rows)"),
        ("A*x + vector(1)", "A*x + vector(1, m)"),
    ],
)
def test_a_formula_is_written_the_way_people_write_it(source: str, written: str) -> None:
    assert str(read(source)) == written


def test_a_quotient_is_a_product_of_reciprocals() -> None:
    assert read("a/(2*b*c^2)").expression is read("1/2*a*b^-1*c^-2").expression


def test_a_number_beyond_double_precision_reads_back_exactly() -> None:
    a = read("a").expression
    big = Product.of((Number.of(Fraction(2**3000 + 1, 3**1500)), a))
    assert read(write(big)).expression is big


def _doubling(times: int) -> Expr:
    part = seed = read("x.*y - y.*(A*x)/3").expression
    exponential = by_name("exp")
    assert exponential is not None
    for _ in range(times):
        part = Hadamard.of((part + seed, Apply.of(exponential, part)))
    return part


def test_a_shared_formula_is_written_with_named_parts_and_reads_back() -> None:
    formula = _doubling(40)
    text = write(formula)
    assert "where t1 = " in text
    assert len(text) < 5_000
    assert read(text).expression is formula


def test_a_result_too_long_to_write_is_refused() -> None:
    parts = "; ".join(f"t{i} = t{i - 1}*(1 + t{i - 1})" for i in range(1, 391))
    formula = read(f"t390 where t0 = a; {parts}")
    with pytest.raises(LimitError, match="written result has more than 200,000 characters"):
        str(formula)
