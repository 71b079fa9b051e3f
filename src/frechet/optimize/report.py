"""From where a method ended to the result that the caller reads."""

from __future__ import annotations

from typing import Any

from frechet.optimize.methods.choice import Choice
from frechet.optimize.objective import Evaluations, Objective
from frechet.optimize.result import Result, Step
from frechet.optimize.second_derivative import SecondDerivativeTest, second_derivative_test
from frechet.optimize.stopping import Outcome, Trace
from frechet.optimize.variables import Variables


def result_of(objective: Objective, variables: Variables, outcome: Outcome, choice: Choice) -> Result:
    """Return the result without constraints."""
    asked = copied(objective.evaluations)
    test = second_derivative_test(objective, outcome.point)
    point = outcome.point
    return Result(
        x=variables.named(point.x),
        value=point.value,
        status=outcome.status,
        method=choice.name,
        reason=choice.reason,
        gradient_norm=point.gradient_norm,
        iterations=max(0, len(outcome.trace.iterates) - 1),
        evaluations=asked,
        trace=named_trace(outcome.trace, variables),
        second_derivative_test=test.kind,
        condition_number=test.condition_number,
        descent_direction=named_direction(test, variables),
    )


def named_trace(trace: Trace, variables: Variables) -> tuple[Step, ...]:
    return tuple(Step(variables.named(i.x), i.value, i.gradient_norm, i.step_length) for i in trace.iterates)


def named_direction(test: SecondDerivativeTest, variables: Variables) -> dict[str, Any] | None:
    return None if test.descent_direction is None else variables.named(test.descent_direction)


def copied(evaluations: Evaluations) -> Evaluations:
    return Evaluations(evaluations.value, evaluations.gradient, evaluations.hessian, evaluations.product)
