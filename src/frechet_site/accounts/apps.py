"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts: sign-up, login, profile, export and deletion."""

    name = "frechet_site.accounts"
    default_auto_field = "django.db.models.BigAutoField"
