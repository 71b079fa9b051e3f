"""A lecture in a real browser: by mouse, by keyboard, on a phone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults

from frechet_site.accounts.models import User
from frechet_site.course.models import Attempt

GAMES = ("/course/optimization-summary/", "/course/can-youtube-teach-me-calculus/")
LECTURE = "/course/quadratic-form-pt-1/"
LogIn = Callable[[Page, User], None]


def test_an_exercise_wrong_then_named_then_a_hint_then_right(
    page: Page, log_in: LogIn, learner: User
) -> None:
    log_in(page, learner)
    page.goto(LECTURE)
    task = page.locator("#quadratic-form-pt-1-e1")
    task.get_by_label("Your answer").fill("2*A*x")
    expect(task.locator(".read")).to_contain_text("reads as")
    expect(task.locator(".read .badge")).to_have_text("vector(n)")
    page.keyboard.press("Enter")
    verdict = task.get_by_role("status")
    expect(verdict).to_contain_text("Symmetry assumed")
    expect(verdict.locator(".counterexample .katex").first).to_be_visible()
    task.get_by_role("button", name="A hint").click()
    expect(task.locator(".hint-list li")).to_have_count(1)
    task.get_by_role("button", name="Another hint").focus()
    page.keyboard.press("Enter")
    expect(task.locator(".hint-list > li")).to_have_count(2)
    task.get_by_label("Your answer").fill("(A + A')*x")
    page.keyboard.press("Enter")
    expect(verdict).to_contain_text("Right")
    verdict.get_by_role("link", name="Try a fresh variant").click()
    expect(task.get_by_text("variant")).to_be_visible()
    assert accessibility_faults(page) == []
    assert list(Attempt.objects.values_list("accepted", flat=True)) == [False, True]


def test_a_derivation_is_opened_line_by_line_with_the_keyboard(page: Page) -> None:
    page.goto(LECTURE)
    derivation = page.locator("#derivation-2")
    opened = derivation.locator(".step > details[open]")
    expect(opened).to_have_count(1)
    derivation.get_by_role("button", name="Next line").focus()
    page.keyboard.press("Enter")
    expect(opened).to_have_count(2)
    page.keyboard.press("Tab")
    derivation.locator("summary").nth(3).focus()
    page.keyboard.press("Space")
    expect(opened).to_have_count(3)
    derivation.get_by_role("button", name="Show all").click()
    expect(derivation.locator(".step > details:not([open])")).to_have_count(0)


def test_lines_are_put_in_order_by_buttons(page: Page) -> None:
    page.goto("/course/linear-form/exercises/order1/")
    lines = page.locator(".order-line")
    wanted = ["f = bᵀ A x", "df = bᵀ A dx", "df = (Aᵀ b)ᵀ dx", "∇f = Aᵀ b"]
    for place, text in enumerate(wanted):
        while lines.nth(place).locator("label").text_content() != f"Place of {text}":
            page.get_by_role("button", name=f"Move up: {text}", exact=True).click()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").filter(has_text="Right")).to_be_visible()


def test_a_point_is_dragged_typed_clicked_and_moved_by_arrow_keys(page: Page) -> None:
    page.goto(LECTURE)
    figure = page.locator("#figure-1")
    figure.scroll_into_view_if_needed()
    first, second = (figure.get_by_label(f"x =, entry {k}") for k in (1, 2))
    reading = figure.locator(".figure-reading").last
    expect(first).to_have_value("1")
    before = reading.inner_text()
    first.fill("2")
    first.press("Tab")
    expect(reading).not_to_have_text(before)
    handle = figure.get_by_role("slider", name="x, the point")
    handle.focus()
    page.keyboard.press("ArrowUp")
    expect(second).to_have_value("1.06")
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + 80, steps=4)
    page.mouse.up()
    expect(first).not_to_have_value("2")
    dragged = first.input_value()
    figure.locator("svg.figure-picture").click(position={"x": 120, "y": 60})
    expect(first).not_to_have_value(dragged)
    figure.get_by_role("slider", name="skew part").fill("1")
    expect(figure.get_by_role("spinbutton", name="skew part")).to_have_value("1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [LECTURE, "/course/introduction-and-outline/", "/course/", *GAMES])
def test_pages_fit_a_phone_and_are_accessible(open_page: OpenPage, path: str, scheme: str) -> None:
    page = open_page(viewport=NARROW, color_scheme=scheme)
    page.goto(path)
    for figure in page.locator("[data-figure]").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-drawn", "")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_without_javascript_a_lecture_is_whole(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(LECTURE)
    expect(page.locator("#derivation-2 .step > details > summary").nth(2)).to_be_visible()
    page.locator("#derivation-2 .step > details > summary").nth(2).click()
    expect(page.locator("#derivation-2 .step > details[open]")).to_have_count(2)
    expect(page.locator("#figure-1")).to_contain_text("gradient: the sum of the two")
    task = page.locator("#quadratic-form-pt-1-e1")
    task.get_by_label("Your answer").fill("2*A*x")
    task.get_by_role("button", name="Check").click()
    expect(page.locator(".verdict")).to_contain_text("Symmetry assumed")
    page.get_by_role("button", name="A hint").click()
    expect(page.locator(".hint-list li")).to_have_count(1)


def test_the_place_is_kept_while_one_reads(page: Page, log_in: LogIn, learner: User) -> None:
    log_in(page, learner)
    page.goto(LECTURE)
    page.locator("#theorem-2").scroll_into_view_if_needed()
    with page.expect_response(lambda response: response.url.endswith("/place/")) as kept:
        page.mouse.wheel(0, 400)
    assert kept.value.status == 204
    page.goto("/course/")
    expect(page.get_by_role("link", name="Go on: Quadratic Form (pt 1)")).to_be_visible()
