"""Placement tests in the administration."""

from __future__ import annotations

from typing import final

from django.contrib import admin

from frechet_site.mastery.models import PlacementResult


@final
@admin.register(PlacementResult)
class PlacementResultAdmin(admin.ModelAdmin[PlacementResult]):
    """Lists the tests that were taken."""

    list_display = ("user", "taken")
    readonly_fields = ("user", "answers", "taken")
