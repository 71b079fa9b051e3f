"""Messages of the payment provider: signed, acted upon once, and only when the amount is right."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frechet_site.enrollment import orders
from frechet_site.enrollment.models import Order, ProviderEvent
from frechet_site.enrollment.providers import stripe_provider

if TYPE_CHECKING:
    from frechet_site.enrollment.providers.stripe_checkout import Message

logger = logging.getLogger("frechet.enrollment")


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Take a message of Stripe; its signature stands for the form's token."""
    provider = stripe_provider()
    if provider is None:
        raise Http404
    try:
        message = provider.read(request.body, request.headers.get("Stripe-Signature", ""))
    except ValueError:
        logger.warning("a message that is not from Stripe was refused")
        return HttpResponse("not from Stripe\n", status=400, content_type="text/plain")
    if message is not None:
        act(message)
    return HttpResponse(status=204)


@transaction.atomic
def act(message: Message) -> None:
    """Do what a message asks for, once."""
    _, new = ProviderEvent.objects.get_or_create(
        provider="stripe", event=message.event, defaults={"kind": message.kind}
    )
    order = _order(message)
    if new and order is not None:
        orders.follow(order, message.outcome)


def _order(message: Message) -> Order | None:
    """Return the order that a message is about, unless it speaks of another amount."""
    try:
        order = Order.objects.filter(key=UUID(message.key), provider="stripe").first()
    except ValueError:
        order = None
    if order is None:
        logger.warning("Stripe's event %s is about no order of this site", message.event)
        return None
    if (order.total, order.currency) != (message.amount, message.currency):
        logger.error("Stripe's event %s names another amount than the order", message.event)
        return None
    return order
