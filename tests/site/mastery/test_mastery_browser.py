"""Practice in a browser: a skill, wrong and right; the map by keyboard; without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults

from frechet_site.accounts.models import User
from frechet_site.course.models import Attempt

LogIn = Callable[[Page, User], None]


@pytest.fixture(autouse=True)
def _everything_is_open(settings: object) -> None:
    settings.COURSE_IS_FREE = True  # type: ignore[attr-defined]


def test_a_skill_is_chosen_on_the_map_and_practiced(page: Page, log_in: LogIn, learner: User) -> None:
    log_in(page, learner)
    page.goto("/practice/")
    assert accessibility_faults(page) == []
    box = page.locator(".skill-map a", has_text="Layout conventions")
    box.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Layout conventions")
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Practice this").click()
    page.locator(".answer input:not([type=hidden])").first.wait_for()
    first = page.url
    choice = page.locator(".answer input[type=radio]")
    if choice.count():
        choice.first.check()
    else:
        for field in page.locator(".answer input[name=answer]").all():
            field.fill("2")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".verdict .alert")).to_be_visible(timeout=30_000)
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Next exercise").click()
    expect(page.locator(".answer")).to_be_visible()
    assert page.url != first


def test_practice_works_on_a_phone_and_without_javascript(
    open_page: OpenPage, log_in: LogIn, learner: User
) -> None:
    page = open_page(viewport=NARROW, color_scheme="dark", java_script_enabled=False)
    log_in(page, learner)
    page.goto("/practice/")
    page.get_by_role("link", name="Multiply matrices and vectors").first.click()
    page.get_by_role("link", name="Practice this").click()
    page.locator(".answer input[name=answer]").first.fill("1")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".verdict .alert")).to_be_visible()
    assert Attempt.objects.count() <= 1


@pytest.mark.parametrize("path", ["", "mistakes/", "plan/", "placement/", "skills/quad-form/"])
def test_the_pages_are_accessible_and_fit_a_phone(
    open_page: OpenPage, log_in: LogIn, learner: User, path: str
) -> None:
    page = open_page(viewport=NARROW)
    log_in(page, learner)
    page.goto(f"/practice/{path}")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_placement_test_is_taken(page: Page) -> None:
    page.goto("/practice/placement/")
    page.get_by_role("button", name="Begin").click()
    assert accessibility_faults(page) == []
    for _ in range(15):
        if page.get_by_role("heading", name="Here you begin").count():
            break
        page.get_by_role("button", name="I do not know").click()
    expect(page.get_by_role("heading", name="Here you begin")).to_be_visible()
    expect(page.get_by_text("Your first lecture")).to_be_visible()
