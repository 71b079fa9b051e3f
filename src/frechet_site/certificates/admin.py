"""Certificates for instructors: names corrected, certificates revoked."""

from __future__ import annotations

from typing import final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from frechet_site.certificates.issuing import revoke
from frechet_site.certificates.models import Certificate


@final
@admin.register(Certificate)
class CertificateAdmin(admin.ModelAdmin[Certificate]):
    """Certificates. They are issued by the site alone."""

    list_display = ("name", "user", "title", "issued", "revoked", "number")
    list_filter = (("revoked", admin.EmptyFieldListFilter),)
    search_fields = ("name", "number", "user__email")
    list_select_related = ("user",)
    fields = ("name", "reason", "user", "title", "issued", "revoked", "number")
    readonly_fields = ("user", "title", "issued", "revoked", "number")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A certificate comes from work that was done."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        """A certificate is revoked, not deleted: its page says so."""
        return False

    @admin.action(description="Revoke (write the reason into the certificate first)", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        """Revoke certificates."""
        done = sum(revoke(certificate) for certificate in queryset)
        messages.success(request, f"{done} revoked. Their pages say so from now on.")
