"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Questions, answers, suggestions and notes."""

    name = "frechet_site.community"
    default_auto_field = "django.db.models.BigAutoField"
