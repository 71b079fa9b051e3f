"""Search: a formula is found whatever its names and however it is turned."""

from __future__ import annotations

import pytest

import frechet as fr
from frechet.cookbook import find, search
from frechet.errors import FrechetError


def ids(query: str, wrt: str | None = None, declarations: dict[str, str] | None = None) -> list[str]:
    return [hit.entry.id for hit in search(query, wrt, declarations)]


@pytest.mark.parametrize(
    ("query", "wrt", "first"),
    [
        ("tr(A*X*B)", "X", "mc-101"),
        ("tr(B*A*X)", "X", "mc-101"),
        ("tr(M*Z*N)", "Z", "mc-101"),
        ("tr(N'*Z'*M')", "Z", "mc-101"),
        ("y'*M*y", "y", "mc-81"),
        ("y'*M'*y", "y", "mc-81"),
        ("u'*Z*v", "Z", "mc-70"),
        ("logdet(Z)", "Z", "mc-43"),
        ("tr(P*inv(Z)*Q)", "Z", "mc-63"),
        ("norm2(C*u - v)^2", "u", "bv-least-squares"),
        ("inv(Z)", "Z", "mc-40"),
    ],
)
def test_a_formula_is_found_up_to_names_transposes_and_cyclic_order(query: str, wrt: str, first: str) -> None:
    hits = search(query, wrt)
    exact = [hit.entry.id for hit in hits if hit.score == 1.0]
    assert first in exact


def test_every_entry_finds_itself() -> None:
    for hit_id in ("mc-52", "mc-61", "mc-84", "mc-119", "mc-130", "rayleigh", "mc-158"):
        (entry,) = find(hit_id)
        found = search(entry.left, entry.wrt[0] if entry.wrt else None, dict(entry.declarations))
        assert hit_id in [hit.entry.id for hit in found if hit.score == 1.0]


def test_a_symmetric_matrix_is_a_special_case_of_a_general_one() -> None:
    hits = {h.entry.id: h for h in search("y'*M*y", "y", {"M": "symmetric(n)", "y": "vector(n)"})}
    assert hits["quad-symmetric"].score > hits["mc-81"].score
    assert hits["mc-81"].why == "your formula is a special case of it"


def test_the_variable_matters() -> None:
    assert "mc-81" not in ids("x'*B*x", "B")
    assert "mc-72" in ids("x'*B*x", "B")


def test_words_are_found_and_the_title_counts_most() -> None:
    assert ids("Woodbury identity")[0] == "mc-157"
    assert "rayleigh" in ids("gradient of the Rayleigh quotient")[:2]


@pytest.mark.parametrize("query", ["81", "(81)", "eq. 81", "Cookbook (81)"])
def test_an_equation_number_is_found(query: str) -> None:
    assert "mc-81" in ids(query)


def test_what_is_not_there_is_not_found() -> None:
    assert ids("xylophone") == []
    assert ids("tr(expm(A*X)*sin(X))", "X") == []


def test_a_formula_that_cannot_be_read_is_refused_where_a_variable_is_named() -> None:
    with pytest.raises(FrechetError):
        search("tr(A*X", wrt="X")
    with pytest.raises(FrechetError, match="Z does not occur"):
        search("tr(A*X)", wrt="Z")
    with pytest.raises(FrechetError, match="nothing to search for"):
        search(3)  # type: ignore[arg-type]  # what a caller without types may pass


def test_a_formula_object_can_be_searched_for() -> None:
    hits = search(fr.parse("tr(A*X*B)"), "X", limit=1)
    assert len(hits) == 1
