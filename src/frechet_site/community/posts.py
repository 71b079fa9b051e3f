"""Which posts a person sees, which they may change, and how one is kept: here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import transaction
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from frechet_site.accounts.models import User
from frechet_site.community.formulas import Rendered, formula_post_html
from frechet_site.community.models import (
    KINDS,
    POST_CHARACTERS,
    Answer,
    Post,
    Question,
    Suggestion,
    Vote,
    kind_of,
)

Reader = User | AnonymousUser
SECONDS_BETWEEN_TRIES: Final = 120
P = TypeVar("P", bound=Model)
AnyPost = TypeVar("AnyPost", Question, Answer, Suggestion)


def visible(posts: QuerySet[P], reader: Reader) -> QuerySet[P]:
    """Leave out what is hidden, but not from its author and not from the staff."""
    if isinstance(reader, User) and reader.is_staff:
        return posts
    own, shown = reader.pk or 0, Q(hidden=False)
    if posts.model is Answer:  # an answer goes with its question
        shown &= Q(question__hidden=False) | Q(question__author=own)
    return posts.filter(shown | Q(author=own))


def with_votes(posts: QuerySet[P], reader: Reader, kind: str) -> QuerySet[P]:
    """Add the number of votes to each post as `score`, and whether the reader's is among them as `mine`."""
    own = Vote.objects.filter(**{kind: OuterRef("pk")}, user_id=reader.pk or 0)
    counted = posts.annotate(score=Count("votes", distinct=True), mine=Exists(own)).select_related("author")
    return cast("QuerySet[P]", counted)


def finish(posts: Iterable[Post]) -> None:
    """Typeset what the engine had no time for when a post was saved; not with every look at it."""
    for post in posts:
        name = f"unfinished:{kind_of(post)}:{post.pk}"
        if post.unfinished and caches["memory"].add(name, True, SECONDS_BETWEEN_TRIES):
            post.render()
            # Whoever changes the text at this moment makes the HTML themselves.
            same = KINDS[kind_of(post)]._default_manager.filter(pk=post.pk, text=post.text)
            same.update(html=post.html, unfinished=post.unfinished)
            if post.unfinished:
                return


def post_or_404(kind: str, number: int, reader: Reader) -> Post:
    """Return a post that the reader sees."""
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    posts = visible(model._default_manager.select_related("author"), reader)
    return cast("Post", get_object_or_404(posts, pk=number))


def own_post_or_404(kind: str, number: int, author: User) -> Post:
    """Return a post of one's own; everybody else's do not exist here."""
    found = post_or_404(kind, number, author)
    if found.author_id != author.pk:
        raise Http404
    return found


def preview_of(request: HttpRequest) -> Rendered | None:
    """Return how a text will look where its author asked for that, for those without JavaScript."""
    if "preview" not in request.POST:
        return None
    return formula_post_html(request.POST.get("text", "")[:POST_CHARACTERS])


@transaction.atomic
def kept_once(post: AnyPost, *fields: str) -> tuple[AnyPost, bool]:
    """Save a post and tell that it is new, or return the one of the same fields that was sent before.

    The post is rendered already: the engine may take seconds, and here everybody else waits.
    """
    # The same person in two windows: the second waits until the first is kept.
    User.objects.select_for_update().get(pk=post.author_id)
    same = {name: getattr(post, name) for name in ("author", *fields)}
    found = type(post)._default_manager.filter(**same).first()
    if found is not None:
        return found, False
    post.save()
    return post, True
