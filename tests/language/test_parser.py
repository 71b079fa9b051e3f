from __future__ import annotations

import pytest

from frechet.errors import FrechetError, LimitError, ParseError
from frechet.language.parser import parse
from frechet.language.syntax import Binary, Call, Name, Num, Postfix, Tree, Unary


def _shown(tree: Tree) -> str:
    match tree:
        case Num(value):
            return str(value)
        case Name(text):
            return text
        case Unary(op, operand):
            return f"({op}{_shown(operand)})"
        case Postfix(operand):
            return f"{_shown(operand)}'"
        case Binary(op, left, right):
            return f"({_shown(left)}{op}{_shown(right)})"
        case Call():
            axis = f":{tree.axis}" if tree.axis else ""
            return f"{tree.function}{axis}({','.join(map(_shown, tree.arguments))})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("C^2'", "(C^2)'"),
        ("C^-1'", "(C^(-1))'"),
        ("x'^2", "(x'^2)"),
        ("a^b^c", "(a^(b^c))"),
        ("2^-a^b", "(2^(-(a^b)))"),
        ("a^-b^c'", "(a^(-(b^c)))'"),
        ("-x^2", "(-(x^2))"),
        ("-x'", "(-x')"),
        ("1/2*a", "((1/2)*a)"),
        ("a-b-c", "((a-b)-c)"),
        ("x.^-y", "(x.^(-y))"),
        ("x.^1/2", "((x.^1)/2)"),
        ("-a*b", "((-a)*b)"),
        ("a*-b", "(a*(-b))"),
        ("x.T@C@x", "((x'*C)*x)"),
        ("x .' * x", "(x'*x)"),
        ("5.*x", "(5.*x)"),
        ("1./x", "(1./x)"),
        ("1.e3*a", "(1000*a)"),
        (".5*a", "(1/2*a)"),
        ("sum(X, rows)", "sum:rows(X)"),
        ("eye - A", "(eye()-A)"),
        ("X⁻¹*b²", "((X^(-1))*(b^2))"),
        ("a·b×c", "((a*b)*c)"),
        ("x⊙y − zᵀ", "((x.*y)-z')"),
        ("a ...\n+ b", "(a+b)"),
        ("a % a comment\n+ b # another", "(a+b)"),
        ("x;", "x"),
    ],
)
def test_operators_bind_as_the_language_says(text: str, tree: str) -> None:
    assert _shown(parse(text).formula) == tree


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "there is no formula", (0, 0)),
        ("x y", "an operator is missing between 'x' and 'y'", (2, 3)),
        ("sin a", "sin is a function and needs its argument in parentheses", (0, 3)),
        ("sin^2(a)", "sin needs its argument before the power", (0, 3)),
        ("a+", "after '+' a value is missing", (1, 2)),
        ("(x", "this ( is never closed", (0, 1)),
        ("x)", "this ) has no ( before it", (1, 2)),
        (")", "this ) has no ( before it", (0, 1)),
        ("a*()", "the parentheses are empty", (3, 4)),
        ("sum()", "sum() has no argument", (0, 3)),
        ("x*'", "nothing stands before this transpose", (2, 3)),
        ("x ** ** y", "'**' and '**' follow each other", (5, 7)),
        ("x = 3", "a formula contains no assignment or equation", (2, 3)),
        ("x; y", "';' separates two formulas", (1, 2)),
        ("summ(x)", "there is no function 'summ'", (0, 4)),
        ("A(1,2)", "'A' is not a function", (0, 1)),
        ("a<b", "'<' is not part of the language", (1, 2)),
        ("a - ²", "'-' and '²' follow each other", (4, 5)),
        ("2*t where", "nothing follows 'where'", (4, 9)),
        ("2*t where t", "after 'where' comes a list of named parts", (10, 11)),
        ("2*t where t = x; t = y", "'t' is given twice after 'where'", (17, 18)),
        ("2*t where t = ", "there is no formula", (13, 13)),
    ],
)
def test_what_is_not_a_formula_is_refused_with_its_place(
    text: str, message: str, position: tuple[int, int]
) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.position) == (message, position)
    assert caught.value.hint


def test_a_declared_name_is_no_function() -> None:
    assert _shown(parse("sum*a", {"sum"}).formula) == "(sum*a)"
    with pytest.raises(ParseError, match="declared as a variable"):
        parse("x(x)", {"x"})


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("(" * 257 + "x" + ")" * 257, "nested more than 256 deep"),
        ("+".join("a" * 2_001), "4,001 symbols, more than 4,000"),
        (" " * 10_001, "10,001 characters"),
        ("q" * 33, "33 letters, more than 32"),
        ("1" * 401, "401 digits, more than 400"),
    ],
)
def test_a_budget_is_named_when_it_is_exceeded(text: str, limit: str) -> None:
    with pytest.raises(LimitError, match=limit):
        parse(text)


def test_the_caret_stands_under_the_place() -> None:
    with pytest.raises(FrechetError) as caught:
        parse("x'*A*y z")
    assert str(caught.value).splitlines()[1:3] == ["  x'*A*y z", "         ^"]
