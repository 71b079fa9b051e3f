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

    def pushes(self, applied: Sequence[Push]) -> Words:
        """Word a step that applies rules of differentials."""
        heaviest = max(push.weight for push in applied)
        if heaviest is Weight.NAMING:
            return applied[0].application.words()
        words = self._linear(applied) if heaviest is Weight.LINEAR else _distinct(applied)
        return (*words, *self._constants(applied))

    def _linear(self, applied: Sequence[Push]) -> Words:
        phrases = list(dict.fromkeys(_PASSES.get(p.application.rule.name, "") for p in applied))
        return ("d is linear: it ", *_enumerated([p for p in phrases if p]), ".")

    def _constants(self, applied: Sequence[Push]) -> Words:
        """Say which quantities are constant, each once."""
        fresh: dict[str, Expr] = {}
        for push in applied:
            for constant in push.constants:
                if isinstance(constant, Number | Constant | Identity | Ones):
                    continue
                for name, symbol in symbols_of(constant).items():
                    if name not in self._said:
                        fresh[name] = symbol
        self._said.update(fresh)
        if not fresh:
            return ()
        verb = " is constant: its differential is zero." if len(fresh) == 1 else " are constant: their differentials are zero."
        return (" ", *listed(tuple(fresh.values())), verb)


def _distinct(applied: Sequence[Push]) -> Words:
    sentences = list(dict.fromkeys(p.application.words() for p in applied if p.weight is Weight.PROPER))
    return joined(sentences)


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
