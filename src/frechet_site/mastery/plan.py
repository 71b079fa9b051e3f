"""A study plan: which lectures on which days, from the time that a learner has.

A lecture takes its text twice, four minutes an exercise, and twenty for a lab. A day is filled up to
its minutes; after every few lectures a day begins with a review.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, final

from frechet.course.content import Lecture
from frechet_site.course.content import exercise_ids

TEXT_TWICE: Final = 2 / 60
EXERCISE_MINUTES: Final = 4
LAB_MINUTES: Final = 20
REVIEW_MINUTES: Final = 15
REVIEW_EVERY: Final = 3
LONGEST_DAYS: Final = 366 * 3


@final
@dataclass(frozen=True)
class Sitting:
    """A day of study."""

    day: date
    lectures: tuple[Lecture, ...]
    review: bool
    minutes: int


def minutes_of(lecture: Lecture) -> int:
    """Return about how long a lecture takes with its exercises."""
    work = EXERCISE_MINUTES * len(exercise_ids(lecture.id)) + LAB_MINUTES * lecture.has_lab
    return max(5, round(lecture.seconds * TEXT_TWICE) + work)


def study_days(start: date, weekdays: Collection[int]) -> Iterator[date]:
    """Yield the days of study from a day on; Monday is 0."""
    for k in range(LONGEST_DAYS):
        day = start + timedelta(days=k)
        if day.weekday() in weekdays:
            yield day


def plan(lectures: Sequence[Lecture], start: date, weekdays: Collection[int], minutes: int) -> list[Sitting]:
    """Return the days of study; a lecture that is longer than a day's minutes has a day to itself."""
    sittings: list[Sitting] = []
    left = list(lectures)
    for number, day in enumerate(study_days(start, weekdays)):
        if not left:
            break
        review = number % REVIEW_EVERY == REVIEW_EVERY - 1
        used = REVIEW_MINUTES if review else 0
        today: list[Lecture] = []
        while left and (not today or used + minutes_of(left[0]) <= minutes):
            today.append(left.pop(0))
            used += minutes_of(today[-1])
        sittings.append(Sitting(day, tuple(today), review, used))
    return sittings


def minutes_needed(lectures: Sequence[Lecture], start: date, finish: date, weekdays: Collection[int]) -> int:
    """Return the least minutes a day by which a plan ends in time, in steps of five."""
    days = sum(1 for day in study_days(start, weekdays) if day <= finish)
    work = sum(map(minutes_of, lectures)) + REVIEW_MINUTES * (days // REVIEW_EVERY)
    minutes = 5 * math.ceil(work / max(1, days) / 5)
    while minutes < 24 * 60:
        sittings = plan(lectures, start, weekdays, minutes)
        if not sittings or sittings[-1].day <= finish:
            break
        minutes += 5
    return minutes
