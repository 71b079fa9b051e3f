"""From where a method ended to the result that the caller reads."""

from __future__ import annotations

from frechet.optimize.landscape import Landscape
from frechet.optimize.methods.choice import Choice
from frechet.optimize.objective import Evaluations, Objective
from frechet.optimize.result import NamedTest, Result, Step
from frechet.optimize.second_derivative import SecondDerivativeTest, second_derivative_test
from frechet.optimize.stopping import Outcome, Trace
from frechet.optimize.variables import Variables


def result_of(objective: Objective, variables: Variables, outcome: Outcome, choice: Choice) -> Result:
    """Return the result without constraints."""
    point = outcome.point
    return Result(
        x=variables.named(point.x),
        value=point.value,
        status=outcome.status,
        method=choice.name,
        reason=choice.reason,
        gradient_norm=point.gradient_norm,
        iterations=max(0, len(outcome.trace.iterates) - 1),
        evaluations=copied(objective.evaluations),
        trace=named_trace(outcome.trace, variables),
        test=lambda: named_test(second_derivative_test(objective, point), variables),
        landscape=Landscape(objective, variables),
    )


def named_trace(trace: Trace, variables: Variables) -> tuple[Step, ...]:
    return tuple(Step(variables.named(i.x), i.value, i.gradient_norm, i.step_length) for i in trace.iterates)


def named_test(test: SecondDerivativeTest, variables: Variables) -> NamedTest:
    direction = None if test.descent_direction is None else variables.named(test.descent_direction)
    return NamedTest(test.kind, test.condition_number, direction)


def copied(evaluations: Evaluations) -> Evaluations:
    return Evaluations(evaluations.value, evaluations.gradient, evaluations.hessian, evaluations.product)
