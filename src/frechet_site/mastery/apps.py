"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class MasteryConfig(AppConfig):
    """Practice: the skill map and the review queue."""

    name = "frechet_site.mastery"
    default_auto_field = "django.db.models.BigAutoField"
