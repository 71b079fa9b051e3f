"""A study plan: which lectures on which days, from the time that a learner has.

A lecture takes its text twice, four minutes an exercise, and twenty for a lab; one that is longer than
a day is cut in equal parts. A day is filled up to its minutes, and every third one begins with a review.
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
class Part:
    """A lecture, or a part of one that is longer than a day."""

    lecture: Lecture
    number: int
    of: int
    minutes: int

    @property
    def title(self) -> str:
        return self.lecture.title + (f", part {self.number} of {self.of}" if self.of > 1 else "")


@final
@dataclass(frozen=True)
class Sitting:
    """A day of study."""

    day: date
    parts: tuple[Part, ...]
    review: bool

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts) + REVIEW_MINUTES * self.review


def minutes_of(lecture: Lecture) -> int:
    """Return about how long a lecture takes with its exercises."""
    work = EXERCISE_MINUTES * len(exercise_ids(lecture.id)) + LAB_MINUTES * lecture.has_lab
    return max(5, round(lecture.seconds * TEXT_TWICE) + work)


def parts_of(lecture: Lecture, minutes: int) -> list[Part]:
    """Return a lecture in equal parts of at most so many minutes."""
    work = minutes_of(lecture)
    count = math.ceil(work / minutes)
    return [Part(lecture, k, count, math.ceil(work / count)) for k in range(1, count + 1)]


def study_days(start: date, weekdays: Collection[int]) -> Iterator[date]:
    """Yield the days of study from a day on; Monday is 0."""
    for k in range(LONGEST_DAYS):
        day = start + timedelta(days=k)
        if day.weekday() in weekdays:
            yield day


def plan(lectures: Sequence[Lecture], start: date, weekdays: Collection[int], minutes: int) -> list[Sitting]:
    """Return the days of study, each as full as it can be."""
    sittings: list[Sitting] = []
    left = [part for lecture in lectures for part in parts_of(lecture, minutes)]
    for number, day in enumerate(study_days(start, weekdays)):
        if not left:
            break
        review = number % REVIEW_EVERY == REVIEW_EVERY - 1
        used = REVIEW_MINUTES if review else 0
        today: list[Part] = []
        while left and (not today or used + left[0].minutes <= minutes):
            today.append(left.pop(0))
            used += today[-1].minutes
        sittings.append(Sitting(day, tuple(today), review))
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
