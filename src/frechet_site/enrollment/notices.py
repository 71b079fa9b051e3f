"""Mail about a registration. A mail server that is down is logged; it undoes nothing."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from frechet_site.accounts.models import User
from frechet_site.enrollment.models import Order, Registration
from frechet_site.enrollment.offers import the_course
from frechet_site.lib.origin import whole_address

logger = logging.getLogger("frechet.enrollment")


def course_title() -> str:
    """Return the title of the course."""
    return str(the_course().about.get("title", "The course"))


def registered(registration: int) -> None:
    """Tell a person that they are registered."""
    found = Registration.objects.select_related("user", "order").get(pk=registration)
    context = {"user": found.user, "order": found.order, "link": whole_address("/course/")}
    _send("registered", f"You are registered: {course_title()}", context, [found.user.email])


def order_placed(order: int) -> None:
    """Tell a person how to pay the instructor, and the instructors that someone waits."""
    found = Order.objects.select_related("user", "offer").get(pk=order)
    if found.user is None:
        return
    link = whole_address(reverse("enrollment:order", args=[found.key]))
    context = {"user": found.user, "order": found, "link": link}
    _send("order", f"Your order: {course_title()}", context, [found.user.email])
    link = whole_address(reverse("admin:enrollment_order_changelist")) + "?state__exact=open"
    _send("waiting", "A registration waits for you", {**context, "link": link}, _staff())


def paid_in_vain(order: int) -> None:
    """Tell the instructors of money from a person whose registration was ended."""
    found = Order.objects.select_related("user").get(pk=order)
    if found.total:
        link = whole_address(reverse("admin:enrollment_registration_changelist")) + "?barred__exact=1"
        context = {"user": found.user, "order": found, "link": link}
        _send("barred", "Money from a person whose registration was ended", context, _staff())


def _staff() -> list[str]:
    return list(User.objects.filter(is_staff=True, is_active=True).values_list("email", flat=True))


def _send(template: str, subject: str, context: Mapping[str, object], to: list[str]) -> None:
    text = render_to_string(f"enrollment/email/{template}.txt", {**context, "course": course_title()})
    try:
        for recipient in to:
            send_mail(" ".join(subject.split()), text, None, [recipient])
    except (OSError, smtplib.SMTPException):
        logger.exception("mail could not be sent: %s", template)
