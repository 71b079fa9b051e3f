"""Which rules lead from one line to the next, by the derivation that Fréchet itself makes.

Its finest steps are a road; a line that a person writes is looked up there by its form, and the
steps between two lines are the rules between them. A line off this road is reached by rules that
are not told.
"""

from __future__ import annotations

from typing import Final, final

from frechet.derivations.check_claims import Kind
from frechet.derivations.differential import differential_steps
from frechet.derivations.terms import terms_of
from frechet.errors import FrechetError
from frechet.expressions.nodes import Expr, Symbol
from frechet.rewriting.pending import pending_in
from frechet.rewriting.steps import Phase, Step

MOST_NAMED: Final = 3


@final
class Road:
    """The steps from a function to its derivative."""

    __slots__ = ("_steps",)

    def __init__(self, function: Expr, variable: Symbol) -> None:
        self._steps: tuple[Step, ...] = ()
        try:
            outcome = differential_steps(function, variable)
            self._steps = tuple(fine.step for fine in outcome.steps)
        except FrechetError:
            pass

    def place(self, kind: Kind, written: Expr, before: int) -> int:
        """Return how many steps lead to a line; for one off the road, the least its kind needs."""
        if kind is Kind.VALUE:
            return 0
        form = _form(written)
        for place, step in enumerate(self._steps, 1):
            if place >= before and _form(step.after) == form:
                return place
        if kind is Kind.DIFFERENTIAL:
            return max(before, self._pushed())
        return len(self._steps)

    def rules(self, start: int, end: int) -> str | None:
        """Name the rules between two places, None if there are none."""
        found = list(dict.fromkeys(name for step in self._steps[start:end] for name in step.rule.split(", ")))
        if not found:
            return None
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        return ", ".join(found[:MOST_NAMED]) + more

    def count(self, start: int, end: int) -> int:
        """Count the different rules between two places."""
        return len({step.rule for step in self._steps[start:end]})

    def _pushed(self) -> int:
        """Return how many steps it takes until no d is left but dX."""
        for place, step in enumerate(self._steps, 1):
            if step.phase is Phase.DIFFERENTIAL and not pending_in(step.after):
                return place
        return len(self._steps)


def _form(formula: Expr) -> frozenset[Expr]:
    """Return what two ways of writing have in common that differ in the order of the terms."""
    return frozenset(terms_of(formula))
