"""The instructor's pages: numbers, learners, announcements."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frechet_site.accounts.people import person
from frechet_site.enrollment import progress
from frechet_site.enrollment.announcements import announce, deliver
from frechet_site.enrollment.forms import AnnouncementForm, LearnerSearchForm
from frechet_site.enrollment.models import Announcement, Coupon
from frechet_site.enrollment.offers import current_offer
from frechet_site.enrollment.spreadsheet import csv_response

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PAGE: Final = 50
MOST_ANNOUNCEMENTS: Final = 20
# How long a request may spend on sending letters; the rest is sent by the next one.
SENDING_SECONDS: Final = 8.0
HEAD: Final = ("name", "address", "registered", "lectures read", "exercises solved", "percent", "last active")


def instructors_only(view: View[P]) -> View[P]:
    """Let nobody else in."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not person(request).is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@instructors_only
def overview(request: HttpRequest) -> HttpResponse:
    """Show the numbers that an instructor looks at."""
    context = {
        **progress.overview(),
        "waiting": progress.waiting(),
        "offer": current_offer(),
        "coupons": Coupon.objects.all()[:10],
    }
    return render(request, "enrollment/instructor.html", context)


@require_safe
@instructors_only
def learners(request: HttpRequest) -> HttpResponse:
    """List who is registered and how far they are."""
    form = LearnerSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = progress.registered_now()
    if words:
        found = found.filter(Q(user__display_name__icontains=words) | Q(user__email__icontains=words))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "learners": progress.learners(page.object_list),
        "lectures": progress.lectures_in_all(),
        "exercises": progress.exercises_in_all(),
    }
    return render(request, "enrollment/learners.html", context)


@require_safe
@instructors_only
def learners_csv(request: HttpRequest) -> HttpResponse:
    """Send the list of learners as a table."""
    rows = (
        (
            learner.registration.user.display_name,
            learner.registration.user.email,
            learner.registration.created.date(),
            learner.read,
            learner.solved,
            learner.percent,
            learner.active.date() if learner.active else None,
        )
        for learner in progress.learners(progress.registered_now())
    )
    return csv_response("learners", HEAD, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@instructors_only
def announcements(request: HttpRequest) -> HttpResponse:
    """Write to everybody who is registered."""
    form = AnnouncementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _report(request, deliver(announce(person(request), data["subject"], data["body"]), SENDING_SECONDS))
        return redirect("enrollment:announcements")
    context = {
        "form": form,
        "announcements": Announcement.objects.annotate(
            left=Count("deliveries", filter=Q(deliveries__sent=None)), sent=Count("deliveries__sent")
        )[:MOST_ANNOUNCEMENTS],
        "recipients": progress.registered_now().filter(user__is_active=True).count(),
    }
    return render(request, "enrollment/announcements.html", context)


@require_POST
@instructors_only
def send_rest(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Send what of an announcement has not left yet."""
    _report(request, deliver(get_object_or_404(Announcement, pk=announcement_id), SENDING_SECONDS))
    return redirect("enrollment:announcements")


def _report(request: HttpRequest, left: int) -> None:
    if left:
        messages.warning(request, f"{left} letters are not sent yet. Send the rest below.")
    else:
        messages.success(request, "The announcement is sent.")
