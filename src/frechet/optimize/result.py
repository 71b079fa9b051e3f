"""What a minimization returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any, NamedTuple, final

from frechet.formula import Formula
from frechet.optimize.landscape import Landscape
from frechet.optimize.objective import Evaluations
from frechet.optimize.plots import Picture, plot
from frechet.optimize.second_derivative import StationaryKind
from frechet.optimize.status import Status


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One iterate: the variables, the value, the largest entry of the gradient, the step length."""

    x: dict[str, Any]
    value: float
    gradient_norm: float
    step_length: float


class NamedTest(NamedTuple):
    """The second-derivative test with its direction by the names of the variables."""

    kind: StationaryKind
    condition_number: float
    descent_direction: dict[str, Any] | None


@final
@dataclass(frozen=True, eq=False)
class Result:
    """The best point found, how the search ended, and what can be said of the point.

    `second_derivative_test` is "minimum", "maximum", "saddle" (then `descent_direction` leads down),
    "degenerate" or "not tested"; with constraints it looks along those that hold with equality. It is
    computed when it is first asked for, because a large Hessian costs more than the search.

    With constraints, `value` is that of the function itself, `gradient_norm` the norm of the
    Lagrangian's gradient, `kkt_residual` the largest violation of the optimality conditions.
    """

    x: dict[str, Any]
    value: float
    status: Status
    method: str
    reason: str
    gradient_norm: float
    iterations: int
    evaluations: Evaluations
    trace: tuple[Step, ...]
    test: Callable[[], NamedTest] = field(repr=False)
    landscape: Landscape = field(repr=False)
    kkt_residual: float | None = None
    multipliers: Mapping[str, Any] = field(default_factory=dict)
    lagrangian: Formula | None = None

    @cached_property
    def _tested(self) -> NamedTest:
        return self.test()

    @property
    def second_derivative_test(self) -> StationaryKind:
        return self._tested.kind

    @property
    def condition_number(self) -> float:
        """Return max|λ|/min|λ| of the Hessian at the solution."""
        return self._tested.condition_number

    @property
    def descent_direction(self) -> dict[str, Any] | None:
        """Return a way down from a saddle."""
        return self._tested.descent_direction

    @property
    def message(self) -> str:
        """Return a sentence that says what to do."""
        return self.status.advice

    @property
    def converged(self) -> bool:
        return self.status is Status.CONVERGED

    def plot(self, kind: str | None = None) -> Picture:
        """Draw the search: "path" (two unknowns), "function" (one), or "convergence"; see `Picture.save`.

        Raises:
            UnsupportedError: Matplotlib is not installed, or the kind does not fit the problem.
        """
        return plot(self, kind)

    def __str__(self) -> str:
        lines = [
            f"{self.status}: value {self.value:.10g}, gradient {self.gradient_norm:.2g}",
            f"{self.method}: {self.reason}",
            f"{self.iterations} iterations, {self.evaluations.value} evaluations of the function",
        ]
        # At a point that nobody asked for, curvature says nothing.
        if self.status not in (Status.INFEASIBLE, Status.UNBOUNDED):
            lines.append(f"second-derivative test: {self.second_derivative_test}")
            if isfinite(self.condition_number):
                lines.append(f"condition number {self.condition_number:.3g}")
        if self.kkt_residual is not None:
            lines.append(f"KKT residual {self.kkt_residual:.2g}")
        return "\n".join([*lines, self.message])
