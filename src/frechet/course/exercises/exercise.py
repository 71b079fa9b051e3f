"""What an exercise file says, as a value: the template from which variants are made.

No right answer stands in it where the engine can find one; `solution` is for the questions where it
cannot, and is verified by the property that makes it the solution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, final

from frechet.course.problems import Place

KINDS: Final = ("derive", "fill-in", "wrong-line", "shape", "choice", "numeric", "order", "code")

DERIVATIVES: Final = ("gradient", "jacobian", "hessian", "differential")
POINTS: Final = ("minimizer", "stationary", "newton step", "newton point", "newton root", "descent point")
RATES: Final = ("rate bound", "best rate")
ASKS: Final = ("value", *DERIVATIVES, *POINTS, *RATES, "classify")
HEADS: Final = ("", "f", "df", "d2f", "grad", "J", "H", "argmin")

TextMap = Callable[[str], str]


@final
@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a formula; several formulas or variables are stacked into a column."""

    ask: str = "value"
    formulas: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    rate: str = ""
    steps: int = 1
    constraint: str = ""
    solution: str = ""

    def mapped(self, formula: TextMap, name: TextMap) -> Question:
        return replace(
            self,
            formulas=tuple(map(formula, self.formulas)),
            by=tuple(map(name, self.by)),
            rate=formula(self.rate),
            constraint=formula(self.constraint),
            solution=formula(self.solution),
        )


@final
@dataclass(frozen=True, slots=True)
class Listed:
    """A wrong answer with the name of the mistake (an id of `mistakes.toml`) and the reply to it."""

    answer: str
    name: str
    say: str


@final
@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers in words."""

    text: str
    right: bool = False
    name: str = ""
    say: str = ""


@final
@dataclass(frozen=True, slots=True)
class Line:
    """A line of a derivation: `head = body`, or words; a blank one is asked for."""

    head: str = ""
    body: str = ""
    words: str = ""
    because: str = ""
    blank: bool = False
    mistakes: tuple[Listed, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Candidate:
    """An expression of which it is asked whether its sizes fit."""

    formula: str
    say: str = ""


@final
@dataclass(frozen=True, slots=True)
class Draw:
    """Whole numbers from `low` to `high` for a symbol, with a property."""

    low: int
    high: int
    having: str = ""


@final
@dataclass(frozen=True, slots=True)
class Code:
    """A program to write: what is handed out, one that passes, and the tests."""

    function: str
    starter: str
    solution: str
    tests: str


@final
@dataclass(frozen=True, slots=True)
class Exercise:
    """A template."""

    id: str
    place: Place
    kind: str
    prompt: str
    skills: tuple[str, ...] = ()
    declare: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    sizes: tuple[str, ...] = ()
    question: Question = Question()
    also: tuple[str, ...] = ()
    mistakes: tuple[Listed, ...] = ()
    options: tuple[Option, ...] = ()
    lines: tuple[Line, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    letters: bool = True
    constants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lengths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    draws: dict[str, Draw] = field(default_factory=dict)
    cases: tuple[Exercise, ...] = ()
    code: Code | None = None
    hints: tuple[str, ...] = ()
    explain: str = ""
    made: str = ""

    @property
    def lecture(self) -> str:
        return self.id.partition("/")[0]

    @property
    def asks_for_a_formula(self) -> bool:
        return self.kind == "derive" or (self.kind == "choice" and not self.options)

    def mapped(self, formula: TextMap, name: TextMap, markdown: TextMap) -> Exercise:
        """Return the exercise with its formulas, names and texts replaced."""

        def listed(mistakes: tuple[Listed, ...]) -> tuple[Listed, ...]:
            answer = (lambda text: text) if self.kind == "shape" else formula
            return tuple(Listed(answer(m.answer), m.name, markdown(m.say)) for m in mistakes)

        return replace(
            self,
            prompt=markdown(self.prompt),
            declare={name(n): kind for n, kind in self.declare.items()},
            where={name(n): formula(text) for n, text in self.where.items()},
            question=self.question.mapped(formula, name),
            also=tuple(map(formula, self.also)),
            mistakes=listed(self.mistakes),
            options=tuple(replace(o, text=markdown(o.text), say=markdown(o.say)) for o in self.options),
            lines=tuple(
                replace(
                    line,
                    head=line.head if line.head in HEADS else formula(line.head),
                    body=formula(line.body),
                    words=markdown(line.words),
                    because=markdown(line.because),
                    mistakes=listed(line.mistakes),
                )
                for line in self.lines
            ),
            candidates=tuple(Candidate(formula(c.formula), markdown(c.say)) for c in self.candidates),
            values={name(n): text for n, text in self.values.items()},
            draws={name(n): draw for n, draw in self.draws.items()},
            hints=tuple(map(markdown, self.hints)),
            explain=markdown(self.explain),
        )
