"""What every method sees: a function of one flat vector, its derivatives, and how often they were asked.

A value that is not finite counts as +∞: it never is an improvement, so that overflow and a step
out of the domain shorten the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Protocol, TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

LARGEST_FORMED: Final = 500
DIFFERENCE: Final = float(np.finfo(np.float64).eps) ** (1 / 3)

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.intp]
Product: TypeAlias = Callable[[Array], Array]
Shifted: TypeAlias = Callable[[Array], Product]
Restricted: TypeAlias = Callable[[Indices], Product]
Estimate: TypeAlias = Callable[[Array], Array]


@final
@dataclass(slots=True)
class Evaluations:
    """How often the function and its derivatives were computed."""

    value: int = 0
    gradient: int = 0
    hessian: int = 0
    product: int = 0

    @property
    def total(self) -> int:
        return self.value + self.gradient + self.hessian + self.product


@final
@dataclass(frozen=True, slots=True)
class Objective:
    """A function to minimize. Without `hessian_at` or `product_at`, methods of second order do not apply.

    `slope_at` gives value and gradient together, where that is cheaper. `work` is the number of data
    entries, which one evaluation reads. `is_convex()` tells whether the function is known to be convex;
    it is asked only where that saves work. `minibatches(size, random)` yields estimates of the gradient,
    one for each minibatch of a pass.
    """

    size: int
    value_at: Callable[[Array], float]
    gradient_at: Callable[[Array], Array]
    hessian_at: Callable[[Array], Array] | None = None
    product_at: Callable[[Array], Product] | None = None
    evaluations: Evaluations = field(default_factory=Evaluations)
    minibatches: Callable[[int, np.random.Generator], Iterator[Estimate]] | None = None
    curvature_at: Callable[[Array], Curvature] | None = None
    shifted_at: Callable[[Array], Shifted] | None = None
    restricted_at: Callable[[Array], Restricted] | None = None
    slope_at: Callable[[Array], tuple[float, Array]] | None = None
    work: int = 0
    is_convex: Callable[[], bool] = lambda: False

    def value(self, x: Array) -> float:
        self.evaluations.value += 1
        return _improvement_or_infinity(float(self.value_at(x)))

    def gradient(self, x: Array) -> Array:
        self.evaluations.gradient += 1
        return np.asarray(self.gradient_at(x), dtype=np.float64)

    def hessian(self, x: Array) -> Array:
        """Return the Hessian, made symmetric.

        Where a formula for it has no value (0·0⁻¹, say), differences of the gradient stand in.
        """
        assert self.hessian_at is not None
        self.evaluations.hessian += 1
        matrix = np.asarray(self.hessian_at(x), dtype=np.float64)
        if not is_finite(matrix.reshape(-1)):
            matrix = differenced(self.gradient, x)
        mean = matrix + matrix.T
        mean /= 2
        return mean

    def curvature(self, x: Array) -> Curvature:
        """Return the Hessian, unformed where that is possible."""
        if self.curvature_at is None:
            return PlainCurvature(self, x)
        self.evaluations.hessian += 1
        return self.curvature_at(x)

    def shifted_solver(self, x: Array) -> Shifted:
        """Return d ↦ (v ↦ (H + diag(d))⁻¹v); it raises `LinAlgError` when that is not positive definite."""
        self.evaluations.hessian += 1
        if self.shifted_at is not None:
            return self.shifted_at(x)
        assert self.hessian_at is not None
        hessian = self.hessian_at(x)

        def shifted(d: Array) -> Product:
            factor = cho_factor(hessian + np.diag(d), check_finite=False)
            return lambda v: np.asarray(cho_solve(factor, v, check_finite=False))

        return shifted

    def restricted_solver(self, x: Array) -> Restricted:
        """Return indices ↦ (v ↦ H⁻¹v of the rows and columns with these indices).

        It raises `LinAlgError` when those are not positive definite.
        """
        self.evaluations.hessian += 1
        if self.restricted_at is not None:
            return self.restricted_at(x)
        assert self.hessian_at is not None
        hessian = self.hessian_at(x)

        def restricted(indices: Indices) -> Product:
            factor = cho_factor(hessian[np.ix_(indices, indices)], check_finite=False)
            return lambda v: np.asarray(cho_solve(factor, v, check_finite=False))

        return restricted

    def product(self, x: Array) -> Product:
        """Return v ↦ Hv at x, without the Hessian where the objective can."""
        if self.product_at is None:
            matrix = self.hessian(x)
            return lambda v: np.asarray(matrix @ v)
        apply = self.product_at(x)

        def counted(v: Array) -> Array:
            self.evaluations.product += 1
            return apply(v)

        return counted

    def point(self, x: Array, value: float | None = None) -> Point:
        """Return the point at x; a `value` that was computed before is not computed again."""
        if value is not None or self.slope_at is None:
            return Point(x, self.value(x) if value is None else value, self.gradient(x))
        self.evaluations.value += 1
        self.evaluations.gradient += 1
        value, gradient = self.slope_at(x)
        return Point(x, _improvement_or_infinity(value), gradient)

    def point_if_finite(self, x: Array) -> Point | None:
        """Return the point at x, or None where the value or the gradient is not finite."""
        value = None
        if self.slope_at is None:
            value = self.value(x)
            if not np.isfinite(value):
                return None
        point = self.point(x, value)
        return point if np.isfinite(point.value) and is_finite(point.gradient) else None


def is_finite(v: Array) -> bool:
    """Tell whether all entries are; a finite sum of squares says so at once."""
    return bool(np.isfinite(v @ v)) or bool(np.isfinite(v).all())


def largest_entry(v: Array) -> float:
    """Return the largest absolute entry of a vector."""
    return float(np.abs(v).max()) if v.size else 0.0


def _improvement_or_infinity(value: float) -> float:
    return value if value < np.inf else np.inf


class Curvature(Protocol):
    """A Hessian at a point. A block up to the size `largest_formed` is better formed than applied."""

    @property
    def largest_formed(self) -> int: ...

    def product(self, v: Array) -> Array: ...

    def block(self, indices: Indices) -> Array: ...


@final
@dataclass(frozen=True, eq=False)
class PlainCurvature:
    """The Hessian of an objective without structure."""

    objective: Objective
    x: Array

    @property
    def largest_formed(self) -> int:
        return self.objective.size if self.objective.product_at is None else LARGEST_FORMED

    @cached_property
    def _apply(self) -> Product:
        return self.objective.product(self.x)

    def product(self, v: Array) -> Array:
        return self._apply(v)

    def block(self, indices: Indices) -> Array:
        return self.objective.hessian(self.x)[np.ix_(indices, indices)]


def differenced(function: Callable[[Array], Array], x: Array) -> Array:
    """Return the central differences of a function, one row per entry of x."""
    lengths = DIFFERENCE * np.maximum(1.0, np.abs(x))
    steps = np.diag((x + lengths) - x)
    return np.array([(function(x + h) - function(x - h)) / (2 * h.sum()) for h in steps])


@final
@dataclass(frozen=True)
class Point:
    """A place, the value there, and the gradient."""

    x: Array
    value: float
    gradient: Array

    @cached_property
    def gradient_norm(self) -> float:
        """Return the largest absolute entry of the gradient."""
        return largest_entry(self.gradient)
