"""What depends only on bound data is computed once: a plan in two parts.

The steps that read nothing but bound inputs are taken out; their results that the rest needs are
inputs of the rest. X′Y in the gradient of a softmax regression, a Cholesky factor of a matrix that
stays, an entire constant Hessian are such.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from frechet.assumptions import Structure
from frechet.backends.numpy_program import NumpyCode, Output
from frechet.backends.plan import Plan, Step

# Nanoseconds of every call; to write and compile one more function takes ten times as long.
WORTH_A_PROGRAM: Final = 20_000.0
SMALL_SHARE: Final = 0.1


class Parts(NamedTuple):
    """The code that runs once, the names of what it returns, and the code that runs every time."""

    once: NumpyCode
    names: tuple[str, ...]
    rest: NumpyCode


def hoisted(
    plan: Plan, outputs: Sequence[Output], live: Sequence[int], bound: Collection[str], deferred: int = 0
) -> Parts | None:
    """Return the two parts, or None when next to nothing depends on the bound inputs alone."""
    fixed = _fixed(plan, live, bound)
    taken = {r for r in fixed if plan.steps[r].kind != "input"}
    needed = {o for r in live if r not in taken for o in plan.steps[r].operands}
    frontier = sorted(taken & (needed | {o.register for o in outputs}))
    saved, all_costs = (sum(plan.costs[r] for r in part) for part in (taken, live))
    if not frontier or saved < min(WORTH_A_PROGRAM, SMALL_SHARE * all_costs):
        return None
    rest = plan.copy()
    for register in frontier:
        step = plan.steps[register]
        method = step.parameters if step.kind == "factor" else ()
        parameters = (_name(register), Structure.GENERAL, *method)
        rest.steps[register] = Step("input", (), parameters, step.dims)
    results = [Output(r, tuple(range(len(plan.steps[r].dims))), is_row=False) for r in frontier]
    rest_code = NumpyCode(rest, outputs, data=bound, deferred=deferred)
    return Parts(NumpyCode(plan, results), tuple(map(_name, frontier)), rest_code)


def _name(register: int) -> str:
    """Return a name that no input of a formula can have."""
    return f"step {register}"


def _fixed(plan: Plan, live: Sequence[int], bound: Collection[str]) -> set[int]:
    """Return the registers that depend on bound inputs, and on nothing else but constants."""
    constant, fixed = set[int](), set[int]()
    for register in live:
        step = plan.steps[register]
        if step.kind == "input":
            if step.parameters[0] in bound:
                fixed.add(register)
        elif all(o in constant for o in step.operands):
            constant.add(register)
        elif all(o in constant or o in fixed for o in step.operands):
            fixed.add(register)
    return fixed
