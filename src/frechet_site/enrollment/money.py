r"""Amounts of money: whole cents inside, written as people read them outside.

>>> written(4900, "EUR"), written(1950, "USD"), written(0, "EUR"), written(1234567, "CHF")
('€49', '$19.50', 'free', 'CHF\xa012,345.67')
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.db import models


class Currency(models.TextChoices):
    """The currencies on offer; each has a hundred cents."""

    EUR = "EUR", "euro"
    USD = "USD", "US dollar"
    GBP = "GBP", "pound sterling"
    CHF = "CHF", "Swiss franc"


SIGNS: Final = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF\N{NO-BREAK SPACE}"}


def cents(amount: Decimal) -> int:
    """Return an amount as whole cents.

    >>> cents(Decimal("19.50"))
    1950
    """
    return int(amount * 100)


def written(amount: int, currency: str) -> str:
    """Return an amount as it is shown; nothing to pay is `free`."""
    if amount == 0:
        return "free"
    whole, rest = divmod(amount, 100)
    return f"{SIGNS[currency]}{whole:,}" + (f".{rest:02}" if rest else "")
