"""Questions and their answers: list, ask, read, answer, accept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frechet_site.accounts.models import User
from frechet_site.accounts.people import person
from frechet_site.community.finding import questions
from frechet_site.community.forms import SORTS, AnswerForm, FindForm, QuestionForm
from frechet_site.community.lectures import title_of
from frechet_site.community.models import Answer, Question
from frechet_site.community.notices import follow, tell_followers
from frechet_site.community.posts import finish, kept_once, preview_of, visible, with_votes
from frechet_site.lib.ratelimit import SHARED, limited, seconds_to_wait, too_many

A_PAGE = 20


@require_safe
@limited("typing")
def index(request: HttpRequest) -> HttpResponse:
    """List the questions."""
    form = FindForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    lecture, sort = asked.get("lecture", ""), asked.get("sort") or "new"
    found = questions(request.user, asked.get("q", ""), lecture, sort)
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "q": asked.get("q", ""),
        "lecture": lecture,
        "lecture_title": title_of(lecture) if lecture else "",
        "sort": sort,
        "sorts": SORTS,
    }
    return render(request, "community/index.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("engine")
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask a question; the button "Preview" only shows it."""
    given = {name: request.GET.get(name, "") for name in ("lecture", "step", "title")}
    form = QuestionForm(request.POST or None, initial=given)
    context = {"form": form, "preview": preview_of(request)}
    if request.method != "POST" or "preview" in request.POST or not form.is_valid():
        return render(request, "community/ask.html", context)
    if wait := seconds_to_wait(request, "post", SHARED):
        return too_many(request, wait)
    return redirect(_asked(person(request), form))


def _asked(author: User, form: QuestionForm) -> Question:
    """Keep a question; the same one, sent twice, is kept once."""
    draft: Question = form.save(commit=False)
    draft.author = author
    draft.render()
    with transaction.atomic():
        question, is_new = kept_once(draft, "title", "text")
        if is_new and form.cleaned_data["notify"]:
            follow(author, question)
    return question


@require_safe
@limited("engine")
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show a question with its answers."""
    return render(request, "community/question.html", _shown(request, number))


def _shown(request: HttpRequest, number: int) -> dict[str, object]:
    found = with_votes(visible(Question.objects.all(), request.user), request.user, "question")
    question = get_object_or_404(found, pk=number)
    answers = with_votes(visible(question.answers.all(), request.user), request.user, "answer")
    listed = sorted(answers, key=lambda a: (a.pk != question.accepted_id, -a.score, a.created))
    finish([question, *listed])
    user = request.user
    return {
        "question": question,
        "answers": listed,
        "form": AnswerForm(),
        "may_accept": isinstance(user, User) and (user.is_staff or user.pk == question.author_id),
        "follows": isinstance(user, User) and question.followers.filter(user=user).exists(),
    }


@login_required
@require_POST
@limited("engine")
def answer(request: HttpRequest, number: int) -> HttpResponseBase:
    """Answer a question."""
    question = get_object_or_404(visible(Question.objects.all(), request.user), pk=number)
    form = AnswerForm(request.POST)
    if "preview" in request.POST or not form.is_valid():
        context = _shown(request, number)
        return render(
            request, "community/question.html", {**context, "form": form, "preview": preview_of(request)}
        )
    if wait := seconds_to_wait(request, "post", SHARED):
        return too_many(request, wait)
    draft = Answer(author=person(request), question=question, text=form.cleaned_data["text"]).render()
    found, is_new = kept_once(draft, "question", "text")
    if is_new:
        tell_followers(request, found)
    return redirect(found)


@login_required
@require_POST
@limited("answer")
def accept(request: HttpRequest, number: int) -> HttpResponse:
    """Mark an answer as the one that helped, or take the mark away: the asker's right, and the staff's."""
    chosen = get_object_or_404(visible(Answer.objects.select_related("question"), request.user), pk=number)
    question, user = chosen.question, person(request)
    if not (user.is_staff or question.author_id == user.pk):
        raise Http404
    accepted = None if question.accepted_id == chosen.pk else chosen
    Question.objects.filter(pk=question.pk).update(accepted=accepted)
    messages.success(request, "The answer is accepted." if accepted else "The answer is no longer accepted.")
    return redirect(question)


@login_required
@require_POST
def set_follow(request: HttpRequest, number: int) -> HttpResponse:
    """Follow a question by mail, or stop that."""
    question = get_object_or_404(visible(Question.objects.all(), request.user), pk=number)
    if request.POST.get("follow") == "yes":
        follow(person(request), question)
    else:
        question.followers.filter(user=person(request)).delete()
    return redirect(question)
