"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class CourseConfig(AppConfig):
    """The course player."""

    name = "frechet_site.course"
    default_auto_field = "django.db.models.BigAutoField"
