"""Is one as often right as one is sure? Stated certainty against hit rate, from the log of attempts.

The penalty of an answer is (p - o)^2, with p the stated certainty and o one if it was right: on average it
is smallest for who says what is true (Brier's score).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

from frechet.course.mastery import Attempt

PARTS: Final = 5


@final
@dataclass(frozen=True, slots=True)
class Share:
    """Answers of about the same certainty: how many, how sure and how often right on average."""

    count: int
    sure: float
    right: float


@final
@dataclass(frozen=True, slots=True)
class Calibration:
    """All answers whose certainty was stated, and those of each fifth of the scale that was used."""

    whole: Share
    penalty: float
    parts: tuple[Share, ...]


def calibration(attempts: Iterable[Attempt]) -> Calibration | None:
    """Compare certainty and hit rate; None where no certainty was stated."""
    answers = [(one.sure, one.clean and not one.mistakes) for one in attempts if one.sure is not None]
    if not answers:
        return None
    parts = [[a for a in answers if min(PARTS - 1, int(PARTS * a[0])) == part] for part in range(PARTS)]
    penalty = sum((sure - right) ** 2 for sure, right in answers) / len(answers)
    return Calibration(_share(answers), penalty, tuple(_share(part) for part in parts if part))


def _share(answers: list[tuple[float, bool]]) -> Share:
    count = len(answers)
    sure = sum(sure for sure, _ in answers) / count
    return Share(count, sure, sum(right for _, right in answers) / count)
