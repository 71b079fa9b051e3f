"""The part of a function that has kinks, entry by entry: Σ wᵢ|xᵢ|, and +∞ below zero where x ≥ 0 is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from frechet.optimize.objective import Array, Indices, Mask


@final
@dataclass(frozen=True, eq=False)
class Penalty:
    """Weights, none negative, and which entries have to be nonnegative."""

    weights: Array
    nonnegative: Mask | None = None

    def restricted(self, chosen: Indices) -> Penalty:
        """Return the penalty of some entries."""
        kept = None if self.nonnegative is None else self.nonnegative[chosen]
        return Penalty(self.weights[chosen], kept)

    def value(self, x: Array) -> float:
        """Return the penalty where it is finite."""
        return float(self.weights @ np.abs(x))

    def slope(self, x: Array, gradient: Array) -> Array:
        """Return the subgradient of the sum with the smallest norm, f having this gradient.

        It is zero where the entry is zero and wants to stay.
        """
        if self.nonnegative is not None and self.nonnegative.all():
            rise = gradient + self.weights
            return np.asarray(np.where(x > 0, rise, np.minimum(rise, 0.0)))
        at_zero = self._shrunk(gradient, self.weights)
        if self.nonnegative is not None:
            at_zero[self.nonnegative & (at_zero > 0)] = 0.0
        return np.asarray(np.where(x == 0, at_zero, gradient + self.weights * np.sign(x)))

    def proximal(self, v: Array, curvature: float) -> Array:
        """Return the u that minimizes curvature/2·‖u − v‖² plus the penalty."""
        return self.allowed(self._shrunk(v, self.weights / curvature))

    def allowed(self, x: Array) -> Array:
        """Return the nearest point where the penalty is finite."""
        return x if self.nonnegative is None else np.where(self.nonnegative, np.maximum(x, 0.0), x)

    def _shrunk(self, v: Array, amount: Array) -> Array:
        return np.asarray(v - np.minimum(np.maximum(v, -amount), amount))
