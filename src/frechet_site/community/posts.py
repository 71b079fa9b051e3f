"""Which posts a person sees, and which they may change: asked here, and nowhere else."""

from __future__ import annotations

from typing import TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from frechet_site.accounts.models import User
from frechet_site.community.models import KINDS, Post, Vote

Reader = User | AnonymousUser
P = TypeVar("P", bound=Model)


def visible(posts: QuerySet[P], reader: Reader) -> QuerySet[P]:
    """Leave out what is hidden, but not from its author and not from the staff."""
    if not isinstance(reader, User):
        return posts.filter(hidden=False)
    return posts if reader.is_staff else posts.filter(Q(hidden=False) | Q(author=reader))


def with_votes(posts: QuerySet[P], reader: Reader, kind: str) -> QuerySet[P]:
    """Add the number of votes to each post as `score`, and whether the reader's is among them as `mine`."""
    own = Vote.objects.filter(**{kind: OuterRef("pk")}, user_id=reader.pk or 0)
    counted = posts.annotate(score=Count("votes", distinct=True), mine=Exists(own)).select_related("author")
    return cast("QuerySet[P]", counted)


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
