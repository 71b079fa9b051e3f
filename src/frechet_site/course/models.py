"""What is kept of a learner: answers, hints that were opened, and how far a lecture was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import ClassVar, Self, final

from django.conf import settings
from django.db import models
from django.utils import timezone

from frechet.course import mastery
from frechet_site.accounts.models import User
from frechet_site.course.content import exercises


@final
class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts, and what the library makes of them."""

    def log(self, user: User) -> list[mastery.Attempt]:
        """Return the log of a learner, a record for each variant, as `frechet.course.mastery` reads it."""
        variants: dict[tuple[str, int], list[Attempt]] = {}
        for attempt in self.filter(user=user).order_by("id"):
            variants.setdefault((attempt.exercise, attempt.seed), []).append(attempt)
        records = [_record(attempts) for attempts in variants.values()]
        return sorted(records, key=lambda record: record.when)

    def solved(self, user: User) -> set[str]:
        """Return the ids of the exercises of which a learner has answered a variant rightly."""
        return set(self.filter(user=user, accepted=True).values_list("exercise", flat=True).distinct())


def _record(attempts: list[Attempt]) -> mastery.Attempt:
    """Return what the answers to one variant come to: what is sent after the right one changes nothing."""
    right = next((k for k, attempt in enumerate(attempts) if attempt.accepted), None)
    told = attempts if right is None else attempts[: right + 1]
    last = told[-1]
    template = exercises().exercises.get(last.exercise)
    return mastery.Attempt(
        exercise=last.exercise,
        skills=template.skills if template is not None else (),
        seed=last.seed,
        right=right is not None,
        wrong_tries=sum(attempt.counted for attempt in told),
        hints=last.hints,
        when=last.created,
        mistakes=tuple(dict.fromkeys(attempt.mistake for attempt in told if attempt.mistake)),
    )


@final
class Attempt(models.Model):
    """An answer that was marked. The same answer to the same variant is kept once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attempts")
    exercise = models.CharField(max_length=160)
    seed = models.PositiveIntegerField()
    answer = models.TextField()
    digest = models.CharField(max_length=32, editable=False)
    outcome = models.CharField(max_length=32)
    accepted = models.BooleanField()
    counted = models.BooleanField("used up a try")
    mistake = models.CharField(max_length=60, blank=True)
    hints = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Attempt]] = AttemptQuerySet.as_manager()

    class Meta:
        """A double click, or an answer sent again, adds nothing."""

        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["user", "accepted", "exercise"], name="attempts_solved")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "exercise", "seed", "digest"], name="one_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.exercise} ({self.seed}): {self.outcome}"


def digest_of(answers: Iterable[str]) -> str:
    """Return the digest by which two equal answers are known as one."""
    return hashlib.blake2b("\0".join(answers).encode(), digest_size=16).hexdigest()


@final
class HintUse(models.Model):
    """A hint that a learner opened."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="hints")
    exercise = models.CharField(max_length=160)
    seed = models.PositiveIntegerField()
    grade = models.PositiveSmallIntegerField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        """A hint is opened once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "exercise", "seed", "grade"], name="one_hint_once")
        ]

    def __str__(self) -> str:
        return f"{self.exercise} ({self.seed}): hint {self.grade}"


@final
class Reading(models.Model):
    """How far a learner is in a lecture."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="readings")
    lecture = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    finished = models.DateTimeField(null=True, blank=True)
    seen = models.DateTimeField(default=timezone.now)

    class Meta:
        """One record a lecture."""

        ordering: ClassVar = ["-seen"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "lecture"], name="one_reading")]

    def __str__(self) -> str:
        return f"{self.lecture}: {'finished' if self.finished else self.place}"

    @classmethod
    def note(cls, user: User, lecture: str, **fields: object) -> Self:
        """Keep what is known of a reading, now."""
        record, _ = cls._default_manager.update_or_create(
            user=user, lecture=lecture, defaults={"seen": timezone.now(), **fields}
        )
        return record
