"""The page of an entry."""

from __future__ import annotations

from frechet.cookbook.entry import entries, find
from frechet.cookbook.show import page, related


def test_every_tenth_entry_has_a_page_with_its_program() -> None:
    for entry in entries()[::10]:
        text = page(entry)
        assert entry.statement in text
        assert "def program" in text, entry.id


def test_relations_hold_both_ways() -> None:
    assert find("mc-5")[0] in related(find("mc-1")[0])
    assert find("mc-1")[0] in related(find("mc-5")[0])


def test_an_entry_is_not_related_to_itself() -> None:
    assert all(entry not in related(entry) for entry in entries()[::20])
