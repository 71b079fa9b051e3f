"""The constraints of a problem as numbers: values, Jacobians, violations, bounds, optimality."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, final

import numpy as np
from scipy.linalg import null_space

from frechet.backends.compile import bind
from frechet.backends.dask_arrays import is_chunked
from frechet.differentiation.derivative import derivative
from frechet.errors import EvaluationError
from frechet.expressions.traversal import symbols_of
from frechet.formula import Formula
from frechet.optimize.constrained.affine import Affine, affine_of, constant_of
from frechet.optimize.constrained.constraints import Bound, Constraint
from frechet.optimize.constrained.projection import Box
from frechet.optimize.objective import Array, Mask, Point
from frechet.optimize.problem import Problem
from frechet.optimize.second_derivative import SecondDerivativeTest, judge
from frechet.optimize.variables import Variables
from frechet.tensors.nodes import Leaf, postorder

ACTIVE: Final = 1e-6


@final
@dataclass(frozen=True, eq=False)
class System:
    """Constraints that are not bounds, on the variables of a problem, with the data."""

    constraints: tuple[Constraint, ...]
    variables: Variables
    data: dict[str, Any]

    def values(self, z: Array) -> list[Array]:
        """Return the left-hand sides, flat."""
        if not self.constraints:
            return []
        if self._affine is not None:
            return [matrix @ z + offset for matrix, offset in self._affine]
        found = self._value_program(**self.variables.named(z))
        return [np.asarray(v, dtype=np.float64).reshape(-1) for v in found]

    def shapes(self, z: Array) -> list[tuple[int, ...]]:
        """Return the shapes of the left-hand sides."""
        if not self.constraints:
            return []
        if self._affine is not None:
            pairs = zip(self.constraints, self._affine, strict=True)
            return [() if c.formula.expression.is_scalar else a.offset.shape for c, a in pairs]
        return [np.shape(v) for v in self._value_program(**self.variables.named(z))]

    def jacobians(self, z: Array) -> list[Array]:
        """Return the Jacobians by the free entries, one row per entry of a left-hand side."""
        if not self.constraints:
            return []
        if self._affine is not None:
            return [matrix for matrix, _ in self._affine]
        found = iter(self._jacobian_program(**self.variables.named(z)))
        result = []
        for value in self.values(z):
            blocks = []
            for block in self.variables.blocks:
                dense = np.asarray(next(found)).reshape(len(value), block.rows * block.columns)
                blocks.append(dense if block.free is None else block.free.reduced(dense.T).T)
            result.append(np.hstack(blocks))
        return result

    @cached_property
    def _affine(self) -> list[Affine] | None:
        """Return all constraints as Jz + c, or None when one of them cannot be read so."""
        found = [affine_of(c.formula.expression, self.variables, self.data) for c in self.constraints]
        return None if any(a is None for a in found) else [a for a in found if a is not None]

    @cached_property
    def _used(self) -> dict[str, Any]:
        """Return the data without those in chunks that no constraint uses."""
        return _without_chunks(self.data, [c.formula for c in self.constraints])

    @cached_property
    def _value_program(self) -> Any:
        return bind([c.formula for c in self.constraints], self._used)

    @cached_property
    def _derivatives(self) -> list[Any]:
        names = [block.symbol.name for block in self.variables.blocks]
        return [derivative(c.formula, name, structured="none") for c in self.constraints for name in names]

    @cached_property
    def _jacobian_program(self) -> Any:
        return bind(self._derivatives, self._used)

    @cached_property
    def is_affine(self) -> bool:
        """Tell whether no Jacobian depends on a variable."""
        if self._affine is not None:
            return True
        symbols = {block.symbol for block in self.variables.blocks}
        leaves = postorder(*(d.tensor for d in self._derivatives))
        return not any(isinstance(leaf, Leaf) and leaf.symbol in symbols for leaf in leaves)

    def violations(self, values: Sequence[Array]) -> float:
        """Return the largest violation."""
        parts = [
            np.abs(v) if c.equality else np.maximum(v, 0.0)
            for c, v in zip(self.constraints, values, strict=True)
        ]
        return max((float(np.max(part, initial=0.0)) for part in parts), default=0.0)


def sides(system: System, box: Box, z: Array) -> tuple[float, Array]:
    """Return the largest g of the inequalities and bounds g ≤ 0, and the h of the equalities h = 0."""
    pairs = list(zip(system.constraints, system.values(z), strict=True))
    limits = [box.lower - z, z - box.upper, *(v for c, v in pairs if not c.equality)]
    equalities = [v for c, v in pairs if c.equality]
    return max(float(np.max(v, initial=-np.inf)) for v in limits), np.concatenate([np.zeros(0), *equalities])


def _without_chunks(data: Mapping[str, Any], formulas: Sequence[Formula]) -> dict[str, Any]:
    used = {name for formula in formulas for name in symbols_of(formula.expression)}
    return {name: value for name, value in data.items() if name in used or not is_chunked(value)}


def box_of(bounds: Sequence[Bound], variables: Variables, data: dict[str, Any]) -> Box:
    """Return the bounds as numbers."""
    lower, upper = np.full(variables.size, -np.inf), np.full(variables.size, np.inf)
    for bound in bounds:
        block = next(b for b in variables.blocks if b.symbol is bound.variable)
        limit = _limit(bound, variables, data)
        shape = (block.rows, block.columns) if limit.ndim == 2 else (block.rows,)
        if limit.size != 1 and limit.shape != shape:
            raise EvaluationError(
                f"the bound of {block.symbol.name} has {limit.size} entries, and {block.symbol.name} has "
                f"{block.rows} × {block.columns}",
                hint="Pass a number, or one for every entry.",
            )
        entries = np.broadcast_to(limit, shape).reshape(-1)
        side = slice(block.place.start, block.place.stop)
        if bound.upper:
            upper[side] = np.minimum(upper[side], entries)
        else:
            lower[side] = np.maximum(lower[side], entries)
    return Box(lower, upper)


def _limit(bound: Bound, variables: Variables, data: dict[str, Any]) -> Array:
    found = constant_of(bound.limit.expression, variables, data)
    if found is not None:
        return found
    program = bind([bound.limit], _without_chunks(data, [bound.limit]))
    anywhere = variables.named(np.zeros(variables.size))
    return np.asarray(program(**anywhere)[0], dtype=np.float64)


@final
@dataclass(frozen=True, slots=True)
class Optimality:
    """The KKT residual's parts, and the second-derivative test along the constraints."""

    stationarity: float
    violation: float
    complementarity: float
    test: Callable[[], SecondDerivativeTest]

    @property
    def residual(self) -> float:
        return max(self.stationarity, self.violation, self.complementarity)


def optimality(
    problem: Problem,
    system: System,
    box: Box,
    point: Point,
    multipliers: Sequence[Array],
    lagrangian: Problem,
) -> Optimality:
    """Return how well the Karush-Kuhn-Tucker conditions hold (Nocedal & Wright §12.3, §12.5)."""
    values, jacobians = system.values(point.x), system.jacobians(point.x)
    slope = point.gradient.copy()
    complementarity, rows = 0.0, [np.zeros((0, problem.variables.size))]
    for constraint, value, jacobian, weights in zip(
        system.constraints, values, jacobians, multipliers, strict=True
    ):
        slope += jacobian.T @ weights
        if constraint.equality:
            rows.append(jacobian)
        else:
            complementarity = max(complementarity, float(np.max(np.abs(weights * value), initial=0.0)))
            rows.append(jacobian[weights > ACTIVE])
    along = Point(point.x, point.value, slope)
    held = box.held(along, ACTIVE)

    def test() -> SecondDerivativeTest:
        return _test_along(lagrangian.objective().hessian(point.x), np.vstack(rows), held)

    violation = max(
        system.violations(values), float(np.max(np.abs(point.x - box.project(point.x)), initial=0.0))
    )
    return Optimality(box.residual(along), violation, complementarity, test)


def _test_along(hessian: Array, rows: Array, held: Mask) -> SecondDerivativeTest:
    """Test the directions that keep the rows' products zero and the entries at a bound where they are."""
    free = null_space(rows[:, ~held]) if len(rows) else np.eye(int(np.sum(~held)))
    basis = np.zeros((len(hessian), free.shape[1]))
    basis[~held] = free
    test = judge(basis.T @ hessian @ basis)
    direction = None if test.descent_direction is None else basis @ test.descent_direction
    return SecondDerivativeTest(test.kind, test.smallest, test.largest, direction, test.condition_number)


def least_squares_multipliers(
    problem: Problem, system: System, z: Array, active: Sequence[Mask]
) -> list[Array]:
    """Return the multipliers of the active entries that make the Lagrangian's gradient smallest."""
    slope = problem.objective().gradient(z)
    rows = [j[a] for j, a in zip(system.jacobians(z), active, strict=True)]
    found, *_ = np.linalg.lstsq(np.vstack(rows).T, -slope, rcond=None)
    parts = np.split(found, np.cumsum([len(row) for row in rows])[:-1])
    weights = [np.zeros(len(a)) for a in active]
    for weight, mask, part in zip(weights, active, parts, strict=True):
        weight[mask] = part
    return [w if c.equality else np.maximum(w, 0.0) for c, w in zip(system.constraints, weights, strict=True)]
