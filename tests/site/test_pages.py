"""Pages that belong to no feature, and the frame of every page."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults

from frechet_site.accounts.models import User


def test_health_tells_that_the_database_answers(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"ok": True, "database": "answers"}


def test_the_policy_allows_no_script_of_others_and_none_within_the_page(client: Client, db: None) -> None:
    policy = client.get("/about/")["Content-Security-Policy"]
    # The order of the directives varies from process to process.
    directives = {part.strip() for part in policy.split(";")}
    assert {"script-src 'self'", "frame-ancestors 'none'"} <= directives
    assert "unsafe" not in policy


def test_a_missing_page_is_told_in_our_design_with_a_number_to_quote(client: Client, db: None) -> None:
    response = client.get("/there/is/none/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
    assert "quote the number" in response.content.decode()


def test_the_style_guide_is_for_those_who_build(client: Client, instructor: User) -> None:
    assert client.get("/styleguide/").status_code == 404
    client.force_login(instructor)
    assert client.get("/styleguide/").status_code == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/styleguide/", "/about/", "/account/", "/account/delete/"])
def test_pages_are_accessible_and_fit_a_phone(
    open_page: OpenPage, log_in: object, instructor: User, path: str, scheme: str
) -> None:
    page = open_page(viewport=NARROW, color_scheme=scheme)
    assert callable(log_in)
    log_in(page, instructor)
    page.goto(path)
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_formulas_are_typeset_and_have_a_text_without_javascript(open_page: OpenPage) -> None:
    with_script, without = open_page(), open_page(java_script_enabled=False)
    with_script.goto("/about/")
    expect(with_script.locator(".math .katex-html").first).to_be_visible()
    without.goto("/about/")
    expect(without.locator(".math").first).to_contain_text("2Aᵀ(Ax − b)")


def test_the_theme_is_kept(page: Page) -> None:
    page.goto("/about/")
    page.get_by_role("button", name="Light or dark colors").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_check_of_accessibility_finds_a_planted_fault(page: Page) -> None:
    page.goto("/about/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(fault.startswith("label:") for fault in accessibility_faults(page))


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page) -> None:
    page.goto("/about/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_tabs_move_by_arrows_and_steps_open_one_at_a_time(
    page: Page, log_in: object, instructor: User
) -> None:
    assert callable(log_in)
    log_in(page, instructor)
    page.goto("/styleguide/")
    page.get_by_role("tab", name="NumPy").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="JAX")).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_contain_text("jax.grad")
    page.get_by_role("button", name="Next step").click()
    assert page.locator("#sample-steps details[open]").count() == 2


@pytest.mark.parametrize("width", [360, 375])
def test_on_a_telephone_every_place_of_the_header_is_in_sight(open_page: OpenPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 700})
    page.goto("/about/")
    assert page.locator(".site-nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth")
