"""A 1-norm under constraints: x = p − q with p, q ≥ 0, and ‖x‖₁ is the sum of both.

The kinks become bounds, which the methods for smooth functions under constraints know (Boyd &
Vandenberghe, §6.1). Where the bounds of x fix its sign, one of the two parts is fixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np

from frechet.expressions.nodes import Expr, Sum, Symbol
from frechet.expressions.traversal import substitute
from frechet.formula import Formula
from frechet.optimize.composite import composite
from frechet.optimize.constrained.constraints import Constraint, added, fresh_name
from frechet.optimize.constrained.projection import Box
from frechet.optimize.landscape import Landscape
from frechet.optimize.objective import Array
from frechet.optimize.result import NamedTest, Result
from frechet.optimize.variables import Block, Variables


@final
@dataclass(frozen=True, slots=True)
class Split:
    """The function of the parts, the parts by the variable's name, and the bounds of all unknowns."""

    function: Formula
    variables: Variables
    box: Box
    parts: Mapping[str, tuple[Symbol, Symbol]]
    known: Mapping[Expr, Expr]

    def constraints(self, given: Sequence[Constraint]) -> tuple[Constraint, ...]:
        """Return the constraints on the parts."""
        declared = self.function.declarations
        return tuple(
            replace(c, formula=Formula(substitute(c.formula.expression, self.known), declared)) for c in given
        )

    def start(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the start of the parts."""
        found = dict(given)
        for name, (positive, negative) in self.parts.items():
            if name in found:
                value = np.asarray(found.pop(name), dtype=np.float64)
                found[positive.name], found[negative.name] = np.maximum(value, 0), np.maximum(-value, 0)
        return found

    def joined(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the variables from their parts."""
        found = dict(values)
        for name, (positive, negative) in self.parts.items():
            found[name] = found.pop(positive.name) - found.pop(negative.name)
        return found

    def result(self, found: Result, landscape: Landscape, lagrangian: Formula) -> Result:
        """Return the result by the variables as they were."""
        steps = tuple(replace(step, x=self.joined(step.x)) for step in found.trace)

        def test() -> NamedTest:
            inner = found.test()
            direction = inner.descent_direction
            return inner._replace(descent_direction=None if direction is None else self.joined(direction))

        return replace(
            found,
            x=self.joined(found.x),
            reason=f"{found.reason}; a 1-norm is the sum of a positive and a negative part",
            trace=steps,
            test=test,
            landscape=landscape,
            lagrangian=lagrangian,
        )


def split_norms(function: Formula, variables: Variables, box: Box) -> Split | None:
    """Return the function with the 1-norms of variables made smooth, or None when there are none."""
    symbols = [block.symbol for block in variables.blocks]
    found = composite(function, symbols)
    if found is None or any(b.free is not None for b in variables.blocks if b.symbol in dict(found.weights)):
        return None
    declared, terms = dict(function.declarations), list[Expr]()
    parts: dict[str, tuple[Symbol, Symbol]] = {}
    known: dict[Expr, Expr] = {}
    for symbol, weight in found.weights:
        positive, negative = parts[symbol.name] = _parts_of(symbol, declared)
        known[symbol] = positive - negative
        terms += [weight.expression * added(part) for part in (positive, negative)]
    expression = Sum.of([substitute(found.smooth.expression, known), *terms])
    blocks, sides = _laid_out(variables, box, parts)
    return Split(Formula(expression, declared), Variables(tuple(blocks)), sides, parts, known)


def _parts_of(symbol: Symbol, declared: dict[str, Symbol]) -> tuple[Symbol, Symbol]:
    """Return two new symbols, and declare them."""
    found = []
    for sign in ("plus", "minus"):
        part = Symbol.of(fresh_name(f"{symbol.name}{sign}", declared), symbol.shape)
        declared[part.name] = part
        found.append(part)
    return found[0], found[1]


def _laid_out(
    variables: Variables, box: Box, parts: Mapping[str, tuple[Symbol, Symbol]]
) -> tuple[list[Block], Box]:
    """Return the blocks of all unknowns with their bounds, the parts of a variable next to each other."""
    blocks: list[Block] = []
    lower: list[Array] = []
    upper: list[Array] = []
    for block in variables.blocks:
        low, high = box.lower[block.place], box.upper[block.place]
        if block.symbol.name not in parts:
            _append(blocks, block, block.symbol)
            lower, upper = [*lower, low], [*upper, high]
            continue
        for part, (least, most) in zip(parts[block.symbol.name], ((low, high), (-high, -low)), strict=True):
            _append(blocks, block, part)
            lower, upper = [*lower, np.maximum(least, 0)], [*upper, np.maximum(most, 0)]
    return blocks, Box(np.concatenate(lower), np.concatenate(upper))


def _append(blocks: list[Block], like: Block, symbol: Symbol) -> None:
    start = blocks[-1].place.stop if blocks else 0
    place = slice(start, start + like.place.stop - like.place.start)
    blocks.append(replace(like, symbol=symbol, place=place))
