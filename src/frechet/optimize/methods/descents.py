"""Descents: which way to go (Nocedal & Wright, chapters 2, 3 and 7)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass, field
from math import sqrt
from typing import Final, final

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh

from frechet.optimize.objective import Array, Objective, Point, Product

SMALLEST_EIGENVALUE: Final = 1e-8
LARGEST_FIRST_STEP: Final = 1.0
LONGEST_STRETCH: Final = 1.5
CURVATURE_ROUNDING: Final = 1e-10


class AbstractDescent(ABC):
    """Chooses a direction of descent; remembers what the method needs from step to step."""

    @abstractmethod
    def direction(self, objective: Objective, point: Point) -> Array:
        """Return p with ∇f′p < 0."""

    @abstractmethod
    def first_length(self, point: Point, direction: Array) -> float:
        """Return the step length to try first."""

    @abstractmethod
    def learn(self, before: Point, after: Point) -> None:
        """Take notice of a step."""


@final
@dataclass(slots=True)
class SteepestDescent(AbstractDescent):
    """p = −∇f; the first length is the one that would have predicted the last decrease (§3.5)."""

    predicted: float = 0.0

    def direction(self, objective: Objective, point: Point) -> Array:
        return -point.gradient

    def first_length(self, point: Point, direction: Array) -> float:
        squared = float(direction @ direction)
        if self.predicted > 0:
            return 2 * self.predicted / squared
        return min(LARGEST_FIRST_STEP, LARGEST_FIRST_STEP / float(np.sqrt(squared)))

    def learn(self, before: Point, after: Point) -> None:
        self.predicted = 1.01 * (before.value - after.value)


@final
@dataclass(slots=True)
class BarzilaiBorwein(AbstractDescent):
    """p = −∇f with the length s′s/s′y, which carries curvature from the last step."""

    length: float = 0.0

    def direction(self, objective: Objective, point: Point) -> Array:
        return -point.gradient

    def first_length(self, point: Point, direction: Array) -> float:
        return self.length or min(1.0, 1.0 / float(np.linalg.norm(direction)))

    def learn(self, before: Point, after: Point) -> None:
        step, change = after.x - before.x, after.gradient - before.gradient
        curvature = float(step @ change)
        self.length = float(step @ step) / curvature if curvature > 0 else 0.0


@final
@dataclass(slots=True)
class LimitedMemory(AbstractDescent):
    """L-BFGS: the last steps s and gradient changes y stand for the Hessian (Algorithm 7.4).

    `initial` applies what stands for H⁻¹ before there are steps; where it `is_scaled`, only up to a
    factor, which the last step tells. That factor is a cautious one: where the last line still went down
    at its end, the next step is first tried longer, as the secant of that line says.
    """

    memory: int = 10
    initial: Product | None = None
    is_scaled: bool = True
    pairs: deque[tuple[Array, Array, float]] = field(default_factory=deque)
    stretch: float = 1.0

    def direction(self, objective: Objective, point: Point) -> Array:
        return self.solved(-point.gradient)

    def solved(self, v: Array) -> Array:
        """Return the inverse Hessian approximation times v, by the two-loop recursion."""
        v, weights = v.copy(), []
        for step, change, curvature in reversed(self.pairs):
            weight = float(step @ v) / curvature
            weights.append(weight)
            v -= weight * change
        v = self._begun(v)
        for (step, change, curvature), weight in zip(self.pairs, reversed(weights), strict=True):
            v += (weight - float(change @ v) / curvature) * step
        return v

    def _begun(self, v: Array) -> Array:
        if not self.pairs and self.is_scaled:
            return v
        begun = v if self.initial is None else self.initial(v)
        if self.is_scaled:
            _, change, curvature = self.pairs[-1]
            begun = begun * (
                curvature / float(change @ (change if self.initial is None else self.initial(change)))
            )
        return begun

    def first_length(self, point: Point, direction: Array) -> float:
        if self.pairs:
            return self.stretch
        if not self.is_scaled:
            return 1.0
        return min(1.0, 1.0 / float(np.linalg.norm(direction)))

    def learn(self, before: Point, after: Point) -> None:
        step, change = after.x - before.x, after.gradient - before.gradient
        if self.remember(step, change):
            secant = -float(before.gradient @ step) / self.pairs[-1][2]
            self.stretch = min(max(1.0, secant), LONGEST_STRETCH)

    def remember(self, step: Array, change: Array) -> bool:
        """Keep a step with its change of gradient if it shows positive curvature; tell whether it does."""
        curvature = float(step @ change)
        if not curvature > CURVATURE_ROUNDING * sqrt(float(step @ step)) * sqrt(float(change @ change)):
            return False
        self.pairs.append((step, change, curvature))
        if len(self.pairs) > self.memory:
            self.pairs.popleft()
        return True


@final
@dataclass(slots=True)
class Newton(AbstractDescent):
    """p = −H⁻¹∇f; where H is not positive definite, |H| with small eigenvalues raised (§3.4)."""

    def direction(self, objective: Objective, point: Point) -> Array:
        hessian = objective.hessian(point.x)
        if not np.isfinite(hessian).all():
            return -point.gradient
        return -solve_modified(hessian, point.gradient)

    def first_length(self, point: Point, direction: Array) -> float:
        return 1.0

    def learn(self, before: Point, after: Point) -> None:
        return None


def solve_modified(hessian: Array, v: Array) -> Array:
    """Solve Hx = v by Cholesky, or with the eigenvalues made positive."""
    try:
        return np.asarray(cho_solve(cho_factor(hessian), v))
    except np.linalg.LinAlgError:
        values, vectors = eigh(hessian)
        floor = SMALLEST_EIGENVALUE * max(1.0, float(np.max(np.abs(values))))
        return np.asarray(vectors @ ((vectors.T @ v) / np.maximum(np.abs(values), floor)))
