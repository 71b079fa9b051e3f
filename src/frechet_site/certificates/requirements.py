"""What a certificate stands for: every lecture read, every exercise that the site marks solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from frechet.course.content import Lecture
from frechet_site.accounts.models import User
from frechet_site.course.content import course, exercises
from frechet_site.course.models import Attempt, Reading
from frechet_site.lib.remembered import remembered


@final
@dataclass(frozen=True, slots=True)
class Part:
    """A lecture of which something is left to do."""

    lecture: Lecture
    is_read: bool
    unsolved: int


@final
@dataclass(frozen=True, slots=True)
class Completion:
    """How much of the course a person has done."""

    read: int
    lectures: int
    solved: int
    exercises: int
    missing: tuple[Part, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def percent(self) -> int:
        """The share that is done, rounded down: 100 means everything."""
        whole = self.lectures + self.exercises
        return 100 * (self.read + self.solved) // whole if whole else 0


@remembered
def graded_exercises() -> frozenset[str]:
    """Return the exercises that the site marks: programs are run on the learner's own machine."""
    return frozenset(name for name, exercise in exercises().exercises.items() if exercise.code is None)


def completion(user: User) -> Completion:
    """Return how much of the course a person has done, and what is missing."""
    lectures, graded = course().lectures, graded_exercises()
    finished = Reading.objects.filter(user=user).exclude(finished=None).values_list("lecture", flat=True)
    accepted = Attempt.objects.filter(user=user, accepted=True).values_list("exercise", flat=True).distinct()
    read = {lecture.id for lecture in lectures} & set(finished)
    solved = graded & set(accepted)
    open_ones: dict[str, int] = {}
    for name in graded - solved:
        lecture_id = name.partition("/")[0]
        open_ones[lecture_id] = open_ones.get(lecture_id, 0) + 1
    missing = tuple(
        Part(lecture, lecture.id in read, open_ones.get(lecture.id, 0))
        for lecture in lectures
        if lecture.id not in read or lecture.id in open_ones
    )
    return Completion(len(read), len(lectures), len(solved), len(graded), missing)
