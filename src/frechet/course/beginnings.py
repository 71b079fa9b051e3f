"""New lectures and exercises: what stands in them is right; the check lists what is still to be written."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final

from frechet.course.content import KINDS, Course, Lecture, numbered
from frechet.errors import MAX_PATH, FrechetError, quoted

EXERCISE_KINDS: Final = ("derive", "choice", "numeric")
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WITH_LAB: Final = ("mathematical", "code")
_LAB_FILES: Final = ("lab.py", "solution.py", "check.py")


def new_lecture(course: Course, section: str, name: str, title: str, kind: str) -> Path:
    """Write a lecture at the end of a section, which is made if it is new; return its folder.

    Raises:
        FrechetError: the id is no id, or is taken.
    """
    if _ID.fullmatch(name) is None or _ID.fullmatch(section) is None:
        hint = "Use small letters, digits and hyphens, as in quadratic-form."
        raise FrechetError(f"{quoted(name)} and {quoted(section)} cannot both be ids", hint=hint)
    if any(lecture.id == name for lecture in course.lectures):
        raise FrechetError(f"there is a lecture {quoted(name)} already", hint="Choose another id.")
    if kind not in KINDS:
        raise FrechetError(f"there is no kind {quoted(kind)}", hint=f"The kinds are {', '.join(KINDS)}.")
    above = _section_folder(course.folder, section)
    folder = above / f"{_next_number(above):02}-{name}"
    with_lab = kind in _WITH_LAB
    facts = {"id": name, "title": title, "kind": kind, "skills": ""}
    facts["lab"] = _filled("lab-block.md", facts) if with_lab else ""
    _write(folder / "lecture.md", _filled("lecture.md", facts))
    _write(folder / "figures" / "first.toml", _filled("figure.toml", facts))
    _write(folder / "exercises" / "e1.toml", _filled("derive.toml", facts))
    for file in _LAB_FILES if with_lab else ():
        _write(folder / "lab" / file, _filled(file, facts))
    return folder


def new_exercise(lecture: Lecture, kind: str) -> Path:
    """Write the next exercise of a lecture; return its file.

    Raises:
        FrechetError: there is no template of this kind.
    """
    if kind not in EXERCISE_KINDS:
        hint = f"There are templates for {', '.join(EXERCISE_KINDS)}; the others are in the reference."
        raise FrechetError(f"there is no template for {quoted(kind)}", hint=hint)
    folder = lecture.folder / "exercises"
    number = 1
    while (folder / f"e{number}.toml").exists():
        number += 1
    skills = ", ".join(f'"{skill}"' for skill in lecture.skills[:1])
    file = folder / f"e{number}.toml"
    _write(file, _filled(f"{kind}.toml", {"skills": skills}))
    return file


def _section_folder(root: Path, section: str) -> Path:
    for folder in numbered(root):
        if folder.name.partition("-")[2] == section:
            return folder
    folder = root / f"{_next_number(root):02}-{section}"
    title = section.replace("-", " ").capitalize()
    _write(folder / "section.toml", _filled("section.toml", {"title": title}))
    return folder


def _next_number(folder: Path) -> int:
    numbers = [int(path.name.partition("-")[0]) for path in numbered(folder)] if folder.is_dir() else []
    return max(numbers, default=0) + 1


def _filled(name: str, facts: dict[str, str]) -> str:
    template = resources.files("frechet.course").joinpath("templates", f"{name}.txt")
    return Template(template.read_text(encoding="utf-8")).safe_substitute(facts)


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise FrechetError(
            f"{quoted(str(file), MAX_PATH)} is already there", hint="Choose another name."
        ) from None
    except OSError:
        raise FrechetError(
            f"{quoted(str(file), MAX_PATH)} cannot be written", hint="Choose another folder."
        ) from None
