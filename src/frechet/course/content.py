"""A course as values: its sections, their lectures, and what each lecture's head says.

Reading never stops at the first fault: a lecture that is only partly readable comes with its
`problems`, and the course with those of its own files.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, final

from frechet.course.blocks import Blocks
from frechet.course.data import Document, read_toml, read_yaml, texts
from frechet.course.problems import CourseError, Place
from frechet.course.reading import Reader
from frechet.errors import EvaluationError, quoted

KINDS: Final = (
    "mathematical",
    "code",
    "tour",
    "tool",
    "introduction",
    "summary",
    "form",
    "placement",
    "map",
    "planner",
    "reference",
)
_HEAD_KEYS: Final = (
    "id",
    "title",
    "duration",
    "preview",
    "kind",
    "prerequisites",
    "objectives",
    "skills",
    "references",
    "symbols",
)
_REQUIRED: Final = ("id", "title", "duration", "preview", "kind", "objectives")
_NUMBERED: Final = re.compile(r"\d+-(.+)")
_DURATION: Final = re.compile(r"(\d{1,3}):([0-5]\d)")


@final
@dataclass(frozen=True, slots=True)
class Lecture:
    """A lecture: its head, its blocks, where its files lie, and what could not be read."""

    id: str
    title: str
    section: str
    seconds: int
    preview: bool
    kind: str
    prerequisites: tuple[str, ...]
    objectives: tuple[str, ...]
    skills: tuple[str, ...]
    references: tuple[str, ...]
    symbols: dict[str, str]
    blocks: Blocks
    folder: Path
    place: Place
    problems: tuple[CourseError, ...]

    @property
    def duration(self) -> str:
        return f"{self.seconds // 60:02}:{self.seconds % 60:02}"

    @property
    def has_lab(self) -> bool:
        return (self.folder / "lab" / "lab.py").is_file()

    @property
    def exercise_files(self) -> dict[str, Path]:
        """Return the exercise files by the names under which the text places them."""
        found = sorted((self.folder / "exercises").glob("*.toml"), key=lambda path: _by_number(path.stem))
        return {path.stem: path for path in found}

    def place_of(self, path: Path) -> Place:
        """Return the place of another file of this lecture."""
        return Place(f"{Path(self.place.file).parent.as_posix()}/{path.relative_to(self.folder).as_posix()}")


@final
@dataclass(frozen=True, slots=True)
class Section:
    """A section with its lectures in order."""

    id: str
    title: str
    summary: str
    lectures: tuple[Lecture, ...]


@final
@dataclass(frozen=True, slots=True)
class Course:
    """A course as its folder holds it; the tables are as the TOML files have them."""

    folder: Path
    about: dict[str, object]
    sections: tuple[Section, ...]
    skills: dict[str, dict[str, object]]
    mistakes: dict[str, dict[str, object]]
    glossary: tuple[dict[str, object], ...]
    problems: tuple[CourseError, ...]

    @property
    def lectures(self) -> list[Lecture]:
        return [lecture for section in self.sections for lecture in section.lectures]

    def lecture(self, name: str) -> Lecture:
        """Return a lecture by its id.

        Raises:
            EvaluationError: there is none.
        """
        for lecture in self.lectures:
            if lecture.id == name:
                return lecture
        hint = "frechet course list names them all."
        raise EvaluationError(f"there is no lecture {quoted(name)}", hint=hint)

    def next_to(self, lecture: Lecture) -> tuple[Lecture | None, Lecture | None]:
        """Return the lectures before and after one."""
        order = self.lectures
        at = order.index(lecture)
        return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None


def content_folder(given: str | Path | None = None) -> Path:
    """Return where the content lies: as given, FRECHET_COURSE, the checkout, or the installed package.

    Raises:
        EvaluationError: there is no course there.
    """
    named = given or os.environ.get("FRECHET_COURSE")
    package = Path(str(resources.files("frechet.course")))
    candidates = [Path(named)] if named else [package.parents[2] / "course", package / "content"]
    for folder in candidates:
        if (folder / "course.toml").is_file():
            return folder
    raise EvaluationError(
        f"no course was found in {candidates[0]}",
        hint="A course is a folder with a course.toml; name it, or set FRECHET_COURSE.",
    )


def folder_to_write(given: str | Path | None = None) -> Path:
    """Return the course into which something is written: as given, FRECHET_COURSE, here, or the checkout.

    Raises:
        EvaluationError: there is no course but the one inside the installed package.
    """
    if given is None and "FRECHET_COURSE" not in os.environ and Path("course.toml").is_file():
        return Path.cwd()
    folder = content_folder(given)
    installed = Path(str(resources.files("frechet.course"))) / "content"
    if folder.resolve() == installed.resolve():
        raise EvaluationError(
            "the course inside the installed package is not written to: an update would take it away",
            hint=f"Copy it first: cp -r {shlex.quote(str(folder))} my-course, then go to my-course.",
        )
    return folder


def read_course(folder: str | Path | None = None) -> Course:
    """Read a course and all its lectures; what is wrong is in `problems` of course and lectures.

    Raises:
        EvaluationError: there is no course.
    """
    root = content_folder(folder)
    problems: list[CourseError] = []
    about = _table(root, "course.toml", problems)
    skills = _table(root, "skills.toml", problems)
    mistakes = _table(root, "mistakes.toml", problems)
    glossary = _table(root, "glossary.toml", problems) if (root / "glossary.toml").is_file() else {}
    sections = tuple(_section(root, path, problems) for path in numbered(root))
    return Course(
        root,
        about,
        sections,
        _by_id(skills, "skill", Place("skills.toml"), problems),
        _by_id(mistakes, "mistake", Place("mistakes.toml"), problems),
        tuple(_records(glossary, "entry")),
        tuple(problems),
    )


@cache
def course_of(folder: Path) -> Course:
    """Return a course, read once in this process."""
    return read_course(folder)


def _by_number(name: str) -> tuple[str, int]:
    """Return a key that sorts e10 after e9."""
    letters = name.rstrip("0123456789")
    return letters, int(name[len(letters) :] or 0)


def numbered(folder: Path) -> list[Path]:
    """Return the folders `NN-name` of sections or lectures, in order."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and _NUMBERED.fullmatch(path.name))


def _table(root: Path, name: str, problems: list[CourseError]) -> dict[str, object]:
    try:
        return read_toml(root / name, Place(name))
    except CourseError as problem:
        problems.append(problem)
        return {}


def _records(table: dict[str, object], key: str) -> Iterator[dict[str, object]]:
    found = table.get(key, [])
    if isinstance(found, list):
        yield from (record for record in found if isinstance(record, dict))


def _by_id(
    table: dict[str, object], key: str, place: Place, problems: list[CourseError]
) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for record in _records(table, key):
        name = str(record.get("id", ""))
        if not name or name in found:
            what = f"two entries have the id {quoted(name)}" if name else "an entry has no id"
            problems.append(CourseError(what, place, hint="Give every entry an id of its own."))
        found[name] = record
    return found


def _section(root: Path, path: Path, problems: list[CourseError]) -> Section:
    file = f"{path.name}/section.toml"
    head = _table(root, file, problems)
    match = _NUMBERED.fullmatch(path.name)
    name = match.group(1) if match else path.name
    if head and not head.get("title"):
        problems.append(CourseError("the section has no title", Place(file), hint='Write title = "…".'))
    lectures = tuple(read_lecture(folder, name, root) for folder in numbered(path))
    return Section(name, str(head.get("title", name)), str(head.get("summary", "")), lectures)


def read_lecture(folder: Path, section: str, root: Path) -> Lecture:
    """Read a lecture's folder."""
    place = Place((folder / "lecture.md").relative_to(root).as_posix())
    problems: list[CourseError] = []
    try:
        source = (folder / "lecture.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        source = ""
        problems.append(CourseError("the file cannot be read", place, hint="Every lecture has a lecture.md."))
    head, body, start = _parted(source, place, problems)
    _check_head(head, folder, place, problems)
    symbols = head.values.get("symbols", {})
    reader = Reader({n: str(k) for n, k in symbols.items()} if isinstance(symbols, dict) else {})
    blocks = reader.blocks(body, place.below(start))
    match = _NUMBERED.fullmatch(folder.name)
    return Lecture(
        id=_text(head, "id") or (match.group(1) if match else folder.name),
        title=_text(head, "title"),
        section=section,
        seconds=_seconds(_text(head, "duration")),
        preview=_text(head, "preview") == "true",
        kind=_text(head, "kind"),
        prerequisites=texts(head.values.get("prerequisites")),
        objectives=texts(head.values.get("objectives")),
        skills=texts(head.values.get("skills")),
        references=texts(head.values.get("references")),
        symbols=dict(reader.symbols),
        blocks=blocks,
        folder=folder,
        place=place,
        problems=(*problems, *reader.problems),
    )


def _parted(source: str, place: Place, problems: list[CourseError]) -> tuple[Document, str, int]:
    """Return the head, the body, and how many lines stand before the body."""
    empty = Document({}, {}, {})
    lines = source.split("\n")
    ends = [n for n, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        problems.append(
            CourseError("the lecture has no head", place, hint="Begin with --- and YAML, then ---.")
        )
        return empty, source, 0
    start = ends[1] + 1
    try:
        head = read_yaml("\n".join(lines[1 : ends[1]]), place.below(1))
    except CourseError as problem:
        problems.append(problem)
        head = empty
    return head, "\n".join(lines[start:]), start


def _check_head(head: Document, folder: Path, place: Place, problems: list[CourseError]) -> None:
    def say(message: str, key: str, hint: str) -> None:
        problems.append(CourseError(message, place.below(1 + head.lines.get(key, 0)), hint=hint))

    for key in _REQUIRED:
        if not head.values.get(key):
            say(f"the head lacks {key}", key, f"Write {key}: …")
    for key in head.values:
        if key not in _HEAD_KEYS:
            say(f"the head has no {quoted(key)}", key, f"Its keys are {', '.join(_HEAD_KEYS)}.")
    match = _NUMBERED.fullmatch(folder.name)
    if match is not None and _text(head, "id") not in ("", match.group(1)):
        say(f"the id is not that of the folder, {quoted(match.group(1))}", "id", "Make them equal.")
    if _text(head, "kind") and _text(head, "kind") not in KINDS:
        say(f"there is no kind {quoted(_text(head, 'kind'))}", "kind", f"The kinds are {', '.join(KINDS)}.")
    if _text(head, "duration") and not _seconds(_text(head, "duration")):
        say("the duration is not minutes:seconds", "duration", 'Write duration: "12:30".')
    if _text(head, "preview") not in ("", "true", "false"):
        say("preview is true or false", "preview", "Write preview: false.")


def _text(head: Document, key: str) -> str:
    value = head.values.get(key, "")
    return value if isinstance(value, str) else ""


def _seconds(duration: str) -> int:
    match = _DURATION.fullmatch(duration)
    return 60 * int(match.group(1)) + int(match.group(2)) if match else 0
