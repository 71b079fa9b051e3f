"""What the site is for, from the first visit to the certificate that an employer verifies."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core import mail
from playwright.sync_api import Page, expect
from tests.site.addresses import finish_course
from tests.site.conftest import NARROW, PASSWORD, OpenPage, accessibility_faults

from frechet_site.accounts.models import User
from frechet_site.course.models import Attempt
from frechet_site.enrollment.models import Coupon, Registration
from frechet_site.enrollment.offers import current_offer

LECTURE = "linear-form"


def test_a_stranger_becomes_a_learner_and_earns_a_certificate(page: Page, open_page: OpenPage) -> None:
    offer = current_offer()
    offer.price = Decimal(49)
    offer.save()
    coupon = Coupon.objects.create(code="WELCOME", percent=100, use_limit=1)

    look_inside(page)
    sign_up(page)
    register_with(page, coupon)
    answer_wrongly_then_rightly(page)
    ask(page)

    finish_course(User.objects.get())
    page.goto("/certificates/")
    page.get_by_label("Name").fill("Emmy Noether")
    page.get_by_role("button", name="Issue my certificate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Emmy Noether")

    employer = open_page()
    employer.goto(page.url)
    expect(employer.get_by_text("This certificate is valid.")).to_be_visible()
    expect(employer.get_by_role("heading", name="Share it")).to_have_count(0)


def look_inside(page: Page) -> None:
    page.goto("/course/")
    page.get_by_role("link", name="Introduction and outline").first.click()
    expect(page.locator(".exercise").first).to_be_visible()


def sign_up(page: Page) -> None:
    page.goto("/enroll/")
    page.get_by_role("link", name="Make an account to register").click()
    page.get_by_label("Email").fill("emmy@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_label("Name").fill("Emmy")
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading")).to_have_text("Look into your mail")
    link = re.search(r"http://\S+", str(mail.outbox[0].body))
    assert link is not None
    page.goto(link.group())
    page.get_by_role("button", name="Confirm").click()


def register_with(page: Page, coupon: Coupon) -> None:
    page.wait_for_url(re.compile("/enroll/"))
    page.get_by_label("Coupon").fill(coupon.code.lower())
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Register for free").click()
    expect(page.get_by_role("status").first).to_have_text("You are registered. Welcome to the course.")
    assert Registration.objects.get().user.email == "emmy@example.org"
    coupon.refresh_from_db()
    assert coupon.used == 1


def answer_wrongly_then_rightly(page: Page) -> None:
    page.goto(f"/course/{LECTURE}/")
    exercise = page.locator(f"#{LECTURE}-e1")
    exercise.get_by_label("Your answer").fill("3*a'")
    expect(exercise.locator(".read .badge")).to_have_text("row(n)")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.get_by_text("Not right: Row instead of column")).to_be_visible()
    exercise.get_by_label("Your answer").fill("3*a")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.get_by_text("✓ Right.")).to_be_visible()
    told = Attempt.objects.values_list("answer", "accepted", "mistake")
    assert list(told) == [("3*a'", False, "row-layout"), ("3*a", True, "")]


def ask(page: Page) -> None:
    page.get_by_role("link", name="Ask a question").click()
    page.get_by_label("Your question in one line").fill("Why a column?")
    page.get_by_label("The whole question").fill("Is the gradient of {f}`a'*x` a column by convention?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why a column?")
    expect(page.locator(".post-text .katex").first).to_be_visible()


def test_the_workbench_on_a_phone_in_the_dark(open_page: OpenPage) -> None:
    page = open_page(viewport=NARROW, color_scheme="dark")
    page.goto("/")
    page.locator("#formula").fill("log(det(X))")
    expect(page.locator("#result")).to_have_attribute("data-text", "inv(X)'")
    assert accessibility_faults(page) == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", dark)[:3]) < 64


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "(A + A')*x"),
        ("/workbench/check/", "Check"),
        ("/course/introduction-and-outline/", "Exercise 1"),
        ("/cookbook/mc-81/", "81"),
        ("/cookbook/search/?q=tr(A*X)", "tr(A X)"),
        ("/practice/", "Multiply matrices and vectors"),
        ("/community/", "Ask"),
        ("/api/", "derive"),
    ],
)
def test_the_main_pages_say_everything_without_javascript(
    open_page: OpenPage, address: str, words: str
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"/?{'f=x%27*A*x'}" if address == "/" else address)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert words in page.locator("main").inner_text() or words in page.content()


def test_an_exercise_is_answered_without_javascript(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/course/introduction-and-outline/exercises/e1/")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".verdict .alert")).to_be_visible()
