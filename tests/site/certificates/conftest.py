"""What the tests of certificates share: a person who has done everything."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.site.conftest import make_user

from frechet_site.accounts.models import User
from frechet_site.certificates.issuing import issue
from frechet_site.certificates.models import Certificate
from frechet_site.certificates.requirements import graded_exercises
from frechet_site.course.content import course
from frechet_site.course.models import Attempt, Reading


def finish(user: User) -> User:
    """Let a person read and solve everything."""
    Reading.objects.bulk_create(
        Reading(user=user, lecture=lecture.id, finished=timezone.now()) for lecture in course().lectures
    )
    Attempt.objects.bulk_create(
        Attempt(user=user, exercise=name, seed=0, digest="d", outcome="right", accepted=True, counted=False)
        for name in graded_exercises()
    )
    return user


@pytest.fixture
def graduate(db: None) -> User:
    """Emmy, who has done everything."""
    return finish(make_user("emmy@example.org", display_name="Emmy Noether"))


@pytest.fixture
def certificate(graduate: User) -> Certificate:
    """Emmy's certificate."""
    return issue(graduate, "Emmy Noether")
