"""The life of an order, and coupons whose limits hold whoever presses the button together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from tests.site.conftest import make_user
from tests.site.enrollment.conftest import wish

from frechet_site.accounts.models import User
from frechet_site.enrollment import orders
from frechet_site.enrollment.access import is_barred
from frechet_site.enrollment.coupons import find_coupon
from frechet_site.enrollment.errors import EnrollmentError
from frechet_site.enrollment.models import Coupon, Offer, Order, Redemption, Registration, State
from frechet_site.enrollment.offers import current_offer, quote
from frechet_site.lib.ratelimit import SHARED, counted_by_all


def is_registered(user: User) -> bool:
    return Registration.objects.filter(user=user, withdrawn=None).exists()


def test_a_new_site_offers_the_course_free_and_one_click_registers(
    learner: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = orders.place(learner, current_offer(), wish())
    assert (order.state, order.total) == (State.PAID, 0)
    assert is_registered(learner)
    assert [letter.to for letter in mail.outbox] == [[learner.email]]
    assert "You are registered" in mail.outbox[0].subject


def test_an_order_waits_until_the_instructor_confirms_it(
    priced: Offer,
    learner: User,
    instructor: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order = orders.place(learner, priced, wish())
    assert (order.state, order.total_written) == (State.OPEN, "€49")
    assert not is_registered(learner)
    assert sorted(letter.to[0] for letter in mail.outbox) == [learner.email, instructor.email]
    with django_capture_on_commit_callbacks(execute=True):
        assert orders.settle(order)
        assert not orders.settle(order)
    assert is_registered(learner)
    assert len(mail.outbox) == 3


def test_a_wish_sent_twice_is_one_order(priced: Offer, learner: User) -> None:
    asked = wish()
    assert orders.place(learner, priced, asked) == orders.place(learner, priced, asked)
    assert orders.place(learner, priced, wish()).key == asked.key
    assert Order.objects.count() == 1


def test_the_key_of_somebody_elses_wish_opens_nothing(priced: Offer, learner: User) -> None:
    asked = wish()
    orders.place(learner, priced, asked)
    with pytest.raises(EnrollmentError, match="out of date"):
        orders.place(make_user("eve@example.org"), priced, asked)


def test_the_price_of_an_order_stays_when_the_offer_changes(priced: Offer, learner: User) -> None:
    order = orders.place(learner, priced, wish())
    priced.price = Decimal(60)
    priced.save()
    order.refresh_from_db()
    assert order.total == 4900


@pytest.mark.parametrize(
    ("percent", "amount", "total"),
    [
        (100, None, 0),
        (20, None, 3920),
        (33, None, 3283),
        (None, Decimal("10.50"), 3850),
        (None, Decimal(99), 0),
    ],
)
def test_what_a_coupon_makes_of_the_price(
    priced: Offer, percent: int | None, amount: Decimal | None, total: int
) -> None:
    assert quote(priced, Coupon(code="C", percent=percent, amount=amount)).total == total


def test_the_discount_that_is_shown_never_promises_too_much(priced: Offer) -> None:
    priced.list_price = Decimal(149)
    found = quote(priced)
    assert (found.before_written, found.total_written, found.percent_off) == ("€149", "€49", 67)
    priced.list_price = None
    assert quote(priced).before_written == ""


@pytest.mark.parametrize("typed", ["class-26", " CLASS-26 ", "Class-26"])
def test_capitals_and_blanks_do_not_matter_in_a_code(priced: Offer, typed: str) -> None:
    coupon = Coupon.objects.create(code="CLASS-26", percent=100)
    assert find_coupon(typed) == coupon


@pytest.mark.parametrize("typed", ["CLASS\N{CYRILLIC CAPITAL LETTER ES}", "", "%", "CLAS", "CLASS' OR 1=1"])
def test_what_only_resembles_a_code_is_none(priced: Offer, typed: str) -> None:
    Coupon.objects.create(code="CLASSC", percent=100)
    with pytest.raises(EnrollmentError, match="no such coupon"):
        find_coupon(typed)


def test_a_coupon_ends_with_its_time_its_uses_or_by_hand(priced: Offer, learner: User) -> None:
    now = timezone.now()
    Coupon.objects.create(code="PAST", percent=100, expires=now - timedelta(seconds=1))
    Coupon.objects.create(code="GONE", percent=100, use_limit=1, used=1)
    Coupon.objects.create(code="OFF", percent=100, is_active=False)
    for code, words in {"PAST": "expired", "GONE": "used up", "OFF": "no such"}.items():
        with pytest.raises(EnrollmentError, match=words):
            orders.place(learner, priced, wish(code))
    assert not Order.objects.exists()


def test_a_canceled_order_gives_its_coupon_back_once(priced: Offer, learner: User) -> None:
    coupon = Coupon.objects.create(code="HALF", percent=50, use_limit=1)
    order = orders.place(learner, priced, wish("HALF"))
    coupon.refresh_from_db()
    assert coupon.used == 1
    assert orders.cancel(order)
    assert not orders.cancel(order)
    coupon.refresh_from_db()
    assert coupon.used == 0
    assert orders.place(learner, priced, wish("HALF")).discount == 2450


def test_money_that_arrives_after_the_cancellation_registers(priced: Offer, learner: User) -> None:
    order = orders.place(learner, priced, wish())
    orders.cancel(order)
    assert orders.settle(order)
    assert is_registered(learner)


def test_a_refund_ends_the_registration_and_a_new_order_revives_it(priced: Offer, learner: User) -> None:
    order = orders.place(learner, priced, wish())
    assert not orders.refund(order)
    orders.settle(order)
    assert orders.refund(order)
    assert not orders.settle(order)
    assert not is_registered(learner)
    orders.settle(orders.place(learner, priced, wish()))
    assert is_registered(learner)


def test_who_is_registered_orders_nothing_more(priced: Offer, learner: User) -> None:
    orders.settle(orders.place(learner, priced, wish()))
    with pytest.raises(EnrollmentError, match="registered already"):
        orders.place(learner, priced, wish())


def test_a_closed_registration_takes_no_order(priced: Offer, learner: User) -> None:
    priced.is_open = False
    with pytest.raises(EnrollmentError, match="closed"):
        orders.place(learner, priced, wish())


def test_the_books_outlive_the_account(priced: Offer, learner: User) -> None:
    orders.settle(orders.place(learner, priced, wish()))
    learner.delete()
    assert Order.objects.get().user is None
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"percent": 50, "amount": 10},
        {"percent": None, "amount": None},
        {"percent": 0},
        {"percent": 101},
        {"percent": 10, "use_limit": 1, "used": 2},
    ],
)
def test_the_database_refuses_a_coupon_that_cannot_be_meant(db: None, change: dict[str, int | None]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupon.objects.create(code="ODD", **change)


def together(count: int, act: Callable[[int], object]) -> list[object]:
    """Do something in many threads at the same moment and return what came of it."""
    start, found = threading.Barrier(count), list[object]()

    def run(number: int) -> None:
        try:
            start.wait(timeout=20)
            found.append(act(number))
        except EnrollmentError as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.usefixtures("shared_database")
def test_many_who_press_together_never_use_a_coupon_too_often() -> None:
    offer = current_offer()
    offer.price = Decimal(49)
    offer.save()
    coupon = Coupon.objects.create(code="FIVE", percent=100, use_limit=5)
    people = [make_user(f"p{number}@example.org") for number in range(16)]
    found = together(16, lambda number: orders.place(people[number], offer, wish("FIVE")))
    coupon.refresh_from_db()
    assert coupon.used == 5
    assert Redemption.objects.count() == Registration.objects.count() == 5
    refused = [result for result in found if isinstance(result, EnrollmentError)]
    assert len(found) == 16
    assert {error.message for error in refused} == {"This coupon is used up."}


@pytest.mark.usefixtures("shared_database")
def test_one_person_in_many_windows_gets_one_order_and_one_use() -> None:
    offer = current_offer()
    offer.price = Decimal(49)
    offer.save()
    coupon = Coupon.objects.create(code="HALF", percent=50, use_limit=10)
    user = make_user("ada@example.org")
    wishes = [wish("HALF") for _ in range(4)]
    found = together(12, lambda number: orders.place(user, offer, wishes[number % 4]))
    coupon.refresh_from_db()
    assert {getattr(order, "pk", order) for order in found} == {Order.objects.get().pk}
    assert coupon.used == 1


@pytest.mark.usefixtures("shared_database")
def test_codes_that_are_tried_at_the_same_moment_are_all_counted(settings: Settings) -> None:
    store = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "counts"}
    settings.CACHES = {**settings.CACHES, SHARED: store}
    call_command("createcachetable", verbosity=0)
    assert set(together(16, lambda number: counted_by_all("tries", 1000))) == set(range(1, 17))


@pytest.mark.usefixtures("shared_database")
def test_a_payment_reported_many_times_registers_once() -> None:
    offer = current_offer()
    offer.price = Decimal(49)
    offer.save()
    order = orders.place(make_user("ada@example.org"), offer, wish())
    mail.outbox.clear()
    assert sum(map(bool, together(8, lambda number: orders.settle(order)))) == 1
    assert Registration.objects.count() == 1
    assert len(mail.outbox) == 1


def registration_of(user: User) -> QuerySet[Registration]:
    return Registration.objects.filter(user=user)


def test_whom_an_instructor_has_barred_cannot_come_back_by_themselves(learner: User) -> None:
    orders.place(learner, current_offer(), wish())
    assert orders.end(registration_of(learner)) == 1
    assert orders.end(registration_of(learner)) == 0
    with pytest.raises(EnrollmentError, match="An instructor has ended your registration"):
        orders.place(learner, current_offer(), wish())
    assert not is_registered(learner)
    assert orders.admit(registration_of(learner)) == 1
    assert is_registered(learner)
    assert not is_barred(learner)


def test_the_page_of_the_offer_tells_whom_an_instructor_has_barred(signed_in: Client, learner: User) -> None:
    orders.place(learner, current_offer(), wish())
    orders.end(registration_of(learner))
    page = signed_in.get("/enroll/").content.decode()
    assert "they can admit you again" in page
    assert "Register for free" not in page
    signed_in.post("/enroll/register/", {"key": wish().key}, follow=True)
    assert not is_registered(learner)


def test_money_that_went_back_bars_nobody(priced: Offer, learner: User) -> None:
    order = orders.place(learner, priced, wish())
    orders.settle(order)
    orders.refund(order)
    assert not is_barred(learner)
    assert orders.place(learner, priced, wish()).state == State.OPEN


def test_an_end_gives_up_the_open_orders_and_late_money_is_told_to_the_instructors(
    priced: Offer,
    learner: User,
    instructor: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first = orders.place(learner, priced, wish())
    orders.settle(first)
    orders.refund(first)
    again = orders.place(learner, priced, wish())
    orders.end(registration_of(learner))
    again.refresh_from_db()
    assert again.state == State.CANCELED
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert orders.settle(again)
    assert not is_registered(learner)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([instructor.email], "Money from a person whose registration was ended")
    ]
