"""What a lecture is made of: text, and one value for each directive, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, final

from frechet.course.problems import Place

Declared: TypeAlias = Mapping[str, str]


@final
@dataclass(frozen=True, slots=True)
class Text:
    """Markdown."""

    place: Place
    markdown: str


@final
@dataclass(frozen=True, slots=True)
class Prose:
    """A set-off text: `intuition`, `application` or `summary`."""

    place: Place
    kind: str
    title: str
    body: Blocks


@final
@dataclass(frozen=True, slots=True)
class Theorem:
    """A result: what `formula` has as its derivative by `by`, or what it equals."""

    place: Place
    title: str
    declared: Declared
    formula: str
    by: tuple[str, ...]
    structured: str
    ask: str
    answer: str
    source: str
    body: Blocks


@final
@dataclass(frozen=True, slots=True)
class DerivationLine:
    """A line of a derivation: a formula that is checked (`line`) or words (`text`)."""

    place: Place
    line: str
    text: str
    because: str
    opened: str


@final
@dataclass(frozen=True, slots=True)
class Derivation:
    """A derivation to be opened line by line."""

    place: Place
    title: str
    declared: Declared
    over: str
    lines: tuple[DerivationLine, ...]

    @property
    def checked_lines(self) -> list[DerivationLine]:
        return [line for line in self.lines if line.line]


@final
@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer, named, to be refuted in small numbers."""

    place: Place
    title: str
    declared: Declared
    formula: str
    by: tuple[str, ...]
    ask: str
    wrong: str
    name: str
    body: Blocks


@final
@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: a formula at given numbers, and the results stated for it."""

    place: Place
    title: str
    declared: Declared
    at: str
    formula: str
    by: tuple[str, ...]
    results: tuple[tuple[str, str, Place], ...]
    body: Blocks


@final
@dataclass(frozen=True, slots=True)
class CookbookPointer:
    """How the Cookbook says it: entries found by a formula, or one by its id."""

    place: Place
    title: str
    declared: Declared
    search: str
    by: tuple[str, ...]
    entry: str
    body: Blocks


@final
@dataclass(frozen=True, slots=True)
class FigurePlace:
    """Where a figure stands, and its caption."""

    place: Place
    name: str
    body: Blocks


@final
@dataclass(frozen=True, slots=True)
class ExercisePlace:
    """Where an exercise stands."""

    place: Place
    name: str


@final
@dataclass(frozen=True, slots=True)
class LabPlace:
    """Where the lab stands, and what it is about."""

    place: Place
    body: Blocks


Block: TypeAlias = (
    Text
    | Prose
    | Theorem
    | Derivation
    | Mistake
    | Example
    | CookbookPointer
    | FigurePlace
    | ExercisePlace
    | LabPlace
)
Blocks: TypeAlias = tuple[Block, ...]


def body_of(block: Block) -> Blocks:
    """Return the blocks inside a block."""
    match block:
        case Text() | Derivation() | ExercisePlace():
            return ()
        case _:
            return block.body


def walk(blocks: Blocks) -> Iterator[Block]:
    """Yield every block, the inner ones after the one that holds them."""
    for block in blocks:
        yield block
        yield from walk(body_of(block))


def markdown_of(block: Block) -> Iterator[tuple[Place, str]]:
    """Yield the Markdown texts that a block itself holds."""
    match block:
        case Text(place, markdown):
            yield place, markdown
        case Derivation():
            for line in block.lines:
                for part in (line.text, line.because, line.opened):
                    if part:
                        yield line.place, part
        case _:
            return
