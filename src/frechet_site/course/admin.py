"""Attempts and readings for those who administer the site; they are looked at, not written."""

from __future__ import annotations

from typing import final

from django.contrib import admin
from django.http import HttpRequest

from frechet_site.course.models import Attempt, Reading


@final
@admin.register(Attempt)
class AttemptAdmin(admin.ModelAdmin[Attempt]):
    """Answers."""

    list_display = ("exercise", "user", "outcome", "mistake", "hints", "created")
    list_filter = ("accepted", "outcome")
    search_fields = ("exercise", "user__email")
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Attempt | None = None) -> bool:
        """An answer stays as it was given."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Answers come from learners."""
        return False


@final
@admin.register(Reading)
class ReadingAdmin(admin.ModelAdmin[Reading]):
    """Lectures read."""

    list_display = ("lecture", "user", "finished", "seen")
    search_fields = ("lecture", "user__email")
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readings come from learners."""
        return False
