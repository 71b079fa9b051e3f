"""The Cookbook's pages: chapters, entries with their proofs, search."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults

from frechet.cookbook.entry import entries
from frechet_site.cookbook.operations import chapter, contents, entry, find
from frechet_site.cookbook.reading import slug

ERRATUM = next(e.id for e in entries() if e.printed)


def test_every_entry_stands_in_one_chapter() -> None:
    told: Any = contents({})
    lists: Any = [chapter({"slug": c["slug"]})["entries"] for c in told["chapters"]]
    ids = [shown["id"] for listed in lists for shown in listed]
    assert sorted(ids) == sorted(e.id for e in entries())
    assert told["count"] == len(ids) >= 360


def test_an_entry_has_everything_there_is_to_say() -> None:
    told: Any = entry({"id": "mc-81"})
    assert told["proof"]["ok"]
    assert told["derivation"]["lines"][-1]["rule"] == "identify the gradient"
    assert "import numpy" in told["code"]
    assert told["workbench"]["declare"] == "B: matrix(n, n); x: vector(n)"
    assert told["lectures"]


def test_an_erratum_shows_what_is_printed_and_refutes_it() -> None:
    told: Any = entry({"id": ERRATUM})
    assert told["proof"]["printed_latex"]
    assert told["proof"]["refuted"]


@pytest.mark.parametrize("query", ["tr(A*X*B)", "equation 101", "gradient of tr(A X B)"])
def test_an_entry_is_found_by_formula_number_and_words(query: str) -> None:
    told: Any = find({"query": query})
    assert "mc-101" in [hit["id"] for hit in told["hits"]]


def test_names_do_not_matter_in_a_search() -> None:
    told: Any = find({"query": "tr(P*Q*R)", "wrt": "Q"})
    assert told["hits"][0]["id"] == "mc-101"


@pytest.mark.django_db
def test_pages_answer_and_missing_ones_say_so(client: Client) -> None:
    for path in ("/cookbook/", f"/cookbook/chapters/{slug(entries()[0].chapter)}/", "/cookbook/mc-81/"):
        assert client.get(path).status_code == 200
    for path in ("/cookbook/mc-0/", "/cookbook/chapters/nowhere/"):
        assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_a_search_without_result_leads_to_the_workbench(client: Client) -> None:
    shown = client.get("/cookbook/search/", {"q": "sinh(tanh(q))"}).content.decode()
    assert "No entry states this" in shown
    assert "/workbench/?f=sinh" in shown


def test_an_entry_opens_on_the_workbench(page: Page) -> None:
    page.goto("/cookbook/mc-81/")
    page.get_by_role("link", name="Open on the workbench").click()
    expect(page.locator("#formula")).to_have_value("x'*B*x")
    expect(page.locator("#result")).to_have_attribute("data-text", "(B + B')*x")


def test_the_search_answers_while_one_types(page: Page) -> None:
    page.goto("/cookbook/search/")
    page.get_by_label("Formula, words").press_sequentially("kronecker")
    expect(page.locator("#hits .entry-card").first).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/cookbook/", "/cookbook/search/?q=woodbury", f"/cookbook/{ERRATUM}/", "/cookbook/mc-81/"]
)
def test_pages_are_accessible_and_fit_a_phone(open_page: OpenPage, path: str) -> None:
    page = open_page(viewport=NARROW, color_scheme="dark")
    page.goto(path)
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
