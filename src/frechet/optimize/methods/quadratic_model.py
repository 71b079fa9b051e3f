"""Minimize a quadratic model plus a penalty with kinks: g′(u−x) + ½(u−x)′H(u−x) + ψ(u).

A few thresholded gradient steps find which entries are zero, nearly. On the face of the others the
model is quadratic: its minimizer there is one linear system. Where the way to it changes signs, the
better of two steps is taken: to the first change, or all the way with what changed set to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple, TypeAlias, final

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from frechet.optimize.methods.penalty import Penalty
from frechet.optimize.objective import Array, Indices, Mask, Product

ROUNDS: Final = 12
IDENTIFYING: Final = 4
SHORTENINGS: Final = 20
SHORTER: Final = 4.0
CONJUGATE_STEPS: Final = 10
SMALLEST_TOLERANCE: Final = 1e-11
RIDGE: Final = 1e-10


@final
@dataclass(frozen=True, eq=False)
class FormedHessian:
    """A block of the Hessian as a matrix; exactness is cheap."""

    matrix: Array
    accuracy: ClassVar[float] = 1e-3

    def product(self, v: Array) -> Array:
        return np.asarray(self.matrix @ v)

    def solve(self, free: Mask, right: Array, tolerance: float) -> tuple[Array, Array]:
        """Return the solution on the free entries, zero elsewhere, and its product."""
        found = np.zeros_like(right)
        found[free] = _solved(self.matrix[np.ix_(free, free)], right[free])
        return found, self.product(found)


@final
@dataclass(frozen=True, eq=False)
class AppliedHessian:
    """A block of the Hessian that is only applied; systems are solved by conjugate gradients."""

    apply: Product
    chosen: Indices
    size: int
    accuracy: ClassVar[float] = 0.25

    def product(self, v: Array) -> Array:
        full = np.zeros(self.size)
        full[self.chosen] = v
        return np.asarray(self.apply(full)[self.chosen])

    def solve(self, free: Mask, right: Array, tolerance: float) -> tuple[Array, Array]:
        """Return a solution on the free entries with a residual below the tolerance, and its product."""
        x, product = np.zeros_like(right), np.zeros_like(right)
        r = np.where(free, right, 0.0)
        p, squared = r, float(r @ r)
        for _ in range(CONJUGATE_STEPS):
            if np.abs(r).max() <= tolerance:
                break
            applied = self.product(p)
            curvature = float(p @ applied)
            if not curvature > 0:
                break
            length = squared / curvature
            x, product = x + length * p, product + length * applied
            r = r - length * np.where(free, applied, 0.0)
            before, squared = squared, float(r @ r)
            p = r + squared / before * p
        return x, product


ModelHessian: TypeAlias = FormedHessian | AppliedHessian


class Place(NamedTuple):
    """A point, the gradient of the quadratic there, and the model's value."""

    u: Array
    residual: Array
    value: float


@final
@dataclass(frozen=True, eq=False)
class Model:
    """The model around x."""

    hessian: ModelHessian
    gradient: Array
    x: Array
    penalty: Penalty

    def place(self, u: Array, residual: Array) -> Place:
        smooth = float((u - self.x) @ (residual + self.gradient)) / 2
        return Place(u, residual, smooth + self.penalty.value(u))

    def slope(self, place: Place) -> Array:
        return self.penalty.slope(place.u, place.residual)

    def minimizer(self, tolerance: float) -> Array:
        """Return a point where no entry of the smallest subgradient exceeds the tolerance, if it is found."""
        wanted = max(tolerance, SMALLEST_TOLERANCE)
        place = self.place(self.x, self.gradient)
        for _ in range(ROUNDS):
            place, slope = self._identified(place, wanted)
            if _largest(slope) <= wanted:
                break
            after = self._on_face(place, slope, wanted / 2)
            if not after.value < place.value:
                break
            place = after
        return place.u

    def _identified(self, place: Place, wanted: float) -> tuple[Place, Array]:
        """Take thresholded gradient steps of Barzilai and Borwein's length; return the best place."""
        slope = self.slope(place)
        best, least = place, slope
        if _largest(slope) <= wanted:
            return best, least
        start, first = place, float(slope @ self.hessian.product(slope)) / float(slope @ slope)
        curvature = first
        for _ in range(IDENTIFYING):
            if not curvature > 0:
                break
            before, place = place, self._thresholded(place, curvature)
            slope = self.slope(place)
            if place.value < best.value:
                best, least = place, slope
            if _largest(slope) <= wanted:
                break
            step = place.u - before.u
            squared = float(step @ step)
            curvature = float(step @ (place.residual - before.residual)) / squared if squared > 0 else 0.0
        return (best, least) if best is not start else self._cautious(start, least, abs(first) or 1.0)

    def _cautious(self, place: Place, slope: Array, curvature: float) -> tuple[Place, Array]:
        """Return the place after a thresholded step so short that the model falls, if there is one."""
        for _ in range(SHORTENINGS):
            after = self._thresholded(place, curvature)
            if after.value < place.value:
                return after, self.slope(after)
            curvature *= SHORTER
        return place, slope

    def _thresholded(self, place: Place, curvature: float) -> Place:
        u = self.penalty.proximal(place.u - place.residual / curvature, curvature)
        return self.place(u, place.residual + self.hessian.product(u - place.u))

    def _on_face(self, place: Place, slope: Array, tolerance: float) -> Place:
        """Step to the minimizer over the entries that have a sign, or part of the way."""
        u, residual = place.u, place.residual
        signs = np.where(u != 0, np.sign(u), -np.sign(slope))
        step, change = self.hessian.solve(signs != 0, -slope, tolerance)
        target = u + step
        crossing = np.sign(target) != signs
        if not crossing.any():
            return self.place(target, residual + change)
        places = [self._toward(place, np.where(crossing, 0.0, target), slope)]
        leaving = crossing & (u != 0)
        if leaving.any() and not (crossing & ~leaving).any():
            ratio = u[leaving] / (u[leaving] - target[leaving])
            first = float(np.min(ratio))
            short = u + first * step
            short[np.flatnonzero(leaving)[ratio <= first]] = 0.0
            places.append(self.place(short, residual + first * change))
        return min(places, key=lambda p: p.value)

    def _toward(self, place: Place, target: Array, slope: Array) -> Place:
        """Return the best place on the way to a target on which no sign changes: a quadratic there."""
        step = target - place.u
        change = self.hessian.product(step)
        descent, curvature = -float(step @ slope), float(step @ change)
        length = min(1.0, max(descent, 0.0) / curvature) if curvature > 0 else 1.0
        if length == 1.0:
            return self.place(target, place.residual + change)
        return self.place(place.u + length * step, place.residual + length * change)


def _largest(v: Array) -> float:
    return float(np.abs(v).max()) if len(v) else 0.0


def _solved(matrix: Array, right: Array) -> Array:
    """Return the solution, of a nearby system where the matrix is singular."""
    scale = float(np.max(np.abs(matrix), initial=0.0))
    for ridge in (0.0, RIDGE):
        try:
            factor = cho_factor(matrix + ridge * scale * np.eye(len(matrix)), check_finite=False)
            return np.asarray(cho_solve(factor, right, check_finite=False))
        except np.linalg.LinAlgError:
            pass
    values, vectors = np.linalg.eigh(matrix)
    smallest = RIDGE * max(scale, np.finfo(float).tiny)
    return np.asarray(vectors @ ((vectors.T @ right) / np.maximum(np.abs(values), smallest)))
