"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class LibConfig(AppConfig):
    """What the features share: the engine's pool, Markdown, limits, template tags."""

    name = "frechet_site.lib"
    default_auto_field = "django.db.models.BigAutoField"
