"""Convex quadratics under bounds and affine equalities by guessing which bounds hold with equality.

With those entries held, the rest is one linear system. Entries that leave their bounds are then
held, and held ones whose multiplier has the wrong sign are let go, all at once (the primal-dual active
set method; for nonnegative least squares block pivoting, Kim & Park, 2011). A few exchanges
usually suffice, and the solution is exact; where they run in a circle another method must do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from frechet.optimize.constrained.interior_point import FEASIBLE, OnFaces
from frechet.optimize.constrained.projection import Box
from frechet.optimize.objective import Array, Mask, Objective, Point, Restricted
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping

EXCHANGES: Final = 30
PATIENCE: Final = 3
OUTSIDE: Final = 1e-12


@final
@dataclass(slots=True)
class _Guess:
    """Which entries are held at which bound."""

    low: Mask
    high: Mask

    @property
    def free(self) -> Mask:
        return np.asarray(~(self.low | self.high))


def minimize_by_exchanges(
    objective: Objective, box: Box, matrix: Array, right: Array, start: Array, stopping: Stopping
) -> OnFaces | None:
    """Minimize a convex quadratic with matrix·x = right inside the box, or return None without success."""
    faces = _Faces(objective, box, matrix, right)
    first = objective.point(box.project(start))
    trace, stopping, guess = stopping.new_trace(), stopping.from_start(first), faces.first_guess(first)
    trace.add(first)
    fewest, since = len(start) + 1, 0
    for _ in range(EXCHANGES):
        try:
            point, multipliers = faces.minimum(guess)
        except np.linalg.LinAlgError:
            return None
        trace.add(point, float(np.linalg.norm(point.x - trace.iterates[-1].x)))
        allowed = stopping.allowed(point.value)
        below, above, loose_low, loose_high = faces.violations(point, guess, allowed)
        wrong = sum(int(np.sum(v)) for v in (below, above, loose_low, loose_high))
        if not wrong:
            inside = Point(box.project(point.x), point.value, point.gradient)
            solved = box.residual(inside) <= allowed and faces.holds(inside.x)
            return OnFaces(Outcome(inside, Status.CONVERGED, trace), multipliers) if solved else None
        fewest, since = (wrong, 0) if wrong < fewest else (fewest, since + 1)
        if since > PATIENCE:
            return None
        guess = _Guess((guess.low | below) & ~loose_low, (guess.high | above) & ~loose_high)
    return None


@final
class _Faces:
    """The quadratic on the faces of the box."""

    def __init__(self, objective: Objective, box: Box, matrix: Array, right: Array) -> None:
        self._objective, self._box, self._matrix, self._right = objective, box, matrix, right
        self._restricted: Restricted | None = None
        self._corner: tuple[Array, Array] | None = None

    def first_guess(self, point: Point) -> _Guess:
        """Hold the entries that are at a bound and are pushed against it."""
        low = (point.x <= self._box.lower) & (point.gradient > 0)
        high = (point.x >= self._box.upper) & (point.gradient < 0)
        if np.sum(low | high) > len(low) - len(self._right):
            low = high = np.zeros_like(low)
        return _Guess(low, high)

    def minimum(self, guess: _Guess) -> tuple[Point, Array]:
        """Return the minimum with some entries held, its gradient that of the Lagrangian; and multipliers.

        Raises:
            LinAlgError: there is none, or not one only.
        """
        free = np.flatnonzero(guess.free)
        if len(free) < len(self._right):
            raise np.linalg.LinAlgError
        x = np.zeros(len(guess.low))
        x[guess.low], x[guess.high] = self._box.lower[guess.low], self._box.upper[guess.high]
        slope = self._gradient_at_corner(x)[free]
        rows, missing = self._matrix[:, free], self._right - self._matrix @ x
        if self._restricted is None:
            self._restricted = self._objective.restricted_solver(x)
        solve = self._restricted(free)
        y = np.zeros(len(missing))
        if len(missing):
            spread = solve(rows.T)
            y = np.asarray(np.linalg.solve(rows @ spread, -(spread.T @ slope) - missing), dtype=np.float64)
        x[free] = -solve(slope + rows.T @ y)
        if not np.isfinite(x).all():
            raise np.linalg.LinAlgError
        gradient = self._objective.gradient(x) + self._matrix.T @ y
        return Point(x, self._objective.value(x), gradient), y

    def holds(self, x: Array) -> bool:
        """Tell whether the equalities hold."""
        missed = float(np.max(np.abs(self._matrix @ x - self._right), initial=0.0))
        return missed <= FEASIBLE * max(1.0, float(np.max(np.abs(x), initial=0.0)))

    def _gradient_at_corner(self, x: Array) -> Array:
        """Return the gradient where the free entries are zero; most often it is the same all along."""
        if self._corner is None or not np.array_equal(self._corner[0], x):
            self._corner = x.copy(), self._objective.gradient(x)
        return self._corner[1]

    def violations(self, point: Point, guess: _Guess, allowed: float) -> tuple[Mask, Mask, Mask, Mask]:
        """Return the free entries below and above their bounds, and the held ones that pull away."""
        margin = OUTSIDE * max(1.0, float(np.max(np.abs(point.x), initial=0.0)))
        below = guess.free & (point.x < self._box.lower - margin)
        above = guess.free & (point.x > self._box.upper + margin)
        loose_low = guess.low & (point.gradient < -allowed)
        loose_high = guess.high & (point.gradient > allowed)
        return below, above, loose_low, loose_high
