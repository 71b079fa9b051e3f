"""Block coordinate descent: the variables take turns, each a quadratic while the others rest.

Given the other rows of Y, a row has a closed minimum, within bounds too (Bertsekas, Nonlinear
Programming §2.7; for factorizations Cichocki & Phan, 2009). Rows are swept until a sweep changes
little against the first one (Gillis & Glineur, 2012). After its turn a variable goes on in the same
direction, by a share that grows while the function falls (Ang & Gillis, 2019). Without bounds a
turn is one linear system.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias, final

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from frechet.optimize.constrained.projection import Box
from frechet.optimize.methods.descents import LimitedMemory
from frechet.optimize.objective import Array, Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, joined

SWEEPS: Final = 10
LITTLE: Final = 0.1
FIRST_SHARE: Final = 0.5
GROWTH: Final = 1.05
GROWTH_OF_LIMIT: Final = 1.01
SHRINKAGE: Final = 1.5
PATIENCE: Final = 40

Then: TypeAlias = Callable[[Point, Stopping, LimitedMemory], Outcome]


class Quadratic(NamedTuple):
    """½ tr(Y′GY) + tr(C′Y)."""

    matrix: Array
    linear: Array

    def gradient(self, y: Array) -> Array:
        slope = self.matrix @ y
        slope += self.linear
        return np.asarray(slope)

    def value(self, y: Array, gradient: Array) -> float:
        return (float(np.vdot(gradient, y)) + float(np.vdot(self.linear, y))) / 2


@final
@dataclass(frozen=True, eq=False)
class Block:
    """A variable, its bounds as rows of Y, and its quadratic as a function of all variables."""

    place: slice
    lower: Array
    upper: Array
    transposed: bool
    quadratic: Callable[[Sequence[Array]], Quadratic]

    def rows_of(self, z: Array) -> Array:
        """Return the part of a flat vector that is the variable's, as the rows of Y."""
        return rows_of(z[self.place], self.lower.shape, self.transposed)

    def flat(self, y: Array) -> Array:
        return np.asarray((y.T if self.transposed else y).reshape(-1))

    @cached_property
    def is_free(self) -> bool:
        return bool(np.isinf(self.lower).all()) and not self._has_ceiling

    @cached_property
    def _has_ceiling(self) -> bool:
        return not np.isinf(self.upper).all()

    def within(self, y: Array) -> Array:
        """Return the nearest point within the bounds, in place."""
        np.maximum(y, self.lower, out=y)
        return np.minimum(y, self.upper, out=y)

    def minimized(self, quadratic: Quadratic, y: Array) -> Array:
        """Return a Y with a smaller value; without bounds the minimizer.

        Raises:
            LinAlgError: the quadratic is not convex.
        """
        if self.is_free:
            factor = cho_factor(quadratic.matrix, check_finite=False)
            return np.asarray(cho_solve(factor, -quadratic.linear, check_finite=False))
        y, first = y.copy(), 0.0
        for count in range(SWEEPS):
            change = self._sweep(quadratic, y)
            if count and change <= LITTLE * LITTLE * first:
                break
            first = first if count else change
        return y

    def _sweep(self, quadratic: Quadratic, y: Array) -> float:
        """Minimize over one row after the other, in place; return the square of the change."""
        total = 0.0
        for j, (weights, linear) in enumerate(zip(quadratic.matrix, quadratic.linear, strict=True)):
            curvature = weights[j]
            if curvature < 0:
                raise np.linalg.LinAlgError
            if curvature == 0:
                continue
            row = weights @ y
            row += linear
            row /= -curvature
            row += y[j]
            np.maximum(row, self.lower[j], out=row)
            if self._has_ceiling:
                np.minimum(row, self.upper[j], out=row)
            change = row - y[j]
            total += float(change @ change)
            y[j] = row
        return total


def rows_of(entries: Array, shape: tuple[int, ...], transposed: bool) -> Array:
    """Return the entries of a variable as the rows of Y, each contiguous."""
    found = entries.reshape(shape[::-1]).T if transposed else entries.reshape(shape)
    return np.array(found, order="C")


@final
@dataclass(slots=True)
class _State:
    """The variables, the gradients by them as they were last seen, and the value."""

    values: list[Array]
    gradients: list[Array]
    value: float

    def copied(self) -> _State:
        return _State(list(self.values), list(self.gradients), self.value)


@final
class _Momentum:
    """How far a variable goes on after its turn: a share of the change since its last turn."""

    def __init__(self) -> None:
        self.share, self._limit, self._next = FIRST_SHARE, 1.0, FIRST_SHARE

    def grow(self) -> None:
        self._next = min(self._limit, self._next * GROWTH)
        self._limit = min(1.0, self._limit * GROWTH_OF_LIMIT)
        self.share = self._next

    def shrink(self) -> None:
        """Rest for a round, then go on by less."""
        self._limit, self._next = self._next, self._next / SHRINKAGE
        self.share = 0.0


def minimize_in_turns_first(
    objective: Objective, start: Point, blocks: Sequence[Block], box: Box, stopping: Stopping, then: Then
) -> Outcome:
    """Let the variables take turns; where they get stuck or slow, another method goes on.

    It is told the curvatures: where W is large and H small, their entries are worlds apart.
    """
    first = minimize_in_turns(objective, start, blocks, box, stopping)
    left = stopping.max_iterations - len(first.trace.iterates)
    if first.status is not Status.STALLED or left < 1:
        return first
    inverse = _inverse_curvatures(blocks, first.point.x)
    memory = LimitedMemory(initial=lambda v: inverse * v)
    second = then(first.point, replace(stopping.from_start(start), max_iterations=left), memory)
    return joined(first, second)


def _inverse_curvatures(blocks: Sequence[Block], x: Array) -> Array:
    """Return the inverse of the diagonal of the Hessian."""
    values, parts = [block.rows_of(x) for block in blocks], []
    for block, y in zip(blocks, values, strict=True):
        curvatures = np.diag(block.quadratic(values).matrix)
        inverse = 1 / np.where(curvatures > 0, curvatures, 1.0)
        parts.append(block.flat(np.broadcast_to(inverse[:, None], y.shape)))
    return np.concatenate(parts)


def minimize_in_turns(
    objective: Objective, start: Point, blocks: Sequence[Block], box: Box, stopping: Stopping
) -> Outcome:
    """Let the variables take turns until the projected gradient is small, or they get stuck."""
    trace, stopping = stopping.new_trace(), stopping.from_start(start)
    values = [block.rows_of(start.x) for block in blocks]
    state = _State(values, [block.rows_of(start.gradient) for block in blocks], start.value)
    best, turned, momentum = state.copied(), list(values), _Momentum()
    record, since, status = np.inf, 0, Status.STALLED
    for count in range(stopping.max_iterations + 1):
        first = blocks[0].quadratic(state.values)
        state.gradients[0] = first.gradient(state.values[0])
        point = _point(blocks, state)
        trace.add(point)
        residual = box.residual(point)
        if residual <= stopping.allowed(point.value):
            exact = objective.point(point.x)
            if box.residual(exact) <= stopping.allowed(exact.value):
                return Outcome(exact, Status.CONVERGED, trace)
        if count == stopping.max_iterations:
            status = Status.ITERATION_LIMIT
            break
        record, since = (residual, 0) if residual < record / 2 else (record, since + 1)
        if since > PATIENCE or stopping.is_unbounded(point):
            break
        objective.evaluations.gradient += 1
        try:
            reached = _round(blocks, state, turned, first, momentum.share)
        except np.linalg.LinAlgError:
            break
        if reached.value <= best.value:
            best = reached
            momentum.grow()
        elif momentum.share:
            state, turned = best.copied(), list(best.values)
            momentum.shrink()
        else:
            break
    return Outcome(objective.point(_point(blocks, best).x), status, trace)


def _round(
    blocks: Sequence[Block], state: _State, turned: list[Array], first: Quadratic, share: float
) -> _State:
    """Give every variable its turn; return where the last one was before it went on."""
    reached = state
    for k, block in enumerate(blocks):
        quadratic = block.quadratic(state.values) if k else first
        before = state.values[k]
        here = block.minimized(quadratic, before)
        slope = quadratic.gradient(here)
        state.value += quadratic.value(here, slope) - quadratic.value(before, quadratic.gradient(before))
        state.values[k], state.gradients[k] = here, slope
        reached = state.copied()
        if share:
            ahead = block.within(here + share * (here - turned[k]))
            slope = quadratic.gradient(ahead)
            state.value += quadratic.value(ahead, slope) - quadratic.value(here, state.gradients[k])
            state.values[k], state.gradients[k] = ahead, slope
        turned[k] = here
    return reached


def _point(blocks: Sequence[Block], state: _State) -> Point:
    x = np.concatenate([b.flat(y) for b, y in zip(blocks, state.values, strict=True)])
    slope = np.concatenate([b.flat(g) for b, g in zip(blocks, state.gradients, strict=True)])
    return Point(x, state.value, slope)
