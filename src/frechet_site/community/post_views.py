"""What can be done with any post: preview, vote, edit, delete, report, hide."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frechet_site.accounts.people import person
from frechet_site.community.forms import AnswerForm, PreviewForm, QuestionForm, ReportForm, SuggestionForm
from frechet_site.community.formulas import formula_post_html
from frechet_site.community.models import KINDS, Answer, Post, Question, Report, Suggestion, Vote, kind_of
from frechet_site.community.posts import own_post_or_404, post_or_404, preview_of
from frechet_site.lib.ratelimit import SHARED, limited, seconds_to_wait, too_many

FORMS: Final = {"question": QuestionForm, "answer": AnswerForm, "suggestion": SuggestionForm}


@require_POST
@login_required
@limited("typing")
def preview(request: HttpRequest) -> HttpResponse:
    """Show how a text will look as a post."""
    form = PreviewForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    context = {"preview": formula_post_html(text), "too_long": not form.is_valid()}
    return render(request, "community/parts/preview.html", context)


@require_POST
@login_required
@limited("answer")
def vote(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Vote for a post, or take the vote back; nobody votes for themselves."""
    post, user = post_or_404(kind, number, request.user), person(request)
    if post.author_id == user.pk:
        raise PermissionDenied
    about: dict[str, Any] = {"user": user, kind: post}
    if request.POST.get("vote") == "no":
        Vote.objects.filter(**about).delete()
    else:
        Vote.objects.get_or_create(**about)
    if not request.headers.get("HX-Request"):
        return redirect(post)
    shown = {
        "post": post,
        "kind": kind,
        "score": post.votes.count(),
        "mine": post.votes.filter(user=user).exists(),
    }
    return render(request, "community/parts/vote.html", shown)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("engine")
def edit(request: HttpRequest, kind: str, number: int) -> HttpResponseBase:
    """Change a post of one's own."""
    post = own_post_or_404(kind, number, person(request))
    form = FORMS[kind](request.POST or None, instance=post)
    preview = preview_of(request)
    if request.method != "POST" or preview is not None or not form.is_valid():
        return render(
            request, "community/edit.html", {"form": form, "post": post, "kind": kind, "preview": preview}
        )
    if wait := seconds_to_wait(request, "post", SHARED):
        return too_many(request, wait)
    changed = form.save(commit=False)
    changed.edited = timezone.now()
    changed.render().save()
    return redirect(changed)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Delete a post of one's own, after a question."""
    post = own_post_or_404(kind, number, person(request))
    if request.method != "POST":
        return render(request, "community/delete.html", {"post": post, "kind": kind})
    post.delete()
    messages.success(request, f"Your {kind} is deleted.")
    return redirect("community:suggestions" if isinstance(post, Suggestion) else "community:index")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, kind: str, number: int) -> HttpResponseBase:
    """Ask the staff to look at a post: once a person."""
    post = post_or_404(kind, number, request.user)
    form = ReportForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "community/report.html", {"form": form, "post": post, "kind": kind})
    if wait := seconds_to_wait(request, "post", SHARED):
        return too_many(request, wait)
    found = form.save(commit=False)
    found.reporter = person(request)
    setattr(found, kind, post)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        messages.info(request, "You have reported this before. We have not forgotten it.")
    else:
        messages.success(request, "Thank you. An instructor will look at it.")
    return redirect(post)


def staff(request: HttpRequest) -> None:
    """Let nobody through but the staff."""
    if not person(request).is_staff:
        raise PermissionDenied


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Show what was reported and is not settled, to the staff."""
    staff(request)
    open_reports = Report.objects.filter(settled=None).select_related(
        "reporter", "answer__question", *(f"{kind}__author" for kind in KINDS)
    )
    hidden: list[Post] = [
        *Question.objects.filter(hidden=True),
        *Answer.objects.filter(hidden=True).select_related("question"),
        *Suggestion.objects.filter(hidden=True),
    ]
    context = {"reports": open_reports, "hidden": [(kind_of(post), post) for post in hidden]}
    return render(request, "community/reports.html", context)


@login_required
@require_POST
def moderate(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Hide a post, show it again, or leave it: its reports are settled by that."""
    staff(request)
    post = post_or_404(kind, number, request.user)
    verdict = request.POST.get("verdict")
    if verdict in {"hide", "restore"}:
        KINDS[kind]._default_manager.filter(pk=post.pk).update(hidden=verdict == "hide")
    post.reports.filter(settled=None).update(settled=timezone.now(), settled_by=person(request))
    words = {"hide": "hidden", "restore": "shown again"}.get(str(verdict), "left as it is")
    messages.success(request, f"The {kind} is {words}.")
    return redirect("community:reports")
