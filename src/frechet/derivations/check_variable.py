"""Which variable a derivation is about, when nobody says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from frechet.assumptions import Structure
from frechet.derivations.check_claims import Kind
from frechet.derivations.check_lines import Line, Reading, with_joined_differentials
from frechet.derivations.check_truth import Truth
from frechet.errors import DeclarationError, FrechetError, quoted
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import symbols_of
from frechet.language.reader import read
from frechet.rewriting.pending import differential_symbol
from frechet.verification.equality import equal_expressions

USUAL: Final = "x X w W theta beta z Z u U v V t S P L y Y"


def variable_of(
    reading: Reading, function: Expr, symbols: Mapping[str, Symbol], over: object
) -> tuple[Symbol, str]:
    """Return the variable, and a note where it was chosen rather than said.

    Raises:
        DeclarationError: the name is unknown, or nothing tells the variable.
    """
    if over is not None:
        if not isinstance(over, str) or over not in symbols:
            known = ", ".join(sorted(symbols)) or "none"
            raise DeclarationError(f"{quoted(str(over))} is not a name here", hint=f"The names: {known}.")
        return symbols[over], ""
    inside = symbols_of(function)
    candidates = {n: s for n, s in inside.items() if s.structure is not Structure.INTEGER}
    if not candidates:
        raise DeclarationError("the function contains no variable", hint="Name it: over='x'.")
    marked = _marked(reading.lines, candidates)
    if len(marked) == 1:
        return candidates[marked[0]], ""
    if len(candidates) == 1:
        return next(iter(candidates.values())), ""
    chosen = _most_fitting(reading, function, candidates, symbols, marked or list(candidates))
    return candidates[chosen], f"Taken as the derivative by {chosen}; name another with over."


def _marked(lines: tuple[Line, ...], candidates: Mapping[str, Symbol]) -> list[str]:
    """Return the names that stand behind a d somewhere."""
    bodies = " ".join(f"{line.label} {line.body}" for line in lines)
    return [
        name
        for name in candidates
        if f"d{name}" not in candidates
        and re.search(
            rf"(?<![A-Za-z0-9_\\])(?:d|\\mathrm\s*{{d}}|∂)\s*\\?{re.escape(name)}(?![A-Za-z0-9_])", bodies
        )
    ]


def _most_fitting(
    reading: Reading,
    function: Expr,
    candidates: Mapping[str, Symbol],
    symbols: Mapping[str, Symbol],
    among: list[str],
) -> str:
    """Return the variable for which most lines are right, then of the right shape, then the usual one."""
    usual = USUAL.split()

    def rank(name: str) -> tuple[int, int, int]:
        right, shaped = _fit(reading, function, candidates[name], symbols)
        return (right, shaped, -usual.index(name) if name in usual else -len(usual))

    return max(among, key=rank)


def _fit(
    reading: Reading, function: Expr, variable: Symbol, symbols: Mapping[str, Symbol]
) -> tuple[int, int]:
    """Count the derivatives that are right, and those of the right shape, for one variable."""
    truth = Truth(function, variable, differential_symbol(variable, symbols))
    right = shaped = 0
    for line in reading.lines:
        if line.kind in (Kind.GRADIENT, Kind.JACOBIAN, Kind.HESSIAN):
            try:
                body = (
                    with_joined_differentials(line.body, [variable.name])
                    if reading.syntax == "latex"
                    else line.body
                )
                written = read(body, dict(symbols), syntax=reading.syntax).expression
                answer = truth.answer(truth.kind(line.kind))
                if answer is not None and answer.shape == written.shape:
                    shaped += 1
                    right += bool(equal_expressions(written, answer))
            except FrechetError:
                continue
    return right, shaped
