"""Mail to those who follow a question; each letter says how to have no more.

The link in the letter carries a signed name of the follower and needs no login. What goes wrong
with the mail is logged and never keeps an answer from being saved.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from django.core import mail, signing
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from frechet_site.accounts.models import User, display
from frechet_site.community.models import Answer, Follower, Question
from frechet_site.lib.origin import whole_address

SALT: Final = "community.stop"


def follow(user: User, question: Question) -> None:
    """Send mail about new answers from now on."""
    Follower.objects.get_or_create(user=user, question=question)


def tell_followers(request: HttpRequest, answer: Answer) -> None:
    """Send mail about an answer when it is safely saved."""
    letters = [_letter(request, answer, follower) for follower in _readers(answer)]
    transaction.on_commit(partial(_send, letters), robust=True)


def _readers(answer: Answer) -> list[Follower]:
    followers = Follower.objects.filter(question=answer.question, user__is_active=True)
    return list(
        followers.exclude(Q(user=answer.author) | Q(user__silence__isnull=False)).select_related("user")
    )


def _send(letters: list[mail.EmailMessage]) -> None:
    if letters:
        mail.get_connection().send_messages(letters)


def _letter(request: HttpRequest, answer: Answer, follower: Follower) -> mail.EmailMessage:
    stop = whole_address(reverse("community:stop", args=[stop_token(follower)]), request)
    context = {
        "name": display(follower.user),
        "author": display(answer.author),
        "question": answer.question,
        "answer": answer,
        "address": whole_address(answer.get_absolute_url(), request),
        "stop": stop,
    }
    title = " ".join(answer.question.title.split())
    return mail.EmailMessage(
        subject=f"An answer to “{title}”",
        body=render_to_string("community/mail/answer.txt", context),
        to=[follower.user.email],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def stop_token(follower: Follower) -> str:
    """Return the text by which a follower is known in a link."""
    return signing.dumps([follower.user_id, follower.question_id], salt=SALT)


def stop(token: str) -> Question | None:
    """End the mail to a follower, and return the question; None for a link that is not ours."""
    try:
        user, question = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    Follower.objects.filter(user_id=user, question_id=question).delete()
    return Question.objects.filter(pk=question).first()
