from __future__ import annotations

import pytest

from frechet.assumptions import Structure
from frechet.errors import DeclarationError
from frechet.language.declarations import declare
from frechet.shapes import SCALAR, Shape


@pytest.mark.parametrize(
    ("kind", "shape", "structure"),
    [
        ("scalar", SCALAR, Structure.GENERAL),
        ("integer", SCALAR, Structure.INTEGER),
        ("positive", SCALAR, Structure.POSITIVE),
        ("vector(n)", ("n", 1), Structure.GENERAL),
        ("vector(7)", (7, 1), Structure.GENERAL),
        ("vector( n * m )", ("m*n", 1), Structure.GENERAL),
        ("matrix(m, n)", ("m", "n"), Structure.GENERAL),
        (" matrix (2*n,3) ", ("2*n", 3), Structure.GENERAL),
        ("symmetric(n)", ("n", "n"), Structure.SYMMETRIC),
        ("symmetric(n, n)", ("n", "n"), Structure.SYMMETRIC),
        ("psd(n)", ("n", "n"), Structure.PSD),
        ("diagonal(n)", ("n", "n"), Structure.DIAGONAL),
        ("skew(n)", ("n", "n"), Structure.SKEW),
        ("orthogonal(n)", ("n", "n"), Structure.ORTHOGONAL),
        ("lower(n)", ("n", "n"), Structure.LOWER),
    ],
)
def test_a_declaration_states_shape_and_structure(kind: str, shape: Shape, structure: Structure) -> None:
    symbol = declare({"X": kind})["X"]
    assert (symbol.shape, symbol.structure) == (shape, structure)


@pytest.mark.parametrize(
    ("declarations", "message", "hint"),
    [
        ({"x": "vecor(n)"}, "'vecor' is no kind", "Did you mean vector(n)?"),
        ({"x": "vector"}, "vector takes one size", "Write vector(n)."),
        ({"A": "matrix(n)"}, "matrix takes two sizes", "Write matrix(m, n)."),
        ({"a": "scalar(n)"}, "scalar takes no size", "Write scalar."),
        ({"S": "symmetric(m, n)"}, "symmetric takes one size", "Write symmetric(n)."),
        ({"x": "row(n)"}, "'row' is no kind", "All vectors are columns"),
        ({"A": "positive definite(n)"}, "'positive definite' is no kind", "psd(n)"),
        ({"x": "vector(0)"}, "'0' is no size", "from 1"),
        ({"x": "vector(1.5)"}, "'1.5' is not a size", "whole number"),
        ({"x": "vector(m+n)"}, "'m+n' is not a size", "m*n"),
        ({"x": "vector(n"}, "'vector(n' is not a declaration of 'x'", "Write scalar"),
        ({"x": ""}, "'' is not a declaration of 'x'", "Write scalar"),
        ({"x": None}, "the declaration of 'x' is a NoneType", "Write scalar"),
        ({"": "scalar"}, "the name is empty", "letter"),
        ({"x ": "scalar"}, "'x ' is not a name", "letter"),
        ({"_x": "scalar"}, "'_x' is not a name", "letter"),
        ({"q" * 33: "scalar"}, "has 33 letters", "shorter"),
        (
            {"n": "scalar", "x": "vector(n)"},
            "'n' is declared as a variable and is also a size of 'x'",
            "Rename",
        ),
        ([], "declarations are a dictionary", '{"A": "matrix(m, n)"'),
    ],
)
def test_a_malformed_declaration_is_refused_with_the_mend(
    declarations: object, message: str, hint: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        declare(declarations)
    assert message in caught.value.message
    assert hint in caught.value.hint
