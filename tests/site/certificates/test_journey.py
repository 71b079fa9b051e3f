"""From the last exercise to a certificate that a stranger verifies, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.site.certificates.conftest import finish
from tests.site.conftest import NARROW, OpenPage, accessibility_faults, make_user
from tests.site.enrollment.conftest import wish

from frechet_site.accounts.models import User
from frechet_site.certificates.issuing import issue, revoke
from frechet_site.certificates.models import Certificate
from frechet_site.enrollment import orders
from frechet_site.enrollment.offers import current_offer

LogIn = Callable[[Page, User], None]


def test_a_certificate_is_earned_issued_and_verified_by_a_stranger(
    open_page: OpenPage, log_in: LogIn, learner: User, tmp_path: Path
) -> None:
    orders.place(learner, current_offer(), wish())
    page = open_page()
    log_in(page, learner)
    page.goto("/certificates/")
    expect(page.get_by_role("main")).to_contain_text("0 % done")
    assert accessibility_faults(page) == []
    finish(learner)
    page.reload()
    page.get_by_label("Your name").fill("Ada Lovelace")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Issue my certificate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lovelace")
    with page.expect_download() as paper:
        page.get_by_role("link", name="Download as PDF").click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    with page.expect_download() as badge:
        page.get_by_role("link", name="Open Badge").click()

    stranger = open_page(viewport=NARROW, color_scheme="dark")
    stranger.goto(page.url)
    expect(stranger.get_by_role("main")).to_contain_text("This certificate is valid.")
    assert accessibility_faults(stranger) == []
    assert stranger.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    stranger.get_by_text("Check a badge file against this page").click()
    stranger.get_by_label("Credential").fill(Path(badge.value.path()).read_text())
    stranger.get_by_role("button", name="Check").click()
    expect(stranger.get_by_role("main")).to_contain_text("Genuine.")

    revoke(Certificate.objects.get(), "A test")
    stranger.goto(page.url)
    expect(stranger.get_by_role("main")).to_contain_text("This certificate was revoked")
    assert accessibility_faults(stranger) == []


def test_the_public_page_needs_no_script(open_page: OpenPage) -> None:
    number = issue(finish(make_user("emmy@example.org")), "Emmy Noether").number
    page = open_page(java_script_enabled=False)
    page.goto(f"/certificates/{number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Emmy Noether")
    page.get_by_text("Check a badge file against this page").click()
    page.get_by_label("Credential").fill("eyJ.nonsense.x")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("main")).to_contain_text("Not genuine.")
