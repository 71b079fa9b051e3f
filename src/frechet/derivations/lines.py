"""Fine steps put together into the lines that a textbook prints.

`full` shows every rule, `normal` one line per idea (d passes through everything linear at once;
the rules of transposes and traces that follow each other are one line), `brief` one line per
phase. A line that holds several fine steps opens into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from frechet.derivations.prose import joined, pushed
from frechet.derivations.workbench import FineStep, Theme
from frechet.rewriting.rules import Words
from frechet.rewriting.steps import Step


class Granularity(Enum):
    """How much one line does."""

    BRIEF = "brief"
    NORMAL = "normal"
    FULL = "full"


_BRIEF = {
    Theme.LINEAR: "push",
    Theme.PROPER: "push",
    Theme.NAMING: "push",
    Theme.IDENTIFY: "identify",
    Theme.SIMPLIFY: "identify",
}
_MINOR: Final = ("scalar out of", "multiply out", "vec of a sum", "trace of a sum")
MOST_SENTENCES: Final = 3


def lines(steps: Sequence[FineStep], granularity: Granularity) -> tuple[Step, ...]:
    """Return the lines of a derivation at a granularity."""
    if granularity is Granularity.FULL:
        return tuple(fine.step for fine in steps)
    groups = _phases(steps) if granularity is Granularity.BRIEF else _ideas(steps)
    return tuple(_merged(group) for group in groups)


def _phases(steps: Iterable[FineStep]) -> list[list[FineStep]]:
    groups: list[list[FineStep]] = []
    for fine in steps:
        key = _BRIEF.get(fine.theme, "gather")
        if groups and _BRIEF.get(groups[-1][0].theme, "gather") == key:
            groups[-1].append(fine)
        else:
            groups.append([fine])
    return groups


def _ideas(steps: Iterable[FineStep]) -> list[list[FineStep]]:
    groups: list[list[FineStep]] = []
    for fine in steps:
        if groups and _continues(groups[-1], fine):
            groups[-1].append(fine)
        else:
            groups.append([fine])
    return groups


def _continues(group: Sequence[FineStep], fine: FineStep) -> bool:
    """Tell whether a fine step belongs to the line before it."""
    last = group[-1].theme
    leading = next((f.theme for f in group if f.theme not in (Theme.NAMING, Theme.EXPAND)), last)
    match fine.theme:
        case Theme.NAMING:
            return True
        case Theme.LINEAR:
            return leading is Theme.LINEAR or all(f.theme is Theme.NAMING for f in group)
        case Theme.COLLECT:
            return leading is Theme.COLLECT
        case Theme.PROPER | Theme.IDENTIFY | Theme.SIMPLIFY:
            return False
        case _:
            return leading is fine.theme or all(f.theme is Theme.EXPAND for f in group)


def _merged(group: Sequence[FineStep]) -> Step:
    first, last = group[0].step, group[-1].step
    if len(group) == 1:
        return first
    telling = [f for f in group if f.theme is not Theme.NAMING] or list(group)
    told = tuple(push for f in group for push in f.pushes)
    words = pushed(told, tuple(c for f in group for c in f.constants)) if told else joined(_few(telling))
    names = list(dict.fromkeys(f.step.rule for f in telling))
    references = list(dict.fromkeys(f.step.reference for f in telling if f.step.reference))
    steps = tuple(f.step for f in group)
    return Step(
        rule=", ".join(names[:MOST_SENTENCES]),
        before=first.before,
        after=last.after,
        words=words,
        reference="; ".join(references[:2]),
        phase=last.phase,
        place=telling[0].step.place,
        replacement=telling[0].step.replacement,
        substeps=steps,
        checked=all(s.checked for s in steps),
    )


def _few(telling: Sequence[FineStep]) -> list[Words]:
    """Keep one sentence per rule, and at most three."""
    kept: dict[str, Words] = {}
    for fine in telling:
        kept.setdefault(fine.step.rule, fine.step.words)
    main = [words for rule, words in kept.items() if not rule.startswith(_MINOR)]
    return (main or list(kept.values()))[:MOST_SENTENCES]
