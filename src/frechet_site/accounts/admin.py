"""Accounts in the administration: found by name and address, passwords never shown."""

from __future__ import annotations

from typing import Final, final

from django.contrib import admin
from django.http import HttpRequest

from frechet_site.accounts.models import User

POWERS: Final = ("is_staff", "is_superuser", "groups", "user_permissions")


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

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Who may edit accounts gives nobody more power, themselves included."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever writes the address of an account can have its password set anew."""
        stands_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not stands_above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The account of an administrator is deleted by one."""
        stands_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not stands_above and super().has_delete_permission(request, obj)
