"""Numbers as a lecture writes them, and numbers at which a wrong answer fails."""

from __future__ import annotations

from fractions import Fraction

import pytest

from frechet.assumptions import Structure
from frechet.course.counterexample import counterexample
from frechet.course.data import declarations_of, parts_of, read_yaml
from frechet.course.numbers import agree, assignments, matrix_latex, matrix_of_text, matrix_text, number_text
from frechet.course.problems import CourseError, Place
from frechet.errors import FrechetError
from frechet.functions.linear_algebra import determinant, identity, matmul, transpose
from frechet.language import read

HERE = Place("lecture.md", 3)


def test_matrices_are_read_exactly_and_written_as_they_are_typed() -> None:
    assert matrix_of_text("[1/2, -1; 0, 0.25]")[0] == [[Fraction(1, 2), -1], [0, Fraction(1, 4)]]
    for text in ("[2, 1; 0, 3]", "[1; 2]", "-1/3", "[0, 1/2]"):
        assert matrix_text(matrix_of_text(text)[0]) == text
    assert matrix_latex(matrix_of_text("[1/2; -3]")[0]) == r"\begin{pmatrix} \tfrac{1}{2} \\ -3 \end{pmatrix}"
    assert assignments("A = [2, 1; 0, 3], t = 2")["t"] == [[2]]


@pytest.mark.parametrize("text", ["[1, 2; 3]", "[1; x]", "[]", "[1, [2]]"])
def test_what_is_no_matrix_is_refused(text: str) -> None:
    with pytest.raises(FrechetError):
        matrix_of_text(text)


@pytest.mark.parametrize(
    ("stated", "true", "right"),
    [
        ("0.33", Fraction(1, 3), True),
        ("0.34", Fraction(1, 3), False),
        ("2.72", 2.718281828, True),
        ("exp(1)", 2.718281828459045, True),
        ("1/3", Fraction(1, 3), True),
        ("3", Fraction(10, 3), False),
    ],
)
def test_decimals_are_right_to_the_digits_that_are_written(stated: str, true: float, right: bool) -> None:
    numbers, written = matrix_of_text(stated)
    assert agree(numbers, written, [[true]]) is right


def test_a_column_is_not_a_row() -> None:
    numbers, written = matrix_of_text("[1, 2]")
    assert not agree(numbers, written, [[Fraction(1)], [Fraction(2)]])


def test_long_fractions_are_shown_with_four_digits() -> None:
    assert [number_text(x) for x in (Fraction(1, 997), Fraction(7, 2), -0.0, 1234567.0)] == [
        "0.001003", "7/2", "0", "1.235e+06",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [s.value for s in Structure if s not in (Structure.INTEGER, Structure.POSITIVE, Structure.GENERAL)],
)
def test_a_counterexample_obeys_the_declaration_and_is_small(kind: str) -> None:
    declared = {"A": f"{kind}(n)", "x": "vector(n)"}
    wrong, right = read("A*x + x", declared), read("2*A*x + 3*x", declared)
    found = counterexample(wrong.expression, right.expression)
    assert found is not None
    assert found.wrong != found.right
    a = found.at["A"]
    assert all(abs(x) <= 9 and x.denominator == 1 for row in a for x in row)
    holds = {
        "symmetric": a == transpose(a),
        "psd": a == transpose(a) and a[0][0] > 0 and determinant(a) > 0,
        "diagonal": a[0][1] == a[1][0] == 0,
        "skew": a == [[-x for x in row] for row in transpose(a)],
        "orthogonal": matmul(a, transpose(a)) == identity(2, Fraction(1)),
        "lower": a[0][1] == 0,
    }
    assert holds[kind]


def test_equal_formulas_have_no_counterexample() -> None:
    one, other = read("tr(A*B)"), read("tr(B*A)")
    assert counterexample(one.expression, other.expression) is None


def test_declarations_are_read_in_both_spellings() -> None:
    expected = {"A": "matrix(m, n)", "x": "vector(n)"}
    assert declarations_of('{A: "matrix(m, n)", x: vector(n)}', HERE) == expected
    assert declarations_of("A: matrix(m, n), x: vector(n)", HERE) == expected
    assert declarations_of("A: matrix(m, n); x = vector(n)", HERE) == expected
    with pytest.raises(CourseError, match="not a declaration"):
        declarations_of("A matrix", HERE)


def test_yaml_stays_text_and_faults_are_at_their_line() -> None:
    assert read_yaml("a: 22:36\nb: no\nc: [1]", HERE).values == {"a": "22:36", "b": "no", "c": ["1"]}
    with pytest.raises(CourseError) as refused:
        read_yaml("a: 1\nb: c: d\n", HERE)
    assert refused.value.place.line == 4
    assert list(parts_of("a, f(b, c); d")) == ["a", " f(b, c)", " d"]
