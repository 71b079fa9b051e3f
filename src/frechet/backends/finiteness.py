"""How to tell with little work that results are finite.

The squared norm of an array is finite only if all its entries are: one pass, at the speed of memory.
Often less will do: |Σ aᵢbᵢ| ≤ ‖a‖‖b‖ (Cauchy and Schwarz), so a product of arrays whose squared
norms stay below `BOUND` is finite; and a sum is, whose terms are.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Final

from frechet.backends.plan import Plan

BOUND: Final = "1e+150"
_SAME: Final = frozenset({"transpose", "reshape", "linear", "scale", "add_diagonal"})
_PRODUCTS: Final = frozenset({"multiply", "matmul"})
_FINITE: Final = frozenset({"zeros", "ones", "mask", "size", "pi", "number"})


def finite_checks(plan: Plan, outputs: Iterable[int], hidden: Container[int] = ()) -> list[str]:
    """Return conditions that hold only if every output is finite; `hidden` registers have no array."""
    direct: dict[int, None] = {}
    bounded: dict[int, None] = {}
    pending = list(outputs)
    while pending:
        register = pending.pop(0)
        step = plan.steps[register]
        if step.kind in _FINITE:
            continue
        here, below = plan.entries(step.dims), sum(_work(plan, r) for r in step.operands)
        if any(o in hidden for o in step.operands):
            direct[register] = None
        elif step.kind in _SAME and 2 * below <= max(2 * here, 1000) and step.dims:
            pending.extend(step.operands)
        elif step.kind in _PRODUCTS and 2 * below <= here:
            bounded.update(dict.fromkeys(step.operands))
        else:
            direct[register] = None
    return [_bounded(plan, r) for r in bounded] + [_finite(plan, r) for r in direct if r not in bounded]


def _work(plan: Plan, register: int) -> int:
    step = plan.steps[register]
    if step.kind in _FINITE:
        return 0
    if step.kind in _PRODUCTS:
        return min(plan.entries(step.dims), sum(plan.entries(plan.steps[r].dims) for r in step.operands))
    return plan.entries(step.dims)


def _finite(plan: Plan, register: int) -> str:
    name = f"v{register}"
    return f"isfinite(vdot({name}, {name}))" if plan.steps[register].dims else f"isfinite({name})"


def _bounded(plan: Plan, register: int) -> str:
    name = f"v{register}"
    square = f"vdot({name}, {name})" if plan.steps[register].dims else f"{name} * {name}"
    return f"{square} < {BOUND}"
