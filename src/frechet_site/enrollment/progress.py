"""How far learners are, as an instructor sees it.

The course stands above registration and is not imported here: what it keeps is read by the names of
its tables (`course.Attempt`, `course.Reading`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final, final

from django.apps import apps
from django.core.cache import caches
from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone

from frechet.course.content import content_folder
from frechet.course.practice import library
from frechet_site.enrollment.models import Order, Registration, State
from frechet_site.enrollment.money import written
from frechet_site.enrollment.offers import current_offer, the_course
from frechet_site.lib.remembered import remembered

WEEK: Final = timedelta(days=7)
MOST_MISTAKES: Final = 8
A_MINUTE: Final = 60


@final
@dataclass(frozen=True, slots=True)
class Learner:
    """A person who is registered, and what they have done."""

    registration: Registration
    read: int
    solved: int
    active: datetime | None

    @property
    def percent(self) -> int:
        """The share of lectures and exercises that are done."""
        whole = lectures_in_all() + exercises_in_all()
        return 100 * min(self.read + self.solved, whole) // whole if whole else 0


def lectures_in_all() -> int:
    """Return how many lectures there are."""
    return len(the_course().lectures)


@remembered
def exercises_in_all() -> int:
    """Return how many exercises the site marks; programs run on the learner's machine."""
    return sum(exercise.code is None for exercise in library(content_folder()).exercises.values())


def attempts() -> QuerySet[Any]:
    """Return the answers of learners, as the course keeps them."""
    return apps.get_model("course", "Attempt")._default_manager.order_by()


def readings() -> QuerySet[Any]:
    """Return the lectures that learners have opened, as the course keeps them."""
    return apps.get_model("course", "Reading")._default_manager.order_by()


def registered_now() -> QuerySet[Registration]:
    """Return the registrations that hold."""
    return Registration.objects.filter(offer=current_offer(), withdrawn=None).select_related("user")


def learners(registrations: Iterable[Registration]) -> list[Learner]:
    """Return what the people of these registrations have done, in three queries."""
    rows = list(registrations)
    people = [row.user_id for row in rows]
    tries, opened = attempts().filter(user__in=people), readings().filter(user__in=people)
    solved = dict(tries.filter(accepted=True).values_list("user").annotate(Count("exercise", distinct=True)))
    read = dict(opened.exclude(finished=None).values_list("user").annotate(Count("id")))
    seen = dict(opened.values_list("user").annotate(Max("seen")))
    tried = dict(tries.values_list("user").annotate(Max("created")))
    return [
        Learner(
            row,
            read.get(row.user_id, 0),
            solved.get(row.user_id, 0),
            max(filter(None, (seen.get(row.user_id), tried.get(row.user_id))), default=None),
        )
        for row in rows
    ]


def overview() -> dict[str, Any]:
    """Return what is counted over the whole class, counted once a minute."""
    found: dict[str, Any] | None = caches["memory"].get_or_set(
        "enrollment:overview",
        lambda: {
            "numbers": numbers(),
            "lectures": lecture_rows(),
            "mistakes": mistakes(),
            "counted": timezone.now(),
        },
        A_MINUTE,
    )
    assert found is not None
    return found


def waiting() -> int:
    """Return how many orders wait for an instructor, now."""
    return Order.objects.filter(state=State.OPEN, provider="manual").count()


def numbers() -> dict[str, object]:
    """Return what an instructor looks at first."""
    since = timezone.now() - WEEK
    people = learners(registered_now())
    paid = Order.objects.filter(state=State.PAID).values_list("currency").order_by("currency")
    sums = paid.annotate(Sum("price"), Sum("discount"))
    return {
        "registered": len(people),
        "new": sum(person.registration.created >= since for person in people),
        "active": sum(person.active is not None and person.active >= since for person in people),
        "median": round(median(person.percent for person in people)) if people else 0,
        "complete": sum(person.percent == 100 for person in people),
        "income": [written(price - less, currency) for currency, price, less in sums if price > less],
    }


def lecture_rows() -> list[dict[str, object]]:
    """Return for each lecture how many people have read it and how many answers it got."""
    read = dict(readings().exclude(finished=None).values_list("lecture").annotate(Count("id")))
    tries: dict[str, list[int]] = {}
    for exercise, accepted, count in attempts().values_list("exercise", "accepted").annotate(Count("id")):
        of_lecture = tries.setdefault(exercise.rpartition("/")[0], [0, 0])
        of_lecture[accepted] += count
    rows = []
    for lecture in the_course().lectures:
        wrong, right = tries.get(lecture.id, (0, 0))
        share = round(100 * right / (right + wrong)) if right + wrong else None
        rows.append(
            {
                "id": lecture.id,
                "title": lecture.title,
                "read": read.get(lecture.id, 0),
                "answers": right + wrong,
                "right": share,
            }
        )
    return rows


def mistakes() -> list[dict[str, object]]:
    """Return the mistakes that were made most often."""
    titles = library(content_folder()).mistakes
    found = attempts().exclude(mistake="").values_list("mistake").annotate(n=Count("id")).order_by("-n")
    return [
        {"title": str(titles.get(name, {}).get("title", name)), "count": count}
        for name, count in found[:MOST_MISTAKES]
    ]
