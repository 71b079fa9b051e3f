"""Sentences: what a teacher would say about a step, with formulas kept apart from words."""

from __future__ import annotations

from collections.abc import Sequence

from frechet.derivations.pushing import Push, Weight
from frechet.expressions.nodes import Constant, Expr, Identity, Number, Ones
from frechet.expressions.traversal import symbols_of
from frechet.rewriting import differentials
from frechet.rewriting.rules import Words, listed

_PASSES = {
    differentials.sum_rule.name: "goes through the sum",
    differentials.constant_factor.name: "passes by constant factors",
    differentials.constant_scalar_factor.name: "passes by constant factors",
    differentials.constant_elementwise_factor.name: "passes by constant factors",
    differentials.differential_of_a_transpose.name: "goes inside the transpose",
    differentials.kronecker_product_rule.name: "passes by the constant Kronecker factor",
    "tr is linear": "goes inside the trace",
    "sum is linear": "goes inside the sum of entries",
    "diag is linear": "goes inside diag",
    "vec is linear": "goes inside vec",
}


class Narrator:
    """Words the steps of one derivation; what is constant is said once."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: set[str] = set()

    def fresh_constants(self, applied: Sequence[Push]) -> tuple[Expr, ...]:
        """Return the constants that these rules met and that were not named before."""
        fresh: dict[str, Expr] = {}
        for push in applied:
            for constant in push.constants:
                if isinstance(constant, Number | Constant | Identity | Ones):
                    continue
                for name, symbol in symbols_of(constant).items():
                    if name not in self._said:
                        fresh[name] = symbol
        self._said.update(fresh)
        return tuple(fresh.values())


def pushed(applied: Sequence[Push], constants: tuple[Expr, ...]) -> Words:
    """Word a step that applies rules of differentials, or several such steps in a row."""
    proper = [p.application.words() for p in applied if p.weight is Weight.PROPER]
    if not proper and all(p.weight is Weight.NAMING for p in applied):
        return applied[0].application.words()
    phrases = list(dict.fromkeys(_PASSES.get(p.application.rule.name, "") for p in applied))
    kept = [p for p in phrases if p]
    linear: Words = ("d is linear: it ", *_enumerated(kept), ".") if kept and not proper else ()
    return joined([*proper, linear, _constant(constants)])


def _constant(constants: tuple[Expr, ...]) -> Words:
    if not constants:
        return ()
    one = len(constants) == 1
    verb = (
        " is constant: its differential is zero." if one else " are constant: their differentials are zero."
    )
    return (*listed(constants), verb)


def joined(sentences: Sequence[Words]) -> Words:
    """Join sentences with spaces, each once."""
    parts: list[str | Expr] = []
    for sentence in dict.fromkeys(s for s in sentences if s):
        if parts:
            parts.append(" ")
        parts.extend(sentence)
    return tuple(parts)


def _enumerated(phrases: Sequence[str]) -> Words:
    if len(phrases) < 2:
        return tuple(phrases)
    return (", ".join(phrases[:-1]) + " and " + phrases[-1],)
