"""What a way to pay must be able to do.

A provider never changes an order. It opens a payment, tells what has become of one, and calls one
off; `orders.py` decides what follows.
"""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

from frechet_site.enrollment.models import Order


class Outcome(enum.Enum):
    """What has become of a payment."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@final
@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that was opened: its number at the provider, and the page where a person pays."""

    reference: str = ""
    url: str = ""


@final
@dataclass(frozen=True, slots=True)
class Return:
    """Where the provider sends people back to."""

    paid: str
    canceled: str


class AbstractProvider(ABC):
    """A way to pay."""

    name: str
    title: str
    advice: str

    @abstractmethod
    def begin(self, order: Order, back: Return) -> Payment:
        """Open the payment of an order; asked again, the same payment is returned.

        Raises:
            EnrollmentError: the provider cannot be reached or refuses.
        """

    @abstractmethod
    def look(self, order: Order) -> Outcome:
        """Ask what has become of the payment of an order."""

    @abstractmethod
    def abandon(self, order: Order) -> None:
        """Call the payment off, so that it cannot be paid any more."""
