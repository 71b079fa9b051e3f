"""Trust-region Newton methods (Nocedal & Wright, chapter 4).

The model g′p + ½p′Hp is minimized within ‖p‖ ≤ Δ, exactly (Moré & Sorensen, through the
eigenvalues of H) or by conjugate gradients from products Hv alone (`newton_cg`). Δ grows where the
model predicts well, and shrinks where it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.lapack import dpotrf, dpotrs

from frechet.optimize.objective import Array, Mask, Objective, Point, Product
from frechet.optimize.status import Status
from frechet.optimize.stopping import ROUNDING, Outcome, Stopping, ended_without_progress

ACCEPTED: Final = 1e-4
POOR: Final = 0.25
GOOD: Final = 0.75
SMALLEST_RADIUS: Final = 1e-14
SECULAR_ITERATIONS: Final = 60
SADDLE: Final = 1e-6
WELL_CONDITIONED: Final = 1e-5
HALVED: Final = 0.5


class ModelStep(NamedTuple):
    """A step, the decrease that the model predicts, and whether it ends on the boundary."""

    step: Array
    predicted: float
    on_boundary: bool


Model: TypeAlias = Callable[[float], ModelStep]


def exact_model(objective: Objective, point: Point) -> Model:
    """Return the solver of the subproblem for any radius; eigenvalues serve where a Newton step does not."""
    hessian = objective.hessian(point.x)
    if not np.isfinite(hessian).all():
        hessian = np.eye(len(point.x)) * max(1.0, point.gradient_norm)
    inverse = inverse_of_positive(hessian)
    newton = None if inverse is None else -inverse(point.gradient)
    decomposed: list[tuple[Array, Array]] = []

    def solve(radius: float) -> ModelStep:
        if newton is not None and float(np.linalg.norm(newton)) <= radius:
            return ModelStep(newton, -float(point.gradient @ newton) / 2, on_boundary=False)
        if not decomposed:
            decomposed.append(eigh(hessian, check_finite=False))
        values, vectors = decomposed[0]
        slopes = vectors.T @ point.gradient
        coordinates, on_boundary = _secular(values, slopes, radius)
        predicted = -float(slopes @ coordinates + (values * coordinates) @ coordinates / 2)
        return ModelStep(vectors @ coordinates, predicted, on_boundary)

    return solve


def inverse_of_positive(hessian: Array) -> Product | None:
    """Return how to solve with a matrix that is clearly positive definite, or None."""
    # LAPACK itself, on columns, which are rows here: for small problems the usual wrapper, and
    # copying into another order, take longer than the work.
    factor, failed = dpotrf(hessian.T, lower=1)
    diagonal = factor.diagonal()
    if failed or not float(diagonal.min()) > WELL_CONDITIONED * float(diagonal.max()):
        return None
    return lambda v: np.asarray(dpotrs(factor, v, lower=1)[0])


def _secular(values: Array, slopes: Array, radius: float) -> tuple[Array, bool]:
    """Return p in the eigenbasis: (λᵢ+μ)pᵢ = −gᵢ with ‖p‖ = Δ, or μ = 0 inside."""
    scale = max(float(np.max(np.abs(values))), np.finfo(float).tiny)
    smallest = float(values[0])
    if smallest > ROUNDING * scale:
        newton = -slopes / values
        if float(np.linalg.norm(newton)) <= radius:
            return newton, False
    low = max(0.0, -smallest)
    lowest = np.abs(values - smallest) <= ROUNDING * scale
    if not np.any(np.abs(slopes[lowest]) > ROUNDING * float(np.max(np.abs(slopes), initial=0.0))):
        hard = _hard_case(values, slopes, radius, lowest, low)
        if hard is not None:
            return hard
    high = low + float(np.linalg.norm(slopes)) / radius + ROUNDING * scale
    mu = high
    for _ in range(SECULAR_ITERATIONS):
        shifted = values + mu
        coordinates = -slopes / shifted
        norm = float(np.linalg.norm(coordinates))
        if abs(norm - radius) <= 1e-8 * radius:
            break
        low, high = (mu, high) if norm > radius else (low, mu)
        derivative = float(np.sum(slopes**2 / shifted**3))
        proposed = mu + (norm / radius - 1) * norm**2 / derivative if derivative else (low + high) / 2
        mu = proposed if low < proposed < high else (low + high) / 2
    return coordinates, True


def _hard_case(
    values: Array, slopes: Array, radius: float, lowest: Mask, mu: float
) -> tuple[Array, bool] | None:
    """Return the step when the gradient has no part along the lowest eigenvectors (§4.3)."""
    coordinates = np.zeros_like(slopes)
    rest = ~lowest
    coordinates[rest] = -slopes[rest] / (values[rest] + mu)
    missing = radius**2 - float(coordinates @ coordinates)
    if missing < 0:
        return None
    if values[0] < 0:
        coordinates[int(np.argmax(lowest))] = np.sqrt(missing)
        return coordinates, True
    return coordinates, False


def minimize_in_trust_region(
    objective: Objective,
    start: Point,
    stopping: Stopping,
    model_at: Callable[[Objective, Point], Model],
    radius: float | None = None,
) -> Outcome:
    """Minimize a quadratic model within a radius that its success adapts."""
    point, trace = start, stopping.new_trace()
    trace.add(point)
    model: Model | None = None
    for _ in range(stopping.max_iterations):
        if stopping.is_unbounded(point):
            return Outcome(point, Status.UNBOUNDED, trace)
        met = model is None and stopping.is_met(point)
        # With a huge value a gradient counts as small that still may lead far down.
        if met and not stopping.is_generous(point) and objective.is_convex():
            return Outcome(point, Status.CONVERGED, trace)
        model = model or model_at(objective, point)
        if met and not _leads_on(model, point):
            return Outcome(point, Status.CONVERGED, trace)
        if radius is None:
            radius = first_radius(model, point)
        step, predicted, on_boundary = model(radius)
        length = float(np.linalg.norm(step))
        if not predicted > ROUNDING * abs(point.value) and stopping.is_met_within_rounding(point):
            return Outcome(point, Status.CONVERGED, trace)
        x = point.x + step
        value = objective.value(x) if length > 0 else np.inf
        ratio = (point.value - value) / predicted if predicted > 0 and np.isfinite(value) else -1.0
        if value == -np.inf:
            return Outcome(point, Status.UNBOUNDED, trace)
        unclear = predicted <= ROUNDING * abs(point.value) and value <= point.value * (1 + ROUNDING)
        reached = objective.point(x, value) if ratio > ACCEPTED or unclear else None
        if reached is not None and unclear:
            ratio = 1.0 if reached.gradient_norm < HALVED * point.gradient_norm else -1.0
        radius = _adapted(radius, length, ratio, on_boundary)
        if reached is not None and ratio > ACCEPTED and np.isfinite(reached.gradient).all():
            point, model = reached, None
            trace.add(point, length)
        elif radius <= SMALLEST_RADIUS * max(1.0, float(np.linalg.norm(point.x))):
            return ended_without_progress(point, stopping, trace)
    return Outcome(point, Status.ITERATION_LIMIT, trace)


def _leads_on(model: Model, point: Point) -> bool:
    """Tell whether negative curvature leads down from a stationary point, which then is a saddle."""
    step = model(max(1.0, float(np.linalg.norm(point.x))))
    return step.on_boundary and step.predicted > SADDLE * max(1.0, abs(point.value))


def first_radius(model: Model, point: Point) -> float:
    """Return the length of the full model step, or the size of the start where that has no minimum."""
    size = max(1.0, float(np.linalg.norm(point.x)))
    step, _, on_boundary = model(100 * size)
    length = float(np.linalg.norm(step))
    return size if on_boundary or not 0 < length < np.inf else length


def _adapted(radius: float, length: float, ratio: float, on_boundary: bool) -> float:
    if ratio < 0:
        return length / 4 if length > 0 else radius / 4
    if ratio < POOR:
        return length / 2
    if ratio > GOOD and on_boundary:
        return 3 * radius
    return radius
