"""Who is logged in: asked by the views of all features that need a person."""

from __future__ import annotations

from django.http import HttpRequest

from frechet_site.accounts.models import User


def person(request: HttpRequest) -> User:
    """Return who is logged in; the view has seen to it that somebody is."""
    assert isinstance(request.user, User)
    return request.user
