"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class CookbookConfig(AppConfig):
    """The verified Cookbook to read and search."""

    name = "frechet_site.cookbook"
    default_auto_field = "django.db.models.BigAutoField"
