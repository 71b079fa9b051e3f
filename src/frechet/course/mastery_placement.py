"""What somebody knows already, found with few questions over the map of skills.

Who can do a skill can do all that it stands on; who cannot do it cannot do what stands on it. So the
best question is about the skill that splits the undecided ones most evenly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

MOST_QUESTIONS: Final = 12


@final
@dataclass(frozen=True, slots=True)
class Placement:
    """A diagnostic under way: the map of skills and what was answered so far.

    `askable` are the skills that have exercises; none given means all.
    """

    requires: Mapping[str, Sequence[str]]
    answers: tuple[tuple[str, bool], ...] = ()
    askable: frozenset[str] = frozenset()
    most: int = MOST_QUESTIONS

    @property
    def known(self) -> frozenset[str]:
        """Return what follows from the right answers; a later wrong answer counts more."""
        known: set[str] = set()
        for skill, right in self.answers:
            if right:
                known |= self._below(skill)
            else:
                known -= self._above(skill)
        return frozenset(known)

    @property
    def unknown(self) -> frozenset[str]:
        unknown: set[str] = set()
        for skill, right in self.answers:
            if right:
                unknown -= self._below(skill)
            else:
                unknown |= self._above(skill)
        return frozenset(unknown)

    @property
    def undecided(self) -> list[str]:
        decided = self.known | self.unknown
        return [skill for skill in self.requires if skill not in decided]

    @property
    def next_skill(self) -> str | None:
        """Return the skill to ask for next; None when enough is known."""
        if len(self.answers) >= self.most:
            return None
        rest = self.undecided
        asked = {skill for skill, _ in self.answers}
        open_ones = [s for s in rest if s not in asked and (not self.askable or s in self.askable)]
        if not open_ones:
            return None
        left = set(rest)
        return max(open_ones, key=lambda skill: self._split(skill, left))

    def answered(self, skill: str, right: bool) -> Placement:
        """Return the diagnostic after one more answer."""
        return replace(self, answers=(*self.answers, (skill, right)))

    @property
    def frontier(self) -> list[str]:
        """Return where to begin: skills that are not known and stand on known ones only."""
        known = self.known
        return [s for s, needs in self.requires.items() if s not in known and known.issuperset(needs)]

    def _split(self, skill: str, undecided: Collection[str]) -> int:
        """Return how many skills are decided at least, whatever the answer."""
        return min(
            sum(other in undecided for other in self._below(skill)),
            sum(other in undecided for other in self._above(skill)),
        )

    def _below(self, skill: str) -> set[str]:
        return _reached(skill, lambda one: self.requires.get(one, ()))

    def _above(self, skill: str) -> set[str]:
        return _reached(skill, lambda one: [s for s, needs in self.requires.items() if one in needs])


def _reached(start: str, onward: Callable[[str], Iterable[str]]) -> set[str]:
    found, stack = set[str](), [start]
    while stack:
        skill = stack.pop()
        if skill not in found:
            found.add(skill)
            stack.extend(onward(skill))
    return found
