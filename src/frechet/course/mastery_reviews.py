"""When to ask a skill again: FSRS, replayed from the log of attempts.

The schedule is a pure function of the log, so the site and the terminal agree, and a better model
later needs no conversion. Right at the first try is "good", right after a wrong try or a hint "hard",
anything else "again".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, final

from fsrs import Card, Rating, Scheduler

from frechet.course.mastery import Attempt

RETENTION: Final = 0.9


@final
@dataclass(frozen=True, slots=True)
class Review:
    """A skill with the time at which it is due, and how likely it is remembered now."""

    skill: str
    due: datetime
    recall: float
    stability_days: float


def reviews(attempts: Iterable[Attempt], now: datetime) -> list[Review]:
    """Return every skill that was practiced, the one that is due first in front."""
    scheduler = Scheduler(
        desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    cards: dict[str, Card] = {}
    for attempt in sorted(attempts, key=lambda a: a.when):
        when = attempt.when.astimezone(UTC)
        for skill in attempt.skills:
            card = cards.get(skill) or Card(card_id=len(cards) + 1, due=when)
            cards[skill], _ = scheduler.review_card(card, _rating(attempt), when)
    at = now.astimezone(UTC)
    found = [
        Review(skill, card.due, scheduler.get_card_retrievability(card, at), card.stability or 0.0)
        for skill, card in cards.items()
    ]
    return sorted(found, key=lambda review: (review.due, review.skill))


def due(attempts: Iterable[Attempt], now: datetime) -> list[Review]:
    """Return the skills that are due now."""
    return [review for review in reviews(attempts, now) if review.due <= now]


def _rating(attempt: Attempt) -> Rating:
    if not attempt.right:
        return Rating.Again
    return Rating.Good if attempt.clean else Rating.Hard
