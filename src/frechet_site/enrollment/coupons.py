"""Coupons: found by what a person typed, used once for each use that is counted.

A use is counted by `UPDATE … SET used = used + 1 WHERE used < use_limit`: the database refuses the
use too many, however many people press the button at the same moment.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from frechet_site.accounts.models import User
from frechet_site.enrollment.errors import EnrollmentError
from frechet_site.enrollment.models import CODE, Coupon, Order, Redemption


def find_coupon(typed: str, user: User | None = None) -> Coupon:
    """Return the coupon of a code that can be used now, by this person if one is given.

    Raises:
        EnrollmentError: there is none, or it is used up or expired.
    """
    code = typed.strip().upper()
    coupon = Coupon.objects.filter(code=code).first() if re.fullmatch(CODE, code) else None
    if coupon is None or not coupon.is_active:
        raise EnrollmentError("There is no such coupon.", hint="Check the code: letters, digits and hyphens.")
    if coupon.expires is not None and coupon.expires <= timezone.now():
        raise EnrollmentError("This coupon has expired.", hint="Ask your instructor for another one.")
    if coupon.use_limit is not None and coupon.used >= coupon.use_limit:
        raise used_up()
    if user is not None and not _free_numbers(coupon, user):
        raise used_by_you()
    return coupon


def redeem(coupon: Coupon, order: Order, user: User) -> Redemption:
    """Use a coupon for an order, within the caller's transaction.

    Raises:
        EnrollmentError: it cannot be used any more.
    """
    if not _usable(timezone.now()).filter(pk=coupon.pk).update(used=F("used") + 1):
        raise used_up()
    free = _free_numbers(coupon, user)
    if not free:
        raise used_by_you()
    return Redemption.objects.create(coupon=coupon, user=user, order=order, number=free[0])


def release(order: Order) -> None:
    """Give back the use of a coupon by an order that came to nothing."""
    deleted, _ = Redemption.objects.filter(order=order).delete()
    if deleted and order.coupon_id is not None:
        Coupon.objects.filter(pk=order.coupon_id, used__gt=0).update(used=F("used") - 1)


def used_up() -> EnrollmentError:
    """Return what is said when the last use is gone."""
    return EnrollmentError("This coupon is used up.", hint="Ask your instructor for another one.")


def used_by_you() -> EnrollmentError:
    """Return what is said when a person has used a coupon as often as they may."""
    return EnrollmentError("You have used this coupon already.", hint="Register without it.")


def _usable(now: datetime) -> QuerySet[Coupon]:
    in_time = Q(expires=None) | Q(expires__gt=now)
    left = Q(use_limit=None) | Q(used__lt=F("use_limit"))
    return Coupon.objects.filter(in_time, left, is_active=True)


def _free_numbers(coupon: Coupon, user: User) -> list[int]:
    taken = set(Redemption.objects.filter(coupon=coupon, user=user).values_list("number", flat=True))
    return [number for number in range(1, coupon.per_user_limit + 1) if number not in taken]
