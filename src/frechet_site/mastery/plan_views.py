"""The study plan: a page that follows from its address, and the same as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from frechet.course.content import Lecture
from frechet_site.course.content import course
from frechet_site.course.progress import progress_of
from frechet_site.lib.origin import whole_address
from frechet_site.mastery.calendar import calendar_of
from frechet_site.mastery.forms import PlanForm, first_plan
from frechet_site.mastery.plan import Sitting, minutes_needed, plan


def _lectures(request: HttpRequest, form: PlanForm) -> list[Lecture]:
    read = progress_of(request.user).read if form.cleaned_data["unread"] else frozenset()
    chosen = form.cleaned_data["section"]
    return [
        lecture for lecture in course().lectures if lecture.id not in read and chosen in ("", lecture.section)
    ]


def _planned(lectures: Sequence[Lecture], form: PlanForm) -> tuple[list[Sitting], int]:
    asked = form.cleaned_data
    weekdays = {int(day) for day in asked["weekdays"]}
    minutes = asked["minutes"]
    if asked["finish"]:
        minutes = minutes_needed(lectures, asked["start"], asked["finish"], weekdays)
    return plan(lectures, asked["start"], weekdays, minutes), minutes


@require_safe
def study_plan(request: HttpRequest) -> HttpResponse:
    """Show a plan."""
    form = PlanForm(request.GET or first_plan())
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        sittings, minutes = _planned(_lectures(request, form), form)
        context |= {"sittings": sittings, "minutes": minutes, "query": request.GET.urlencode()}
        context["hours"] = round(sum(sitting.minutes for sitting in sittings) / 60)
    return render(request, "mastery/plan.html", context)


@require_safe
def study_calendar(request: HttpRequest) -> HttpResponse:
    """Send a plan as a calendar file."""
    form = PlanForm(request.GET or first_plan())
    if not form.is_valid():
        return redirect("mastery:plan")
    sittings, _ = _planned(_lectures(request, form), form)

    def address(lecture: str) -> str:
        return whole_address(reverse("course:lecture", args=[lecture]), request)

    asked = form.cleaned_data
    content = calendar_of(sittings, asked["begin"], asked["start"], timezone.now(), address)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="frechet-study-plan.ics"'
    return response
