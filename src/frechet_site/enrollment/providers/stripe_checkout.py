"""Stripe Checkout: people pay on Stripe's page, and Stripe reports it by a signed message.

The order's key is the idempotency key, so that a second press of the button opens the same payment.
Amounts and the order's number come back with the message and are compared before anything is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

import stripe

from frechet_site.enrollment.errors import EnrollmentError
from frechet_site.enrollment.models import Order
from frechet_site.enrollment.offers import the_course
from frechet_site.enrollment.providers.provider import AbstractProvider, Outcome, Payment, Return

PAID: Final = frozenset({"paid", "no_payment_required"})
EVENTS: Final = {
    "checkout.session.completed": Outcome.PAID,
    "checkout.session.async_payment_succeeded": Outcome.PAID,
    "checkout.session.async_payment_failed": Outcome.FAILED,
    "checkout.session.expired": Outcome.FAILED,
}


@final
@dataclass(frozen=True, slots=True)
class Message:
    """What Stripe reported."""

    event: str
    kind: str
    outcome: Outcome
    key: str
    amount: int
    currency: str


@final
class StripeCheckout(AbstractProvider):
    """Payment by card and whatever else the account at Stripe accepts."""

    name = "stripe"
    title = "Pay online"
    advice = "You pay on a page of Stripe, and are registered at once."

    def __init__(self, key: str, webhook_secret: str, api: str = "") -> None:
        self.webhook_secret = webhook_secret
        self.client = stripe.StripeClient(
            key,
            base_addresses={"api": api} if api else {},
            http_client=stripe.RequestsClient(timeout=10),
            max_network_retries=1,
        )

    def begin(self, order: Order, back: Return) -> Payment:
        """Open a page of Stripe for the order."""
        line = {
            "quantity": 1,
            "price_data": {
                "currency": order.currency.lower(),
                "unit_amount": order.total,
                "product_data": {"name": str(the_course().about.get("title", "Course"))},
            },
        }
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [line],
            "client_reference_id": str(order.key),
            "customer_email": order.user.email if order.user is not None else None,
            "success_url": back.paid,
            "cancel_url": back.canceled,
        }
        try:
            session = self.client.v1.checkout.sessions.create(
                params,  # type: ignore[arg-type]  # the keys are Stripe's
                {"idempotency_key": str(order.key)},
            )
        except stripe.StripeError as error:
            raise EnrollmentError(
                "The payment page could not be opened.", hint="Try again in a minute: nothing was charged."
            ) from error
        return Payment(session.id, session.url or "")

    def look(self, order: Order) -> Outcome:
        """Ask Stripe, for the case that its message is late."""
        if not order.reference:
            return Outcome.PENDING
        try:
            session = self.client.v1.checkout.sessions.retrieve(order.reference)
        except stripe.StripeError:
            return Outcome.PENDING
        if session.payment_status in PAID:
            return Outcome.PAID
        return Outcome.FAILED if session.status == "expired" else Outcome.PENDING

    def abandon(self, order: Order) -> None:
        """Close the page at Stripe before the order is given up."""
        if not order.reference:
            return
        try:
            self.client.v1.checkout.sessions.expire(order.reference)
        except stripe.InvalidRequestError as error:  # it is paid or closed already
            if self.look(order) is Outcome.PAID:
                raise EnrollmentError(
                    "This order is paid.", hint="Look at the order again: you are registered."
                ) from error
        except stripe.StripeError as error:
            raise EnrollmentError(
                "The payment could not be called off.", hint="Try again in a minute."
            ) from error

    def read(self, body: bytes, signature: str) -> Message | None:
        """Return what a message says, or None where it is of no concern.

        Raises:
            ValueError: it is not from Stripe.
        """
        try:
            stripe.Webhook.construct_event(body, signature, self.webhook_secret)
        except stripe.SignatureVerificationError as error:
            raise ValueError("the signature is wrong") from error
        event = json.loads(body)
        session: Mapping[str, Any] = event["data"]["object"]
        outcome = EVENTS.get(event["type"])
        unpaid = outcome is Outcome.PAID and session.get("payment_status") not in PAID
        if outcome is None or unpaid:
            return None
        return Message(
            event["id"],
            event["type"],
            outcome,
            str(session.get("client_reference_id") or ""),
            int(session.get("amount_total") or 0),
            str(session.get("currency") or "").upper(),
        )
