"""Registration: the offer, the order, its payment."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from frechet.course.content import content_folder
from frechet.course.practice import library
from frechet_site.accounts.models import User
from frechet_site.accounts.people import person
from frechet_site.enrollment import orders
from frechet_site.enrollment.access import is_barred, is_registered
from frechet_site.enrollment.coupons import find_coupon
from frechet_site.enrollment.errors import EnrollmentError
from frechet_site.enrollment.forms import CouponForm, RegistrationForm
from frechet_site.enrollment.models import Coupon, Order, State
from frechet_site.enrollment.offers import current_offer, quote, the_course
from frechet_site.enrollment.providers import named, offered
from frechet_site.enrollment.providers.provider import Return
from frechet_site.lib.origin import whole_address
from frechet_site.lib.ratelimit import SHARED, limited, seconds_to_wait, too_many


@require_safe
def offer(request: HttpRequest) -> HttpResponseBase:
    """Show the course, its price, and what a coupon makes of it."""
    form = CouponForm(request.GET)
    code = form.cleaned_data["coupon"] if form.is_valid() else ""
    if code and (wait := seconds_to_wait(request, "coupon", SHARED)):
        return too_many(request, wait)
    coupon, error = _coupon(code, request.user if isinstance(request.user, User) else None)
    found, course = current_offer(), the_course()
    context = {
        "about": course.about,
        "sections": course.sections,
        "lectures": len(course.lectures),
        "previews": [lecture for lecture in course.lectures if lecture.preview],
        "exercises": len(library(content_folder()).exercises),
        "hours": round(sum(lecture.seconds for lecture in course.lectures) / 3600),
        "offer": found,
        "quote": quote(found, coupon),
        "coupon": coupon,
        "error": error,
        "coupon_form": form,
        "key": uuid.uuid4(),
        "providers": offered(found),
        "registered": is_registered(request.user),
        "barred": is_barred(request.user),
        "here": request.get_full_path(),
        "waiting": _waiting(request),
    }
    return render(request, "enrollment/offer.html", context)


def _coupon(code: str, user: User | None) -> tuple[Coupon | None, EnrollmentError | None]:
    try:
        return (find_coupon(code, user) if code else None), None
    except EnrollmentError as error:
        return None, error


def _waiting(request: HttpRequest) -> Order | None:
    if not request.user.is_authenticated:
        return None
    return Order.objects.filter(user=request.user, state=State.OPEN).first()


@require_POST
@login_required
@limited("coupon", SHARED)
def register(request: HttpRequest) -> HttpResponse:
    """Place the order; what costs nothing is done with that."""
    form = RegistrationForm(request.POST)
    found = current_offer()
    if not form.is_valid():
        messages.error(request, "This form is out of date. Try again.")
        return redirect("enrollment:offer")
    wish = form.wish()
    try:
        if quote(found, _coupon(wish.coupon, None)[0]).total and not any(
            provider.name == wish.provider for provider in offered(found)
        ):
            raise EnrollmentError("Choose how to pay.", hint="The ways to pay stand under the price.")
        order = orders.place(person(request), found, wish)
    except EnrollmentError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("enrollment:offer")
    if order.state == State.OPEN:
        _begin(request, order)
        return redirect("enrollment:order", order.key)
    messages.success(request, "You are registered. Welcome to the course.")
    return redirect("course:contents")


def _begin(request: HttpRequest, order: Order) -> None:
    """Open the payment; when that fails, the order's page offers to try again."""
    page = whole_address(reverse("enrollment:order", args=[order.key]), request)
    try:
        orders.begin_payment(order, named(order.provider), Return(f"{page}?returned=1", page))
    except EnrollmentError as error:
        messages.error(request, f"{error.message} {error.hint}")


def own_order(request: HttpRequest, key: uuid.UUID) -> Order:
    """Return an order of one's own; those of others do not exist."""
    found = Order.objects.select_related("offer", "coupon").filter(key=key, user=person(request)).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def order(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show an order and what has become of it."""
    found = own_order(request, key)
    context = {
        "order": found,
        "course": the_course().about,
        "provider": named(found.provider),
        "returned": "returned" in request.GET,
    }
    return render(request, "enrollment/order.html", context)


@require_POST
@login_required
@limited("coupon", SHARED)
def pay(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Open the payment of an order again."""
    found = own_order(request, key)
    if found.state == State.OPEN:
        _begin(request, found)
    return redirect("enrollment:order", found.key)


@require_POST
@login_required
@limited("coupon", SHARED)
def look(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask the provider what has become of a payment, for the case that its message is late."""
    found = own_order(request, key)
    if found.state == State.OPEN:
        orders.follow(found, named(found.provider).look(found))
    if found.state == State.OPEN:
        messages.info(request, "The payment has not arrived yet.")
    return redirect("enrollment:order", found.key)


@require_POST
@login_required
@limited("coupon", SHARED)
def cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give an order up that is not paid."""
    found = own_order(request, key)
    try:
        if found.state == State.OPEN:
            named(found.provider).abandon(found)
    except EnrollmentError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("enrollment:order", found.key)
    if orders.cancel(found):
        messages.success(request, "The order is canceled. Nothing was charged.")
    return redirect("enrollment:offer")
