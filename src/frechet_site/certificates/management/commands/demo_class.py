"""`demo_class`: an instructor, learners, coupons, orders, activity and a certificate, to look at.

Everything is drawn from one seed, and no mail is sent. A second call adds nothing; a site that has
people of its own is left alone unless `--force` is given.
"""

from __future__ import annotations

import random
import secrets
import uuid
from argparse import ArgumentParser
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, final

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone

from frechet_site.accounts.models import User
from frechet_site.certificates.issuing import issue
from frechet_site.certificates.requirements import graded_exercises
from frechet_site.course.content import course, exercise_ids, exercises
from frechet_site.course.models import Attempt, Reading, digest_of
from frechet_site.enrollment import orders
from frechet_site.enrollment.models import Coupon, Offer, Order, Registration
from frechet_site.enrollment.offers import current_offer

DOMAIN: Final = "class.example"
INSTRUCTOR: Final = f"instructor@{DOMAIN}"
PASSWORD_BYTES: Final = 9
SHARE_RIGHT: Final = 0.75
PEOPLE: Final = (
    ("Ada Lovelace", 1.0),
    ("Emmy Noether", 0.86),
    ("Maurice Fréchet", 0.74),
    ("Sofja Kowalewskaja", 0.63),
    ("Friedrich Gauß", 0.55),
    ("Joseph-Louis Lagrange", 0.48),
    ("Sophie Germain", 0.4),
    ("Ludwig Otto Hesse", 0.33),
    ("Carl Jacobi", 0.21),
    ("Charlotte Scott", 0.14),
    ("Thomas Muir", 0.05),
    ("Hermann Graßmann", 0.0),
)


@final
class Command(BaseCommand):
    """The command."""

    help = "Make a class to look at: an instructor, learners, coupons, orders, activity, a certificate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--force", action="store_true", help="also on a site that has people of its own")

    def handle(self, *, force: bool, **options: object) -> None:
        """Make the class."""
        if User.objects.filter(email=INSTRUCTOR).exists():
            self.stdout.write("The class is there already.")
            return
        if Registration.objects.exists() and not force:
            raise CommandError("This site has learners of its own. Add --force to put the class beside them.")
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
            # The instructor administers the site: a password that everybody knows would open it.
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            make_class(random.Random(1906), make_password(password))
        self.stdout.write(f"Log in as {INSTRUCTOR}, or as ada@{DOMAIN}; the password is {password}")


@transaction.atomic
def make_class(chance: random.Random, password: str) -> None:
    """Make everything."""
    person(INSTRUCTOR, "Your Instructor", password, is_staff=True, is_superuser=True)
    offer = current_offer()
    offer.price, offer.list_price = Decimal(49), Decimal(98)
    offer.payment_advice = "Transfer the amount to IBAN XX00 0000 0000 0000, with the number of your order."
    offer.save()
    make_coupons()
    for place, (name, share) in enumerate(PEOPLE):
        learner = person(f"{name.split()[0].lower()}@{DOMAIN}", name, password)
        joined = timezone.now() - timedelta(days=60 - 5 * place, minutes=7 * place)
        register(learner, offer, joined, "CLASS" if place % 2 else "SPRING-20")
        study(learner, share, joined, chance)
    issue(User.objects.get(email=f"ada@{DOMAIN}"), PEOPLE[0][0])
    waiting = person(f"david@{DOMAIN}", "David Hilbert", password)
    orders.place(waiting, offer, orders.Wish(uuid.uuid4(), "", "manual"))


def person(email: str, name: str, password: str, **fields: object) -> User:
    """Make a person whose address is verified; the password comes hashed, once for the whole class."""
    user = User.objects.create(email=email, password=password, display_name=name, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_coupons() -> None:
    """Make a coupon of each kind."""
    month = timezone.now() + timedelta(days=30)
    Coupon.objects.create(code="CLASS", percent=100, use_limit=40, note="For those in the room")
    Coupon.objects.create(code="SPRING-20", percent=20, expires=month, note="Mail to alumni")
    Coupon.objects.create(code="TEN-OFF", amount=Decimal(10), use_limit=100)


def register(learner: User, offer: Offer, when: datetime, coupon: str) -> None:
    """Register a learner as they would do it themselves, at a time of the past."""
    order = orders.place(learner, offer, orders.Wish(uuid.uuid4(), coupon, "manual"))
    orders.settle(order)
    Order.objects.filter(pk=order.pk).update(created=when, settled=when)
    Registration.objects.filter(order=order).update(created=when)


def study(learner: User, share: float, since: datetime, chance: random.Random) -> None:
    """Let a learner read and solve the first part of the course."""
    lectures = course().lectures
    count = round(share * len(lectures))
    step = (timezone.now() - since) / (count + 1)
    for place, lecture in enumerate(lectures[:count]):
        when = since + step * (place + 1)
        Reading.objects.create(user=learner, lecture=lecture.id, finished=when, seen=when)
        names = [name for name in exercise_ids(lecture.id) if name in graded_exercises()]
        Attempt.objects.bulk_create(
            attempt for name in names for attempt in tries(learner, name, when, chance)
        )


def tries(learner: User, name: str, when: datetime, chance: random.Random) -> list[Attempt]:
    """Return a right answer to an exercise, after a wrong one now and then."""
    mistakes = sorted(exercises().mistakes)[:6]
    kinds = [("right", True, "")]
    if chance.random() > SHARE_RIGHT:
        kinds.insert(0, ("wrong", False, chance.choice(mistakes) if mistakes else ""))
    return [
        Attempt(
            user=learner,
            exercise=name,
            seed=0,
            answer=outcome,
            digest=digest_of([outcome]),
            outcome=outcome,
            accepted=accepted,
            counted=not accepted,
            mistake=mistake,
            created=when,
        )
        for outcome, accepted, mistake in kinds
    ]
