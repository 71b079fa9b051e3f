"""Searches: how far to go along a direction (Nocedal & Wright, chapter 3)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final, NamedTuple, final

import numpy as np

from frechet.optimize.objective import Array, Objective, Point, is_finite
from frechet.optimize.stopping import ROUNDING

MAX_TRIALS: Final = 60
INTERPOLATION_MARGIN: Final = 0.1


class Reached(NamedTuple):
    """The point that a search found and its step length."""

    point: Point
    step_length: float


class AbstractSearch(ABC):
    """Finds a step length along a descent direction."""

    @abstractmethod
    def along(self, objective: Objective, point: Point, direction: Array, first: float) -> Reached | None:
        """Return the next point, or None when no step improves; `first` is the length to try first."""


@final
@dataclass(frozen=True, slots=True)
class FixedStep(AbstractSearch):
    """The same step length every time, halved only where the function is not defined."""

    step_length: float

    def along(self, objective: Objective, point: Point, direction: Array, first: float) -> Reached | None:
        length = self.step_length
        for _ in range(MAX_TRIALS):
            x = point.x + length * direction
            value = objective.value(x)
            if np.isfinite(value) or value == -np.inf:
                return Reached(objective.point(x, value), length)
            length /= 2
        return None


@final
@dataclass(frozen=True, slots=True)
class Backtracking(AbstractSearch):
    """Shorten until the decrease is sufficient, f(x+αp) ≤ f(x) + c₁α∇f′p (Armijo)."""

    sufficient_decrease: float = 1e-4

    def along(self, objective: Objective, point: Point, direction: Array, first: float) -> Reached | None:
        slope = float(point.gradient @ direction)
        length = first
        for _ in range(MAX_TRIALS):
            x = point.x + length * direction
            value = objective.value(x)
            if value <= point.value + self.sufficient_decrease * length * slope and value < point.value:
                return _finite(objective.point(x, value), length)
            if abs(length * slope) <= ROUNDING * abs(point.value) or np.array_equal(x, point.x):
                return None
            length = _interpolated(point.value, slope, length, value)
        return None


def _interpolated(value: float, slope: float, length: float, reached: float) -> float:
    """Return the minimizer of the parabola through two values and a slope, in [0.1, 0.5] of the length."""
    if not np.isfinite(reached):
        return INTERPOLATION_MARGIN * length
    curvature = reached - value - slope * length
    best = -slope * length**2 / (2 * curvature) if curvature > 0 else length / 2
    return float(np.clip(best, INTERPOLATION_MARGIN * length, length / 2))


def _finite(point: Point, length: float) -> Reached | None:
    return Reached(point, length) if is_finite(point.gradient) else None


@final
@dataclass(frozen=True, slots=True)
class Wolfe(AbstractSearch):
    """The strong Wolfe conditions: sufficient decrease, and |∇f(x+αp)′p| ≤ c₂|∇f′p| (Algorithms 3.5, 3.6)."""

    sufficient_decrease: float = 1e-4
    curvature_condition: float = 0.9
    growth: float = 4.0

    def along(self, objective: Objective, point: Point, direction: Array, first: float) -> Reached | None:
        slope = float(point.gradient @ direction)
        low, high = _Trial(0.0, point, slope), None
        length, best = first, None
        for _ in range(MAX_TRIALS):
            trial = self._trial(objective, point, direction, length)
            sufficient = trial.value <= point.value + self.sufficient_decrease * length * slope
            if not sufficient or trial.value >= low.value:
                high = trial
            else:
                best = trial
                if abs(trial.slope) <= -self.curvature_condition * slope or trial.value == -np.inf:
                    break
                if trial.slope > 0 or (high is not None and trial.slope * (high.length - low.length) >= 0):
                    high = low
                low = trial
            if high is None:
                length *= self.growth
            elif abs(high.length - low.length) * abs(slope) <= ROUNDING * abs(point.value):
                break
            else:
                length = _between(low, high)
        found = best or (low if low.length > 0 else None)
        if found is None or found.point is None or not found.value < point.value:
            return None
        return Reached(found.point, found.length)

    @staticmethod
    def _trial(objective: Objective, point: Point, direction: Array, length: float) -> _Trial:
        reached = objective.point_if_finite(point.x + length * direction)
        if reached is None:
            return _Trial(length, None, np.inf)
        return _Trial(length, reached, float(reached.gradient @ direction))


@final
@dataclass(frozen=True, slots=True)
class _Trial:
    length: float
    point: Point | None
    slope: float

    @property
    def value(self) -> float:
        return np.inf if self.point is None else self.point.value


def _between(low: _Trial, high: _Trial) -> float:
    """Return the minimizer of the cubic through two values and slopes, kept inside the interval."""
    width = high.length - low.length
    if high.point is None:
        return low.length + INTERPOLATION_MARGIN * width
    d = low.slope + high.slope - 3 * (low.value - high.value) / (low.length - high.length)
    root = d * d - low.slope * high.slope
    if root < 0:
        return low.length + width / 2
    e = np.sign(width) * np.sqrt(root)
    denominator = high.slope - low.slope + 2 * e
    best = high.length - width * (high.slope + e - d) / denominator if denominator else low.length + width / 2
    edge = INTERPOLATION_MARGIN * width
    first, last = sorted((low.length + edge, high.length - edge))
    return min(max(float(best), first), last)


@final
@dataclass(frozen=True, slots=True)
class ExactOnQuadratics(AbstractSearch):
    """α = −∇f′p / p′Hp, the minimizer along the line when f is quadratic.

    Where the line curves down there is none, and where f is not quadratic it may be higher: then a
    Wolfe search, which lengthens or shortens its step, goes on.
    """

    def along(self, objective: Objective, point: Point, direction: Array, first: float) -> Reached | None:
        curvature = float(direction @ objective.product(point.x)(direction))
        if curvature > 0:
            length = -float(point.gradient @ direction) / curvature
            reached = objective.point(point.x + length * direction)
            if reached.value < point.value:
                return _finite(reached, length)
        return Wolfe().along(objective, point, direction, first)
