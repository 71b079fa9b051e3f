"""A certificate of completion: what it said on the day it was issued, and whether it still holds."""

from __future__ import annotations

import secrets
from typing import ClassVar, final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

NAME_LENGTH = 60


def new_number() -> str:
    """Return a number that nobody guesses: 128 random bits."""
    return secrets.token_hex(16)


@final
class Certificate(models.Model):
    """A certificate. It keeps its own words: a course that grows later changes nothing on it."""

    number = models.CharField(max_length=32, unique=True, default=new_number, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="certificates", editable=False
    )
    name = models.CharField("name on the certificate", max_length=NAME_LENGTH)
    course = models.SlugField(max_length=80, editable=False)
    title = models.CharField("title of the course", max_length=200, editable=False)
    lectures = models.PositiveIntegerField(editable=False)
    exercises = models.PositiveIntegerField(editable=False)
    hours = models.PositiveIntegerField(editable=False)
    issued = models.DateTimeField(default=timezone.now, editable=False)
    revoked = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField("reason of the revocation", max_length=200, blank=True)

    class Meta:
        """One valid certificate a person and course."""

        ordering: ClassVar = ["-issued"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "course"], condition=Q(revoked=None), name="one_valid_certificate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.issued:%Y-%m-%d}"

    @property
    def is_valid(self) -> bool:
        return self.revoked is None

    @property
    def short_number(self) -> str:
        """The number in groups that can be read aloud."""
        return " ".join(self.number[k : k + 8] for k in range(0, 32, 8))
