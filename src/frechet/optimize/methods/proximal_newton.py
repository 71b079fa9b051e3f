"""Minimize f(x) + Σ wᵢ|xᵢ| by proximal Newton steps on a working set (Lee, Sun & Saunders, 2014).

Entries that are zero and want to stay are left out. On the others the quadratic model of f plus the
weights is minimized exactly, by changes of the set of entries that are not zero; then the step is
shortened until the function falls. Only the working set's block of the Hessian is formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from frechet.optimize.objective import Array, Indices, Mask, Objective, Point, Product
from frechet.optimize.status import Status
from frechet.optimize.stopping import ROUNDING, Outcome, Stopping

SUFFICIENT_DECREASE: Final = 1e-4
SHORTENED: Final = 0.5
MAX_TRIALS: Final = 40
FIRST_SET: Final = 6.0
MODEL_STEPS: Final = 12
MODEL_TOLERANCE: Final = 0.1
IDENTIFYING: Final = 15
LARGEST_FORMED: Final = 500
CONJUGATE_STEPS: Final = 30
CONJUGATE_TOLERANCE: Final = 1e-3
SMALLEST_TOLERANCE: Final = 1e-11
RIDGE: Final = 1e-10


def slope_with_weights(x: Array, gradient: Array, weights: Array) -> Array:
    """Return the subgradient of smallest norm: zero where the entry is zero and wants to stay."""
    at_zero = np.sign(gradient) * np.maximum(np.abs(gradient) - weights, 0.0)
    return np.asarray(np.where(x == 0, at_zero, gradient + weights * np.sign(x)))


def minimize_with_weights(objective: Objective, x: Array, weights: Array, stopping: Stopping) -> Outcome:
    """Minimize; the points of the path carry the whole value and the smallest subgradient."""
    trace = stopping.new_trace()

    def point_of(z: Array, value: float | None = None) -> tuple[Point, Array]:
        smooth = objective.point(z, value)
        slope = slope_with_weights(z, smooth.gradient, weights)
        return Point(z, smooth.value + float(weights @ np.abs(z)), slope), smooth.gradient

    point, gradient = point_of(x)
    stopping = stopping.from_start(point)
    trace.add(point)
    for _ in range(stopping.max_iterations):
        if stopping.is_met(point):
            return Outcome(point, Status.CONVERGED, trace)
        if stopping.is_unbounded(point):
            return Outcome(point, Status.UNBOUNDED, trace)
        chosen = working_set(point)
        hessian = _hessian_on(objective, point.x, chosen)
        wanted = MODEL_TOLERANCE * point.gradient_norm
        target = minimize_model(hessian, gradient[chosen], point.x[chosen], weights[chosen], wanted)
        step = np.zeros_like(point.x)
        step[chosen] = target - point.x[chosen]
        found = _along(objective, point, gradient, weights, step)
        if found is None:
            small = stopping.is_met_within_rounding(point)
            return Outcome(point, Status.CONVERGED if small else Status.STALLED, trace)
        z, value, length = found
        point, gradient = point_of(z, value)
        trace.add(point, length)
    return Outcome(point, Status.ITERATION_LIMIT, trace)


def working_set(point: Point) -> Indices:
    """Return the entries that are not zero, and as many of the others as pull most."""
    used = point.x != 0
    room = max(int(used.sum()), int(FIRST_SET * np.sqrt(len(point.x))))
    pull = np.where(used, 0.0, np.abs(point.gradient))
    pulled = np.flatnonzero(pull)
    if len(pulled) > room:
        pulled = pulled[np.argpartition(-pull[pulled], room)[:room]]
    return np.sort(np.concatenate([np.flatnonzero(used), pulled]))


@final
@dataclass(frozen=True, eq=False)
class FormedHessian:
    """A block of the Hessian as a matrix."""

    matrix: Array

    def product(self, v: Array) -> Array:
        return np.asarray(self.matrix @ v)

    def solve(self, free: Mask, right: Array) -> Array:
        """Return the solution on the free entries, and zeros."""
        found = np.zeros_like(right)
        found[free] = _solved(self.matrix[np.ix_(free, free)], right[free])
        return found


@final
@dataclass(frozen=True, eq=False)
class AppliedHessian:
    """A block of the Hessian that is only applied; systems are solved by conjugate gradients."""

    apply: Product
    chosen: Indices
    size: int

    def product(self, v: Array) -> Array:
        full = np.zeros(self.size)
        full[self.chosen] = v
        return np.asarray(self.apply(full)[self.chosen])

    def solve(self, free: Mask, right: Array) -> Array:
        """Return a solution on the free entries to moderate accuracy, and zeros."""
        x, r = np.zeros_like(right), np.where(free, right, 0.0)
        p, squared = r.copy(), float(r @ r)
        first = squared
        for _ in range(CONJUGATE_STEPS):
            if squared <= CONJUGATE_TOLERANCE**2 * first:
                break
            applied = np.where(free, self.product(p), 0.0)
            curvature = float(p @ applied)
            if not curvature > 0:
                break
            length = squared / curvature
            x, r = x + length * p, r - length * applied
            before, squared = squared, float(r @ r)
            p = r + squared / before * p
        return x


ModelHessian: TypeAlias = FormedHessian | AppliedHessian


def _hessian_on(objective: Objective, x: Array, chosen: Indices) -> ModelHessian:
    if len(chosen) <= LARGEST_FORMED or objective.product_at is None:
        return FormedHessian(objective.block(x, chosen))
    return AppliedHessian(objective.product(x), chosen, len(x))


def minimize_model(
    hessian: ModelHessian, gradient: Array, x: Array, weights: Array, tolerance: float
) -> Array:
    """Return the u that minimizes g′(u−x) + ½(u−x)′H(u−x) + Σ wᵢ|uᵢ|, by an active-set method.

    A few gradient steps find which entries are zero, nearly. On the face of the others the model is
    quadratic: its minimizer there is one linear system. Where the way to it changes signs, the
    better of two steps is taken: to the first change, or all the way with what changed set to zero.
    """
    constant = gradient - hessian.product(x)
    u, residual = x, gradient
    for _ in range(MODEL_STEPS):
        u, residual = _identified(hessian, constant, u, residual, weights)
        slope = slope_with_weights(u, residual, weights)
        if float(np.max(np.abs(slope), initial=0.0)) <= max(tolerance, SMALLEST_TOLERANCE):
            break
        signs = np.where(u != 0, np.sign(u), -np.sign(slope))
        target = _on_face(hessian, constant + weights * signs, u, signs)
        before = _model(u, residual, constant, weights)
        trials = [(trial, hessian.product(trial) + constant) for trial in _trials(u, target, signs)]
        u, residual = min(trials, key=lambda t: _model(t[0], t[1], constant, weights))
        if not _model(u, residual, constant, weights) < before:
            break
    return u


def _trials(u: Array, target: Array, signs: Array) -> list[Array]:
    """Return the target with changed signs set to zero, and the way to it up to the first change."""
    crossing = (u != 0) & (np.sign(target) != signs)
    trials = [np.where(crossing, 0.0, target)]
    if crossing.any():
        ratio = u[crossing] / (u[crossing] - target[crossing])
        first = float(np.min(ratio))
        short = u + first * (target - u)
        short[np.flatnonzero(crossing)[ratio <= first]] = 0.0
        trials.append(short)
    return trials


def _identified(
    hessian: ModelHessian, constant: Array, x: Array, gradient: Array, weights: Array
) -> tuple[Array, Array]:
    """Find which entries are zero by a few thresholded gradient steps of Barzilai and Borwein's length."""
    u, residual = x, gradient
    best, kept = _model(u, residual, constant, weights), (u, residual)
    pull = slope_with_weights(x, gradient, weights)
    squared = float(pull @ pull)
    curvature = float(pull @ hessian.product(pull)) / squared if squared > 0 else 0.0
    if not curvature > 0:
        return kept
    for _ in range(IDENTIFYING):
        moved = u - residual / curvature
        after = np.sign(moved) * np.maximum(np.abs(moved) - weights / curvature, 0.0)
        slope = hessian.product(after) + constant
        value = _model(after, slope, constant, weights)
        step, change = after - u, slope - residual
        u, residual = after, slope
        if value < best:
            best, kept = value, (u, residual)
        squared, product = float(step @ step), float(step @ change)
        if not squared > 0 or not product > 0:
            break
        curvature = product / squared
    return kept


def _model(u: Array, residual: Array, constant: Array, weights: Array) -> float:
    return float(u @ (residual + constant) / 2 + weights @ np.abs(u))


def _on_face(hessian: ModelHessian, linear: Array, u: Array, signs: Array) -> Array:
    """Return the minimizer over the entries with a sign; zeros that would get the wrong one stay."""
    free: Mask = signs != 0
    while True:
        target = hessian.solve(free, -linear)
        wrong = free & (u == 0) & (target * signs < 0)
        if not wrong.any():
            return target
        free = free & ~wrong


def _solved(matrix: Array, right: Array) -> Array:
    try:
        return np.asarray(cho_solve(cho_factor(matrix, check_finite=False), right, check_finite=False))
    except np.linalg.LinAlgError:
        size = max(float(np.max(np.abs(matrix), initial=0.0)), np.finfo(float).tiny)
        values, vectors = np.linalg.eigh(matrix)
        return np.asarray(vectors @ ((vectors.T @ right) / np.maximum(np.abs(values), RIDGE * size)))


def _along(
    objective: Objective, point: Point, gradient: Array, weights: Array, step: Array
) -> tuple[Array, float, float] | None:
    """Return the next point, the smooth part's value there and the length, or None without progress."""
    length = 1.0
    for _ in range(MAX_TRIALS):
        z = point.x + length * step
        penalty = float(weights @ np.abs(z))
        expected = float(length * (gradient @ step)) + penalty - float(weights @ np.abs(point.x))
        if not expected < 0 or -expected <= ROUNDING * abs(point.value) / 64:
            return None
        value = objective.value(z)
        if value + penalty <= point.value + SUFFICIENT_DECREASE * expected:
            return z, value, length
        length *= SHORTENED
    return None
