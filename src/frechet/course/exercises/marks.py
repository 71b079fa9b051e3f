"""What a learner is told of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, final


class Outcome(Enum):
    """What an answer is; only `WRONG` uses up a try."""

    RIGHT = "right"
    OTHER_LAYOUT = "right in the other layout"
    NOT_SIMPLIFIED = "right, not simplified"
    NAMED_MISTAKE = "named mistake"
    WRONG = "wrong"
    ILL_SHAPED = "ill-shaped"
    UNREADABLE = "unreadable"
    NOT_MARKED = "not marked here"


@final
@dataclass(frozen=True, slots=True)
class Counterexample:
    """Small numbers at which an answer and the right one differ, as typed and in LaTeX."""

    values: dict[str, str]
    yours: str
    right: str
    latex: str = ""


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """An answer marked.

    `reply` is Markdown with formulas in `` {f}`…` ``, `mistake` an id of `mistakes.toml`, `latex` what was
    typed, typeset. `place` counts in what was typed. `parts` are the marks of several blanks.
    """

    outcome: Outcome
    accepted: bool
    reply: str = ""
    mistake: str = ""
    latex: str = ""
    hint: str = ""
    place: tuple[int, int] | None = None
    counterexample: Counterexample | None = None
    parts: tuple[Mark, ...] = field(default=())

    @property
    def counts(self) -> bool:
        """Tell whether the answer uses up a try."""
        return self.outcome is Outcome.WRONG

    def data(self) -> dict[str, object]:
        """Return the mark as plain data."""
        counter = self.counterexample
        return {
            "outcome": self.outcome.value,
            "accepted": self.accepted,
            "counts": self.counts,
            "reply": self.reply,
            "mistake": self.mistake,
            "latex": self.latex,
            "hint": self.hint,
            "place": None if self.place is None else list(self.place),
            "counterexample": None
            if counter is None
            else {
                "values": counter.values,
                "yours": counter.yours,
                "right": counter.right,
                "latex": counter.latex,
            },
            "parts": [part.data() for part in self.parts],
        }


RIGHT: Final = Mark(Outcome.RIGHT, True)
FIRST_TRY, LATER_TRY, AFTER_HINT, AFTER_SOLUTION = 1.0, 0.7, 0.5, 0.0
SOLUTION_HINT: Final = 3


def score(wrong_tries: int, hints: int) -> float:
    """Return what a right answer is worth after so many wrong tries and hints."""
    if hints >= SOLUTION_HINT:
        return AFTER_SOLUTION
    if hints:
        return AFTER_HINT
    return FIRST_TRY if wrong_tries == 0 else LATER_TRY
