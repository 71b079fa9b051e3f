"""What goes wrong, in the user's words.

Every error that a user can cause derives from `FrechetError` and says what is wrong, where, and
what to do. `position` counts characters of the input, start inclusive, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

MAX_ECHO = 80
MAX_PATH = 200
"""How much of a file's name is shown: its end says the most."""


class FrechetError(Exception):
    """An input was refused: `message` says why, `hint` says what to do."""

    def __init__(
        self, message: str, *, hint: str = "", position: tuple[int, int] | None = None, source: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.position = position
        self.source = source

    def __str__(self) -> str:
        parts = [self.message]
        caret = self.caret()
        if caret:
            parts.append(caret)
        if self.hint:
            parts.append(self.hint)
        return "\n".join(parts)

    def caret(self) -> str:
        """Return the line of the input at fault with carets under the place, or an empty text."""
        if self.position is None or not self.source:
            return ""
        start, end = self.position
        first = self.source.rfind("\n", 0, start) + 1
        last = self.source.find("\n", start)
        last = len(self.source) if last < 0 else last
        left = max(first, start - MAX_ECHO // 2)
        right = min(last, left + MAX_ECHO)
        line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in self.source[left:right])
        width = max(1, min(end, right) - start)
        return f"  {line}\n  {' ' * (start - left)}{'^' * width}"


class ParseError(FrechetError):
    """The text is not a formula."""


class ShapeError(FrechetError):
    """The sizes of the operands do not fit."""


class DeclarationError(FrechetError):
    """A declaration is malformed or contradicts another one."""


class DomainError(FrechetError):
    """A value lies outside the domain of a function."""


class EvaluationError(FrechetError):
    """The data do not fit the formula, or the computation has no finite result."""


class UnsupportedError(FrechetError):
    """A well-formed request that Fréchet cannot serve; it says so rather than guess."""


class LimitError(FrechetError):
    """A budget (size, time, memory) is exhausted; the message names the limit."""


@contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """Say which extra of the package brings a library that is missing, and what needs it.

    >>> with needing("numeric", "a program"):  # doctest: +ELLIPSIS
    ...     raise ModuleNotFoundError(name="numpy")
    Traceback (most recent call last):
    frechet.errors.UnsupportedError: a program needs numpy, which is not installed
    ...
    """
    try:
        yield
    except ModuleNotFoundError as error:
        hint = import_module("frechet.extras").installing(extra)  # slow to load, and rarely needed
        raise UnsupportedError(f"{what} needs {error.name}, which is not installed", hint=hint) from None


def quoted(text: str, limit: int = 40) -> str:
    """Return `text` in quotes, cut and with unprintable characters replaced."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return "'" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown) + "'"
