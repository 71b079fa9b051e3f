"""Days in a row, forgiving: one missed day a week does not end a streak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, final

_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


@final
@dataclass(frozen=True, slots=True)
class Streak:
    """How many days were practiced without a break, and whether today is one of them."""

    days: int
    today: bool
    forgiven: int


def streak(practiced: Iterable[date], today: date) -> Streak:
    """Return the streak that reaches today or yesterday.

    >>> monday = date(2024, 1, 1)
    >>> streak([monday, monday + _DAY, monday + 3 * _DAY], monday + 3 * _DAY)
    Streak(days=3, today=True, forgiven=1)
    """
    days = set(practiced)
    first = min(days, default=today)
    day = today if today in days else today - _DAY
    count, forgiven, gap, last_gap = 0, 0, False, date.max
    while day >= first:
        if day in days:
            count, forgiven, gap = count + 1, forgiven + gap, False
        elif last_gap - day < _WEEK:
            break
        else:
            gap, last_gap = True, day
        day -= _DAY
    return Streak(count, today in days, forgiven)
