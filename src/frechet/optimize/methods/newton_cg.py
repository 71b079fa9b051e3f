"""Newton's method by conjugate gradients from products Hv (Nocedal & Wright, §7.1).

The directions of one Newton step are conjugate, and with their images Hd they say what the Hessian does
on the space that they span. It changes little from step to step, so they precondition the next one.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, final

import numpy as np

from frechet.optimize.methods.trust_region import Model, ModelStep
from frechet.optimize.objective import Array, Objective, Point, Product

LOOSEST: Final = 0.1
TIGHTENING: Final = 0.5
MOST_DIRECTIONS: Final = 40
LARGEST_MEMORY: Final = 2_000_000


class Pair(NamedTuple):
    """A direction d, its image Hd, and d′Hd > 0."""

    direction: Array
    image: Array
    curvature: float


@final
@dataclass(slots=True)
class ConjugateGradientModels:
    """The models along one search: each is preconditioned by the one before, and solved more exactly."""

    first_norm: float | None = None
    pairs: Sequence[Pair] = ()

    def __call__(self, objective: Objective, point: Point) -> Model:
        """Return the solver of the subproblem at a point for any radius."""
        product, inverse = objective.product(point.x), inverse_from(self.pairs)
        norm = _norm(point.gradient)
        self.first_norm = self.first_norm or norm or 1.0
        wanted = min(LOOSEST, (norm / self.first_norm) ** TIGHTENING) * norm
        inside: list[ModelStep] = []

        def solve(radius: float) -> ModelStep:
            if inside and _norm(inside[0].step) <= radius:
                return inside[0]
            found, pairs = _within(radius, point, product, inverse, wanted)
            self.pairs = pairs or self.pairs
            if not found.on_boundary:
                inside.append(found)
            return found

        return solve


def inverse_from(pairs: Sequence[Pair]) -> Product:
    """Return H⁻¹ on the span of conjugate directions, and a multiple of I beside it (BFGS updates of it)."""
    if not pairs:
        return lambda v: v
    directions, images = np.array([p.direction for p in pairs]), np.array([p.image for p in pairs])
    curvatures = np.array([p.curvature for p in pairs])
    scale = curvatures[-1] / float(images[-1] @ images[-1])

    def inverse(v: Array) -> Array:
        along = (directions @ v) / curvatures
        beside = scale * (v - along @ images)
        return np.asarray(beside + (along - (images @ beside) / curvatures) @ directions)

    return inverse


def _within(
    radius: float, point: Point, product: Product, inverse: Product, wanted: float
) -> tuple[ModelStep, Sequence[Pair]]:
    """Return the step by Steihaug's method (Algorithm 7.2), and the directions that it took."""
    step, curved, residual = np.zeros_like(point.x), np.zeros_like(point.x), point.gradient
    pairs: deque[Pair] = deque(maxlen=max(1, min(MOST_DIRECTIONS, LARGEST_MEMORY // step.size)))
    scaled = inverse(residual)
    direction, squared = -scaled, float(residual @ scaled)
    for _ in range(2 * step.size):
        if not _norm(residual) > wanted:
            break
        image = product(direction)
        curvature = float(direction @ image)
        length = squared / curvature if curvature > 0 else np.inf
        ahead = step + length * direction
        if not _norm(ahead) < radius:
            reach = _to_boundary(step, direction, radius)
            return _model_step(point, step + reach * direction, curved + reach * image, True), pairs
        pairs.append(Pair(direction, image, curvature))
        step, curved, residual = ahead, curved + length * image, residual + length * image
        scaled, before = inverse(residual), squared
        squared = float(residual @ scaled)
        direction = squared / before * direction - scaled
    return _model_step(point, step, curved, False), pairs


def _norm(v: Array) -> float:
    return math.sqrt(float(v @ v))


def _model_step(point: Point, step: Array, curved: Array, on_boundary: bool) -> ModelStep:
    return ModelStep(step, -float(point.gradient @ step + step @ curved / 2), on_boundary)


def _to_boundary(step: Array, direction: Array, radius: float) -> float:
    """Return τ ≥ 0 with ‖p + τd‖ = Δ."""
    a, b, c = float(direction @ direction), float(step @ direction), float(step @ step) - radius**2
    root = float(np.sqrt(max(0.0, b * b - a * c)))
    return -c / (b + root) if b > 0 else (root - b) / a
