"""How a minimization ended: a closed list, each with what to do."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The outcome of a minimization."""

    CONVERGED = "converged"
    STALLED = "stalled"
    UNBOUNDED = "unbounded"
    INFEASIBLE = "infeasible"
    SINGULAR = "singular"
    ITERATION_LIMIT = "iteration limit"

    @property
    def advice(self) -> str:
        """Return a sentence that says what to do."""
        return _ADVICE[self]


_ADVICE = {
    Status.CONVERGED: "The gradient is as small as asked; the second-derivative test says what was found.",
    Status.STALLED: (
        "No step improves the value although the gradient is not small: the function may have a kink "
        "there, or floats have too few digits. Scale the variables, smooth the kink, or try another "
        "method or start."
    ),
    Status.UNBOUNDED: (
        "The values fall without end: the problem has no minimum. Check signs, add a regularizer such "
        "as c*norm2(x)^2, or add constraints."
    ),
    Status.INFEASIBLE: (
        "No point was found that meets the constraints. Check them one by one, or start nearer to a "
        "feasible point."
    ),
    Status.SINGULAR: (
        "The minimum is not unique: the Hessian is singular there. Add a regularizer such as "
        "c*norm2(x)^2 to single out one solution."
    ),
    Status.ITERATION_LIMIT: (
        "The iterations ran out before the gradient became small. Allow more with max_iterations, or "
        "choose a method of second order."
    ),
}
