"""The check of a whole course, cut into tasks that processes can share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import final

from frechet.course.check import LectureReport, check_lecture
from frechet.course.content import Course, Lecture, course_of
from frechet.course.exercises.check import check_exercise
from frechet.course.exercises.reading import read_exercise
from frechet.course.labs import check_lab
from frechet.course.problems import CourseError, told_by
from frechet.errors import FrechetError


@final
@dataclass(frozen=True, slots=True)
class Task:
    """A part of the check: the `text` of a lecture, its `lab`, or one `exercise`."""

    kind: str
    lecture: str
    name: str = ""


@final
@dataclass(frozen=True, slots=True)
class Result:
    """What a task found; the report only where it looked at the text."""

    task: Task
    report: LectureReport | None
    problems: tuple[CourseError, ...] = ()


def tasks_for(lectures: Iterable[Lecture], *, exercises: bool, labs: bool) -> list[Task]:
    """Return the tasks of a check, the longest first."""
    chosen = list(lectures)
    found = [Task("lab", lecture.id) for lecture in chosen if labs and lecture.has_lab]
    if exercises:
        found += [Task("exercise", lecture.id, name) for lecture in chosen for name in lecture.exercise_files]
    return found + [Task("text", lecture.id) for lecture in chosen]


def run_task(root: Path, task: Task, fast: bool) -> Result:
    """Do one task; what a process of its own runs."""
    course = course_of(root)
    lecture = course.lecture(task.lecture)
    try:
        return _done(course, lecture, task, fast)
    except FrechetError as error:
        return Result(task, LectureReport(lecture.id), (told_by(error, lecture.place),))


def _done(course: Course, lecture: Lecture, task: Task, fast: bool) -> Result:
    match task.kind:
        case "lab":
            return Result(task, None, tuple(check_lab(lecture)))
        case "exercise":
            return Result(task, None, tuple(_exercise_problems(course, lecture, task.name)))
        case _:
            return Result(task, check_lecture(course, lecture, fast=fast))


def _exercise_problems(course: Course, lecture: Lecture, name: str) -> list[CourseError]:
    """Check an exercise; one that cannot be read is reported with the text of its lecture."""
    path = lecture.exercise_files[name]
    try:
        exercise = read_exercise(path, lecture.place_of(path), lecture.id)
    except CourseError:
        return []
    return check_exercise(exercise, course.skills, course.mistakes)


def run_tasks(course: Course, tasks: Sequence[Task], *, fast: bool, jobs: int | None) -> Iterator[Result]:
    """Yield the results as they come."""
    workers = min(jobs or os.cpu_count() or 1, len(tasks))
    if workers <= 1:
        yield from (run_task(course.folder, task, fast) for task in tasks)
        return
    with ProcessPoolExecutor(workers) as pool:
        started = [pool.submit(run_task, course.folder, task, fast) for task in tasks]
        yield from (done.result() for done in as_completed(started))


def gathered(results: Iterable[Result], names: Sequence[str]) -> list[LectureReport]:
    """Return one report for each lecture, in order, with what all tasks found."""
    reports: dict[str, LectureReport] = {}
    further: dict[str, list[CourseError]] = {name: [] for name in names}
    for result in results:
        if result.report is not None and result.task.kind == "text":
            reports[result.task.lecture] = result.report
        further[result.task.lecture] += result.problems
    for name in names:
        reports[name].problems += further[name]
    return [reports[name] for name in names]
