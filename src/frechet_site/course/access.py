"""Who may read what: previews are open to everybody, the rest to those who registered."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from frechet_site.accounts.models import User
from frechet_site.course.content import lectures_by_id


def may_read(user: User | AnonymousUser, lecture: str) -> bool:
    """Tell whether a reader may open a lecture."""
    return lectures_by_id()[lecture].preview or user.is_authenticated
