"""The labs of a course: found, handed out as notebooks, and checked.

A lab is a notebook in percent format with functions left to the learner. What a learner hands in,
`.py` or `.ipynb`, runs in a process of its own with a limit of time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, final

import jupytext

from frechet.course.content import Course, Lecture
from frechet.course.problems import CourseError
from frechet.errors import EvaluationError, FrechetError, LimitError, UnsupportedError, quoted
from frechet.extras import install

SECONDS: Final = 60.0
FORMATS: Final = ("ipynb", "py", "marimo")


@final
@dataclass(frozen=True, slots=True)
class Lab:
    """A lab: its lecture's id is its name."""

    name: str
    title: str
    folder: Path

    @property
    def starter(self) -> Path:
        return self.folder / "lab.py"

    @property
    def solution(self) -> Path:
        return self.folder / "solution.py"

    @property
    def checks(self) -> Path:
        return self.folder / "check.py"


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """One check: what it looks at, whether it holds, and if not what helps."""

    name: str
    says: str
    right: bool
    message: str


@final
@dataclass(frozen=True, slots=True)
class LabReport:
    """What became of a lab: `failure` if it did not run to its end, else its checks."""

    failure: str
    outcomes: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        return not self.failure and all(outcome.right for outcome in self.outcomes)


def labs_of(course: Course) -> list[Lab]:
    """Return the labs in the order of the lectures."""
    return [lab_of(lecture) for lecture in course.lectures if lecture.has_lab]


def lab_of(lecture: Lecture) -> Lab:
    return Lab(lecture.id, lecture.title, lecture.folder / "lab")


def find_lab(course: Course, name: str) -> Lab:
    """Return a lab by its name.

    Raises:
        FrechetError: there is none.
    """
    for lab in labs_of(course):
        if lab.name == name:
            return lab
    raise FrechetError(f"there is no lab {quoted(name)}", hint="frechet lab list names them all.")


def run_checks(lab: Lab, file: Path, seconds: float = SECONDS) -> LabReport:
    """Run a learner's file and check it.

    Raises:
        FrechetError: the file cannot be read.
        LimitError: it ran out of time.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = folder / "lab.py"
        source.write_text(as_python(file), encoding="utf-8")
        result = folder / "result.json"
        try:
            done = _run(
                "frechet.course.lab_runner", source, lab.checks, result, folder=folder, seconds=seconds
            )
        except subprocess.TimeoutExpired:
            raise LimitError(
                f"{file.name} ran longer than {seconds:g} seconds", hint="Look for a loop that does not end."
            ) from None
        if not result.is_file():
            last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
            raise EvaluationError(f"{file.name} could not be checked: {last}", hint="Run it by itself first.")
        return _report(json.loads(result.read_text(encoding="utf-8")))


def _run(
    module: str, *arguments: Path | str, folder: Path | None = None, seconds: float = SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run a module of Python in a process of its own."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    environment = {"OMP_NUM_THREADS": "1", **os.environ, "MPLBACKEND": "Agg"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )


def _report(data: dict[str, object]) -> LabReport:
    checks = data["checks"]
    assert isinstance(checks, list)
    return LabReport(str(data["failure"]), tuple(Outcome(**check) for check in checks))


def as_python(file: Path) -> str:
    """Return a notebook or a Python file as Python.

    Raises:
        FrechetError: it is neither.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise FrechetError(f"the file {quoted(str(file))} cannot be read", hint="Check its name.") from None
    if file.suffix != ".ipynb":
        return text
    try:
        return str(jupytext.writes(jupytext.reads(text, fmt="ipynb"), fmt="py:percent"))
    except (ValueError, KeyError, AttributeError):
        raise FrechetError(
            f"{quoted(file.name)} is not a notebook", hint="Save it from Jupyter again."
        ) from None


def exported(lab: Lab, form: str) -> str:
    """Return the lab in another format.

    Raises:
        UnsupportedError: the format is not known, or what makes it is not installed.
    """
    text = lab.starter.read_text(encoding="utf-8")
    match form:
        case "py":
            return text
        case "ipynb":
            return str(jupytext.writes(jupytext.reads(text, fmt="py:percent"), fmt="ipynb"))
        case "marimo":
            return _as_marimo(lab)
        case _:
            hint = f"Choose {', '.join(FORMATS)}."
            raise UnsupportedError(f"there is no format {quoted(form)}", hint=hint)


def _as_marimo(lab: Lab) -> str:
    if find_spec("marimo") is None:
        raise UnsupportedError("marimo is not installed", hint=f"Install it with: {install('marimo')}")
    with tempfile.TemporaryDirectory() as place:
        notebook, target = Path(place) / "lab.ipynb", Path(place) / "lab.py"
        notebook.write_text(exported(lab, "ipynb"), encoding="utf-8")
        done = _run("marimo", "convert", notebook, "-o", target)
        if not target.is_file():
            hint = "Export to ipynb, and convert that."
            raise UnsupportedError(f"marimo cannot convert {lab.name}: {done.stderr.strip()}", hint=hint)
        return target.read_text(encoding="utf-8")


def check_lab(lecture: Lecture) -> Iterator[CourseError]:
    """Yield what is wrong with a lab: a solution that fails a check, a starter that passes all."""
    lab = lab_of(lecture)
    try:
        solved, begun = run_checks(lab, lab.solution), run_checks(lab, lab.starter)
    except FrechetError as error:
        yield CourseError(error.message, lecture.place_of(lab.starter), hint=error.hint)
        return
    solution = lecture.place_of(lab.solution)
    if solved.failure:
        yield CourseError(f"the solution does not run: {solved.failure}", solution, hint="Mend the solution.")
    if not solved.outcomes and not solved.failure:
        yield CourseError("there is no check", lecture.place_of(lab.checks), hint="Write check_… functions.")
    for outcome in solved.outcomes:
        if not outcome.right:
            message = f"the solution fails {outcome.name}: {outcome.message}"
            yield CourseError(message, solution, hint="Mend the solution or the check.")
    if begun.ok:
        message = "the lab as handed out passes every check"
        yield CourseError(message, lecture.place_of(lab.starter), hint="Leave something to the learner.")
