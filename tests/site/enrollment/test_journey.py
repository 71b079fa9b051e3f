"""The way into the course in a browser, with and without JavaScript, and every page's accessibility."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core import mail
from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, PASSWORD, OpenPage, accessibility_faults, make_user
from tests.site.enrollment.conftest import wish

from frechet_site.accounts.models import User
from frechet_site.enrollment import orders
from frechet_site.enrollment.models import Coupon, Order
from frechet_site.enrollment.offers import current_offer

LogIn = Callable[[Page, User], None]


@pytest.fixture
def class_of_49_euros(site: str) -> None:
    """A course with a price, and a coupon that makes it free."""
    offer = current_offer()
    offer.price, offer.list_price = Decimal(49), Decimal(98)
    offer.save()
    Coupon.objects.create(code="CLASS-26", percent=100, use_limit=1)


@pytest.mark.usefixtures("class_of_49_euros")
@pytest.mark.parametrize("java_script", [True, False])
def test_from_the_preview_over_sign_up_and_coupon_into_a_lecture(
    open_page: OpenPage, java_script: bool
) -> None:
    page = open_page(java_script_enabled=java_script)
    page.goto("/course/introduction-and-outline/")
    page.goto("/enroll/")
    expect(page.get_by_role("main")).to_contain_text("€49 instead of €98 50 % off")
    page.get_by_label("Coupon").fill("class-26")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("main")).to_contain_text("Coupon CLASS-26 is applied")

    page.get_by_role("link", name="Make an account to register").click()
    page.get_by_label("Email").fill("emmy@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    link = re.search(r"http://\S+", str(mail.outbox[0].body))
    assert link is not None
    page.goto(link.group())
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_role("main")).to_contain_text("Coupon CLASS-26 is applied")
    page.get_by_role("button", name="Register for free").click()
    expect(page.get_by_role("status").first).to_contain_text("You are registered")
    page.goto("/course/linear-form/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Linear Form")
    assert Coupon.objects.get().used == 1
    assert "You are registered" in mail.outbox[-1].subject


@pytest.mark.usefixtures("class_of_49_euros")
def test_an_order_that_the_instructor_confirms(
    open_page: OpenPage, log_in: LogIn, learner: User, instructor: User
) -> None:
    page, desk = open_page(viewport=NARROW), open_page()
    log_in(page, learner)
    log_in(desk, instructor)
    page.goto("/enroll/")
    page.get_by_role("button", name="Order for €49").click()
    expect(page.get_by_role("main")).to_contain_text("waits for payment")
    assert accessibility_faults(page) == []

    desk.goto("/enroll/instructor/")
    expect(desk.get_by_role("main")).to_contain_text("1 order waits for your confirmation.")
    orders.settle(Order.objects.get())
    page.reload()
    page.get_by_role("link", name="Open the course").click()
    expect(page).to_have_url(re.compile("/course/$"))


@pytest.mark.usefixtures("class_of_49_euros")
@pytest.mark.parametrize("path", ["/enroll/", "/enroll/?coupon=CLASS-26", "/enroll/?coupon=NONE"])
def test_the_offer_is_accessible_and_fits_a_phone(
    open_page: OpenPage, log_in: LogIn, learner: User, path: str
) -> None:
    stranger, page = open_page(viewport=NARROW), open_page(viewport=NARROW, color_scheme="dark")
    log_in(page, learner)
    for window in (stranger, page):
        window.goto(path)
        assert accessibility_faults(window) == []
        assert window.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("path", ["", "learners/", "announcements/"])
def test_the_instructors_pages_are_accessible_and_fit_a_phone(
    open_page: OpenPage, log_in: LogIn, instructor: User, path: str
) -> None:
    orders.settle(orders.place(make_user("ada@example.org", display_name="Ada"), current_offer(), wish()))
    page = open_page(viewport=NARROW, color_scheme="dark")
    log_in(page, instructor)
    page.goto(f"/enroll/instructor/{path}")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
