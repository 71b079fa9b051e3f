"""Curvature: right on the corpus, never "convex" on what is not, and honest where it does not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from frechet import FrechetError, parse
from frechet.errors import DeclarationError, UnsupportedError
from frechet.optimize.convexity.counterexample import search
from frechet.optimize.convexity.curvature import curvature

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "curvature.jsonl").read_text(encoding="utf-8").splitlines()
]
NEEDS_A_SIGN = {"p'*log(p./q)", "sum(x.^2./q)"}

CASES = {
    "logdet(X)": ({"X": "psd(n)"}, "X", "concave"),
    "-logdet(X) + tr(C*X)": ({"X": "psd(n)", "C": "psd(n)"}, "X", "convex"),
    "q'*inv(X)*q": ({"X": "psd(n)", "q": "vector(n)"}, "X", "convex"),
    "a*log(a)": ({"a": "scalar"}, "a", "convex"),
    "-abs(a)": ({"a": "scalar"}, "a", "concave"),
    "1/a": ({"a": "positive"}, "a", "convex"),
    "a^2.5": ({"a": "scalar"}, "a", "convex"),
    "2^a": ({"a": "scalar"}, "a", "convex"),
    "(a + b)^2 - a^2 - 2*a*b": ({"a": "scalar", "b": "scalar"}, "a", "affine"),
    "sqrt(x'*x + 1)": ({"x": "vector(n)"}, "x", "convex"),
    "sum(sqrt(x.^2 + y.^2))": ({"x": "vector(n)", "y": "vector(n)"}, "x", "convex"),
    "sum(log(vector(1) + exp(-y.*(X*w))))": ({}, "w", "convex"),
    "sum(logsumexp(X*W, rows)) - tr(Y'*X*W)": (
        {"X": "matrix(m, n)", "W": "matrix(n, k)", "Y": "matrix(m, k)"},
        "W",
        "convex",
    ),
    "tr(A*X*X'*A')": ({"A": "matrix(k, m)", "X": "matrix(m, n)"}, "X", "convex"),
    "log(a*b)": ({"a": "scalar", "b": "scalar"}, "a", "concave"),
    "c": ({"c": "scalar", "a": "scalar"}, "a", "affine"),
    "(a'*P*a)*norm2(x)": ({"a": "vector(k)", "P": "psd(k)", "x": "vector(n)"}, "x", "convex"),
    "2*dot(x, x)": ({"x": "vector(n)"}, "x", "convex"),
    "sum(log(x)) - sum(x.^2)": ({"x": "vector(n)"}, "x", "concave"),
}

NOT_CONVEX_NOR_CONCAVE = {
    "logdet(X)": ({"X": "symmetric(n)"}, "X"),
    "tr(inv(X))": ({"X": "symmetric(n)"}, "X"),
    "1/a": ({"a": "scalar"}, "a"),
    "a^-2": ({"a": "scalar"}, "a"),
    "a^3": ({"a": "scalar"}, "a"),
    "sign(a)": ({"a": "scalar"}, "a"),
    "abs(a^2 - 1)": ({"a": "scalar"}, "a"),
    "x'*S*x": ({"x": "vector(n)", "S": "symmetric(n)"}, "x"),
    "c*x'*x": ({"c": "scalar", "x": "vector(n)"}, "x"),
    "det(diag(x))": ({"x": "vector(n)"}, "x"),
    "log(norm2(x))": ({"x": "vector(n)"}, "x"),
    "tanh(a)^2": ({"a": "scalar"}, "a"),
}


@pytest.mark.parametrize("row", ROWS, ids=[row["expr"] for row in ROWS])
def test_the_labelled_curvature_is_found(row: dict[str, object]) -> None:
    expected = "unknown" if row["curvature"] == "neither" else row["curvature"]
    signs = ["q"] if row["expr"] in NEEDS_A_SIGN else []
    found = curvature(parse(str(row["expr"]), row["declare"]), str(row["over"]), positive=signs)
    assert found.curvature == expected


@pytest.mark.parametrize("row", [r for r in ROWS if r["curvature"] == "neither"], ids=lambda row: row["expr"])
def test_what_is_neither_is_refuted_both_ways(row: dict[str, str]) -> None:
    found = curvature(parse(row["expr"], row["declare"]), row["over"])
    assert (found.is_convex, found.is_concave) == (False, False)


@pytest.mark.parametrize("text", CASES)
def test_curvature_is_proved_beyond_the_corpus(text: str) -> None:
    declarations, variable, expected = CASES[text]
    assert str(curvature(parse(text, declarations), variable)) == expected


@pytest.mark.parametrize("text", NOT_CONVEX_NOR_CONCAVE)
def test_a_counterexample_is_found_where_nothing_holds(text: str) -> None:
    declarations, variable = NOT_CONVEX_NOR_CONCAVE[text]
    found = curvature(parse(text, declarations), variable)
    assert (found.curvature, found.how) == ("unknown", "counterexample")


@pytest.mark.parametrize("text", ["relu(a) - relu(-a)", "log(-exp(a))"])
def test_unknown_is_said_where_neither_proof_nor_refutation_is_found(text: str) -> None:
    found = curvature(parse(text, {"a": "scalar"}), "a")
    assert (found.curvature, found.how, found.is_convex) == ("unknown", "undecided", None)


def test_the_signs_that_would_give_a_proof_are_named() -> None:
    found = curvature(parse("sum(x.^2./q)", {"x": "vector(n)", "q": "vector(n)"}), "x")
    assert found.argument.endswith(
        "It is convex when the entries of q are positive: say so with positive=['q']."
    )


def test_the_argument_names_the_rule_of_every_part() -> None:
    found = curvature(parse("norm2(A*x - b)^2"), "x")
    assert found.argument.splitlines()[0] == (
        "norm2(A*x - b) is convex: norm2 is convex, its argument affine."
    )
    assert r"\left\|A x - b\right\|_2" in found.latex()


def test_the_certificate_shows_the_hessian() -> None:
    found = curvature(parse("p'*log(p)", {"p": "vector(n)"}), "p")
    assert "the Hessian is positive semidefinite" in found.argument
    assert "diag(1./p)" in found.argument


def test_curvature_in_two_variables_is_joint() -> None:
    f = parse("norm2(x - y)^2", {"x": "vector(n)", "y": "vector(n)"})
    g = parse("(x'*y)^2", {"x": "vector(n)", "y": "vector(n)"})
    assert (str(curvature(f, "x", "y")), str(curvature(g, "x"))) == ("convex", "convex")
    assert curvature(g, "x", "y").is_convex is False


def test_a_segment_that_refutes_bends_the_wrong_way() -> None:
    f = parse("a^3", {"a": "scalar"})
    bends = search(f.expression, [f.declarations["a"]], 50)
    assert bends.not_convex is not None
    start, end = bends.not_convex.start["a"][0][0], bends.not_convex.end["a"][0][0]
    assert ((start + end) / 2) ** 3 > (start**3 + end**3) / 2


def test_bad_requests_are_refused_in_words() -> None:
    f = parse("A*x")
    with pytest.raises(UnsupportedError, match="scalar formula"):
        curvature(f, "x")
    with pytest.raises(DeclarationError, match="'z' is not declared"):
        curvature(parse("x'*x", {"x": "vector(n)"}), "z")
    with pytest.raises(FrechetError, match="no variable"):
        curvature(parse("x'*x", {"x": "vector(n)"}))
    with pytest.raises(FrechetError, match="not a formula"):
        curvature("x'*x", "x")  # type: ignore[arg-type]
