"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig

from frechet_site.course.content import prepare
from frechet_site.lib.signals import preparing


class CourseConfig(AppConfig):
    """The course player."""

    name = "frechet_site.course"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the lectures ready when the site starts."""
        preparing.connect(prepare)
