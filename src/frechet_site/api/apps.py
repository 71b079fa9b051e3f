"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The JSON interface."""

    name = "frechet_site.api"
    default_auto_field = "django.db.models.BigAutoField"
