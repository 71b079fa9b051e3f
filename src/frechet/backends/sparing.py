"""Products with large data of which a part is known to be zero, or which show that the data are finite.

At a start of zeros X w is zero; where relu or max decide, most rows of X′ diag(d) X may have no weight.
Looking costs next to nothing. Only data that were checked to be finite may be left out: 0·∞ is no zero.
X′r reads all of X: where no entry of r is zero, what is not finite in X makes the result so, too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from frechet.backends.plan import CONSTANT, Plan, Step

LARGE: Final = 65_536
_BY_COLUMNS: Final = (0, 1)
_TURNED: Final = (1, 0)
_WITH_VECTOR: Final = (0, 1, 1, 0)
_GRAM: Final = ((1, 0), (0, 1), (0, 1, 1, 1))


def sparing_code(
    plan: Plan, live: Sequence[int], results: Collection[int], register: int, data: Collection[str]
) -> str | None:
    """Return the call that computes a register with large data, or None where that is nothing special."""
    step = plan.steps[register]
    if is_data_times_variable(plan, step, data):
        return "thin_product(v{}, v{})".format(*step.operands)
    if step.kind == "multiply" and len(step.operands) == 2 and register not in results:
        users = [plan.steps[r] for r in live if register in plan.steps[r].operands]
        if all(u.kind == "matmul" and u.parameters == _GRAM and u.operands == (register,) * 2 for u in users):
            return _weighted_rows(plan, step, data)
    return None


def _is_data(plan: Plan, register: int, data: Collection[str]) -> bool:
    step = plan.steps[register]
    return step.kind == "input" and step.parameters[0] in data and plan.entries(step.dims) >= LARGE


def is_data_times_variable(plan: Plan, step: Step, data: Collection[str]) -> bool:
    """Tell a matrix of data times a variable, or times a direction."""
    if step.kind != "matmul" or not _is_data(plan, step.operands[0], data):
        return False
    order_x, order_v, counts = step.parameters
    varying = plan.steps[step.operands[1]]
    is_plain = order_x == _BY_COLUMNS and order_v == tuple(range(len(order_v))) and counts[:3] == (0, 1, 1)
    return is_plain and varying.kind == "input" and varying.parameters[0] not in data


def showing_products(plan: Plan, live: Sequence[int], data: Collection[str]) -> dict[int, str]:
    """Return for large data the first product X′r of each: its register, and the name of X."""
    found: dict[str, int] = {}
    for register in live:
        step = plan.steps[register]
        if step.kind != "matmul" or step.parameters[::2] != (_TURNED, _WITH_VECTOR):
            continue
        x, r = (plan.steps[o] for o in step.operands)
        if r.kind != "input" and _is_data(plan, step.operands[0], data):
            found.setdefault(x.parameters[0], register)
    return {register: name for name, register in found.items()}


def _weighted_rows(plan: Plan, step: Step, data: Collection[str]) -> str | None:
    """Write rows of data times their weights, of which nothing but a Gram matrix is made."""
    for (x, places), (d, weighted) in _both_ways(step):
        if places == _BY_COLUMNS and weighted == (0, CONSTANT) and _is_data(plan, x, data):
            return f"weighted_rows(v{x}, v{d})"
    return None


def _both_ways(step: Step) -> list[list[tuple[int, tuple[int, ...]]]]:
    pairs = list(zip(step.operands, step.parameters[-1], strict=True))
    return [pairs, pairs[::-1]]
