"""Beside a lecture: a note of one's own, and the questions about it. And the choice of mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frechet_site.accounts.models import User
from frechet_site.accounts.people import person
from frechet_site.community.finding import questions
from frechet_site.community.forms import NoteForm
from frechet_site.community.lectures import title_of, titles
from frechet_site.community.models import Follower, Note, Silence
from frechet_site.community.notices import stop
from frechet_site.lib.markdown import post_html
from frechet_site.lib.ratelimit import limited

FEW = 5


def _lecture_or_404(lecture: str) -> str:
    if lecture not in titles():
        raise Http404
    return lecture


def note_of(user: object, lecture: str) -> Note | None:
    """Return the note of a person on a lecture."""
    return Note.objects.filter(user=user, lecture=lecture).first() if isinstance(user, User) else None


@require_safe
def beside(request: HttpRequest, lecture: str) -> HttpResponse:
    """Return the panel that stands beside a lecture."""
    found = questions(request.user, lecture=_lecture_or_404(lecture))
    note = note_of(request.user, lecture)
    context = {
        "lecture": lecture,
        "questions": found[:FEW],
        "more": found.count() > FEW,
        "note": note,
        "form": NoteForm(instance=note, auto_id="note_%s"),
    }
    return render(request, "community/parts/beside.html", context)


@login_required
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """Show all notes of one's own."""
    found = [
        {"note": note, "title": title_of(note.lecture), "html": post_html(note.text)}
        for note in Note.objects.filter(user=person(request))
    ]
    return render(request, "community/notes.html", {"notes": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("typing")
def note(request: HttpRequest, lecture: str) -> HttpResponse:
    """Show and keep the note on a lecture: sent by a button, or by itself while one writes."""
    found, user = note_of(request.user, _lecture_or_404(lecture)), person(request)
    form = NoteForm(request.POST or None, instance=found, auto_id="note_%s")
    saved = request.method == "POST" and form.is_valid()
    if saved:
        _keep(user, lecture, form.cleaned_data["text"])
    if request.headers.get("HX-Request"):
        return render(request, "community/parts/saved.html", {"saved": saved, "form": form})
    if saved:
        messages.success(request, "Your note is kept.")
        return redirect("community:note", lecture)
    return render(
        request, "community/note.html", {"form": form, "lecture": lecture, "title": title_of(lecture)}
    )


def _keep(user: User, lecture: str, text: str) -> None:
    if text.strip():
        kept = {"text": text, "changed": timezone.now()}
        Note.objects.update_or_create(user=user, lecture=lecture, defaults=kept)
    else:
        Note.objects.filter(user=user, lecture=lecture).delete()


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show which mail one gets."""
    user = person(request)
    followed = Follower.objects.filter(user=user).select_related("question")
    silent = Silence.objects.filter(user=user).exists()
    return render(request, "community/notices.html", {"followed": followed, "silent": silent})


@login_required
@require_POST
def set_notices(request: HttpRequest) -> HttpResponse:
    """Have all mail of the community stopped, or let it come again."""
    if request.POST.get("mail") == "no":
        Silence.objects.get_or_create(user=person(request))
    else:
        Silence.objects.filter(user=person(request)).delete()
    messages.success(request, "Your choice is kept.")
    return redirect("community:notices")


@csrf_exempt  # a mail program sends this form when its reader presses "unsubscribe"
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """End the mail about a question, by the link of a letter."""
    question = stop(token) if request.method == "POST" else None
    done = request.method == "POST"
    return render(request, "community/stop.html", {"question": question, "done": done})
