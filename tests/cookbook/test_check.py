"""Every entry is derived anew; what is false is refuted, in the data and when planted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from frechet.cookbook.check import Proof, prove, verify_all
from frechet.cookbook.entry import Entry, entries, find

SUSPECTS = (28, 51, 92, 95, 127, 128, 396, 524)


@pytest.fixture(scope="module")
def proofs() -> list[Proof]:
    return verify_all()


def test_every_entry_holds(proofs: list[Proof]) -> None:
    assert [(p.entry.id, p.message) for p in proofs if not p.ok] == []


def test_nine_in_ten_are_proved_symbolically_or_exactly(proofs: list[Proof]) -> None:
    assert sum(p.proved for p in proofs) >= 0.9 * len(proofs)


def test_all_are_proved_in_two_minutes(proofs: list[Proof]) -> None:
    assert sum(p.seconds for p in proofs) < 120


def test_every_erratum_has_a_counterexample(proofs: list[Proof]) -> None:
    errata = [p for p in proofs if p.entry.printed]
    assert {n for p in errata for n in p.entry.equations} >= set(SUSPECTS)
    for proof in errata:
        assert proof.erratum is not None
        assert not proof.erratum.equal
        assert proof.erratum.counterexample, proof.entry.id
        assert proof.entry.remark


FALSE = [
    ("mc-81", "2*B*x"),
    ("mc-101", "B*A"),
    ("mc-101", "(A'*B')*2"),
    ("mc-40", "inv(X)*dX*inv(X)"),
    ("mc-37", "dX*Y + dX*Y"),
    ("mc-520", "kron(B, A)*vec(Y)"),
    ("mc-139", "(A + A')/2"),
    ("mn-axb-vec", "kron(A, B')"),
    ("mc-28", "tr(A)^2"),
    ("mc-160", "inv(A) - inv(A)*b*c'*inv(A)"),
]


@pytest.mark.parametrize(("name", "wrong"), FALSE)
def test_a_false_entry_is_refuted(name: str, wrong: str) -> None:
    proof = prove(replace(find(name)[0], right=wrong))
    assert not proof.ok
    assert not proof.proved
    assert proof.message


def test_numbers_alone_refute_a_false_derivative() -> None:
    assert prove(replace(find("mc-81")[0], right="B*x + B*x")).error > 1e-3


def test_an_erratum_whose_printed_form_is_right_fails() -> None:
    entry = find("mc-81")[0]
    assert not prove(replace(entry, printed="B*x + B'*x")).ok


def test_an_unreadable_entry_fails_with_the_reason() -> None:
    proof = prove(replace(find("mc-81")[0], right="(B + "))
    assert not proof.ok
    assert proof.message


def test_progress_is_told_once_for_each_entry() -> None:
    chosen: list[Entry] = list(entries()[:3])
    told: list[str] = []
    verify_all(lambda proof: told.append(proof.entry.id), chosen)
    assert told == [e.id for e in chosen]
