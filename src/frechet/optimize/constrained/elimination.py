"""Affine equalities Ax = b by elimination: x = x₀ + Zy with AZ = 0 (Nocedal & Wright §15.2).

In y nothing is constrained, and every method applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from scipy.linalg import null_space, qr

from frechet.optimize.objective import Array, Indices, Objective, Product
from frechet.optimize.stopping import Iterate, Trace

DEPENDENT: Final = 1e-12


@final
@dataclass(frozen=True, slots=True)
class Elimination:
    """A point x₀ that meets the equalities, and an orthonormal basis Z of the directions that keep them."""

    offset: Array
    basis: Array

    def full(self, y: Array) -> Array:
        return np.asarray(self.offset + self.basis @ y)

    def coordinates(self, x: Array) -> Array:
        """Return the y whose point is nearest to x."""
        return np.asarray(self.basis.T @ (x - self.offset))

    def lifted(self, trace: Trace) -> list[Iterate]:
        """Return the steps of a path in y as steps in x."""
        return [Iterate(self.full(i.x), i.value, i.gradient_norm, i.step_length) for i in trace.iterates[1:]]

    def reduced(self, objective: Objective) -> Objective:
        """Return the objective of y."""
        product_at = None
        if objective.product_at is not None:

            def product_at(y: Array) -> Product:
                apply = objective.product(self.full(y))
                return lambda v: np.asarray(self.basis.T @ apply(self.basis @ v))

        return Objective(
            self.basis.shape[1],
            lambda y: objective.value_at(self.full(y)),
            lambda y: np.asarray(self.basis.T @ objective.gradient_at(self.full(y))),
            lambda y: np.asarray(self.basis.T @ objective.hessian(self.full(y)) @ self.basis),
            product_at,
            objective.evaluations,
        )


def eliminate(matrix: Array, residual: Array, start: Array, tolerance: float) -> Elimination | None:
    """Return the elimination of A(x − start) = −residual, or None when it has no solution."""
    if not len(matrix):
        return Elimination(start, np.eye(len(start)))
    step, *_ = np.linalg.lstsq(matrix, -residual, rcond=None)
    missed = float(np.max(np.abs(matrix @ step + residual), initial=0.0))
    if missed > tolerance * max(1.0, float(np.max(np.abs(residual), initial=0.0))):
        return None
    return Elimination(start + step, null_space(matrix))


def independent_rows(matrix: Array) -> Indices:
    """Return the indices of rows that span all rows, by a QR factorization with pivots."""
    if len(matrix) <= 1:
        return np.arange(len(matrix))
    triangle, order = qr(matrix.T, mode="r", pivoting=True)
    sizes = np.abs(np.diag(triangle))
    return np.sort(order[: int(np.sum(sizes > DEPENDENT * sizes[0]))])
