"""The ways to pay that this site offers."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from frechet.extras import installing
from frechet_site.enrollment.models import Offer
from frechet_site.enrollment.providers.manual import Manual
from frechet_site.enrollment.providers.provider import AbstractProvider

if TYPE_CHECKING:
    from frechet_site.enrollment.providers.stripe_checkout import StripeCheckout

__all__ = ["AbstractProvider", "named", "offered", "stripe_provider"]


def offered(offer: Offer) -> list[AbstractProvider]:
    """Return the ways to pay for an offer, the quickest first."""
    online = stripe_provider()
    return [*([online] if online else []), *([Manual()] if offer.takes_manual else [])]


def named(name: str) -> AbstractProvider:
    """Return the provider of an order; one that is no longer set up is treated as manual."""
    online = stripe_provider()
    return online if online is not None and online.name == name else Manual()


def stripe_provider() -> StripeCheckout | None:
    """Return Stripe where its keys are set."""
    if not settings.STRIPE_KEY:
        return None
    return _stripe(settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API)


@cache
def _stripe(key: str, webhook_secret: str, api: str) -> StripeCheckout:
    try:
        module = import_module("frechet_site.enrollment.providers.stripe_checkout")
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured(
            f"FRECHET_STRIPE_KEY is set, and Stripe's package is missing: {installing('stripe')}"
        ) from error
    provider: StripeCheckout = module.StripeCheckout(key, webhook_secret, api)
    return provider
