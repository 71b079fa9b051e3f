"""Stripe Checkout against a local stand-in: opened once, believed only when signed, acted upon once."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings
from tests.site.enrollment.conftest import WEBHOOK_SECRET, StandIn

from frechet_site.accounts.models import User
from frechet_site.config.environment import Environment
from frechet_site.enrollment.models import Coupon, Offer, Order, ProviderEvent, Registration


def report(kind: str, order: Order, **changed: object) -> bytes:
    """Return a message as Stripe writes it."""
    session = {
        "id": order.reference,
        "object": "checkout.session",
        "client_reference_id": str(order.key),
        "payment_status": "paid",
        "amount_total": order.total,
        "currency": "eur",
        **changed,
    }
    message = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": session}}
    return json.dumps(message).encode()


def send(client: Client, body: bytes, secret: str = WEBHOOK_SECRET, age: int = 0) -> int:
    """Send a message with its signature and return the status."""
    when = int(time.time()) - age
    signature = hmac.new(secret.encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={when},v1={signature}"}
    return client.post("/enroll/stripe/", body, content_type="application/json", headers=headers).status_code


@pytest.fixture
def order(stand_in: StandIn, signed_in: Client, priced: Offer) -> Order:
    """An order of Ada's that is paid at Stripe."""
    signed_in.post("/enroll/register/", {"key": str(uuid.uuid4()), "provider": "stripe"})
    return Order.objects.get()


def test_without_keys_stripe_is_not_offered_and_not_there(
    signed_in: Client, priced: Offer, settings: Settings
) -> None:
    settings.STRIPE_KEY = ""
    assert "Pay online" not in signed_in.get("/enroll/").content.decode()
    assert signed_in.post("/enroll/stripe/", b"{}", content_type="application/json").status_code == 404


def test_keys_that_belong_together_are_refused_alone(tmp_path: Path) -> None:
    alone = {"FRECHET_DATA": str(tmp_path), "FRECHET_STRIPE_KEY": "sk_test"}
    with pytest.raises(ImproperlyConfigured, match="FRECHET_STRIPE_WEBHOOK_SECRET"):
        Environment.read(alone)
    assert Environment.read({**alone, "FRECHET_STRIPE_WEBHOOK_SECRET": "whsec"}).stripe_key == "sk_test"


def test_an_order_leads_to_stripes_page_with_the_price_of_the_coupon(
    stand_in: StandIn, signed_in: Client, priced: Offer
) -> None:
    Coupon.objects.create(code="SPRING", percent=20)
    assert "Pay online" in signed_in.get("/enroll/").content.decode()
    fields = {"key": str(uuid.uuid4()), "provider": "stripe", "coupon": "SPRING"}
    page = signed_in.post("/enroll/register/", fields, follow=True).content.decode()
    order = Order.objects.get()
    assert f'href="{stand_in.url}/pay/cs_0"' in page
    asked = stand_in.asked[0]
    assert asked["line_items[0][price_data][unit_amount]"] == ["3920"]
    assert asked["line_items[0][price_data][currency]"] == ["eur"]
    assert asked["client_reference_id"] == [str(order.key)]


def test_a_second_press_opens_the_same_payment(stand_in: StandIn, signed_in: Client, order: Order) -> None:
    signed_in.post(f"/enroll/orders/{order.key}/pay/")
    order.refresh_from_db()
    assert order.reference == "cs_0"
    assert list(stand_in.sessions) == ["cs_0"]


def test_a_payment_registers_and_the_same_message_again_does_nothing(client: Client, order: Order) -> None:
    body = report("checkout.session.completed", order)
    assert [send(client, body) for _ in range(3)] == [204] * 3
    order.refresh_from_db()
    assert order.state == "paid"
    assert Registration.objects.count() == ProviderEvent.objects.count() == 1


@pytest.mark.parametrize(("secret", "age"), [("whsec_of_a_stranger", 0), (WEBHOOK_SECRET, 3600)])
def test_a_message_that_is_not_signed_by_stripe_or_is_old_is_refused(
    client: Client, order: Order, secret: str, age: int
) -> None:
    assert send(client, report("checkout.session.completed", order), secret, age) == 400
    body = report("checkout.session.completed", order)
    assert client.post("/enroll/stripe/", body, content_type="application/json").status_code == 400
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"amount_total": 1},
        {"currency": "usd"},
        {"client_reference_id": str(uuid.uuid4())},
        {"client_reference_id": "x"},
        {"payment_status": "unpaid"},
    ],
)
def test_a_message_about_another_amount_or_order_registers_nobody(
    client: Client, order: Order, changed: dict[str, object]
) -> None:
    assert send(client, report("checkout.session.completed", order, **changed)) == 204
    assert not Registration.objects.exists()


def test_a_page_at_stripe_that_lapses_cancels_the_order(client: Client, order: Order) -> None:
    send(client, report("checkout.session.expired", order, payment_status="unpaid"))
    order.refresh_from_db()
    assert order.state == "canceled"


def test_a_late_message_can_be_asked_for(stand_in: StandIn, signed_in: Client, order: Order) -> None:
    address = f"/enroll/orders/{order.key}/look/"
    assert "has not arrived yet" in signed_in.post(address, follow=True).content.decode()
    stand_in.sessions["cs_0"]["payment_status"] = "paid"
    assert "Open the course" in signed_in.post(address, follow=True).content.decode()


def test_canceling_closes_stripes_page_first(stand_in: StandIn, signed_in: Client, order: Order) -> None:
    stand_in.is_down = True
    page = signed_in.post(f"/enroll/orders/{order.key}/cancel/", follow=True).content.decode()
    assert "could not be called off" in page
    stand_in.is_down = False
    signed_in.post(f"/enroll/orders/{order.key}/cancel/")
    order.refresh_from_db()
    assert (order.state, stand_in.sessions["cs_0"]["status"]) == ("canceled", "expired")


def test_what_is_paid_cannot_be_canceled(stand_in: StandIn, signed_in: Client, order: Order) -> None:
    stand_in.sessions["cs_0"] |= {"status": "complete", "payment_status": "paid"}
    page = signed_in.post(f"/enroll/orders/{order.key}/cancel/", follow=True).content.decode()
    assert "This order is paid" in page
    order.refresh_from_db()
    assert order.state == "open"


def test_a_provider_that_is_down_leaves_an_order_that_can_go_on(
    stand_in: StandIn, signed_in: Client, learner: User, priced: Offer
) -> None:
    stand_in.is_down = True
    fields = {"key": str(uuid.uuid4()), "provider": "stripe"}
    page = signed_in.post("/enroll/register/", fields, follow=True).content.decode()
    assert "nothing was charged" in page
    assert "Open the payment" in page
    stand_in.is_down = False
    order = Order.objects.get()
    assert (
        "Go to the payment"
        in signed_in.post(f"/enroll/orders/{order.key}/pay/", follow=True).content.decode()
    )
