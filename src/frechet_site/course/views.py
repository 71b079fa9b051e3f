"""The pages of the course: overview, section, lecture, and what a reader does in a lecture."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from frechet.course.content import Lecture
from frechet.course.labs import exported, lab_of
from frechet_site.accounts.models import Layout, User
from frechet_site.course.content import course, lecture_or_404, lectures_by_id, page_of, section_or_404
from frechet_site.course.forms import LayoutForm, PlaceForm
from frechet_site.course.models import Reading
from frechet_site.course.progress import next_lecture, overview, progress_of, row_of, section_row
from frechet_site.course.rendering import personal_body
from frechet_site.enrollment.access import may_read, may_read_all
from frechet_site.enrollment.offers import invitation
from frechet_site.lib.ratelimit import limited

LAB_FORMATS: Final = {"ipynb": "application/x-ipynb+json", "py": "text/x-python"}
A_YEAR: Final = 365 * 24 * 3600


def layout_of(request: HttpRequest) -> str:
    """Return the layout of Jacobians that a reader chose."""
    if isinstance(request.user, User):
        return request.user.layout
    chosen = request.COOKIES.get("layout", "")
    return chosen if chosen in Layout.values else Layout.NUMERATOR.value


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Show the course: its sections and lectures, and how far the reader is."""
    done = progress_of(request.user)
    lecture, place = next_lecture(done)
    sections = overview(done)
    context = {
        "about": course().about,
        "sections": sections,
        "next": lecture,
        "next_place": place,
        "begun": bool(done.last or done.solved),
        "read": len(done.read),
        "solved": len(done.solved),
        "exercises": sum(row.exercises for section in sections for row in section.rows),
        "lectures": len(lectures_by_id()),
        "hours": round(sum(lecture.seconds for lecture in course().lectures) / 3600),
        "layout_form": LayoutForm({"layout": layout_of(request)}),
        "invitation": None if may_read_all(request.user) else invitation(),
    }
    return render(request, "course/contents.html", context)


@require_safe
def section(request: HttpRequest, section_id: str) -> HttpResponse:
    """Show a section."""
    found = section_or_404(section_id)
    sections = course().sections
    at = sections.index(found)
    context = {
        "section": section_row(found, progress_of(request.user)),
        "number": at + 1,
        "before": sections[at - 1] if at else None,
        "after": sections[at + 1] if at + 1 < len(sections) else None,
    }
    return render(request, "course/section.html", context)


@require_safe
def lecture(request: HttpRequest, lecture_id: str) -> HttpResponse:
    """Show a lecture, or what it is about to those who may not read it."""
    found = lecture_or_404(lecture_id)
    done = progress_of(request.user)
    before, after = course().next_to(found)
    context = {
        "lecture": found,
        "section": section_or_404(found.section),
        "page": page_of(lecture_id),
        "row": row_of(found, done),
        "needs": [lectures_by_id()[name] for name in found.prerequisites if name in lectures_by_id()],
        "before": before,
        "after": after,
        "place": done.last.place if done.last is not None and done.last.lecture == lecture_id else "",
    }
    if not may_read(request.user, lecture_id):
        return render(request, "course/closed.html", context, status=403)
    layout = layout_of(request)
    context["body"] = personal_body(request, lecture_id, layout, done.solved)
    context["layout_form"] = LayoutForm({"layout": layout})
    return render(request, "course/lecture.html", context)


def readable_or_404(request: HttpRequest, lecture_id: str) -> Lecture:
    """Return a lecture that the reader may open; what belongs to another one does not exist for them."""
    found = lecture_or_404(lecture_id)
    if not may_read(request.user, lecture_id):
        raise Http404
    return found


@require_POST
@login_required
@limited("typing")
def mark_read(request: HttpRequest, lecture_id: str) -> HttpResponse:
    """Mark a lecture as read, or as not read."""
    assert isinstance(request.user, User)
    found = readable_or_404(request, lecture_id)
    read = request.POST.get("read") == "yes"
    Reading.note(request.user, found.id, finished=timezone.now() if read else None)
    _, after = course().next_to(found)
    if read and after is not None:
        messages.success(request, f"“{found.title}” is marked as read.")
        return redirect("course:lecture", after.id)
    return redirect("course:lecture", found.id)


@require_POST
@login_required
@limited("typing")
def note_place(request: HttpRequest, lecture_id: str) -> HttpResponse:
    """Keep where in a lecture the reader is, so that they can go on from there."""
    assert isinstance(request.user, User)
    form = PlaceForm(request.POST)
    if form.is_valid():
        Reading.note(request.user, readable_or_404(request, lecture_id).id, place=form.cleaned_data["place"])
    return HttpResponse(status=204)


@require_safe
def lab(request: HttpRequest, lecture_id: str, form: str) -> HttpResponse:
    """Send the lab of a lecture as a notebook or a Python file."""
    found = readable_or_404(request, lecture_id)
    if form not in LAB_FORMATS or not found.has_lab:
        raise Http404
    response = HttpResponse(exported(lab_of(found), form), content_type=LAB_FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="{found.id}.{form}"'
    return response


@require_POST
def choose_layout(request: HttpRequest) -> HttpResponse:
    """Keep the layout of Jacobians that the whole course follows."""
    form = LayoutForm(request.POST)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse("course:contents")
    response = redirect(target)
    if form.is_valid() and isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(layout=form.cleaned_data["layout"])
    elif form.is_valid():
        secure = bool(settings.SESSION_COOKIE_SECURE)
        chosen = form.cleaned_data["layout"]
        response.set_cookie("layout", chosen, max_age=A_YEAR, samesite="Lax", secure=secure)
    return response
