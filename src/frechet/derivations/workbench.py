"""The workbench: the current line of a derivation, and every step so far, checked when made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, final

from frechet.derivations.prose import Narrator, pushed
from frechet.derivations.pushing import Push, Pusher, Weight
from frechet.derivations.terms import Finder, Rewrite, terms_of
from frechet.derivations.witness import Witness
from frechet.expressions.nodes import Apply, Expr, Sum, Symbol
from frechet.expressions.traversal import substitute, symbols_of
from frechet.functions.indexing import vec
from frechet.rewriting.pending import d, differential_symbol, pending_in
from frechet.rewriting.rules import Words
from frechet.rewriting.steps import Phase, Step

MOST_STEPS: Final = 400
SECOND_OPINIONS: Final = 4


class Theme(Enum):
    """What a fine step is about; neighbors of one theme make one line."""

    LINEAR = "linear"
    PROPER = "proper"
    NAMING = "naming"
    EXPAND = "multiply out"
    TRANSPOSE = "transpose"
    TRACE = "trace"
    MOVE = "move"
    VEC = "vec"
    COLLECT = "collect"
    IDENTIFY = "identify"
    SIMPLIFY = "simplify"


@final
@dataclass(frozen=True, slots=True)
class FineStep:
    """A step with its theme."""

    step: Step
    theme: Theme
    pushes: tuple[Push, ...] = ()
    constants: tuple[Expr, ...] = ()


Nexter = Callable[[Expr], Rewrite | None]


@final
class Workbench:
    """One derivation under way: the current line and the steps so far."""

    __slots__ = (
        "claim",
        "differential",
        "finder",
        "function",
        "line",
        "narrator",
        "phase",
        "pushed",
        "steps",
        "variable",
        "witness",
    )

    def __init__(self, function: Expr, variable: Symbol) -> None:
        self.function = function
        self.variable = variable
        self.differential = differential_symbol(variable, symbols_of(function))
        self.finder = Finder(self.differential)
        self.line: Expr = d(function)
        self.phase = Phase.DIFFERENTIAL
        self.claim: Expr | None = None
        self.pushed: Expr = self.line
        self.steps: list[FineStep] = []
        self.narrator = Narrator()
        self.witness: Witness | None = None

    def add(
        self,
        theme: Theme,
        after: Expr,
        rule: str,
        words: Words,
        reference: str = "",
        place: Expr | None = None,
        replacement: Expr | None = None,
        told: tuple[tuple[Push, ...], tuple[Expr, ...]] = ((), ()),
    ) -> None:
        """Append a step of the differential from the current line, unless nothing changes."""
        if after is self.line:
            return
        checked = self.agree(self.line, after)
        step = Step(rule, self.line, after, words, reference, self.phase, place, replacement, (), checked)
        self.steps.append(FineStep(step, theme, *told))
        self.line = after

    def _holds(self, witness: Witness, step: Step) -> bool:
        """Check a step as its phase asks."""
        before, after = step.before, step.after
        if step.phase is Phase.IDENTIFICATION:
            return self.claim is not None and witness.agree(before, self.claim)
        if step.phase is Phase.DERIVATIVE:
            return step.checked
        if step.phase is Phase.STACKED and before.shape != after.shape:
            return witness.agree(vec(before), after)
        return witness.agree(before, after)

    def recheck(self) -> None:
        """Judge doubtful steps again at other points: the first may have been ill conditioned.

        All steps have to agree at the same points; a wrong step agrees nowhere.
        """
        for seed in range(1, SECOND_OPINIONS + 1):
            if all(fine.step.checked for fine in self.steps):
                return
            before = self.steps
            witness = Witness([self.function, self.pushed], self.variable, self.differential, seed)
            if not all(fine.step.checked for fine in self._judge(witness)):
                self.steps = before

    def stack(self, stacked: Expr, rule: str, words: Words) -> None:
        """Go over from dF to a column that holds the same entries."""
        checked = self.agree(vec(self.line), stacked)
        self.phase = Phase.STACKED
        step = Step(
            rule, self.line, stacked, words, "Magnus & Neudecker §9.3", self.phase, None, None, (), checked
        )
        self.steps.append(FineStep(step, Theme.VEC))
        self.line = stacked

    def conclude(self, theme: Theme, step: Step) -> None:
        """Append a step about the derivative itself."""
        self.steps.append(FineStep(step, theme))
        self.line = step.after

    def push_all(self) -> None:
        """Push every d inward until only dX is left: names first, then what is linear."""
        pusher = Pusher(self.variable, self.differential)
        for _ in range(MOST_STEPS):
            pending = pending_in(self.line)
            if not pending:
                break
            pushes = {p: pusher.push(p) for p in pending}
            weight = min(push.weight for push in pushes.values())
            chosen = {p: push for p, push in pushes.items() if push.weight is weight}
            if weight is Weight.PROPER:
                name = next(iter(chosen.values())).application.rule.name
                chosen = {p: push for p, push in chosen.items() if push.application.rule.name == name}
            self._push(chosen)

        self._call_witness()

    def _call_witness(self) -> None:
        """Draw the points now that the whole differential is known: it must be finite there too."""
        self.pushed = self.line
        self.witness = Witness([self.function, self.line], self.variable, self.differential)
        self._judge(self.witness)

    def agree(self, left: Expr, right: Expr) -> bool:
        """Tell whether both formulas have the same value; false while there is no witness."""
        return self.witness is not None and self.witness.agree(left, right)

    def _judge(self, witness: Witness) -> list[FineStep]:
        self.steps = [
            replace(f, step=replace(f.step, checked=self._holds(witness, f.step))) for f in self.steps
        ]
        return self.steps

    def _push(self, chosen: Mapping[Apply, Push]) -> None:
        pushes = list(chosen.values())
        replacements: dict[Expr, Expr] = {p: push.application.after for p, push in chosen.items()}
        after = substitute(self.line, replacements)
        first = pushes[0]
        constants = self.narrator.fresh_constants(pushes)
        names = list(dict.fromkeys(p.application.rule.name for p in pushes))
        references = list(
            dict.fromkeys(p.application.rule.reference for p in pushes if p.application.rule.reference)
        )
        self.add(
            Theme[first.weight.name],
            after,
            ", ".join(names),
            pushed(pushes, constants),
            "; ".join(references[:2]),
            first.application.before,
            first.application.after,
            (tuple(pushes), constants),
        )

    def rewrite_terms(self, next_rewrite: Nexter) -> bool:
        """Apply the rule that comes next to every term it fits, until no term has one."""
        for _ in range(MOST_STEPS):
            terms = terms_of(self.line)
            rewrites = [next_rewrite(t) for t in terms]
            found = next((r for r in rewrites if r is not None), None)
            if found is None:
                return True
            name = found.application.rule.name
            after: list[Expr] = []
            for term, rewrite in zip(terms, rewrites, strict=True):
                applies = rewrite is not None and rewrite.application.rule.name == name
                after.extend(rewrite.terms if rewrite is not None and applies else (term,))
            self.add(
                theme_of(name),
                Sum.of(after),
                name,
                found.application.words(),
                found.application.rule.reference,
                found.application.before,
                found.application.after,
            )
        return False


_THEMES: Final = {
    "transpose": Theme.TRANSPOSE,
    "trace": Theme.TRACE,
    "number is its own": Theme.TRACE,
    "multiply out": Theme.EXPAND,
    "sum": Theme.EXPAND,
    "vec": Theme.VEC,
}


def theme_of(rule: str) -> Theme:
    """Return the theme of a rule about terms, by its name."""
    return next((theme for word, theme in _THEMES.items() if word in rule), Theme.MOVE)
