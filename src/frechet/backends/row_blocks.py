"""A program in blocks of rows: large data are read once for X w and X′r, while a block lies in the cache.

The steps of a plan fall into three parts: what does not depend on the rows, what has a row for every
row of the data, and what comes after the sums over the rows. Where one pass is enough, and its
sums are small, the middle part runs block by block. Only on one core: products that BLAS shares among
several are faster whole.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from functools import cache
from typing import Final, NamedTuple

from frechet.backends.inputs import LARGE
from frechet.backends.plan import Plan, Step
from frechet.shapes import Dimension, factors_of

BLOCK_ENTRIES: Final = 160_000
WIDEST: Final = 4_096
LARGEST_SUM: Final = 8_192
_ENTRYWISE: Final = frozenset({"unary", "scale", "power", "raise", "multiply", "linear", "transpose"})
_THREADS: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


class RowBlocks(NamedTuple):
    """The parts of a program as registers, in order, and how many rows a block has."""

    inputs: tuple[int, ...]
    before: tuple[int, ...]
    rows: tuple[int, ...]
    sums: tuple[int, ...]
    after: tuple[int, ...]
    size: str
    length: int


def row_blocks(
    plan: Plan, live: Sequence[int], results: Collection[int], data: Collection[str]
) -> RowBlocks | None:
    """Return the parts, or None where blocks of rows do not serve."""
    size = _size_of_rows(plan, live, data) if cores() == 1 else None
    if size is None:
        return None
    rows, sums, after = set[int](), set[int](), set[int]()
    for register in live:
        step = plan.steps[register]
        behind = any(o in sums or o in after for o in step.operands)
        if size in step.dims:
            if behind or not _is_by_rows(plan, step, size):
                return None
            rows.add(register)
        elif any(o in rows for o in step.operands):
            if behind or step.kind not in ("matmul", "sum") or plan.entries(step.dims) > LARGEST_SUM:
                return None
            sums.add(register)
        elif behind:
            after.add(register)
        if any(size in factors_of(d) and size != d for d in step.dims):
            return None
    width = sum(plan.entries(plan.steps[r].dims[1:]) for r in rows if plan.steps[r].kind == "input")
    if not sums or not rows.isdisjoint(results) or width > WIDEST:
        return None
    inputs = tuple(r for r in live if plan.steps[r].kind == "input" and r in rows)
    computed = [r for r in live if plan.steps[r].kind != "input"]
    return RowBlocks(
        inputs,
        tuple(r for r in computed if r not in rows | sums | after),
        tuple(r for r in computed if r in rows | sums),
        tuple(r for r in computed if r in sums),
        tuple(r for r in computed if r in after),
        size,
        max(1, BLOCK_ENTRIES // width),
    )


def _size_of_rows(plan: Plan, live: Sequence[int], data: Collection[str]) -> str | None:
    """Return the name of the number of rows of the largest data, if they are large and it has one."""
    largest, found = LARGE, None
    for register in live:
        step = plan.steps[register]
        if step.kind == "input" and len(step.dims) == 2 and step.parameters[0] in data:
            entries = plan.entries(step.dims)
            if entries >= largest:
                largest, found = entries, step.dims[0]
    return found if isinstance(found, str) and "*" not in found else None


def _is_by_rows(plan: Plan, step: Step, size: Dimension) -> bool:
    """Tell whether every row of the result comes from the same row of the operands."""
    if step.dims.count(size) > 1:
        return False
    match step.kind:
        case "input":
            return step.dims[0] == size
        case "function":
            place = step.parameters[1]
            return place is not None and plan.steps[step.operands[0]].dims.index(size) != place
        case "matmul":
            return all(count <= 1 for count in step.parameters[2])
        case "sum":
            return True
        case kind:
            return kind in _ENTRYWISE


@cache
def cores() -> int:
    """Return on how many cores BLAS computes, as far as the environment tells."""
    given = [os.environ.get(name, "") for name in _THREADS]
    return next((int(text) for text in given if text.isdigit()), os.cpu_count() or 1)
