"""The second-derivative test: minimum, maximum, saddle or degenerate, from the eigenvalues of the Hessian."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, final

import numpy as np
from scipy.linalg import eigh

from frechet.optimize.objective import Array, Objective, Point, largest_entry

LARGEST_TESTED: Final = 1_000
RELATIVE: Final = 1e-10
NOTICEABLE: Final = 1e-7
REMAINING: Final = 0.1


class StationaryKind(StrEnum):
    """What a stationary point is."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"
    NOT_TESTED = "not tested"


@final
@dataclass(frozen=True, slots=True)
class SecondDerivativeTest:
    """The kind, the extreme eigenvalues, for a saddle a way down, and max|λ|/min|λ|."""

    kind: StationaryKind
    smallest: float = float("nan")
    largest: float = float("nan")
    descent_direction: Array | None = None
    condition_number: float = float("nan")

    def __str__(self) -> str:
        return self.kind.value


def second_derivative_test(objective: Objective, point: Point) -> SecondDerivativeTest:
    """Return what the Hessian says at a stationary point."""
    if objective.hessian_at is None or objective.size > LARGEST_TESTED:
        return SecondDerivativeTest(StationaryKind.NOT_TESTED)
    hessian = objective.hessian(point.x)
    test = judge(hessian)
    if test.kind in (StationaryKind.MINIMUM, StationaryKind.MAXIMUM) and _flattens(objective, point, hessian):
        return replace(test, kind=StationaryKind.DEGENERATE)
    return test


def _flattens(objective: Objective, point: Point, hessian: Array) -> bool:
    """Tell whether a Newton step leaves most of the gradient, as where the Hessian tends to singular."""
    step: Array = np.asarray(np.linalg.solve(hessian, -point.gradient), dtype=np.float64)
    moved = largest_entry(step) > NOTICEABLE * max(1.0, largest_entry(point.x))
    after = objective.gradient_at(point.x + step)
    return moved and not largest_entry(after) <= REMAINING * point.gradient_norm


def judge(hessian: Array) -> SecondDerivativeTest:
    """Return what the eigenvalues of a symmetric matrix say; without unknowns every point is a minimum."""
    if not len(hessian):
        return SecondDerivativeTest(StationaryKind.MINIMUM)
    if not np.isfinite(hessian).all():
        return SecondDerivativeTest(StationaryKind.NOT_TESTED)
    values, vectors = eigh(hessian)
    smallest, largest = float(values[0]), float(values[-1])
    size = max(abs(smallest), abs(largest))
    threshold = RELATIVE * size
    ratio = size / float(np.min(np.abs(values))) if np.min(np.abs(values)) > 0 else float("inf")
    if smallest < -threshold and largest > threshold:
        return SecondDerivativeTest(StationaryKind.SADDLE, smallest, largest, vectors[:, 0], ratio)
    if size == 0 or float(np.min(np.abs(values))) <= threshold:
        return SecondDerivativeTest(StationaryKind.DEGENERATE, smallest, largest, None, ratio)
    kind = StationaryKind.MINIMUM if smallest > 0 else StationaryKind.MAXIMUM
    return SecondDerivativeTest(kind, smallest, largest, None, ratio)
