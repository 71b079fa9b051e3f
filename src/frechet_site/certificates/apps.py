"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Certificates of completion and their verification."""

    name = "frechet_site.certificates"
    default_auto_field = "django.db.models.BigAutoField"
