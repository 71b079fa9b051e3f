"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """The workbench: a formula in, its derivative, steps and code out."""

    name = "frechet_site.workbench"
    default_auto_field = "django.db.models.BigAutoField"
