"""What the names in a derivation mean, and its formulas read with them.

A name of a part stands for its formula, `dr` for the differential of the part r, and `d(…)` for the
differential of whatever is inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

from frechet.derivations.check_lines import innermost_differential, with_joined_differentials
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import substitute
from frechet.language.parser import Program
from frechet.language.reader import read
from frechet.language.trees import expression_of, program_of


@final
@dataclass(slots=True)
class Scope:
    """What names mean: the symbols, and the parts that lines have defined."""

    symbols: dict[str, Symbol]
    syntax: str
    meanings: dict[Expr, Expr] = field(default_factory=dict)
    differential_of: Callable[[Expr], Expr] | None = None

    def program(self, body: str) -> Program:
        return program_of(self._prepared(body), self.symbols, self.syntax)

    def expression(self, body: str) -> Expr:
        """Read a formula; the names of parts become what they stand for."""
        prepared = self._prepared(body)
        formula = read(prepared, self.symbols, syntax=self.syntax)
        for name, symbol in formula.declarations.items():
            self.symbols.setdefault(name, symbol)
        return substitute(formula.expression, self.meanings)

    def mended(self, program: Program, body: str) -> Expr:
        """Build a program that was read from `body` and then changed."""
        return substitute(expression_of(program, self.symbols, body), self.meanings)

    def _prepared(self, body: str) -> str:
        if self.syntax == "latex":
            body = with_joined_differentials(
                body, [n[1:] for n in self.symbols if n[:1] == "d" and len(n) > 1]
            )
        while "d" not in self.symbols and self.differential_of is not None:
            found = innermost_differential(body)
            if found is None:
                break
            start, end, inner = found
            body = f"{body[:start]} {self._pending(inner)} {body[end:]}"
        return body

    def _pending(self, inner: str) -> str:
        """Return a name for the differential of a formula that is written d(…)."""
        assert self.differential_of is not None
        formula = substitute(read(inner, self.symbols, syntax=self.syntax).expression, self.meanings)
        symbol = Symbol.of(f"dpart{len(self.meanings)}", formula.shape)
        self.symbols[symbol.name] = symbol
        self.meanings[symbol] = self.differential_of(formula)
        return symbol.name if self.syntax == "text" else rf"\operatorname{{{symbol.name}}}"
