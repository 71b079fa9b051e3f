"""The input as errors quote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, Protocol

from frechet.errors import FrechetError, ShapeError, quoted


class Place(Protocol):
    """Anything that stands somewhere in the input."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a formula."""

    text: str

    def quote(self, place: Place) -> str:
        """Return a part of the input in quotes, on one line."""
        part = quoted(" ".join(self.text[place.start : place.end].split()))
        return f'"{part[1:-1]}"' if "'" in part[1:-1] else part

    def fail(self, place: Place, message: str, hint: str, error: type[FrechetError] = ShapeError) -> NoReturn:
        """Refuse a part of the input."""
        raise error(message, hint=hint, position=(place.start, place.end), source=self.text)
