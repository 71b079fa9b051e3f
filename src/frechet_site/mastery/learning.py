"""How a learner stands, from the attempts that the course keeps: read here, and nowhere else.

The library computes everything from that log; nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, final

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from frechet.course.content import Lecture
from frechet.course.exercises.exercise import Exercise
from frechet.course.mastery import Attempt, Standing, mastered_skills, open_skills, standings, weak_spots
from frechet.course.mastery_placement import Placement
from frechet.course.mastery_reviews import Review, reviews
from frechet.course.mastery_streak import Streak, streak
from frechet.course.practice import Library, next_exercise
from frechet_site.accounts.models import User
from frechet_site.course.content import course, exercises
from frechet_site.course.models import Attempt as StoredAttempt
from frechet_site.enrollment.access import may_read_all
from frechet_site.mastery.models import PlacementResult

Reader = User | AnonymousUser

STATES: Final = {
    "mastered": "mastered",
    "due": "time for a review",
    "begun": "under way",
    "placed": "known by the placement test",
    "open": "ready to begin",
    "closed": "later",
}


@final
@dataclass(frozen=True)
class Learner:
    """What a learner has done, and what follows from it at a time; of a stranger nothing is known."""

    attempts: list[Attempt]
    placed: frozenset[str]
    closed_exercises: frozenset[str]
    now: datetime

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Return how the learner stands with every skill."""
        of = exercises()
        return standings(list(of.skills), self.attempts, of.rule, self.now, of.available)

    @cached_property
    def mastered(self) -> frozenset[str]:
        return mastered_skills(self.standings)

    @cached_property
    def reviews(self) -> list[Review]:
        """Return the reviews of skills that the course still has, the first due in front."""
        known = exercises().skills
        return [review for review in reviews(self.attempts, self.now) if review.skill in known]

    @cached_property
    def due(self) -> list[Review]:
        return [review for review in self.reviews if review.due <= self.now]

    @cached_property
    def open(self) -> list[str]:
        """Return the skills that come next."""
        return open_skills(exercises().requires, self.mastered | self.placed)

    @cached_property
    def mistakes(self) -> dict[str, int]:
        return weak_spots(self.attempts)

    @cached_property
    def streak(self) -> Streak:
        return streak((attempt.when.date() for attempt in self.attempts), self.now.date())

    @cached_property
    def states(self) -> dict[str, str]:
        """Return the state of every skill: one of `STATES`."""
        return {skill: self._state(skill) for skill in self.standings}

    def state(self, skill: str) -> str:
        """Return the state of a skill."""
        return self.states[skill]

    def _state(self, skill: str) -> str:
        if skill in self.mastered:
            return "due" if any(review.skill == skill for review in self.due) else "mastered"
        if self.standings[skill].attempts:
            return "begun"
        if skill in self.placed:
            return "placed"
        return "open" if skill in self.open else "closed"


def learner(reader: Reader) -> Learner:
    """Return what is known of a reader now."""
    now = timezone.now()
    closed = _closed_to(reader)
    if not isinstance(reader, User):
        return Learner([], frozenset(), closed, now)
    result = PlacementResult.objects.filter(user=reader).first()
    placed = placement(result.answers).known if result is not None else frozenset()
    return Learner(StoredAttempt.objects.all().log(reader), placed, closed, now)


def _closed_to(reader: Reader) -> frozenset[str]:
    """Return the exercises of lectures that the reader may not open."""
    if may_read_all(reader):
        return frozenset()
    closed = {lecture.id for lecture in course().lectures if not lecture.preview}
    return frozenset(name for name, exercise in exercises().exercises.items() if exercise.lecture in closed)


def placement(answers: Collection[tuple[str, bool]]) -> Placement:
    """Return a placement test after some answers; skills that are gone from the course are left out."""
    of = exercises()
    askable = frozenset(skill for skill in of.skills if of.of_skill(skill))
    known = tuple((skill, bool(right)) for skill, right in answers if skill in of.skills)
    return Placement(of.requires, known, askable)


def next_task(
    who: Learner, topic: str = "", mistake: str = "", skipped: Collection[str] = ()
) -> tuple[Exercise, int] | None:
    """Return the exercise to do now and its variant: of a topic, about a mistake, or what is most due.

    Raises:
        EvaluationError: the topic has no exercises.
    """
    of, without = exercises(), who.closed_exercises | set(skipped)
    if mistake:
        return _drill(of, who, mistake, without)
    if topic:
        return next_exercise(of, who.attempts, who.now, topic, without=without)
    for skill in (*(review.skill for review in who.due), *who.open):
        if any(exercise.id not in without for exercise in of.of_skill(skill)):
            return next_exercise(of, who.attempts, who.now, skill, without=without)
    return None


def _drill(of: Library, who: Learner, mistake: str, without: Collection[str]) -> tuple[Exercise, int] | None:
    """Return the exercise in which a mistake can be made that was done least."""
    done = [attempt.exercise for attempt in who.attempts]
    possible = [exercise for exercise in drills(of, mistake) if exercise.id not in without]
    if not possible:
        return None
    rarest = min(possible, key=lambda exercise: done.count(exercise.id))
    return next_exercise(of, who.attempts, who.now, rarest.id)


def drills(of: Library, mistake: str) -> list[Exercise]:
    """Return the exercises that lie in wait for a mistake, programs apart."""
    return [e for e in of.exercises.values() if mistake in mistakes_of(e) and e.code is None]


def mistakes_of(exercise: Exercise) -> set[str]:
    """Return the mistakes that an exercise knows by name."""
    names = [mistake.name for mistake in exercise.mistakes]
    names += [mistake.name for line in exercise.lines for mistake in line.mistakes]
    names += [option.name for option in exercise.options]
    return set(filter(None, names)).union(*map(mistakes_of, exercise.cases))


def lectures_about(skill: str) -> list[Lecture]:
    """Return the lectures that teach a skill."""
    return [lecture for lecture in course().lectures if skill in lecture.skills]
