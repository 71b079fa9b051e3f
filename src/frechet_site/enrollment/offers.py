"""The offer of this site's course, and what it comes to with a coupon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from frechet.course.content import Course, content_folder, course_of
from frechet_site.enrollment.models import Coupon, Offer
from frechet_site.enrollment.money import cents, written
from frechet_site.lib.remembered import remembered


@final
@dataclass(frozen=True, slots=True)
class Quote:
    """What a person would pay, in cents."""

    price: int
    discount: int
    list_price: int
    currency: str

    @property
    def total(self) -> int:
        return self.price - self.discount

    @property
    def total_written(self) -> str:
        return written(self.total, self.currency)

    @property
    def before_written(self) -> str:
        """The higher price that is shown struck through, or nothing."""
        before = max(self.list_price, self.price)
        return written(before, self.currency) if before > self.total else ""

    @property
    def percent_off(self) -> int:
        """How much lower that is, rounded down so that it never promises too much."""
        before = max(self.list_price, self.price)
        return 100 * (before - self.total) // before if before else 0


@remembered
def the_course() -> Course:
    """Return the course of this site."""
    return course_of(content_folder())


def course_id() -> str:
    """Return the name of the course of this site."""
    return str(the_course().about.get("id", "course"))


def current_offer() -> Offer:
    """Return the offer of the course; a new site gets one that is free."""
    offer, _ = Offer.objects.get_or_create(course=course_id())
    return offer


def invitation() -> Quote | None:
    """Return what registration comes to while it is open."""
    offer = current_offer()
    return quote(offer) if offer.is_open else None


def quote(offer: Offer, coupon: Coupon | None = None) -> Quote:
    """Return what an offer comes to."""
    price = cents(offer.price)
    discount = coupon.reduction(price) if coupon is not None else 0
    return Quote(price, discount, cents(offer.list_price or offer.price), offer.currency)
