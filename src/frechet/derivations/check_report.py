"""What a check says: of every line, and of the whole, as text, Markdown and plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, final

from frechet.derivations.check_claims import Kind
from frechet.derivations.mistakes.catalogue import Mistake
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.text import write
from frechet.rewriting.steps import formula_latex

Numbers = dict[str, float | list[float] | list[list[float]]]
MOST_NUMBERS: Final = 12
SCHEMA: Final = 1


class Status(Enum):
    """What is known of a line."""

    GIVEN = "given"
    RIGHT = "right"
    SKIPS = "right, but skips steps"
    OTHER_LAYOUT = "right in the other layout"
    WRONG = "wrong"
    ILL_SHAPED = "ill-shaped"
    FOLLOWS = "follows from the wrong line"

    @property
    def accepted(self) -> bool:
        return self in (Status.GIVEN, Status.RIGHT, Status.SKIPS)


_MARKS: Final = {
    Status.GIVEN: " ",
    Status.RIGHT: "✓",
    Status.SKIPS: "✓",
    Status.OTHER_LAYOUT: "↔",
    Status.WRONG: "✗",
    Status.ILL_SHAPED: "✗",
    Status.FOLLOWS: "·",
}


@final
@dataclass(frozen=True, slots=True)
class LineReport:
    """One line: what was written, whether it is right, and why.

    `rule` names the rules that lead there, `counterexample` gives numbers at which a wrong line
    fails, `expected` is what it should say, `mended` the line with the one slip undone.
    """

    number: int
    source: str
    kind: Kind
    status: Status
    message: str = ""
    rule: str | None = None
    skipped: int = 0
    written: Expr | None = None
    expected: Expr | None = None
    mistake: Mistake | None = None
    mended: Expr | None = None
    counterexample: Numbers | None = None

    def json(self) -> dict[str, object]:
        """Return the line as plain data."""
        return {
            "number": self.number,
            "source": self.source,
            "kind": self.kind.value,
            "status": self.status.value,
            "message": self.message,
            "rule": self.rule,
            "skipped": self.skipped,
            "text": _text(self.written),
            "latex": None if self.written is None else formula_latex(self.written),
            "expected": _text(self.expected),
            "mistake": None if self.mistake is None else self.mistake.name,
            "mended": _text(self.mended),
            "counterexample": self.counterexample,
        }


@final
@dataclass(frozen=True, slots=True)
class CheckReport:
    """A derivation checked: its lines, the first wrong one, and the mistake made there."""

    variable: Symbol
    lines: tuple[LineReport, ...]
    notes: tuple[str, ...] = ()

    @property
    def wrong_line(self) -> LineReport | None:
        return next((line for line in self.lines if not line.status.accepted), None)

    @property
    def first_wrong(self) -> int | None:
        """Return the number of the first wrong line, from 1; None if all are right."""
        return None if self.wrong_line is None else self.wrong_line.number

    @property
    def diagnosis(self) -> Mistake | None:
        """Return the mistake made in the first wrong line, with what to do about it."""
        return None if self.wrong_line is None else self.wrong_line.mistake

    @property
    def mistake(self) -> str | None:
        """Return the name of the mistake made in the first wrong line, None if it has no name."""
        return None if self.diagnosis is None else self.diagnosis.name

    @property
    def ok(self) -> bool:
        return self.first_wrong is None

    @property
    def summary(self) -> str:
        """Say the outcome in one sentence."""
        wrong = self.wrong_line
        if wrong is None:
            count = len(self.lines)
            return "The line is right." if count == 1 else f"All {count} lines are right."
        named = f" Likely mistake: {wrong.mistake.name}." if wrong.mistake is not None else ""
        return f"Line {wrong.number} is the first that is {_fault(wrong.status)}.{named}"

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Return the lines with a mark each, what is to be said of them, and the outcome."""
        width = max(len(line.source) for line in self.lines)
        out = list[str]()
        for line in self.lines:
            rule = f"  ({line.rule})" if line.rule and line.status.accepted else ""
            out.append(f"{line.number:>3} {_MARKS[line.status]} {line.source:<{width}}{rule}".rstrip())
            out += [f"      {part}" for part in self._remarks(line)]
        return "\n".join([*out, "", self.summary, *self.notes])

    def _remarks(self, line: LineReport) -> list[str]:
        remarks = line.message.splitlines()
        if line.counterexample is not None and numbers(line.counterexample):
            remarks.append(f"For example at {numbers(line.counterexample)}.")
        if line.mended is not None:
            remarks.append(f"With that one slip mended: {write(line.mended)}")
        elif line.expected is not None and not line.status.accepted:
            remarks.append(f"Right would be: {write(line.expected)}")
        return remarks

    def markdown(self) -> str:
        """Return the report as Markdown."""
        out = list[str]()
        for line in self.lines:
            out.append(f"{line.number}. `{line.source}`: {line.status.value}")
            out += [f"   - {part}" for part in self._remarks(line)]
            if line.rule and line.status.accepted:
                out.append(f"   - {line.rule}")
        return "\n".join([*out, "", f"**{self.summary}**", *(f"- {note}" for note in self.notes)])

    def json(self) -> dict[str, object]:
        """Return the report as plain data."""
        return {
            "schema": SCHEMA,
            "over": self.variable.name,
            "ok": self.ok,
            "first_wrong": self.first_wrong,
            "mistake": self.mistake,
            "advice": None if self.diagnosis is None else self.diagnosis.advice,
            "skills": [] if self.diagnosis is None else list(self.diagnosis.skills),
            "summary": self.summary,
            "lines": [line.json() for line in self.lines],
            "notes": list(self.notes),
        }


def numbers(values: Numbers) -> str:
    """Write the numbers of a counterexample on one line, the largest matrices left out."""
    small = {name: value for name, value in values.items() if _count(value) <= MOST_NUMBERS}
    shown = ", ".join(f"{name} = {_number_text(value)}" for name, value in small.items())
    return shown if not shown or len(small) == len(values) else f"{shown}, …"


def _count(value: float | list[float] | list[list[float]]) -> int:
    if not isinstance(value, list):
        return 1
    return sum(len(row) if isinstance(row, list) else 1 for row in value)


def _number_text(value: float | list[float] | list[list[float]]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_number_text(v) for v in value) + "]"
    return f"{value:.4g}"


def _fault(status: Status) -> str:
    match status:
        case Status.OTHER_LAYOUT:
            return "in the other layout"
        case Status.ILL_SHAPED:
            return "not well-shaped"
        case _:
            return "wrong"


def _text(formula: Expr | None) -> str | None:
    return None if formula is None else write(formula)
