from __future__ import annotations

import pytest

from frechet.errors import FrechetError, LimitError, ParseError
from frechet.language import read


@pytest.mark.parametrize(
    ("text", "declared", "assumed"),
    [
        ("norm2(A*x - b)^2", {"b": "vector(m)"}, {"A": "matrix(m, n)", "x": "vector(n)"}),
        ("norm2(A*x - y)^2", {}, {"A": "matrix(m, n)", "x": "vector(n)", "y": "vector(m)"}),
        ("x'*x", {}, {"x": "vector(n)"}),
        ("norm2(A*x - b)^2", {}, {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"}),
        ("X'*X + a", {}, {"X": "matrix(m, n)", "a": "matrix(n, n)"}),
        ("x'*A*x", {}, {"x": "vector(n)", "A": "matrix(n, n)"}),
        ("X'*X", {}, {"X": "matrix(m, n)"}),
        ("tr(A*B)", {}, {"A": "matrix(m, n)", "B": "matrix(n, m)"}),
        ("logdet(A*B')", {}, {"A": "matrix(m, n)", "B": "matrix(m, n)"}),
        ("dot(x, y)*a", {}, {"x": "vector(n)", "y": "vector(n)", "a": "scalar"}),
        ("outer(x, y)", {}, {"x": "vector(m)", "y": "vector(n)"}),
        ("vec(X) - y", {}, {"X": "matrix(m, n)", "y": "vector(m*n)"}),
        ("kron(A, B)*x", {}, {"A": "matrix(m, n)", "B": "matrix(p, q)", "x": "vector(n*q)"}),
        ("A*x", {"A": "matrix(3, 4)"}, {"x": "vector(4)"}),
        ("diag(x)*A", {"x": "vector(k)"}, {"A": "matrix(k, n)"}),
        ("x + vector(1, p)", {}, {"x": "vector(p)"}),
        (
            "beta*x + Sigma*y",
            {},
            {"beta": "scalar", "x": "vector(m)", "Sigma": "matrix(m, n)", "y": "vector(n)"},
        ),
    ],
)
def test_sizes_follow_from_the_formula(text: str, declared: dict[str, str], assumed: dict[str, str]) -> None:
    assert read(text, declared).assumed == assumed


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("A*x + vector(1)", "A*x + vector(1, m)"),
        ("A - eye", "A - eye(n)"),
        ("A - 2*eye()", "A - 2*eye(n)"),
        ("x'*vector(2)", "2*x'*vector(1, n)"),
        ("A .* matrix(3)", "3*A"),
        ("x'*matrix(1)*y", "x'*matrix(1, m, n)*y"),
    ],
)
def test_a_constant_takes_its_size_from_around(text: str, read_as: str) -> None:
    assert str(read(text)) == read_as


def test_a_size_that_the_user_declared_is_never_given_to_another() -> None:
    formula = read("A*x + B*y", {"A": "matrix(m, n)"})
    assert formula.assumed == {"x": "vector(n)", "B": "matrix(m, p)", "y": "vector(p)"}


@pytest.mark.parametrize(
    ("text", "declared", "message", "hint"),
    [
        (
            "A*x + B*x",
            {"A": "matrix(m, n)", "B": "matrix(p, q)"},
            "'B' is p × q and 'x' is n × 1: in the product q columns meet n rows",
            "The size n follows from 'A*x'.",
        ),
        ("x*y", {}, "in the product 1 column meets", "x'*y"),
        (
            "x + a",
            {"a": "scalar"},
            "'x' is a vector(m) and 'a' is a scalar: they cannot be added",
            "vector(1)",
        ),
        ("x + 2*a", {}, "'x' is a vector(m) and '2*a' is a scalar: they cannot be added", "vector(1)"),
        ("A + 1", {}, "cannot be added", "matrix(1)"),
        ("x^2", {}, "'x' is a vector(m) and has no power ^", ".^"),
        ("A^-1*x", {"A": "matrix(m, n)"}, "has no power ^", "pinv"),
        ("a/x", {}, "divides by scalars only", "./"),
        ("a/A", {}, "divides by scalars only", "inv(A)"),
        ("tr(x)", {}, "tr needs a square matrix", ""),
        ("C^a", {}, "a matrix power needs a whole exponent", '"integer"'),
        ("vector(1)", {}, "the size of 'vector(1)' does not follow from the rest", "vector(1, n)"),
        ("eye(A)*A", {"A": "matrix(n, n)"}, "'A' is a variable, and a size is due here", "such as n"),
        ("eye(2.5)", {}, "'2.5' is not a size", "whole number"),
        ("n'*eye(n)*n", {}, "'n' is a variable elsewhere", "Rename"),
        ("n*x", {"x": "vector(n)"}, "'n' is a size here, not a variable", "sum(vector(1, n))"),
        ("kron(A, x) - kron(B, y)", {}, "differ in", "Declare"),
        ("Ax", {}, "'Ax' is not declared", "A*x"),
        ("xTAx", {}, "'xTAx' is not declared", "x'*A*x"),
        ("betta*x", {"beta": "scalar"}, "'betta' is not declared", "Did you mean beta?"),
        ("α*x", {}, "'α' is not declared", '"α": "scalar"'),
        ("lambda*x", {}, "'lambda' is not declared", '"lambda": "scalar"'),
        ("kron(A)", {}, "kron takes 2 arguments, not 1", "kron(x, y)"),
        ("t where t = u; u = t", {}, "'u' is defined by itself", ""),
    ],
)
def test_a_contradiction_says_what_meets_what_and_what_to_do(
    text: str, declared: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(FrechetError) as caught:
        read(text, declared)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.position is not None
    assert caught.value.source == text


def test_named_parts_may_use_earlier_and_later_ones() -> None:
    formula = read("2*s + r where s = t'*x; t = A*x; r = t'*t")
    assert formula.expression is read("2*((A*x)'*x) + (A*x)'*(A*x)").expression


@pytest.mark.parametrize(
    "text",
    [
        "t60 where t0 = x + y; " + "; ".join(f"t{i} = t{i - 1} + t{i - 1}" for i in range(1, 61)),
        "t60 where t0 = a; " + "; ".join(f"t{i} = t{i - 1}*t{i - 1}" for i in range(1, 61)),
        "t60 where t0 = A; " + "; ".join(f"t{i} = kron(t{i - 1}, t{i - 1})" for i in range(1, 61)),
    ],
)
def test_named_parts_that_double_run_into_a_limit_and_not_out_of_memory(text: str) -> None:
    with pytest.raises(LimitError):
        read(text)


def test_a_shared_part_is_built_once() -> None:
    text = "t300 where t0 = x; " + "; ".join(f"t{i} = exp(t{i - 1}).*sin(t{i - 1})" for i in range(1, 301))
    assert read(text).expression.size > 10**11


def test_a_power_of_numbers_is_never_computed_when_it_is_huge() -> None:
    with pytest.raises(LimitError):
        read("10^(10^10)")
    assert str(read("1^99999999")) == "1"
    assert str(read("x.^(10^10)")) == "x.^10000000000"


def test_more_names_than_the_budget_are_refused() -> None:
    names = {f"a{i}": "scalar" for i in range(70)}
    with pytest.raises(LimitError, match="more than 64 names"):
        read("+".join(names), names)


def test_an_unknown_syntax_is_refused() -> None:
    with pytest.raises(FrechetError, match="there is no syntax 'html'"):
        read("x", syntax="html")


def test_an_unknown_name_is_an_error_of_reading() -> None:
    with pytest.raises(ParseError):
        read("foo*x")


def test_a_transposed_name_is_a_vector_where_the_terms_fit_only_so() -> None:
    formula = read("x'*A*x + b'*x + c")
    assert formula.assumed == {"A": "matrix(n, n)", "b": "vector(n)", "c": "scalar", "x": "vector(n)"}
    assert formula.shape == ()
    assert read("b'*x").assumed["b"] == "scalar"
