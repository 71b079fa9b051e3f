"""Every address of the site, derived from its routes, so that a new page is measured and tested unasked.

A route with parts to fill in, `course/<slug:lecture_id>/`, takes them from samples, among them the
objects of one person that `samples_of` makes. Django's own admin and the addresses that come by
mail, which hold a secret, are left out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from django.urls import URLResolver, get_resolver
from django.utils import timezone

from frechet_site.accounts.models import User
from frechet_site.certificates.issuing import issue
from frechet_site.certificates.requirements import graded_exercises
from frechet_site.community.models import Answer, Follower, Note, Question, Suggestion
from frechet_site.community.notices import stop_token
from frechet_site.course.content import course
from frechet_site.course.models import Attempt, Reading, digest_of
from frechet_site.enrollment import orders
from frechet_site.enrollment.models import Coupon
from frechet_site.enrollment.offers import current_offer

PART: Final = re.compile(r"<\w+:(\w+)>")
LEFT_OUT: Final = ("admin/",)
LECTURE: Final = "quadratic-form-pt-1"
POST: Final = "Why is the gradient of {f}`x'*A*x` not `2*A*x`?\n\nAnd what of $\\|Ax - b\\|^2$?"
SAMPLES: Final = {
    "cookbook slug": "inverses-transposes-traces-and-determinants",
    "cookbook entry_id": "mc-81",
    "course section_id": "matrix-and-vector-derivatives",
    "course lecture_id": LECTURE,
    "course form": "ipynb",
    "course name": "e2",
    "community kind": "question",
    "community lecture": LECTURE,
    "enroll announcement_id": "1",
    "certificates block": "0",
    "practice name": "quad-form",
    "practice lecture": LECTURE,
}
SAMPLES_OF_ROUTES: Final = {"practice/session/<slug:lecture>/<slug:name>/": {"practice name": "e2"}}


def routes() -> list[str]:
    """Return the routes of the site in their order, each once."""
    found = dict.fromkeys(_walk(get_resolver(), ""))
    return [route for route in found if not route.startswith(LEFT_OUT) and "^" not in route]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        else:
            yield route


def address_of(route: str, samples: Mapping[str, str]) -> str:
    """Return an address of a route."""
    feature = route.partition("/")[0]
    known = {**SAMPLES, **samples, **SAMPLES_OF_ROUTES.get(route, {})}
    return "/" + PART.sub(lambda part: known[f"{feature} {part[1]}"], route)


def samples_of(user: User) -> dict[str, str]:
    """Make one object of each kind that belongs to a person, and return how they are addressed."""
    coupon, _ = Coupon.objects.get_or_create(code="SAMPLES", percent=100)
    order = orders.place(user, current_offer(), orders.Wish(uuid.uuid4(), coupon.code))
    question = Question(author=user, title="The gradient of a quadratic form", lecture=LECTURE, text=POST)
    question.render().save()
    Answer(author=user, question=question, text=POST).render().save()
    Suggestion(author=user, title="A figure of the chain rule", text=POST).render().save()
    Note.objects.create(user=user, lecture=LECTURE, text=POST)
    follower = Follower.objects.create(user=user, question=question)
    finish_course(user)
    return {
        "enroll key": str(order.key),
        "community number": str(question.pk),
        "community token": stop_token(follower),
        "certificates number": issue(user, "Ada Lovelace").number,
    }


def finish_course(user: User) -> None:
    """Let a person have read every lecture and solved every exercise."""
    for lecture in course().lectures:
        Reading.note(user, lecture.id, finished=timezone.now())
    solved = set(Attempt.objects.filter(user=user, accepted=True).values_list("exercise", flat=True))
    Attempt.objects.bulk_create(
        Attempt(
            user=user,
            exercise=name,
            seed=0,
            answer="right",
            digest=digest_of(["right"]),
            outcome="right",
            accepted=True,
            counted=False,
        )
        for name in sorted(graded_exercises() - solved)
    )


def some_mistakes(user: User, count: int = 5) -> None:
    """Let a person have made some mistakes that are known by name."""
    Attempt.objects.bulk_create(
        Attempt(
            user=user,
            exercise=name,
            seed=1,
            answer="wrong",
            digest=digest_of(["wrong"]),
            outcome="named mistake",
            accepted=False,
            counted=True,
            mistake="row-layout",
        )
        for name in islice(sorted(graded_exercises()), count)
    )
