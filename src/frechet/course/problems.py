"""What is wrong in a course's files: said with the file, the line, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from frechet.errors import FrechetError


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; the file is named from the course's folder."""

    file: str
    line: int = 1

    def below(self, lines: int) -> Place:
        """Return the place so many lines further down."""
        return Place(self.file, self.line + lines)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@final
class CourseError(FrechetError):
    """A file of the course is not as it should be; a `warning` does not fail the check."""

    def __init__(self, message: str, place: Place, *, hint: str = "", warning: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.place = place
        self.warning = warning

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes: exceptions with keywords do not by themselves."""
        return _again, (self.message, self.place, self.hint, self.warning)

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {kind}{one_line(self.message)}{hint and ' ' + one_line(hint).strip()}"


def _again(message: str, place: Place, hint: str, warning: bool) -> CourseError:
    return CourseError(message, place, hint=hint, warning=warning)


def one_line(text: str) -> str:
    """Return a message on one line, ended as a sentence."""
    flat = " ".join(text.split())
    return flat if not flat or flat[-1] in ".!?" else f"{flat}."


def told_by(error: FrechetError, place: Place, before: str = "") -> CourseError:
    """Return an error of the engine as a problem of the file in which it arose."""
    return CourseError(f"{before}{error.message}", place, hint=error.hint)
