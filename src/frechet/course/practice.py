"""Practice: the exercises of a course, and what to ask next, which follows from the learner's log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import final

from frechet.course.content import Course, course_of
from frechet.course.data import read_toml, texts
from frechet.course.exercises.exercise import Exercise
from frechet.course.exercises.reading import read_exercise
from frechet.course.mastery import Attempt, Rule, mastered_skills, open_skills, standings
from frechet.course.mastery_reviews import due
from frechet.course.problems import CourseError, Place
from frechet.errors import EvaluationError, quoted


@final
@dataclass(frozen=True, slots=True)
class Library:
    """The exercises of a course by their ids (`lecture/e1`), its skills and named mistakes."""

    exercises: Mapping[str, Exercise]
    titles: Mapping[str, str]
    skills: Mapping[str, Mapping[str, object]]
    mistakes: Mapping[str, Mapping[str, object]]
    rule: Rule
    problems: tuple[CourseError, ...] = ()

    @property
    def requires(self) -> dict[str, tuple[str, ...]]:
        return {skill: texts(entry.get("requires")) for skill, entry in self.skills.items()}

    @property
    def hints(self) -> dict[str, str]:
        """Return the hint of every skill."""
        return {skill: str(entry.get("hint", "")) for skill, entry in self.skills.items()}

    def of_skill(self, skill: str, *, programs: bool = False) -> list[Exercise]:
        return [e for e in self.exercises.values() if skill in e.skills and (programs or e.code is None)]

    def about(self, topic: str, *, programs: bool = False) -> list[Exercise]:
        """Return the exercises of a skill, a lecture, or the one of this id.

        Raises:
            EvaluationError: nothing has this name.
        """
        found = [
            exercise
            for name, exercise in self.exercises.items()
            if topic in (name, exercise.lecture) or topic in exercise.skills
        ]
        chosen = [e for e in found if programs or e.code is None or e.id == topic]
        if not chosen:
            raise EvaluationError(
                f"there is no skill, lecture or exercise {quoted(topic)} to practice",
                hint="frechet practice --list names them.",
            )
        return chosen

    @property
    def available(self) -> dict[str, int]:
        """Return how many exercises there are for every skill, programs apart."""
        return {skill: len(self.of_skill(skill)) for skill in self.skills}


@lru_cache(maxsize=4)
def library(folder: Path) -> Library:
    """Return the exercises of the course in a folder, read once."""
    course = course_of(folder)
    exercises, problems = dict[str, Exercise](), list[CourseError]()
    for lecture in course.lectures:
        for path in lecture.exercise_files.values():
            try:
                exercise = read_exercise(path, lecture.place_of(path), lecture.id)
                exercises[exercise.id] = exercise
            except CourseError as problem:
                problems.append(problem)
    titles = {lecture.id: lecture.title for lecture in course.lectures}
    return Library(exercises, titles, course.skills, course.mistakes, _rule(course), tuple(problems))


def _rule(course: Course) -> Rule:
    try:
        table = read_toml(course.folder / "skills.toml", Place("skills.toml")).get("mastery", {})
    except CourseError:
        table = {}
    return Rule.of(table if isinstance(table, dict) else {})


def next_exercise(
    of: Library,
    attempts: Sequence[Attempt],
    now: datetime,
    topic: str | None = None,
    programs: bool = False,
    without: Collection[str] = (),
) -> tuple[Exercise, int] | None:
    """Return the exercise to ask next, and which variant; None when nothing is left to ask.

    Of a topic, the one asked least and longest ago. Without a topic, of the skill that is due first,
    else of the first that is not mastered though all that it stands on is. `without` are exercises
    that are passed over.
    """
    if topic is not None:
        left = [e for e in of.about(topic, programs=programs) if e.id not in without]
        return _rarest(left, attempts) if left else None
    found = standings(list(of.skills), attempts, of.rule, now, of.available)
    waiting = [review.skill for review in due(attempts, now)]
    for skill in (*waiting, *open_skills(of.requires, mastered_skills(found))):
        exercises = [e for e in of.of_skill(skill) if e.id not in without]
        if exercises:
            return _rarest(exercises, attempts)
    return None


def _rarest(exercises: Iterable[Exercise], attempts: Sequence[Attempt]) -> tuple[Exercise, int]:
    """Return the exercise with the fewest attempts, of those the one asked longest ago."""
    times: dict[str, list[datetime]] = {}
    for attempt in attempts:
        times.setdefault(attempt.exercise, []).append(attempt.when)
    chosen = min(
        enumerate(exercises),
        key=lambda item: (
            len(times.get(item[1].id, [])),
            max((when.timestamp() for when in times.get(item[1].id, [])), default=0.0),
            item[0],
        ),
    )[1]
    return chosen, len(times.get(chosen.id, []))
