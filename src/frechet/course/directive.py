"""A directive as it stands in the file: its name, argument, options and body, with their lines.

:::{theorem} The gradient of a quadratic form
:formula: x'*A*x
Holds for every square matrix.
:::
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, final

from frechet.course.problems import CourseError, Place
from frechet.errors import quoted

_HEAD: Final = re.compile(r"\{([\w-]+)\}\s*(.*)")
_OPTION: Final = re.compile(r":([\w-]+):(?:\s+(.*))?")


@final
@dataclass(frozen=True, slots=True)
class Option:
    """The value of an option and where it stands."""

    text: str
    place: Place


@final
@dataclass(frozen=True, slots=True)
class Directive:
    """A directive not yet understood."""

    name: str
    argument: str
    options: dict[str, Option]
    body: str
    place: Place
    body_place: Place

    def option(self, name: str) -> str:
        """Return the text of an option, empty if it is left out."""
        return self.options[name].text if name in self.options else ""

    def place_of(self, name: str) -> Place:
        return self.options[name].place if name in self.options else self.place


Report = Callable[[CourseError], None]


def read_directive(info: str, content: str, place: Place) -> Directive:
    """Split a block between colons into its parts.

    Raises:
        CourseError: the block has no name in braces.
    """
    head = _HEAD.fullmatch(info.strip())
    if head is None:
        raise CourseError(
            f"a block between colons begins with its name, not with {quoted(info.strip())}",
            place,
            hint="Write :::{theorem} Title.",
        )
    options, rest = dict[str, Option](), content.split("\n")
    taken = 0
    last = ""
    for line in rest:
        match = _OPTION.fullmatch(line.rstrip())
        if match is not None:
            last = match.group(1)
            options[last] = Option((match.group(2) or "").strip(), place.below(1 + taken))
        elif last and line[:1] in " \t" and line.strip():
            options[last] = Option(f"{options[last].text} {line.strip()}".strip(), options[last].place)
        else:
            break
        taken += 1
    body = "\n".join(rest[taken:])
    return Directive(
        head.group(1), head.group(2).strip(), options, body.rstrip(), place, place.below(1 + taken)
    )


def refuse_unknown(directive: Directive, known: Iterable[str], report: Report) -> None:
    """Report the options that a directive of this kind does not have."""
    allowed = tuple(known)
    for name, option in directive.options.items():
        if name not in allowed:
            hint = f"Its options are {', '.join(allowed)}." if allowed else "It has no options."
            report(CourseError(f"{directive.name} has no option {quoted(name)}", option.place, hint=hint))


def require(directive: Directive, names: Iterable[str], report: Report) -> None:
    """Report the options that are missing."""
    for name in names:
        if not directive.option(name):
            report(
                CourseError(
                    f"{directive.name} lacks the option {name}",
                    directive.place,
                    hint=f"Add a line :{name}: …",
                )
            )
