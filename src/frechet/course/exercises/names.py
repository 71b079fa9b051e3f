r"""What the letters of an exercise mean, and texts read with them.

Besides the declared symbols there are the parts named by `where`, their changes, and the change of
the variable. An answer is read as text or, where it looks like it, as LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, final

from frechet.course.exercises.loose import as_latex, as_text
from frechet.derivations.check_scope import Scope
from frechet.derivations.check_truth import Truth
from frechet.errors import FrechetError, LimitError, ParseError, ShapeError, quoted
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import substitute, symbols_of
from frechet.language.declarations import declare
from frechet.language.names import NAME
from frechet.language.reader import read
from frechet.rewriting.pending import differential_symbol

MOST_CHARACTERS: Final = 2_000
_LATEX: Final = re.compile(r"\\[A-Za-z]|\^\s*\{|_\s*\{|\^\s*T\b")
_WORDS: Final = re.compile(NAME)
_LABEL: Final = re.compile(r"\A\s*(?:(?!\bwhere\b|\\text)[^=]){0,60}=(?!=)")
_ALIASES: Final = {"lam": "lambda"}


@final
@dataclass(frozen=True, slots=True)
class Written:
    """A formula as somebody wrote it: what it means, how it looks, and the scope it was read in."""

    text: str
    expression: Expr
    shown: Expr
    scope: Scope


@final
@dataclass(frozen=True)
class Names:
    """The names of an exercise; `by` are the variables."""

    declared: Mapping[str, str]
    where: Mapping[str, str]
    by: tuple[str, ...] = ()

    @cached_property
    def symbols(self) -> dict[str, Symbol]:
        return declare(self.declared)

    @cached_property
    def parts(self) -> dict[Symbol, Expr]:
        """Return the named parts with what they stand for."""
        found: dict[Symbol, Expr] = {}
        known = dict(self.symbols)
        for name, text in self.where.items():
            formula = read(text, known).expression
            symbol = Symbol.of(name, formula.shape)
            known[name] = symbol
            found[symbol] = substitute(formula, dict[Expr, Expr](found.items()))
        return found

    @cached_property
    def changes(self) -> dict[Symbol, Expr]:
        """Return the changes: the variable's stands for itself, a part's for its differential."""
        found: dict[Symbol, Expr] = {}
        for name in self.by:
            change = differential_symbol(self.symbols[name], self.symbols)
            found[change] = change
            for part, meaning in self.parts.items():
                if name in symbols_of(meaning):
                    differential = Truth(meaning, self.symbols[name], change).differential_of(meaning)
                    found[Symbol.of(f"d{part.name}", part.shape)] = differential
        return found

    def scope(self, syntax: str = "text", *, changes: bool = False) -> Scope:
        """Return a fresh scope in which a text can be read."""
        meanings = dict[Expr, Expr](self.parts.items())
        if changes:
            meanings |= {symbol: value for symbol, value in self.changes.items() if symbol is not value}
        extra = [*self.parts, *(self.changes if changes else ())]
        symbols = {**self.symbols, **{symbol.name: symbol for symbol in extra}}
        scope = Scope(symbols, syntax, meanings)
        if changes and len(self.by) == 1:
            variable = self.symbols[self.by[0]]
            change = differential_symbol(variable, self.symbols)
            scope.differential_of = lambda inner: Truth(inner, variable, change).differential_of(inner)
        return scope

    def expression(self, text: str, *, changes: bool = False) -> Expr:
        """Return what a text of the exercise means.

        Raises:
            FrechetError: it cannot be read.
        """
        return self.scope(changes=changes).expression(text)

    def read(self, text: str, *, changes: bool = False) -> Written:
        """Read what a person wrote, as text or as LaTeX, `grad =` in front or not.

        Raises:
            ParseError: it is not a formula, or has a name that the exercise has not.
            LimitError: it is too long.
            ShapeError: its sizes do not fit.
        """
        if len(text) > MOST_CHARACTERS:
            raise LimitError(
                f"the answer has more than {MOST_CHARACTERS:,} characters", hint="Write it more shortly."
            )
        body = _with_aliases(_LABEL.sub("", text, count=1).strip().rstrip(" .,;"), self.symbols)
        first: FrechetError | None = None
        for spelling, syntax in self._spellings(body, changes):
            try:
                return self._read(spelling, syntax, changes)
            except (ParseError, ShapeError) as refused:
                first = first or _placed(refused, text, body)
            except FrechetError as refused:
                raise _placed(refused, text, body) from None
        assert first is not None
        raise first

    def _spellings(self, body: str, changes: bool) -> list[tuple[str, str]]:
        """Return how a text may be meant, likeliest first: as it stands, then respelled."""
        known = [*self.symbols, *(part.name for part in self.parts)]
        if changes:
            known += [change.name for change in self.changes]
        stands = [(body, "text"), (body, "latex")]
        respelled = [(as_text(body, known), "text"), (as_latex(body, known), "latex")]
        likeliest = reversed(stands) if _LATEX.search(body) else stands
        return list(dict.fromkeys([*likeliest, *respelled]))

    def _read(self, body: str, syntax: str, changes: bool) -> Written:
        scope = self.scope(syntax, changes=changes)
        known = set(scope.symbols)
        expression = scope.expression(body)
        strange = [name for name in scope.symbols if name not in known and not name.startswith("dpart")]
        if strange:
            raise self._unknown(strange[0], body)
        shown = expression
        if self.parts or changes:
            bare = Scope(dict(scope.symbols), syntax, {}, scope.differential_of)
            shown = bare.expression(body)
        return Written(body, expression, shown, scope)

    def _unknown(self, name: str, body: str) -> ParseError:
        match = next((m for m in _WORDS.finditer(body) if m.group() == name), None)
        known = ", ".join([*self.symbols, *(part.name for part in self.parts)])
        return ParseError(
            f"{quoted(name)} does not occur in this exercise",
            hint=f"Its letters are {known}.",
            position=None if match is None else match.span(),
            source=body,
        )


def _with_aliases(text: str, known: Mapping[str, Symbol]) -> str:
    """Return a text with the short forms of Greek names spelled out."""
    return _WORDS.sub(
        lambda match: (
            _ALIASES[match.group()]
            if match.group() in _ALIASES and match.group() not in known and _ALIASES[match.group()] in known
            else match.group()
        ),
        text,
    )


def _placed(error: FrechetError, text: str, body: str) -> FrechetError:
    """Return an error whose place counts in the text as it was typed."""
    offset = text.find(body)
    if error.position is not None and offset > 0 and error.source == body:
        error.position = (error.position[0] + offset, error.position[1] + offset)
        error.source = text
    return error
