"""Announcements: written once, delivered to each person once, resumed where sending stopped."""

from __future__ import annotations

import logging
import smtplib
import time

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from frechet_site.accounts.models import User
from frechet_site.enrollment.models import Announcement, Delivery
from frechet_site.enrollment.progress import registered_now

logger = logging.getLogger("frechet.enrollment")


@transaction.atomic
def announce(author: User, subject: str, body: str) -> Announcement:
    """Keep an announcement, and to whom it goes."""
    announcement = Announcement.objects.create(author=author, subject=subject, body=body)
    Delivery.objects.bulk_create(
        Delivery(announcement=announcement, user_id=user)
        for user in registered_now().filter(user__is_active=True).values_list("user", flat=True)
    )
    return announcement


def deliver(announcement: Announcement, seconds: float) -> int:
    """Send for so long what is not sent yet, and return how many letters are left.

    A letter is marked as sent before it leaves: whatever happens, nobody gets it twice.
    """
    end = time.monotonic() + seconds
    waiting = announcement.deliveries.filter(sent=None)
    try:
        with get_connection() as connection:
            for delivery in waiting.select_related("user").order_by("id"):
                if time.monotonic() > end:
                    break
                if Delivery.objects.filter(pk=delivery.pk, sent=None).update(sent=timezone.now()):
                    letter = EmailMessage(
                        announcement.subject,
                        announcement.body,
                        to=[delivery.user.email],
                        connection=connection,
                    )
                    _send(letter, delivery)
    except (OSError, smtplib.SMTPException):
        logger.exception("the mail server does not answer")
    return waiting.count()


def _send(letter: EmailMessage, delivery: Delivery) -> None:
    """Send a letter; one that is refused for its address alone stays marked."""
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused:
        logger.warning("an address was refused by the mail server: delivery %s", delivery.pk)
    except (OSError, smtplib.SMTPException):
        Delivery.objects.filter(pk=delivery.pk).update(sent=None)
        raise
