"""The suggestion box: who is signed in suggests and votes, the staff says what becomes of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from frechet_site.accounts.models import User
from frechet_site.community.forms import StatusForm, SuggestionForm
from frechet_site.community.models import Status, Suggestion
from frechet_site.community.post_views import staff
from frechet_site.community.posts import finish, kept_once, preview_of, visible, with_votes
from frechet_site.lib.ratelimit import SHARED, limited, seconds_to_wait, too_many

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@limited("engine")
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """List the suggestions, the most wanted first, and take a new one."""
    user = request.user
    if request.method == "POST" and not isinstance(user, User):
        return redirect("account_login")
    form = SuggestionForm(request.POST or None)
    preview = preview_of(request)
    if request.method == "POST" and preview is None and form.is_valid() and isinstance(user, User):
        if wait := seconds_to_wait(request, "post", SHARED):
            return too_many(request, wait)
        return redirect(_suggested(user, form))
    status = request.GET.get("status", "")
    found = with_votes(visible(Suggestion.objects.all(), user), user, "suggestion")
    found = found.order_by(F("score").desc(), "-created")
    if status in Status.values:
        found = found.filter(status=status)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    finish(page.object_list)
    context = {"form": form, "page": page, "statuses": Status.choices, "status": status, "preview": preview}
    return render(request, "community/suggestions.html", context)


def _suggested(author: User, form: SuggestionForm) -> Suggestion:
    """Keep a suggestion; the same one, sent twice, is kept once."""
    draft: Suggestion = form.save(commit=False)
    draft.author = author
    return kept_once(draft.render(), "title", "text")[0]


@login_required
@require_POST
def set_status(request: HttpRequest, number: int) -> HttpResponse:
    """Say what becomes of a suggestion."""
    staff(request)
    form = StatusForm(request.POST, instance=get_object_or_404(Suggestion, pk=number))
    if form.is_valid():
        form.save()
        messages.success(request, "The status is set.")
    return redirect(form.instance)
