"""A quadratic function: its minimum is one linear system, Hp = −∇f."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh

from frechet.errors import EvaluationError
from frechet.optimize.objective import Array, Objective, Point, largest_entry
from frechet.optimize.status import Status
from frechet.optimize.stopping import ROUNDING, Outcome, Stopping

RELATIVE: Final = 1e-12
CONSISTENT: Final = 1e-8


def minimize_quadratic(objective: Objective, start: Point, stopping: Stopping) -> Outcome:
    """Solve for the stationary point; a direction of no or negative curvature decides the status.

    Raises:
        EvaluationError: the Hessian is not finite.
    """
    trace = stopping.new_trace()
    trace.add(start)
    hessian = objective.hessian(start.x)
    if not np.isfinite(hessian).all():
        raise EvaluationError(
            "the Hessian is not finite: products of the data are too large for floats", hint="Scale the data."
        )
    step, status = _newton_step(hessian, start.gradient)
    if step is None:
        return Outcome(start, status, trace)
    point = objective.point(start.x + step)
    if not stopping.is_met(point):
        refined, _ = _newton_step(hessian, point.gradient)
        better = point if refined is None else objective.point(point.x + refined)
        point = better if better.gradient_norm < point.gradient_norm else point
    trace.add(point, 1.0)
    if status is Status.CONVERGED and not stopping.is_met_within_rounding(_scaled(point, hessian)):
        status = Status.STALLED
    return Outcome(point, status, trace)


def _scaled(point: Point, hessian: Array) -> Point:
    """Return the point with the gradient measured against the rounding of Hx."""
    size = max(1.0, largest_entry(hessian) * largest_entry(point.x))
    return Point(point.x, point.value, point.gradient / size)


def _is_regular(pivots: Array, diagonal: Array) -> bool:
    """Tell whether elimination left enough of every diagonal entry, whatever the variables' scales.

    A pivot is compared with its own entry; below the rounding of the largest entry, though, it may be
    what a cancellation left.
    """
    return bool(np.all(pivots > np.maximum(RELATIVE * diagonal, ROUNDING * np.max(diagonal))))


def _newton_step(hessian: Array, gradient: Array) -> tuple[Array | None, Status]:
    try:
        factor = cho_factor(hessian)
        if _is_regular(np.diag(factor[0]) ** 2, np.diag(hessian)):
            return np.asarray(cho_solve(factor, -gradient)), Status.CONVERGED
    except np.linalg.LinAlgError:
        pass
    values, vectors = eigh(hessian)
    size = max(float(np.max(np.abs(values))), np.finfo(float).tiny)
    if values[0] < -CONSISTENT * size:
        return None, Status.UNBOUNDED
    slopes = vectors.T @ gradient
    flat = values <= RELATIVE * size
    if np.any(np.abs(slopes[flat]) > CONSISTENT * max(1.0, float(np.max(np.abs(slopes))))):
        return None, Status.UNBOUNDED
    steps = np.zeros_like(slopes)
    steps[~flat] = -slopes[~flat] / values[~flat]
    return np.asarray(vectors @ steps), Status.SINGULAR if np.any(flat) else Status.CONVERGED
