"""Who may read what: previews are open to everybody, the rest to those who are registered."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from frechet_site.accounts.models import User
from frechet_site.enrollment.models import Registration
from frechet_site.enrollment.offers import course_id, the_course


def may_read(user: User | AnonymousUser, lecture_id: str) -> bool:
    """Tell whether a reader may open a lecture; one that does not exist may not be opened."""
    lecture = next((lecture for lecture in the_course().lectures if lecture.id == lecture_id), None)
    if lecture is None:
        return False
    return lecture.preview or may_read_all(user)


def may_read_all(user: User | AnonymousUser) -> bool:
    """Tell whether a reader may open every lecture."""
    return settings.COURSE_IS_FREE or is_registered(user)


def is_barred(user: User | AnonymousUser) -> bool:
    """Tell whether an instructor has ended the registration of a reader."""
    if not isinstance(user, User):
        return False
    return Registration.objects.filter(user=user, offer__course=course_id(), barred=True).exists()


def is_registered(user: User | AnonymousUser) -> bool:
    """Tell whether a reader is registered for the course; instructors count as such."""
    if not isinstance(user, User):
        return False
    if user.is_staff:
        return True
    found = Registration.objects.filter(user=user, offer__course=course_id(), withdrawn=None)
    return found.exists()
