"""Budgets: what one request may cost.

A `Budget` counts the nodes made and watches the clock. The active one lives in a context
variable, so that no signature carries it; `spend()` is called wherever nodes are made, and raises
`LimitError` when the budget is gone. Without an active budget nothing is limited.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from frechet.errors import LimitError

MAX_CHARACTERS: Final = 10_000
MAX_TOKENS: Final = 4_000
MAX_NESTING: Final = 256
MAX_NAMES: Final = 64
MAX_NAME_LENGTH: Final = 32
MAX_DIGITS: Final = 400
MAX_INTEGER_BITS: Final = 4_096
MAX_ORDER: Final = 10
MAX_DISPLAYED_ORDER: Final = 4
MAX_NODES: Final = 200_000
MAX_RESULT_NODES: Final = 20_000
MAX_SECONDS: Final = 5.0
LET_CHARACTERS: Final = 20_000
MAX_WRITTEN: Final = 200_000
_CLOCK_EVERY: Final = 128


class Budget:
    """How many nodes and seconds one request may still use."""

    __slots__ = ("_deadline", "nodes", "seconds", "spent")

    def __init__(self, nodes: int = MAX_NODES, seconds: float = MAX_SECONDS) -> None:
        self.nodes = nodes
        self.seconds = seconds
        self.spent = 0
        self._deadline = time.monotonic() + seconds

    def spend(self, amount: int = 1) -> None:
        before = self.spent
        self.spent = before + amount
        if self.spent > self.nodes:
            raise LimitError(
                f"this needs more than {self.nodes:,} intermediate terms",
                hint="Simplify the formula, or ask for a lower order.",
            )
        if before // _CLOCK_EVERY != self.spent // _CLOCK_EVERY and time.monotonic() > self._deadline:
            raise LimitError(
                f"this takes longer than {self.seconds:g} s",
                hint="Simplify the formula, or ask for a lower order.",
            )

    def remaining(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self._deadline - time.monotonic())


_active: ContextVar[Budget | None] = ContextVar("frechet_budget", default=None)


@contextmanager
def budget(nodes: int = MAX_NODES, seconds: float = MAX_SECONDS) -> Iterator[Budget]:
    """Limit what happens inside; an outer budget stays in force and takes precedence."""
    outer = _active.get()
    if outer is not None:
        yield outer
        return
    inner = Budget(nodes, seconds)
    token = _active.set(inner)
    try:
        yield inner
    finally:
        _active.reset(token)


def spend(amount: int = 1) -> None:
    """Charge the active budget, if there is one.

    Raises:
        LimitError: the budget is exhausted.
    """
    current = _active.get()
    if current is not None:
        current.spend(amount)
