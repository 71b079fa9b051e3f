"""The life of an order: placed, then paid or canceled, perhaps refunded.

    open ──▶ paid ──▶ refunded
      └──▶ canceled ──▶ paid   (money that arrives late still counts)

Every step is one conditional update; what follows from it is in the same transaction, and mail goes
out only after that. Doing a step twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from frechet_site.accounts.models import User
from frechet_site.enrollment import coupons, notices
from frechet_site.enrollment.access import is_barred, is_registered
from frechet_site.enrollment.errors import EnrollmentError
from frechet_site.enrollment.models import Offer, Order, Registration, State
from frechet_site.enrollment.offers import quote
from frechet_site.enrollment.providers.manual import Manual
from frechet_site.enrollment.providers.provider import AbstractProvider, Outcome, Return

FREE: Final = "free"


@final
@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for. The key tells one wish that is sent twice from two wishes."""

    key: UUID
    coupon: str = ""
    provider: str = ""


def place(user: User, offer: Offer, wish: Wish) -> Order:
    """Return the order for a wish: a new one, or the one that was placed for it before.

    Raises:
        EnrollmentError: registration is closed, the coupon is used up, or there is nothing to order.
    """
    try:
        with transaction.atomic():
            # One order of a person after the other: the second window finds what the first has done.
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            found = Order.objects.filter(key=wish.key).first()
            return _own(found, user) if found is not None else _placed(user, offer, wish)
    except IntegrityError:  # the same person in another window, at the same moment
        found = Order.objects.filter(user=user, offer=offer).first()
        if found is None:
            raise
        return found


def _own(order: Order, user: User) -> Order:
    if order.user_id != user.pk:
        raise EnrollmentError("This form is out of date.", hint="Open the registration again.")
    return order


def _placed(user: User, offer: Offer, wish: Wish) -> Order:
    if not offer.is_open:
        raise EnrollmentError("Registration is closed.", hint="Ask the instructor when it opens again.")
    if is_registered(user):
        raise EnrollmentError("You are registered already.", hint="Open the course and go on.")
    if is_barred(user):
        raise EnrollmentError(
            "An instructor has ended your registration.", hint="Write to them: they can admit you again."
        )
    waiting = Order.objects.filter(user=user, offer=offer, state=State.OPEN).first()
    if waiting is not None:
        return waiting
    coupon = coupons.find_coupon(wish.coupon, user) if wish.coupon else None
    price = quote(offer, coupon)
    order = Order.objects.create(
        key=wish.key,
        user=user,
        offer=offer,
        coupon=coupon,
        provider=wish.provider if price.total else FREE,
        price=price.price,
        discount=price.discount,
        currency=offer.currency,
    )
    if coupon is not None:
        coupons.redeem(coupon, order, user)
    if order.total == 0:
        settle(order)
    elif order.provider == Manual.name:
        transaction.on_commit(partial(notices.order_placed, order.pk))
    order.refresh_from_db()
    return order


def begin_payment(order: Order, provider: AbstractProvider, back: Return) -> None:
    """Open the payment of an order and remember where it is paid."""
    payment = provider.begin(order, back)
    Order.objects.filter(pk=order.pk).update(reference=payment.reference, payment_url=payment.url)
    order.refresh_from_db()


@transaction.atomic
def settle(order: Order) -> bool:
    """Note that an order is paid and register the person; tell whether that was new.

    Whom an instructor has barred stays out: the instructors are told of the money.
    """
    may = Order.objects.filter(pk=order.pk, state__in=(State.OPEN, State.CANCELED))
    if not may.update(state=State.PAID, settled=timezone.now()):
        return False
    if order.user_id is not None:
        _register(order, order.user_id)
    return True


def _register(order: Order, user_id: int) -> None:
    # The record is locked, so that an instructor who ends it at this moment comes before or after.
    records = Registration.objects.select_for_update()
    if records.filter(user_id=user_id, offer_id=order.offer_id, barred=True).exists():
        transaction.on_commit(partial(notices.paid_in_vain, order.pk))
        return
    registration, _ = Registration.objects.update_or_create(
        user_id=user_id, offer_id=order.offer_id, defaults={"order": order, "withdrawn": None}
    )
    transaction.on_commit(partial(notices.registered, registration.pk))


@transaction.atomic
def end(registrations: QuerySet[Registration]) -> int:
    """Close the course to people until an instructor admits them again; return how many that are."""
    people = list(registrations.values_list("user_id", flat=True))
    for order in Order.objects.filter(user__in=people, state=State.OPEN, provider=Manual.name):
        cancel(order)
    ended = Registration.objects.filter(user__in=people, barred=False)
    return ended.update(withdrawn=Coalesce("withdrawn", timezone.now()), barred=True)


def admit(registrations: QuerySet[Registration]) -> int:
    """Open the course again to people who were registered; return how many that are."""
    return registrations.exclude(withdrawn=None).update(withdrawn=None, barred=False)


@transaction.atomic
def cancel(order: Order) -> bool:
    """Give an open order up and its coupon back; tell whether that was new."""
    if not Order.objects.filter(pk=order.pk, state=State.OPEN).update(state=State.CANCELED):
        return False
    coupons.release(order)
    return True


@transaction.atomic
def refund(order: Order) -> bool:
    """Note that the money went back, and end the registration that it paid for."""
    if not Order.objects.filter(pk=order.pk, state=State.PAID).update(state=State.REFUNDED):
        return False
    Registration.objects.filter(order=order).update(withdrawn=timezone.now())
    coupons.release(order)
    return True


def follow(order: Order, outcome: Outcome) -> None:
    """Do what follows from the outcome of a payment."""
    match outcome:
        case Outcome.PAID:
            settle(order)
        case Outcome.FAILED:
            cancel(order)
        case Outcome.PENDING:
            pass
    order.refresh_from_db()
