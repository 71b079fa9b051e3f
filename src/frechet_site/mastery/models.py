"""What a placement test has found. All else about mastery follows from the attempts of the course."""

from __future__ import annotations

from typing import final

from django.conf import settings
from django.db import models
from django.utils import timezone


@final
class PlacementResult(models.Model):
    """The answers of a finished placement test; a new test replaces them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="placement")
    answers = models.JSONField(default=list)
    taken = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Placement of {self.user}"
