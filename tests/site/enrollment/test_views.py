"""Registration through its pages: prices, coupons, orders of one's own, the instructor's pages."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.site.conftest import make_user
from tests.site.enrollment.conftest import wish

from frechet_site.accounts.models import User
from frechet_site.course.models import Attempt, Reading
from frechet_site.enrollment import orders
from frechet_site.enrollment.access import may_read
from frechet_site.enrollment.announcements import announce, deliver
from frechet_site.enrollment.models import Coupon, Delivery, Offer, Order, Registration
from frechet_site.enrollment.offers import current_offer

PREVIEW, CLOSED = "introduction-and-outline", "linear-form"


def register(client: Client, **fields: str) -> str:
    """Send the form of the offer and return where it leads."""
    response = client.post("/enroll/register/", {"key": str(uuid.uuid4()), **fields})
    assert response.status_code == 302
    return response["Location"]


def enrolled(email: str, **fields: object) -> User:
    user = make_user(email, **fields)
    orders.settle(orders.place(user, current_offer(), wish()))
    return user


def test_previews_are_open_the_rest_is_for_who_is_registered(
    client: Client, learner: User, instructor: User
) -> None:
    assert client.get(f"/course/{PREVIEW}/").status_code == 200
    assert client.get(f"/course/{CLOSED}/").status_code == 403
    client.force_login(learner)
    assert client.get(f"/course/{CLOSED}/").status_code == 403
    register(client)
    assert client.get(f"/course/{CLOSED}/").status_code == 200
    Registration.objects.update(withdrawn=timezone.now())
    assert not may_read(learner, CLOSED)
    assert may_read(instructor, CLOSED)
    assert not may_read(instructor, "no-such-lecture")


def test_the_course_invites_those_who_are_not_registered(
    client: Client, learner: User, priced: Offer
) -> None:
    def overview() -> str:
        return client.get("/course/").content.decode()

    assert 'href="/enroll/"' in overview()
    assert "€49" in overview()
    Offer.objects.update(price=0, list_price=None)
    assert "free of charge" in overview()
    client.force_login(learner)
    assert 'href="/enroll/"' in overview()
    register(client)
    assert 'href="/enroll/"' not in overview()


@pytest.mark.parametrize("closed", [True, False])
def test_nobody_is_invited_where_there_is_nothing_to_register_for(
    client: Client, priced: Offer, settings: Settings, closed: bool
) -> None:
    Offer.objects.update(is_open=not closed)
    settings.COURSE_IS_FREE = not closed
    assert 'href="/enroll/"' not in client.get("/course/").content.decode()


def test_a_setting_opens_the_whole_course(client: Client, settings: Settings, db: None) -> None:
    settings.COURSE_IS_FREE = True
    assert client.get(f"/course/{CLOSED}/").status_code == 200


def test_the_offer_shows_price_list_price_and_discount(client: Client, priced: Offer) -> None:
    Coupon.objects.create(code="SPRING", percent=20)
    page = client.get("/enroll/").content.decode()
    assert "€49" in page
    assert "€98" in page
    assert "50 % off" in page
    page = client.get("/enroll/?coupon=spring").content.decode()
    assert "€39.20" in page
    assert "60 % off" in page
    assert "There is no such coupon." in client.get("/enroll/?coupon=WINTER").content.decode()


def test_codes_cannot_be_tried_without_end(client: Client, priced: Offer) -> None:
    answers = [client.get(f"/enroll/?coupon=TRY{number}").status_code for number in range(25)]
    assert answers[:20] == [200] * 20
    assert answers[20:] == [429] * 5


def test_what_costs_something_needs_a_way_to_pay_that_is_offered(signed_in: Client, priced: Offer) -> None:
    for provider in ("", "stripe", "free"):
        assert register(signed_in, provider=provider) == "/enroll/"
    assert not Order.objects.exists()
    assert register(signed_in, provider="manual").startswith("/enroll/orders/")


def test_a_coupon_of_100_percent_registers_at_once(signed_in: Client, learner: User, priced: Offer) -> None:
    Coupon.objects.create(code="GIFT", percent=100)
    assert register(signed_in, coupon="GIFT") == "/course/"
    assert may_read(learner, CLOSED)


def test_a_price_cannot_be_sent_along(signed_in: Client, priced: Offer) -> None:
    register(signed_in, provider="manual", price="0", discount="4900", state="paid")
    order = Order.objects.get()
    assert (order.total, order.state) == (4900, "open")


@pytest.mark.parametrize(
    ("path", "method"), [("", "get"), ("pay/", "post"), ("look/", "post"), ("cancel/", "post")]
)
def test_the_orders_of_others_do_not_exist(
    client: Client, priced: Offer, learner: User, path: str, method: str
) -> None:
    order = orders.place(learner, priced, wish())
    address = f"/enroll/orders/{order.key}/{path}"
    assert getattr(client, method)(address)["Location"].startswith("/account/login/")
    client.force_login(make_user("eve@example.org"))
    assert getattr(client, method)(address).status_code == 404
    order.refresh_from_db()
    assert order.state == "open"


def test_an_order_can_be_canceled_by_its_owner(signed_in: Client, learner: User, priced: Offer) -> None:
    order = orders.place(learner, priced, wish())
    assert "€49" in signed_in.get(f"/enroll/orders/{order.key}/").content.decode()
    assert signed_in.post(f"/enroll/orders/{order.key}/cancel/")["Location"] == "/enroll/"
    order.refresh_from_db()
    assert order.state == "canceled"


@pytest.mark.parametrize("path", ["", "learners/", "learners.csv", "announcements/"])
def test_the_instructors_pages_are_for_instructors(
    client: Client, learner: User, instructor: User, path: str
) -> None:
    address = f"/enroll/instructor/{path}"
    assert client.get(address)["Location"].startswith("/account/login/")
    client.force_login(learner)
    assert client.get(address).status_code == 403
    client.force_login(instructor)
    assert client.get(address).status_code == 200


def test_the_numbers_are_those_of_the_class(client: Client, instructor: User) -> None:
    ada = enrolled("ada@example.org", display_name="Ada")
    enrolled("emmy@example.org")
    Reading.objects.create(user=ada, lecture=CLOSED, finished=timezone.now())
    for number, mistake in enumerate(("wrong-line", "", "")):
        Attempt.objects.create(
            user=ada,
            exercise=f"{CLOSED}/e{number}",
            seed=0,
            digest="d",
            outcome="",
            mistake=mistake,
            accepted=not mistake,
            counted=bool(mistake),
        )
    client.force_login(instructor)
    shown = client.get("/enroll/instructor/").context
    numbers = shown["numbers"]
    assert (numbers["registered"], numbers["new"], numbers["active"], numbers["complete"]) == (2, 2, 1, 0)
    row = next(row for row in client.get("/enroll/instructor/").context["lectures"] if row["id"] == CLOSED)
    assert (row["read"], row["answers"], row["right"]) == (1, 3, 67)
    found = client.get("/enroll/instructor/learners/?q=ada").context["learners"]
    assert [(one.registration.user, one.read, one.solved) for one in found] == [(ada, 1, 2)]


def test_the_list_of_a_large_class_takes_few_queries(
    client: Client, instructor: User, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(30):
        enrolled(f"p{number}@example.org")
    client.force_login(instructor)
    with django_assert_max_num_queries(15):  # type: ignore[operator]  # a function that pytest-django gives
        client.get("/enroll/instructor/learners/")


def test_names_that_are_formulas_stay_text_in_the_table(client: Client, instructor: User) -> None:
    enrolled("eve@example.org", display_name='=HYPERLINK("http://evil.example")')
    client.force_login(instructor)
    text = client.get("/enroll/instructor/learners.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:2] == ["name", "address"]
    assert rows[1][:2] == ['\'=HYPERLINK("http://evil.example")', "eve@example.org"]


def test_an_announcement_goes_to_everybody_once(client: Client, instructor: User) -> None:
    for name in ("ada", "emmy", "out"):
        enrolled(f"{name}@example.org")
    Registration.objects.filter(user__email="out@example.org").update(withdrawn=timezone.now())
    client.force_login(instructor)
    mail.outbox.clear()
    client.post("/enroll/instructor/announcements/", {"subject": "New lecture", "body": "It is there."})
    assert sorted(letter.to[0] for letter in mail.outbox) == ["ada@example.org", "emmy@example.org"]
    sent = Delivery.objects.first()
    assert sent is not None
    client.post(f"/enroll/instructor/announcements/{sent.announcement_id}/send/")
    assert len(mail.outbox) == 2


def test_many_announcements_take_few_queries(
    client: Client, instructor: User, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    enrolled("ada@example.org")
    for k in range(9):
        deliver(announce(instructor, f"S{k}", "B"), 5 if k else -1)
    client.force_login(instructor)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        shown = client.get("/enroll/instructor/announcements/").content.decode()
    assert shown.count(", to 1 learner<") == 8
    assert shown.count("Send the 1 that are left") == 1


def test_sending_goes_on_where_it_stopped(instructor: User, settings: Settings) -> None:
    enrolled("ada@example.org")
    announcement = announce(instructor, "S", "B")
    assert deliver(announcement, -1) == 1
    settings.EMAIL_BACKEND = "tests.site.enrollment.broken_mail.Broken"
    assert deliver(announcement, 5) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox.clear()
    assert deliver(announcement, 5) == 0
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_undoes_no_registration(
    learner: User, settings: Settings, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    settings.EMAIL_BACKEND = "tests.site.enrollment.broken_mail.Broken"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # as above
        orders.place(learner, current_offer(), wish())
    assert may_read(learner, CLOSED)


def test_a_subject_with_a_line_break_is_refused(client: Client, instructor: User) -> None:
    client.force_login(instructor)
    client.post("/enroll/instructor/announcements/", {"subject": "A\r\nBcc: all@example.org", "body": "x"})
    assert all("\n" not in str(letter.subject) for letter in mail.outbox)


def test_the_administration_confirms_cancels_refunds(
    client: Client, learner: User, instructor: User, priced: Offer
) -> None:
    order = orders.place(learner, priced, wish())
    client.force_login(instructor)
    for action, state in (("confirm", "paid"), ("refund", "refunded")):
        chosen = {"action": action, "_selected_action": [str(order.pk)]}
        assert client.post("/admin/enrollment/order/", chosen).status_code == 302
        order.refresh_from_db()
        assert order.state == state
    for name in ("offer", "coupon", "order", "registration", "announcement"):
        assert client.get(f"/admin/enrollment/{name}/").status_code == 200
    assert client.get(f"/admin/enrollment/offer/{priced.pk}/change/").status_code == 200
    coupon = {"code": "gift-26", "percent": "100", "per_user_limit": "1", "is_active": "on"}
    assert client.post("/admin/enrollment/coupon/add/", coupon).status_code == 302
    assert Coupon.objects.get().code == "GIFT-26"
