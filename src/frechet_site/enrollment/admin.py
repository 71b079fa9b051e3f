"""Offers, coupons, orders and registrations for instructors."""

from __future__ import annotations

from typing import final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from frechet_site.enrollment import orders
from frechet_site.enrollment.forms import CouponEditForm
from frechet_site.enrollment.models import Announcement, Coupon, Delivery, Offer, Order, Registration, State
from frechet_site.enrollment.progress import learners
from frechet_site.enrollment.spreadsheet import csv_response


@final
@admin.register(Offer)
class OfferAdmin(admin.ModelAdmin[Offer]):
    """The price of the course."""

    list_display = ("course", "price", "list_price", "currency", "is_open")
    readonly_fields = ("course",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one offer a course; it is made by itself."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        """Orders refer to it."""
        return False


@final
@admin.register(Coupon)
class CouponAdmin(admin.ModelAdmin[Coupon]):
    """Coupons."""

    form = CouponEditForm
    fieldsets = (
        (None, {"fields": ("code", ("percent", "amount"))}),
        ("Limits", {"fields": (("use_limit", "per_user_limit"), "expires", "is_active")}),
        ("For you", {"fields": ("note", "used", "created")}),
    )
    list_display = (
        "code",
        "percent",
        "amount",
        "used",
        "use_limit",
        "expires",
        "is_active",
        "note",
    )
    list_filter = ("is_active",)
    search_fields = ("code", "note")
    readonly_fields = ("used", "created")


@final
@admin.register(Order)
class OrderAdmin(admin.ModelAdmin[Order]):
    """Orders: confirmed, canceled and refunded here, written by nobody."""

    list_display = ("number", "address", "to_pay", "coupon", "provider", "state", "created", "settled")
    list_filter = ("state", "provider")
    search_fields = ("key", "user__email", "user__display_name", "reference")
    list_select_related = ("user", "coupon")
    actions = ("confirm", "cancel", "refund")

    @admin.display(description="order", ordering="key")
    def number(self, order: Order) -> str:
        """Show the first digits: all of them stand on the order's own page."""
        return str(order.key)[:8]

    @admin.display(description="learner", ordering="user__email")
    def address(self, order: Order) -> str:
        """Show by address who ordered."""
        return order.user.email if order.user is not None else "(deleted)"

    @admin.display(description="to pay")
    def to_pay(self, order: Order) -> str:
        """Show the amount as people read it."""
        return order.total_written

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Orders come from learners."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """The books are kept."""
        return False

    @admin.action(description="Confirm the payment: register the person", permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Register people whose money has come."""
        done = sum(orders.settle(order) for order in queryset.filter(state=State.OPEN))
        messages.success(request, f"{done} confirmed and registered.")

    @admin.action(description="Cancel the order", permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Give orders up that were not paid."""
        done = sum(orders.cancel(order) for order in queryset.filter(provider="manual"))
        messages.success(request, f"{done} canceled. Online payments end by themselves within a day.")

    @admin.action(description="Note that the money went back: end the registration", permissions=["change"])
    def refund(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """End registrations whose money was given back."""
        done = sum(orders.refund(order) for order in queryset)
        messages.success(request, f"{done} noted as refunded.")


@final
@admin.register(Registration)
class RegistrationAdmin(admin.ModelAdmin[Registration]):
    """Who is registered. Adding one here registers a person without an order."""

    list_display = ("user", "address", "created", "order", "withdrawn", "barred")
    list_filter = (("withdrawn", admin.EmptyFieldListFilter), "barred")
    search_fields = ("user__email", "user__display_name")
    list_select_related = ("user", "order")
    autocomplete_fields = ("user",)
    fields = ("user", "offer", "order", "withdrawn", "barred")
    readonly_fields = ("order", "withdrawn", "barred")
    actions = ("export", "withdraw", "restore")

    @admin.display(description="address", ordering="user__email")
    def address(self, registration: Registration) -> str:
        """Show by address who is registered."""
        return registration.user.email

    @admin.action(description="Export with progress (CSV)", permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Registration]) -> HttpResponse:
        """Send the chosen registrations as a table."""
        rows = (
            (
                learner.registration.user.display_name,
                learner.registration.user.email,
                learner.registration.created.date(),
                learner.read,
                learner.solved,
                learner.percent,
            )
            for learner in learners(queryset.select_related("user"))
        )
        head = ("name", "address", "registered", "lectures read", "exercises solved", "percent")
        return csv_response("registrations", head, rows)

    @admin.action(description="End the registration", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        """Close the course to people, who cannot register by themselves again."""
        messages.success(request, f"{orders.end(queryset)} ended. Only you can admit these people again.")

    @admin.action(description="Admit again", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        """Open the course to people again."""
        messages.success(request, f"{orders.admit(queryset)} admitted again.")


@final
class DeliveryInline(admin.TabularInline[Delivery, Announcement]):
    """To whom an announcement went."""

    model = Delivery
    fields = ("user", "sent")
    readonly_fields = ("user", "sent")
    extra = 0
    can_delete = False
    max_num = 0


@final
@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin[Announcement]):
    """What was sent; announcements are written on the instructor's page."""

    list_display = ("subject", "author", "created")
    inlines = (DeliveryInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are written on the instructor's page, where they are sent."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Announcement | None = None) -> bool:
        """What was sent stays as it was."""
        return False
