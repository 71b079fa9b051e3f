"""What a minimization returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

from frechet.formula import Formula
from frechet.optimize.objective import Evaluations
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


@final
@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The best point found, how the search ended, and what can be said of the point.

    `second_derivative_test` is "minimum", "maximum", "saddle" (then `descent_direction` leads down),
    "degenerate" or "not tested"; with constraints it looks along those that hold with equality.

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
    second_derivative_test: StationaryKind
    condition_number: float
    descent_direction: dict[str, Any] | None = None
    kkt_residual: float | None = None
    multipliers: Mapping[str, Any] = field(default_factory=dict)
    lagrangian: Formula | None = None

    @property
    def message(self) -> str:
        """Return a sentence that says what to do."""
        return self.status.advice

    @property
    def converged(self) -> bool:
        return self.status is Status.CONVERGED

    def __str__(self) -> str:
        lines = [
            f"{self.status}: value {self.value:.10g}, gradient {self.gradient_norm:.2g}",
            f"{self.method}: {self.reason}",
            f"{self.iterations} iterations, {self.evaluations.value} evaluations of the function",
            f"second-derivative test: {self.second_derivative_test}",
            f"condition number {self.condition_number:.3g}",
        ]
        if self.kkt_residual is not None:
            lines.append(f"KKT residual {self.kkt_residual:.2g}")
        return "\n".join([*lines, self.message])
