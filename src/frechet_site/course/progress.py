"""How far a learner is: lectures read, exercises solved, where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from django.contrib.auth.models import AnonymousUser

from frechet.course.content import Lecture, Section
from frechet_site.accounts.models import User
from frechet_site.course.content import course, exercise_ids, lectures_by_id, unlocked_by
from frechet_site.course.models import Attempt, Reading


@final
@dataclass(frozen=True)
class Progress:
    """What a learner has done; of a stranger nothing is known."""

    read: frozenset[str] = frozenset()
    solved: frozenset[str] = frozenset()
    last: Reading | None = None


@final
@dataclass(frozen=True)
class Row:
    """A lecture as a list shows it."""

    lecture: Lecture
    read: bool
    solved: int
    exercises: int
    unlocks: tuple[Lecture, ...]

    @property
    def begun(self) -> bool:
        return self.solved > 0 and not self.read


@final
@dataclass(frozen=True)
class SectionRow:
    """A section as a list shows it."""

    section: Section
    rows: list[Row]

    @property
    def read(self) -> int:
        return sum(row.read for row in self.rows)

    @property
    def minutes(self) -> int:
        return round(sum(row.lecture.seconds for row in self.rows) / 60)


def progress_of(user: User | AnonymousUser) -> Progress:
    """Return what a reader has done."""
    if not user.is_authenticated:
        return Progress()
    readings = [r for r in Reading.objects.filter(user=user) if r.lecture in lectures_by_id()]
    return Progress(
        frozenset(reading.lecture for reading in readings if reading.finished),
        frozenset(Attempt.objects.all().solved(user)),
        readings[0] if readings else None,
    )


def row_of(lecture: Lecture, done: Progress) -> Row:
    """Return a lecture with what was done of it."""
    ids = exercise_ids(lecture.id)
    solved = sum(name in done.solved for name in ids)
    return Row(lecture, lecture.id in done.read, solved, len(ids), unlocked_by(lecture.id))


def section_row(section: Section, done: Progress) -> SectionRow:
    """Return a section with what was done of it."""
    return SectionRow(section, [row_of(lecture, done) for lecture in section.lectures])


def overview(done: Progress) -> list[SectionRow]:
    """Return the sections of the course with what was done of them."""
    return [section_row(section, done) for section in course().sections]


def next_lecture(done: Progress) -> tuple[Lecture, str]:
    """Return where to go on: the lecture last read and the place in it, or the first that is not read."""
    if done.last is not None and done.last.finished is None:
        return lectures_by_id()[done.last.lecture], done.last.place
    order = course().lectures
    return next((lecture for lecture in order if lecture.id not in done.read), order[0]), ""
