"""Minimize f(x) + Σ wᵢ|xᵢ| by proximal Newton steps on a working set (Lee, Sun & Saunders, 2014).

Entries that are zero and want to stay are left out. On the others the quadratic model of f plus the
weights is minimized exactly, by changes of the set of entries that are not zero; then the step is
shortened until the function falls. Only the working set's block of the Hessian is formed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from frechet.optimize.objective import Array, Indices, Mask, Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import ROUNDING, Outcome, Stopping

SUFFICIENT_DECREASE: Final = 1e-4
SHORTENED: Final = 0.5
MAX_TRIALS: Final = 40
FIRST_SET: Final = 6.0
MODEL_STEPS: Final = 200
MODEL_TOLERANCE: Final = 1e-2
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
        hessian = objective.block(point.x, chosen)
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


def minimize_model(hessian: Array, gradient: Array, x: Array, weights: Array, tolerance: float) -> Array:
    """Return the u that minimizes g′(u−x) + ½(u−x)′H(u−x) + Σ wᵢ|uᵢ|, by an active-set method.

    On the face of the entries that are not zero the model is quadratic: its minimizer there is one
    linear system. Where the way to it changes signs, the better of two steps is taken: to the first
    change, or all the way with what changed set to zero. The first alone is enough to end.
    """
    constant = gradient - hessian @ x
    u, residual = x.copy(), gradient.copy()
    best = _model(u, residual, constant, weights)
    for _ in range(MODEL_STEPS):
        slope = slope_with_weights(u, residual, weights)
        if float(np.max(np.abs(slope), initial=0.0)) <= max(tolerance, SMALLEST_TOLERANCE):
            break
        signs = np.where(u != 0, np.sign(u), -np.sign(slope))
        target = _on_face(hessian, constant + weights * signs, u, signs)
        crossing = (u != 0) & (np.sign(target) != signs)
        trials = [np.where(crossing, 0.0, target)]
        if crossing.any():
            ratio = u[crossing] / (u[crossing] - target[crossing])
            first = float(np.min(ratio))
            short = u + first * (target - u)
            short[np.flatnonzero(crossing)[ratio <= first]] = 0.0
            trials.append(short)
        values = []
        for trial in trials:
            slope_there = hessian @ trial + constant
            values.append((_model(trial, slope_there, constant, weights), trial, slope_there))
        value, trial, slope_there = min(values, key=lambda found: found[0])
        if not value < best:
            break
        best, u, residual = value, trial, slope_there
    return u


def _model(u: Array, residual: Array, constant: Array, weights: Array) -> float:
    return float(u @ (residual + constant) / 2 + weights @ np.abs(u))


def _on_face(hessian: Array, linear: Array, u: Array, signs: Array) -> Array:
    """Return the minimizer over the entries with a sign; zeros that would get the wrong one stay."""
    free: Mask = signs != 0
    while True:
        target = np.zeros_like(u)
        target[free] = _solved(hessian[np.ix_(free, free)], -linear[free])
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
