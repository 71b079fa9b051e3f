"""What a learner can do, from the log of marked attempts: nothing is stored but the log.

A skill is mastered when the latest answers to its exercises were right at the first try and without a
hint, so many in a row and over more than one exercise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, final

from frechet.course.exercises.marks import score
from frechet.errors import ParseError

_KEYS: Final = ("exercise", "skills", "seed", "right", "wrong_tries", "hints", "when", "mistakes", "sure")


@final
@dataclass(frozen=True, slots=True)
class Attempt:
    """A variant that was answered, or given up; `when` has a time zone.

    `sure` is how sure the learner was of the first answer, from 0 to 1, where that was asked.
    """

    exercise: str
    skills: tuple[str, ...]
    seed: int
    right: bool
    wrong_tries: int
    hints: int
    when: datetime
    mistakes: tuple[str, ...] = ()
    sure: float | None = None

    @property
    def clean(self) -> bool:
        """Tell whether it was right at the first try and without a hint."""
        return self.right and self.wrong_tries == 0 and self.hints == 0

    @property
    def score(self) -> float:
        return score(self.wrong_tries, self.hints) if self.right else 0.0

    def data(self) -> dict[str, object]:
        """Return the attempt as plain data."""
        return {
            "exercise": self.exercise,
            "skills": list(self.skills),
            "seed": self.seed,
            "right": self.right,
            "wrong_tries": self.wrong_tries,
            "hints": self.hints,
            "when": self.when.isoformat(),
            "mistakes": list(self.mistakes),
            **({} if self.sure is None else {"sure": self.sure}),
        }

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Self:
        """Return an attempt from plain data.

        Raises:
            ParseError: the data are not those of an attempt.
        """
        try:
            when = datetime.fromisoformat(str(data["when"]))
            skills, mistakes = data["skills"], data.get("mistakes", [])
            numbers = [int(str(data[key])) for key in ("seed", "wrong_tries", "hints")]
            exercise = str(data["exercise"])
            sure = float(str(data["sure"])) if "sure" in data else None
            if when.tzinfo is None or not isinstance(skills, list) or not isinstance(mistakes, list):
                raise ValueError
        except (KeyError, ValueError):
            raise ParseError(
                "this is no record of an attempt", hint=f"A record has {', '.join(_KEYS)}."
            ) from None
        return cls(
            exercise, tuple(map(str, skills)), numbers[0], data.get("right") is True,
            numbers[1], numbers[2], when, tuple(map(str, mistakes)), sure,
        )  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """When a skill counts as mastered, and after how many days it is asked again."""

    in_a_row: int = 3
    distinct_exercises: int = 2
    review_days: int = 30

    @classmethod
    def of(cls, table: Mapping[str, object]) -> Rule:
        """Return the rule that `skills.toml` states under `[mastery]`, its positive numbers."""
        found = {key: value for key, value in table.items() if isinstance(value, int) and value > 0}
        return cls(
            found.get("in_a_row", cls().in_a_row),
            found.get("distinct_exercises", cls().distinct_exercises),
            found.get("review_days", cls().review_days),
        )


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """How a learner stands with a skill; `share` is how much of the way to mastery is done."""

    skill: str
    attempts: int
    in_a_row: int
    distinct: int
    share: float
    mastered: bool
    fresh: bool
    last: datetime | None


def standing(
    skill: str, attempts: Iterable[Attempt], rule: Rule, now: datetime, available: int | None = None
) -> Standing:
    """Return how a learner stands with a skill.

    `available` is how many exercises the course has for it: no more can be asked to differ. A right
    answer after a wrong try neither adds to the row nor ends it.
    """
    own = sorted((a for a in attempts if skill in a.skills), key=lambda a: a.when)
    row: list[Attempt] = []
    for attempt in own:
        if attempt.clean:
            row.append(attempt)
        elif not attempt.right or attempt.hints:
            row = []
    needed = rule.distinct_exercises if available is None else max(1, min(rule.distinct_exercises, available))
    distinct = len({attempt.exercise for attempt in row})
    mastered = len(row) >= rule.in_a_row and distinct >= needed
    share = min(1.0, len(row) / rule.in_a_row, (distinct + (len(row) >= rule.in_a_row)) / needed)
    last = own[-1].when if own else None
    fresh = mastered and last is not None and now - last <= timedelta(days=rule.review_days)
    return Standing(
        skill, len(own), len(row), distinct, 1.0 if mastered else min(share, 0.99), mastered, fresh, last
    )


def standings(
    skills: Sequence[str],
    attempts: Sequence[Attempt],
    rule: Rule,
    now: datetime,
    available: Mapping[str, int] | None = None,
) -> dict[str, Standing]:
    """Return how a learner stands with every skill."""
    return {
        skill: standing(skill, attempts, rule, now, None if available is None else available.get(skill, 0))
        for skill in skills
    }


def mastered_skills(found: Mapping[str, Standing]) -> frozenset[str]:
    return frozenset(skill for skill, one in found.items() if one.mastered)


def open_skills(requires: Mapping[str, Sequence[str]], mastered: Iterable[str]) -> list[str]:
    """Return the skills that are not mastered and whose prerequisites all are, in the course's order."""
    done = set(mastered)
    return [skill for skill, needs in requires.items() if skill not in done and done.issuperset(needs)]


def weak_spots(attempts: Iterable[Attempt]) -> dict[str, int]:
    """Return the named mistakes made, the most frequent first."""
    counts: dict[str, int] = {}
    for attempt in attempts:
        for mistake in attempt.mistakes:
            counts[mistake] = counts.get(mistake, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
