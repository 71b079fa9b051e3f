"""Payment outside the site: an instructor confirms it."""

from __future__ import annotations

from typing import final

from frechet_site.enrollment.models import Order
from frechet_site.enrollment.providers.provider import AbstractProvider, Outcome, Payment, Return


@final
class Manual(AbstractProvider):
    """The instructor looks at the bank account and confirms."""

    name = "manual"
    title = "Pay the instructor"
    advice = "Your registration waits until the instructor confirms your payment."

    def begin(self, order: Order, back: Return) -> Payment:
        """Nothing is opened elsewhere."""
        return Payment()

    def look(self, order: Order) -> Outcome:
        """Only the instructor knows."""
        return Outcome.PENDING

    def abandon(self, order: Order) -> None:
        """Nothing was opened elsewhere."""
