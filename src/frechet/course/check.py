"""The check of a course: what is said in it is true, what it points to exists, and nothing is missing.

Each lecture is checked by itself, in a process of its own where there are several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final, final

from frechet.cookbook.entry import find
from frechet.course.blocks import (
    Block,
    CookbookPointer,
    Declared,
    Derivation,
    Example,
    ExercisePlace,
    FigurePlace,
    LabPlace,
    Mistake,
    Theorem,
    markdown_of,
    walk,
)
from frechet.course.content import Course, Lecture
from frechet.course.derivation import check_lines
from frechet.course.examples import check_example
from frechet.course.exercises.reading import read_exercise
from frechet.course.figure import check_figure
from frechet.course.markup import Mention, mentions, parser, words_in
from frechet.course.mistakes import check_mistake
from frechet.course.pointers import check_pointer
from frechet.course.problems import CourseError, Place, told_by
from frechet.course.roles import check_role
from frechet.course.statements import Statement, judge, statement_latex
from frechet.errors import FrechetError, quoted

FULL_KINDS: Final = ("mathematical", "code")
WORDS: Final = 1_200
EXERCISES: Final = 5
EXERCISE_KINDS: Final = 3
_SCHEMES: Final = ("http:", "https:", "mailto:", "#")


@final
@dataclass(slots=True)
class LectureReport:
    """What was found in a lecture."""

    id: str
    words: int = 0
    formulas: int = 0
    derivations: int = 0
    figures: int = 0
    exercises: int = 0
    exercise_kinds: set[str] = field(default_factory=set)
    lab: bool = False
    seconds: float = 0.0
    problems: list[CourseError] = field(default_factory=list)

    @property
    def errors(self) -> list[CourseError]:
        return [problem for problem in self.problems if not problem.warning]

    @property
    def warnings(self) -> list[CourseError]:
        return [problem for problem in self.problems if problem.warning]


def check_lecture(course: Course, lecture: Lecture, *, fast: bool = False) -> LectureReport:
    """Check a lecture; a `fast` check only warns of exercises that are not yet written."""
    start = perf_counter()
    report = LectureReport(lecture.id, lab=lecture.has_lab, problems=list(lecture.problems))
    for block in walk(lecture.blocks):
        report.problems += _problems_of(block, course, lecture, fast)
        for place, markdown in markdown_of(block):
            found = [m for m in mentions(parser().parse(markdown)) if m.kind.startswith("role")]
            report.formulas += len(found)
            report.words += words_in(markdown)
            declared = block.declared if isinstance(block, Derivation) else lecture.symbols
            report.problems += _problems_in_text(markdown, place, declared, course)
        report.derivations += isinstance(block, Derivation)
        report.figures += isinstance(block, FigurePlace)
        report.exercises += isinstance(block, ExercisePlace)
    report.problems += _exercises(lecture, report)
    for text in (*lecture.objectives, *lecture.references):
        report.problems += _problems_in_text(text, lecture.place, lecture.symbols, course)
    report.problems += _references(course, lecture)
    if not lecture.blocks:
        hint = "Write what the lecture says below its head."
        report.problems.append(CourseError("the lecture has no text", lecture.place, hint=hint))
    elif lecture.kind in FULL_KINDS:
        report.problems += _bars(lecture, report)
    report.problems.sort(key=lambda problem: (problem.place.file, problem.place.line))
    report.seconds = perf_counter() - start
    return report


def _problems_of(block: Block, course: Course, lecture: Lecture, fast: bool) -> Iterator[CourseError]:
    match block:
        case Theorem():
            yield from _theorem(block)
        case Derivation():
            yield from check_lines(block)
        case Mistake():
            yield from check_mistake(block, course.mistakes)
        case Example():
            yield from check_example(block)
        case CookbookPointer():
            yield from check_pointer(block)
        case FigurePlace(place, name):
            path = lecture.folder / "figures" / f"{name}.toml"
            if path.is_file():
                yield from check_figure(path, lecture.place_of(path))
            else:
                yield _missing("figure", name, place, lecture.folder / "figures", False)
        case ExercisePlace(place, name):
            if name not in lecture.exercise_files:
                yield _missing("exercise", name, place, lecture.folder / "exercises", fast)
        case LabPlace(place):
            for name in ("lab.py", "solution.py", "check.py"):
                if not (lecture.folder / "lab" / name).is_file():
                    hint = "A lab has lab.py, solution.py and check.py."
                    yield CourseError(f"the lab has no {name}", place, hint=hint)
        case _:
            return


def _exercises(lecture: Lecture, report: LectureReport) -> Iterator[CourseError]:
    """Read the exercises of a lecture, and see that each has a place in the text."""
    placed = {block.name for block in walk(lecture.blocks) if isinstance(block, ExercisePlace)}
    for name, path in lecture.exercise_files.items():
        place = lecture.place_of(path)
        try:
            exercise = read_exercise(path, place, lecture.id)
        except CourseError as problem:
            yield problem
            continue
        if name in placed:
            report.exercise_kinds.add(exercise.kind)
        else:
            message = f"the exercise {quoted(name)} has no place in the text"
            yield CourseError(message, place, hint=f"Write :::{{exercise}} {name}.", warning=True)


def _missing(kind: str, name: str, place: Place, folder: Path, mild: bool) -> CourseError:
    there = ", ".join(sorted(path.stem for path in folder.glob("*.toml"))) or "none"
    return CourseError(f"there is no {kind} {quoted(name)}", place, hint=f"There are: {there}.", warning=mild)


def _theorem(theorem: Theorem) -> Iterator[CourseError]:
    statement = Statement(theorem.formula, theorem.ask, theorem.answer, theorem.by, theorem.structured)
    try:
        judgment = judge(statement, theorem.declared)
        statement_latex(statement, theorem.declared)
    except FrechetError as error:
        yield told_by(error, theorem.place)
        return
    if not judgment.true:
        message = f"the theorem is not true: {judgment.why}"
        yield CourseError(message, theorem.place, hint="Mend the statement or the declarations.")


def _problems_in_text(
    markdown: str, place: Place, declared: Declared, course: Course
) -> Iterator[CourseError]:
    for mention in mentions(parser().parse(markdown)):
        problem = _mention(mention, place.below(mention.line), course, declared)
        if problem is not None:
            yield problem


def _mention(mention: Mention, place: Place, course: Course, declared: Declared) -> CourseError | None:
    match mention.kind:
        case "link":
            return _link(mention.content, place, course)
        case "dollar":
            hint = r"Formulas stand between $ and $ without blanks inside; write \$ for the sign."
            return CourseError("a $ is left over", place, hint=hint)
        case "bare":
            hint = "Put the formula in {f}`…`, or in $…$."
            message = f"{quoted(mention.content)} stands bare in the text"
            return CourseError(message, place, hint=hint, warning=True)
        case _:
            return check_role(mention.kind.removeprefix("role "), mention.content, declared, place)


def _link(target: str, place: Place, course: Course) -> CourseError | None:
    scheme, colon, name = target.partition(":")
    if scheme == "lecture" and colon:
        known = {lecture.id for lecture in course.lectures}
        if name not in known:
            return CourseError(f"there is no lecture {quoted(name)}", place, hint="Mend the link.")
    elif scheme == "cookbook" and colon:
        try:
            find(name)
        except FrechetError as error:
            return told_by(error, place)
    elif not target.startswith(_SCHEMES) and not target.startswith("/"):
        hint = "Links are lecture:ID, cookbook:ID, https://…, or a page of the site such as /practice/."
        return CourseError(f"{quoted(target)} leads nowhere", place, hint=hint)
    return None


def _references(course: Course, lecture: Lecture) -> Iterator[CourseError]:
    ids = [other.id for other in course.lectures]
    if ids.count(lecture.id) > 1:
        yield CourseError(f"two lectures have the id {quoted(lecture.id)}", lecture.place, hint="Rename one.")
    for name in lecture.prerequisites:
        if name not in ids:
            message = f"the prerequisite {quoted(name)} is no lecture"
            yield CourseError(message, lecture.place, hint="Mend the id.")
    for skill in lecture.skills:
        if skill not in course.skills:
            message = f"there is no skill {quoted(skill)}"
            yield CourseError(message, lecture.place, hint="Mend the id, or add the skill to skills.toml.")


def _bars(lecture: Lecture, report: LectureReport) -> Iterator[CourseError]:
    wanted = (
        (report.words >= WORDS, f"{report.words} words, fewer than {WORDS:,}", "Explain more."),
        (report.derivations >= 1, "no derivation", "Open a derivation line by line."),
        (report.figures >= 1, "no figure", "Show something to move."),
        (report.exercises >= EXERCISES, f"{report.exercises} exercises, fewer than {EXERCISES}", "Add some."),
        (
            len(report.exercise_kinds) >= EXERCISE_KINDS or not report.exercise_kinds,
            f"exercises of {len(report.exercise_kinds)} kinds, fewer than {EXERCISE_KINDS}",
            "Vary them.",
        ),
        (report.lab, "no lab", "Add lab/lab.py, solution.py and check.py."),
        (
            any(isinstance(block, LabPlace) for block in walk(lecture.blocks)),
            "no place for its lab",
            "Write :::{lab}.",
        ),
    )
    for reached, message, hint in wanted:
        if not reached:
            yield CourseError(f"the lecture has {message}", lecture.place, hint=hint)


def check_structure(course: Course) -> list[CourseError]:
    """Return what is wrong with the course's own files and with how its parts hang together."""
    found = list(course.problems)
    for key in ("title", "language"):
        if not course.about.get(key):
            found.append(CourseError(f"the course has no {key}", Place("course.toml"), hint=f"Add {key} = …"))
    found += _cycles({le.id: le.prerequisites for le in course.lectures}, "lectures.md", "prerequisite")
    requires = {name: _texts(skill.get("requires")) for name, skill in course.skills.items()}
    found += [
        CourseError(
            f"{name} requires {quoted(other)}, which is no skill", Place("skills.toml"), hint="Mend it."
        )
        for name, others in requires.items()
        for other in others
        if other not in course.skills
    ]
    found += _glossary(course)
    return found + _cycles(requires, "skills.toml", "requirement")


def _glossary(course: Course) -> Iterator[CourseError]:
    known = {lecture.id for lecture in course.lectures}
    for entry in course.glossary:
        name = str(entry.get("name", ""))
        for key in ("symbol", "name", "meaning"):
            if not entry.get(key):
                message = f"the entry {quoted(name)} has no {key}"
                yield CourseError(message, Place("glossary.toml"), hint=f"Add {key} = ….")
        if entry.get("lecture") not in known:
            message = f"the entry {quoted(name)} names no lecture"
            yield CourseError(message, Place("glossary.toml"), hint="Say in which lecture it comes up.")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _cycles(edges: dict[str, tuple[str, ...]], file: str, what: str) -> list[CourseError]:
    """Report the first circle among things that build on one another."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        circle = _circle(start, edges, path, done)
        if circle:
            message = f"a circle of {what}s: {' → '.join(circle)}"
            return [CourseError(message, Place(file), hint="Take one of them out.")]
    return []


def _circle(name: str, edges: dict[str, tuple[str, ...]], path: list[str], done: set[str]) -> list[str]:
    if name in path:
        return [*path[path.index(name) :], name]
    if name in done:
        return []
    path.append(name)
    for other in edges.get(name, ()):
        circle = _circle(other, edges, path, done)
        if circle:
            return circle
    path.pop()
    done.add(name)
    return []
