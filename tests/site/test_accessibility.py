"""Every page, found from the routes: what axe says of it, light and dark, and that it fits small screens.

And by keyboard alone: a derivation opened line by line, an exercise read, answered and checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.site.addresses import address_of, routes, samples_of, some_mistakes
from tests.site.conftest import OpenPage, accessibility_faults

from frechet_site.accounts.models import User

LogIn = Callable[[Page, User], None]
SMALL: Final = (375, 320)
HEIGHT: Final = 780
COMES_LATER: Final = "[hx-trigger=load], .figure"
FITS: Final = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


READERS: Final = ("a learner", "a stranger", "an instructor")
DIFFER: Final = ("/", "/course/", "/enroll/", "/course/introduction-and-outline/", "/community/")


def pages_by_reader(owner: User, instructor: User) -> dict[str, list[str]]:
    """Return the pages that each reader is to look at: those that nobody before them could open."""
    some_mistakes(owner)
    samples = samples_of(owner)
    addresses = [*dict.fromkeys([*(address_of(route, samples) for route in routes()), *DIFFER])]
    clients = {"a learner": Client(), "a stranger": Client(), "an instructor": Client()}
    clients["a learner"].force_login(owner)
    clients["an instructor"].force_login(instructor)
    found = {
        who: {address for address in addresses if is_page(client, address)} for who, client in clients.items()
    }
    return {
        "a learner": [*found["a learner"]],
        "a stranger": [*(found["a stranger"] - found["a learner"]), *DIFFER],
        "an instructor": [*(found["an instructor"] - found["a learner"] - found["a stranger"])],
    }


def is_page(client: Client, address: str) -> bool:
    """Tell whether an address shows a whole page to this reader."""
    response = client.get(address)
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and html and b"<main" in response.content


@pytest.mark.parametrize("who", READERS)
def test_every_page_is_accessible_and_fits_small_screens(
    open_page: OpenPage, log_in: LogIn, learner: User, instructor: User, who: str
) -> None:
    addresses = sorted(pages_by_reader(learner, instructor)[who])
    page = open_page(viewport={"width": SMALL[0], "height": HEIGHT})
    if who != "a stranger":
        log_in(page, learner if who == "a learner" else instructor)
    faults = {address: faults_of(page, address) for address in addresses}
    assert {address: found for address, found in faults.items() if found} == {}
    assert len(addresses) > 3


def faults_of(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page in either theme, and at which width it does not fit."""
    page.emulate_media(color_scheme="light")
    page.goto(address)
    if page.locator(COMES_LATER).count():
        page.wait_for_load_state("networkidle")
    found = accessibility_faults(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {fault}" for fault in accessibility_faults(page, ["color-contrast"])]
    for width in SMALL:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [] if page.evaluate(FITS) else [f"wider than {width}"]
    page.set_viewport_size({"width": SMALL[0], "height": HEIGHT})
    return found


def test_a_derivation_is_read_by_keyboard(page: Page, settings: object) -> None:
    settings.COURSE_IS_FREE = True  # type: ignore[attr-defined]
    page.goto("/course/linear-form/")
    derivation = page.locator(".derivation").first
    steps = derivation.locator(".step > details")
    derivation.get_by_role("button", name="Next line").focus()
    page.keyboard.press("Enter")
    expect(steps.nth(1)).to_have_attribute("open", "")
    expect(steps.nth(1).locator("summary").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(steps.nth(1)).not_to_have_attribute("open", "")


def test_an_exercise_is_done_by_keyboard(page: Page, settings: object) -> None:
    settings.COURSE_IS_FREE = True  # type: ignore[attr-defined]
    page.goto("/course/linear-form/exercises/e1/")
    page.get_by_label("Your answer").focus()
    page.keyboard.type("3*a")
    expect(page.locator(".read .katex")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("✓ Right.")).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Try a fresh variant"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".exercise .badge", has_text="variant")).to_be_visible()
