"""Accounts in the administration: found by name and address, passwords never shown."""

from __future__ import annotations

from typing import final

from django.contrib import admin

from frechet_site.accounts.models import User


@final
@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Lists people; what they may do is set here."""

    list_display = ("email", "display_name", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "display_name")
    ordering = ("-date_joined",)
    fields = (
        "email",
        "display_name",
        "layout",
        "theme",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "user_permissions",
        "date_joined",
        "last_login",
    )
    readonly_fields = ("date_joined", "last_login")
    filter_horizontal = ("groups", "user_permissions")
