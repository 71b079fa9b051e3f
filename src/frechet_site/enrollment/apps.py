"""The feature as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    """Registration for a course: prices, coupons, payment."""

    name = "frechet_site.enrollment"
    verbose_name = "Registration"
    default_auto_field = "django.db.models.BigAutoField"
