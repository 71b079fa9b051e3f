"""A primal-dual interior-point method for convex quadratics under bounds and affine equalities.

The Karush-Kuhn-Tucker conditions with the complementarity products set to μ are solved by Newton's
method while μ falls (Mehrotra's predictor and corrector; Nocedal & Wright §16.6). The bounds add a
diagonal to the Hessian, so that the structure of the Hessian serves every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, final

import numpy as np

from frechet.optimize.constrained.projection import Box
from frechet.optimize.objective import Array, Indices, Objective, Point, Product
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping

STEPS: Final = 60
KEPT: Final = 0.995
STALLED: Final = 1e-10
INSIDE: Final = 1e-2
FEASIBLE: Final = 1e-9


@final
@dataclass(frozen=True, eq=False)
class Sides:
    """The finite bounds: xᵢ − limit, with its sign turned for upper ones, is to stay positive."""

    entries: Indices
    signs: Array
    limits: Array

    def distances(self, x: Array) -> Array:
        return np.asarray(self.signs * (x[self.entries] - self.limits))

    def gathered(self, values: Array, size: int) -> Array:
        """Return the sum of the values of each entry's bounds."""
        return np.asarray(np.bincount(self.entries, weights=values, minlength=size))


class OnFaces(NamedTuple):
    """The outcome, and the multipliers of the equalities."""

    outcome: Outcome
    multipliers: Array


def minimize_inside(
    objective: Objective, box: Box, matrix: Array, right: Array, start: Array, stopping: Stopping
) -> OnFaces | None:
    """Minimize a convex quadratic with matrix·x = right inside the box, or return None without success."""
    sides, size = _sides(box), len(start)
    x, y = _on_plane(box, _inside(box, start), matrix, right), np.zeros(len(right))
    shifted = objective.shifted_solver(x)
    trace, gradient = stopping.new_trace(), objective.gradient(x)
    slack = sides.distances(x)
    weights = np.full(len(slack), max(1.0, float(np.max(np.abs(gradient), initial=0.0))))
    for _ in range(STEPS):
        pull = sides.gathered(sides.signs * weights, size)
        dual = gradient + matrix.T @ y - pull
        primal = matrix @ x - right
        gap = float(slack @ weights)
        point = Point(x.copy(), objective.value(x), dual)
        trace.add(point)
        if _is_solved(point, primal, gap, stopping):
            return OnFaces(Outcome(point, Status.CONVERGED, trace), y)
        try:
            solve = shifted(sides.gathered(weights / slack, size))
            step = _Newton(solve, matrix, sides, slack, weights, dual, primal)
            dx, dy, dw = step.towards(np.zeros_like(slack))
        except np.linalg.LinAlgError:
            return None
        mean = gap / max(1, len(slack))
        ds = sides.signs * dx[sides.entries]
        ahead = (slack + _longest(slack, ds) * ds) @ (weights + _longest(weights, dw) * dw)
        center = (float(ahead) / gap) ** 3 * mean if gap > 0 else 0.0
        dx, dy, dw = step.towards(center - ds * dw)
        length = KEPT * min(_longest(slack, sides.signs * dx[sides.entries]), _longest(weights, dw))
        length = min(1.0, length)
        if not length > STALLED or not np.isfinite(dx).all():
            return None
        x, y, weights = x + length * dx, y + length * dy, weights + length * dw
        gradient = objective.gradient(x)
        slack = sides.distances(x)
        if not np.all(slack > 0):
            return None
    return None


def _is_solved(point: Point, primal: Array, gap: float, stopping: Stopping) -> bool:
    allowed = stopping.tolerance * max(1.0, abs(point.value))
    largest = max(1.0, float(np.max(np.abs(point.x))))
    feasible = float(np.max(np.abs(primal), initial=0.0)) <= FEASIBLE * largest
    return feasible and gap <= allowed and point.gradient_norm <= allowed


def _sides(box: Box) -> Sides:
    lower, upper = np.flatnonzero(np.isfinite(box.lower)), np.flatnonzero(np.isfinite(box.upper))
    signs = np.concatenate([np.ones(len(lower)), -np.ones(len(upper))])
    return Sides(np.concatenate([lower, upper]), signs, np.concatenate([box.lower[lower], box.upper[upper]]))


def _inside(box: Box, start: Array) -> Array:
    """Return a point strictly inside: at least a share of the width, or a unit, away from the bounds."""
    with np.errstate(invalid="ignore"):
        width = np.where(np.isfinite(box.upper - box.lower), box.upper - box.lower, 1.0)
    margin = np.minimum(INSIDE, width / 4)
    return np.asarray(np.clip(start, box.lower + margin, box.upper - margin))


def _on_plane(box: Box, x: Array, matrix: Array, right: Array) -> Array:
    """Return the nearest point with matrix·x = right if it lies strictly inside, else x itself."""
    if not len(right):
        return x
    found = x + np.linalg.lstsq(matrix, right - matrix @ x, rcond=None)[0]
    return found if np.all(found > box.lower) and np.all(found < box.upper) else x


def _longest(values: Array, change: Array) -> float:
    """Return the longest step, at most 1, that keeps the values from falling below zero."""
    falling = change < 0
    return float(np.min(-values[falling] / change[falling], initial=1.0))


@final
class _Newton:
    """The linear system of one step, factorized once for predictor and corrector."""

    def __init__(
        self,
        solve: Product,
        matrix: Array,
        sides: Sides,
        slack: Array,
        weights: Array,
        dual: Array,
        primal: Array,
    ) -> None:
        self._solve, self._matrix, self._sides = solve, matrix, sides
        self._slack, self._weights, self._dual, self._primal = slack, weights, dual, primal
        self._spread = solve(matrix.T) if len(matrix) else np.zeros((matrix.shape[1], 0))
        self._core = matrix @ self._spread

    def towards(self, center: Array) -> tuple[Array, Array, Array]:
        """Return the changes of x, y and the bounds' multipliers that lead to slack·weight = center."""
        sides, size = self._sides, self._matrix.shape[1]
        missing = (center - self._slack * self._weights) / self._slack
        right = -self._dual + sides.gathered(sides.signs * missing, size)
        free = self._solve(right)
        dy = np.asarray(np.linalg.solve(self._core, self._matrix @ free + self._primal), dtype=np.float64)
        dx = free - self._spread @ dy
        dw = missing - self._weights * sides.signs * dx[sides.entries] / self._slack
        return dx, dy, dw
