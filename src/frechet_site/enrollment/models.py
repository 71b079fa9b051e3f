"""What is kept of a registration: the offer, coupons and their uses, orders, and who is registered.

What is limited is limited by the database: a coupon's counter by a conditional update, a person's
uses of it by a unique constraint, one open order and one registration a person likewise.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar, Final, final

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from frechet_site.enrollment.money import Currency, cents, written

CODE: Final = r"[A-Z0-9][A-Z0-9-]{2,31}"


@final
class Offer(models.Model):
    """What a course costs here. A new site offers it free of charge."""

    course = models.SlugField(max_length=80, unique=True, editable=False)
    price = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
        help_text="0 makes the course free: one click registers.",
    )
    list_price = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Shown struck through beside the price. Leave it empty for no discount.",
    )
    currency = models.CharField(max_length=3, choices=Currency, default=Currency.EUR)
    is_open = models.BooleanField("registration is open", default=True)
    takes_manual = models.BooleanField(
        "payment that an instructor confirms",
        default=True,
        help_text="By bank transfer, say: the registration waits until you confirm it.",
    )
    payment_advice = models.TextField(
        blank=True, max_length=1000, help_text="How to pay: shown with an order that waits for you."
    )

    class Meta:
        """Prices that can be meant."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(list_price=None) | Q(list_price__gt=F("price")),
                name="list_price_is_higher",
                violation_error_message="The list price is higher than the price, or empty.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course}: {written(cents(self.price), self.currency)}"


@final
class Coupon(models.Model):
    """A code that lowers the price: by percent or by an amount, within limits."""

    code = models.CharField(
        max_length=32,
        unique=True,
        validators=[RegexValidator(rf"^{CODE}\Z", "Use 3 to 32 letters A–Z, digits and hyphens.")],
        help_text="Typed in any capitals; kept in capital letters.",
    )
    percent = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="100 makes the course free.",
    )
    amount = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="In the currency of the course."
    )
    use_limit = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: no limit.")
    per_user_limit = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    expires = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    is_active = models.BooleanField("can be used", default=True)
    note = models.CharField(max_length=200, blank=True, help_text="For instructors only.")
    used = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """Either percent or amount; never used more often than allowed."""

        ordering: ClassVar = ["-created"]
        constraints: ClassVar = [
            models.CheckConstraint(
                # A comparison with nothing is neither true nor false, and a check lets that pass.
                condition=Q(percent__isnull=False, percent__range=(1, 100), amount=None)
                | Q(percent=None, amount__isnull=False, amount__gt=0),
                name="percent_or_amount",
                violation_error_message="Give either a percentage from 1 to 100 or an amount above 0.",
            ),
            models.CheckConstraint(
                condition=Q(use_limit=None) | Q(used__lte=F("use_limit")),
                name="used_within_the_limit",
                violation_error_message="It has been used more often than that already.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def reduction(self, price: int) -> int:
        """Return by how many cents the coupon lowers a price; half a cent is given."""
        if self.percent is not None:
            return (price * self.percent + 50) // 100
        return min(price, cents(self.amount or Decimal(0)))


class State(models.TextChoices):
    """Where an order stands. A payment that arrives late still counts: canceled may become paid."""

    OPEN = "open", "waits for payment"
    PAID = "paid", "paid"
    CANCELED = "canceled", "canceled"
    REFUNDED = "refunded", "refunded"


@final
class Order(models.Model):
    """A registration on its way: what it costs, and what has become of it."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="orders", editable=False
    )
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="orders", editable=False)
    coupon = models.ForeignKey(
        Coupon, models.SET_NULL, null=True, blank=True, related_name="orders", editable=False
    )
    provider = models.CharField(max_length=20, editable=False)
    reference = models.CharField("number at the provider", max_length=255, blank=True, editable=False)
    payment_url = models.URLField(max_length=2000, blank=True, editable=False)
    price = models.PositiveIntegerField("price in cents", editable=False)
    discount = models.PositiveIntegerField("discount in cents", default=0, editable=False)
    currency = models.CharField(max_length=3, choices=Currency, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    settled = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        """One open order a person; one order a payment."""

        ordering: ClassVar = ["-created"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "offer"], condition=Q(state=State.OPEN), name="one_open_order"
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="one_order_a_payment"
            ),
            models.CheckConstraint(condition=Q(discount__lte=F("price")), name="discount_within_the_price"),
        ]

    def __str__(self) -> str:
        return f"Order {str(self.key)[:8]}, {self.get_state_display()}"

    @property
    def total(self) -> int:
        """What is to be paid, in cents."""
        return self.price - self.discount

    @property
    def total_written(self) -> str:
        return written(self.total, self.currency)

    @property
    def price_written(self) -> str:
        return written(self.price, self.currency)

    @property
    def discount_written(self) -> str:
        return written(self.discount, self.currency) if self.discount else ""


@final
class Redemption(models.Model):
    """One use of a coupon. The number makes a person's uses finite: there is one record for each."""

    coupon = models.ForeignKey(Coupon, models.CASCADE, related_name="redemptions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="redemptions")
    order = models.OneToOneField(Order, models.CASCADE, related_name="redemption")
    number = models.PositiveSmallIntegerField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        """A number is used once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["coupon", "user", "number"], name="one_use_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.coupon} by {self.user}"


@final
class Registration(models.Model):
    """A person may read the course, for as long as the site stands.

    Whom an instructor has barred is admitted again by an instructor only; money that went back bars nobody.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="registrations")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="registrations")
    order = models.ForeignKey(Order, models.SET_NULL, null=True, blank=True, related_name="registrations")
    created = models.DateTimeField("registered", default=timezone.now)
    withdrawn = models.DateTimeField(null=True, blank=True)
    barred = models.BooleanField("ended by an instructor", default=False, editable=False)

    class Meta:
        """One registration a person."""

        ordering: ClassVar = ["-created"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "offer"], name="one_registration")]

    def __str__(self) -> str:
        return f"{self.user}{', withdrawn' if self.withdrawn else ''}"


@final
class ProviderEvent(models.Model):
    """A message of a payment provider that was acted upon: the same message again changes nothing."""

    provider = models.CharField(max_length=20)
    event = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "event"], name="one_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.event})"


@final
class Announcement(models.Model):
    """A message of an instructor to everybody who is registered."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="announcements", editable=False
    )
    subject = models.CharField(max_length=120)
    body = models.TextField("text", max_length=10_000)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return self.subject


@final
class Delivery(models.Model):
    """An announcement to one person; `sent` is set before it leaves, so that nobody gets it twice."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    sent = models.DateTimeField(null=True)

    class Meta:
        """Once."""

        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["announcement", "user"], name="one_delivery")
        ]

    def __str__(self) -> str:
        return f"{self.announcement} to {self.user}"
