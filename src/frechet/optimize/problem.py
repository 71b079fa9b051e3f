"""A formula and data as an objective: programs for the value, the gradient, the Hessian and Hv.

The gradient's and the Hessian's formulas are derived once; programs are compiled when a method
first asks for them. Hv is the gradient of ∇f′v, so that no Hessian is formed. Data that need not be
in memory are read once per point: as soon as a Hessian was asked for, it comes with the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, Final, NamedTuple, final

import numpy as np

from frechet.assumptions import Structure
from frechet.backends.bound import BoundProgram
from frechet.backends.compile import AbstractBound, backend_for, bind, bind_structured, compile
from frechet.backends.dask_arrays import is_chunked
from frechet.backends.inputs import LARGE
from frechet.backends.products import directional_gradients
from frechet.backends.stable import stabilize
from frechet.backends.targets import Output, Target, symbols_in, targets_of
from frechet.differentiation.derivative import Derivative, derivative
from frechet.errors import EvaluationError
from frechet.expressions.nodes import Expr, Symbol
from frechet.formula import Formula
from frechet.optimize.convexity.evident import is_evidently_convex, is_sum_of_squares
from frechet.optimize.curvature import ConstantCurvature, StructuredCurvature
from frechet.optimize.degree import degree
from frechet.optimize.minibatches import Minibatches
from frechet.optimize.objective import Array, Estimate, Objective, Product, Restricted, Shifted
from frechet.optimize.smoothness import has_continuous_gradient, is_smooth
from frechet.optimize.variables import Variables
from frechet.shapes import is_scalar

_CONES: Final = (Structure.PSD,)
_PROGRAMS: Final = (
    "_value_program", "_gradient_program", "_hessian_program", "_product_program", "_pass_program",
    "_staged_program", "_structured_program",
)  # fmt: skip
LARGEST_HESSIAN_OF_A_PASS: Final = 1_000


class Known(NamedTuple):
    """What was computed at the last point; the Hessian may still be to come, from what was."""

    value: float
    gradient: Array
    hessian: Array | None
    later: list[Callable[[], Sequence[Any]]]


@final
@dataclass(frozen=True, eq=False)
class Problem:
    """A scalar formula, the variables, and the data."""

    formula: Formula
    variables: Variables
    data: dict[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(block.symbol.name for block in self.variables.blocks)

    @property
    def work(self) -> int:
        """Return the number of data entries, which one evaluation reads."""
        return sum(int(v.size) if is_chunked(v) else int(np.size(v)) for v in self.data.values())

    @cached_property
    def gradients(self) -> list[Derivative]:
        return [_derivative(self.formula.expression, self._declared, (name,)) for name in self.names]

    @property
    def _declared(self) -> tuple[tuple[str, Symbol], ...]:
        return tuple(self.formula.declarations.items())

    @cached_property
    def hessians(self) -> list[list[Derivative]]:
        """Return the blocks of the Hessian on and below the diagonal."""
        return [
            [
                _derivative(self.formula.expression, self._declared, (row, column))
                for column in self.names[: place + 1]
            ]
            for place, row in enumerate(self.names)
        ]

    @cached_property
    def is_quadratic(self) -> bool:
        """Tell whether the Hessian does not depend on the variables, and the formula has no kinks."""
        symbols = {block.symbol for block in self.variables.blocks}
        if any(symbol.structure in (*_CONES, Structure.POSITIVE) for symbol in symbols) or not self.is_smooth:
            return False
        return degree(targets_of(self.formula)[0][0].tensor, symbols) <= 2

    @property
    def _has_constant_hessian(self) -> bool:
        """Tell it from the Hessian, where that is derived anyway; `is_quadratic` derives nothing."""
        used = symbols_in([Target(self.hessians[0][0].tensor, is_row=False)])
        return not any(name in used for name in self.names)

    @cached_property
    def is_convex(self) -> bool:
        """Tell whether the composition rules prove the formula convex in all variables together."""
        if is_sum_of_squares(self.formula.expression) and self.is_quadratic:
            return True
        root = stabilize(self.formula.expression)[0]
        return is_evidently_convex(root, frozenset(block.symbol for block in self.variables.blocks))

    @cached_property
    def is_smooth(self) -> bool:
        """Tell whether no function with a kink depends on a variable."""
        return is_smooth(self.formula.expression, {block.symbol for block in self.variables.blocks})

    @cached_property
    def has_continuous_gradient(self) -> bool:
        """Tell whether kinks, if there are any, are smoothed by squares."""
        symbols = {block.symbol for block in self.variables.blocks}
        return has_continuous_gradient(self.formula.expression, symbols)

    def objective(self) -> Objective:
        """Return the objective; programs are compiled on first use."""
        size = self.variables.size
        product = None if self._in_passes and size <= LARGEST_HESSIAN_OF_A_PASS else self._product
        structured = len(self.names) == 1 and not self._in_passes
        plain = structured and self.variables.blocks[0].free is None
        return Objective(
            size,
            self._value,
            self._gradient,
            self._hessian,
            product,
            minibatches=self._estimates,
            curvature_at=self._curvature if structured else None,
            shifted_at=self._shifted if plain else None,
            restricted_at=self._restricted if plain else None,
            slope_at=self._value_and_gradient,
            work=self.work,
            is_convex=lambda: self.is_convex,
        )

    def check(self, z: Array) -> None:
        """Say what is wrong with a start at which the function, or its gradient, has no value.

        Raises:
            EvaluationError: the data do not fit, or a part is not finite there; it is named.
        """
        if not np.isfinite(self._value(z)):
            backend = backend_for([self.formula], self.data)
            compile([self.formula], backend, nonfinite="raise")(**self._inputs(z))
        elif not np.isfinite(self._gradient(z)).all():
            backend = backend_for(self.gradients, self.data)
            compile(self.gradients, backend, nonfinite="raise")(**self._inputs(z))

    def _inputs(self, z: Array) -> dict[str, Any]:
        return {**self.data, **self.variables.named(z)}

    @cached_property
    def _checked(self) -> dict[Symbol, tuple[Any, Array]]:
        """Return the data that the programs have read, shared among them."""
        return {}

    def bound(self, outputs: Sequence[Output]) -> AbstractBound:
        """Return a program with the data bound, which are read once for all programs."""
        return bind(outputs, self.data, self._checked)

    @cached_property
    def _value_program(self) -> AbstractBound:
        return bind([self.formula], self.data, self._checked)

    @cached_property
    def _gradient_program(self) -> AbstractBound:
        return bind([self.formula, *self.gradients], self.data, self._checked)

    @cached_property
    def _hessian_program(self) -> AbstractBound:
        return bind([block for row in self.hessians for block in row], self.data, self._checked)

    @cached_property
    def _pass_program(self) -> AbstractBound:
        blocks = [block for row in self.hessians for block in row]
        return bind([self.formula, *self.gradients, *blocks], self.data, self._checked)

    @cached_property
    def _staged_program(self) -> AbstractBound:
        """Return the program of value and gradient from which the Hessian goes on."""
        blocks = [block for row in self.hessians for block in row]
        return bind([self.formula, *self.gradients, *blocks], self.data, self._checked, len(blocks))

    def expect_hessians(self) -> None:
        """Prepare for a method that begins with a Hessian: it then goes on from value and gradient."""
        if not self.is_quadratic and self.work < LARGE and not self._in_passes:
            _ = self._staged_program

    @cached_property
    def _in_passes(self) -> bool:
        return any(is_chunked(value) for value in self.data.values())

    @cached_property
    def _changes(self) -> list[Symbol]:
        return [g.changes[0] for g in self.gradients]

    @cached_property
    def _product_program(self) -> AbstractBound:
        return bind(directional_gradients(self.gradients), self.data, self._checked)

    def _value(self, z: Array) -> float:
        if not self._is_inside(z):
            return np.inf
        try:
            return self._slope(z)[0]
        except EvaluationError:
            pass
        try:
            return float(self._value_program(**self.variables.named(z))[0])
        except EvaluationError:
            return np.inf

    def _gradient(self, z: Array) -> Array:
        try:
            return self._slope(z)[1]
        except EvaluationError:
            return np.full(self.variables.size, np.nan)

    def _value_and_gradient(self, z: Array) -> tuple[float, Array]:
        if self._is_inside(z):
            try:
                return self._slope(z)
            except EvaluationError:
                pass
        return self._value(z), self._gradient(z)

    def _slope(self, z: Array) -> tuple[float, Array]:
        """Return value and gradient together; most points that are tried are kept, and need both."""
        known = self._at(z, with_hessian=self._in_passes and "_pass_program" in self.__dict__)
        return known.value, known.gradient.copy()

    def _at(self, z: Array, *, with_hessian: bool) -> Known:
        """Return what is known at a point, computed now if it is not; the last point is remembered."""
        place = z.tobytes()
        known = self._known.get(place)
        if known is None or (with_hessian and known.hessian is None):
            if with_hessian:
                program = self._pass_program
            else:
                is_staged = "_staged_program" in self.__dict__
                program = self._staged_program if is_staged else self._gradient_program
            found = program(**self.variables.named(z))
            count = 1 + len(self.variables.blocks)
            hessian = self._matrix(found[count:]) if with_hessian else None
            later = [] if with_hessian else found[count:]
            known = Known(float(found[0]), self.variables.reduced(found[1:count]), hessian, later)
            self._known.clear()
            self._known[place] = known
        return known

    def change(self, values: Mapping[str, Any]) -> None:
        """Change some of the data."""
        self.data.update(values)
        self._known.clear()
        self._constant.clear()
        self._constant_curvature.clear()
        for name in _PROGRAMS:
            program = self.__dict__.get(name)
            if program is not None:
                program.change(values)

    @cached_property
    def _known(self) -> dict[bytes, Known]:
        return {}

    @cached_property
    def _constant(self) -> list[Array]:
        """Return the Hessian of a quadratic, once it was computed."""
        return []

    @cached_property
    def _constant_curvature(self) -> list[ConstantCurvature]:
        """Return the unformed Hessian of a quadratic, once it was asked for."""
        return []

    def _hessian(self, z: Array) -> Array:
        try:
            if self._in_passes:
                known = self._at(z, with_hessian=True)
                assert known.hessian is not None
                return known.hessian.copy()
            if not self.is_quadratic:
                found = self._hessian_after(z)
                return self._matrix(found or self._hessian_program(**self.variables.named(z)))
            if not self._constant:
                self._constant.append(self._matrix(self._hessian_program(**self.variables.named(z))).copy())
            return self._constant[0].copy()
        except EvaluationError:
            return np.full((self.variables.size, self.variables.size), np.nan)

    def _hessian_after(self, z: Array) -> Sequence[Any] | None:
        """Return the blocks of the Hessian, going on from value and gradient, if these were computed here."""
        known = self._known.get(z.tobytes())
        if known is None or not known.later:
            return None
        try:
            with np.errstate(all="ignore"):
                return known.later.pop()()
        except (ArithmeticError, ValueError, np.linalg.LinAlgError, EvaluationError):
            return None

    def _curvature(self, z: Array) -> StructuredCurvature | ConstantCurvature:
        if self._constant_curvature:
            return self._constant_curvature[0]
        (found,) = self._structured_program(**self.variables.named(z))
        here = StructuredCurvature(found, self.variables.blocks[0])
        if self.variables.blocks[0].free is not None or not self._has_constant_hessian:
            return here
        self._constant_curvature.append(ConstantCurvature(here))
        return self._constant_curvature[0]

    def _shifted(self, z: Array) -> Shifted:
        (found,) = self._structured_program(**self.variables.named(z))
        solver: Shifted = found.shifted_solver
        return solver

    def _restricted(self, z: Array) -> Restricted:
        (found,) = self._structured_program(**self.variables.named(z))
        solver: Restricted = found.restricted_solver
        return solver

    @cached_property
    def _structured_program(self) -> Any:
        return bind_structured([self.hessians[0][0]], self.data, self._checked)

    def _matrix(self, entries: Sequence[Any]) -> Array:
        """Return the Hessian by the free entries from its blocks on and below the diagonal."""
        blocks = self.variables.blocks
        if len(blocks) == 1 and blocks[0].free is None:
            return np.asarray(entries[0]).reshape(self.variables.size, self.variables.size)
        found = iter(entries)
        matrix = np.empty((self.variables.size, self.variables.size))
        for place, row in enumerate(blocks):
            for column in blocks[: place + 1]:
                dense = np.asarray(next(found)).reshape(row.rows * row.columns, column.rows * column.columns)
                dense = dense if row.free is None else row.free.reduced(dense)
                dense = dense if column.free is None else column.free.reduced(dense.T).T
                matrix[row.place, column.place] = dense
                matrix[column.place, row.place] = dense.T
        return matrix

    def _product(self, z: Array) -> Product:
        inputs, program = self.variables.named(z), self._product_program
        here = program.at(**inputs) if isinstance(program, BoundProgram) else partial(program, **inputs)

        blocks = self.variables.blocks
        if len(blocks) == 1 and blocks[0].free is None and not is_scalar(blocks[0].symbol.shape):
            name, shape = self._changes[0].name, np.shape(inputs[self.names[0]])
            return lambda v: np.asarray(here(**{name: v.reshape(shape)})[0]).reshape(-1)

        def apply(v: Array) -> Array:
            changes = {c.name: b.public(v) for c, b in zip(self._changes, blocks, strict=True)}
            return self.variables.reduced(here(**changes))

        return apply

    def _estimates(self, batch_size: int, random: np.random.Generator) -> Iterator[Estimate]:
        return self._minibatches.estimates(batch_size, random)

    @cached_property
    def _minibatches(self) -> Minibatches:
        return Minibatches(self.formula, self.gradients, self.variables, self.data)

    def _is_inside(self, z: Array) -> bool:
        """Tell whether matrices declared positive definite are."""
        for block in self.variables.blocks:
            if block.symbol.structure in _CONES:
                try:
                    np.linalg.cholesky(block.value(z))
                except np.linalg.LinAlgError:
                    return False
        return True


@lru_cache(maxsize=128)
def _derivative(
    expression: Expr, declared: tuple[tuple[str, Symbol], ...], names: tuple[str, ...]
) -> Derivative:
    """Return a derivative, remembered for when the same formula is minimized on other data."""
    return derivative(Formula(expression, dict(declared)), *names, structured="none")
