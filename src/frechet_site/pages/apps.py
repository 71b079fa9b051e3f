"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages that belong to no other feature: about, glossary, health, style guide."""

    name = "frechet_site.pages"
    default_auto_field = "django.db.models.BigAutoField"
