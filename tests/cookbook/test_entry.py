"""The entries: what a file may hold, and how malformed ones are refused."""

from __future__ import annotations

import pytest

from frechet.cookbook.entry import Kind, chapter, entries, find
from frechet.errors import FrechetError

HEAD = (
    'title = "Traces"\nsource = "A book"\nsection = "2"\n[declare]\nA = "matrix(n, n)"\nX = "matrix(n, n)"\n'
)
GOOD = '[[entry]]\nid = "a"\ntitle = "T"\nexpr = "tr(X)"\nwrt = ["X"]\nexpected = "eye(n)"\n'


def test_there_are_at_least_250_entries_with_distinct_ids() -> None:
    ids = [entry.id for entry in entries()]
    assert len(ids) >= 250
    assert len(set(ids)) == len(ids)


def test_every_equation_of_chapter_two_on_real_derivatives_is_there() -> None:
    present = {n for entry in entries() for n in entry.equations}
    complex_numbers, entry_by_entry, eigenvectors, toeplitz = {45}, {50}, {67, 68}, {143, 144}
    general_statements = {133, 134}
    left_out = complex_numbers | entry_by_entry | eigenvectors | toeplitz | general_statements | {32}
    assert set(range(32, 145)) - present <= left_out


def test_an_entry_keeps_the_declarations_of_the_names_it_mentions() -> None:
    (entry,) = chapter(HEAD + GOOD, "f.toml")
    assert dict(entry.declarations) == {"X": "matrix(n, n)"}
    assert entry.kind is Kind.DERIVATIVE
    assert entry.citation == "A book, section 2"
    assert entry.statement == "d(tr(X)) / dX = eye(n)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = [", "f.toml is not TOML"),
        (HEAD, "f.toml has no entries"),
        ("colour = 1", "f.toml: unknown key 'colour'"),
        (HEAD + GOOD + 'proof = "trust me"\n', "f.toml, entry a: unknown key 'proof'"),
        (HEAD + GOOD.replace('expected = "eye(n)"', ""), "f.toml, entry a: the statement is incomplete"),
        (
            HEAD + GOOD + 'differential = "tr(dX)"\n',
            "f.toml, entry a: the statement is incomplete or ambiguous",
        ),
        (HEAD + GOOD.replace('wrt = ["X"]', 'wrt = "X"'), "f.toml, entry a: wrt is not a list"),
        (HEAD + GOOD.replace('title = "T"', 'title = ""'), "f.toml, entry a: title is missing"),
        (HEAD + GOOD + 'convention = "mine"\n', "f.toml, entry a: unknown convention 'mine'"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(FrechetError) as caught:
        chapter(text, "f.toml")
    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_an_entry_is_found_by_id_and_by_equation_number() -> None:
    assert [e.id for e in find("mc-81")] == ["mc-81"]
    assert "mc-81" in {e.id for e in find("(81)")}
    with pytest.raises(FrechetError, match="no entry '9999'"):
        find("9" * 4)
    with pytest.raises(FrechetError):
        find("9" * 10_000)
