"""A step of a derivation: one line, the rule that leads to it, and what it opens into."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import final

from frechet.expressions.nodes import Expr
from frechet.expressions.text import write
from frechet.expressions.traversal import symbols_of
from frechet.notation.latex import latex, latex_of_name
from frechet.rewriting.rules import Words


class Phase(Enum):
    """What the right side of a line is: the function, its differential, that differential as one
    column, or the derivative; an identification reads the last off the one before.
    """

    FUNCTION = "function"
    DIFFERENTIAL = "differential"
    STACKED = "stacked differential"
    IDENTIFICATION = "identification"
    DERIVATIVE = "derivative"


@final
@dataclass(frozen=True, slots=True)
class Shown:
    """A line written in its own way, where `left = after` would not say it: text and LaTeX."""

    left: str
    latex_left: str
    right: str = ""
    latex_right: str = ""


@final
@dataclass(frozen=True, slots=True)
class Step:
    """`before = after` by `rule`; an identification reads the derivative `after` off `before`.

    `place` is the part of `before` that changed, `replacement` what stands there afterwards.
    `shown` is the line in indices, or with a left side of its own. `checked` tells
    that both sides agreed in numbers when the step was made.
    """

    rule: str
    before: Expr
    after: Expr
    words: Words
    reference: str = ""
    phase: Phase = Phase.DIFFERENTIAL
    place: Expr | None = None
    replacement: Expr | None = None
    substeps: tuple[Step, ...] = field(default=())
    checked: bool = False
    shown: Shown | None = None

    @property
    def text(self) -> str:
        """Return the sentence for the learner in plain text."""
        return "".join(part if isinstance(part, str) else write(part) for part in self.words)

    @property
    def latex(self) -> str:
        """Return the formula that the step arrives at."""
        return formula_latex(self.after)


def formula_latex(node: Expr) -> str:
    """Return LaTeX with the differential of X as an upright d before X."""
    found = latex(node)
    for name in symbols_of(node):
        if name.startswith("d") and len(name) > 1:
            found = found.replace(latex_of_name(name), r"\mathrm{d}" + latex_of_name(name[1:]))
    return found
