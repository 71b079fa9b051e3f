"""Issuing and revoking."""

from __future__ import annotations

from typing import final

from django.db import IntegrityError, transaction
from django.utils import timezone

from frechet.errors import FrechetError
from frechet_site.accounts.models import User
from frechet_site.certificates.models import Certificate
from frechet_site.certificates.requirements import completion
from frechet_site.course.content import course


@final
class CertificateError(FrechetError):
    """A certificate was not issued."""


def certificate_of(user: User) -> Certificate | None:
    """Return the valid certificate of a person."""
    return Certificate.objects.filter(user=user, course=str(course().about["id"]), revoked=None).first()


def issue(user: User, name: str) -> Certificate:
    """Return the certificate of a person: issued now, or the one that they have.

    Raises:
        CertificateError: something of the course is not done.
    """
    found = certificate_of(user)
    if found is not None:
        return found
    done = completion(user)
    if not done.is_complete:
        raise CertificateError("Not everything is done yet.", hint="What is missing is listed on the page.")
    about = course().about
    try:
        with transaction.atomic():
            return Certificate.objects.create(
                user=user,
                name=name,
                course=str(about["id"]),
                title=str(about["title"]),
                lectures=done.lectures,
                exercises=done.exercises,
                hours=max(1, round(sum(lecture.seconds for lecture in course().lectures) / 3600)),
            )
    except IntegrityError:  # the button was pressed twice at the same moment
        found = certificate_of(user)
        if found is None:
            raise
        return found


def revoke(certificate: Certificate, reason: str = "") -> bool:
    """Revoke a certificate; tell whether that was new."""
    valid = Certificate.objects.filter(pk=certificate.pk, revoked=None)
    return bool(valid.update(revoked=timezone.now(), reason=reason or certificate.reason))
