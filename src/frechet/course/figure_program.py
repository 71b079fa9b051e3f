"""The formulas of one figure, read with its declarations and gathered in one program."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final, final

from frechet.course.figure_graph import graph_of, shapes_of
from frechet.course.figure_reading import FigureError
from frechet.course.figure_structure import check_movable, check_structure, twins_of
from frechet.course.figure_tree import Compiler, Node
from frechet.course.numbers import length_of, sizes_at
from frechet.differentiation.derivative import derivative
from frechet.errors import DeclarationError, UnsupportedError, quoted
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import substitute, symbols_of
from frechet.formula import Formula
from frechet.language import read
from frechet.language.declarations import declare
from frechet.notation.latex import latex_of_name
from frechet.notation.unicode import unicode
from frechet.rewriting.steps import formula_latex

Typeset = dict[str, object]
_ENTRY: Final = re.compile(r"(\w+)((?:\[\d+\]){0,2})")
_INDEX: Final = re.compile(r"\[(\d+)\]")
_LATEX_NAMES: Final = {"value": "f", "gradient": r"\nabla f", "hessian": r"\nabla^2 f"}
_LETTERS: Final = {"value": "f", "gradient": "∇f", "hessian": "∇²f"}


def _with_names(written: str, name_of: Callable[[str], str], shown: Mapping[str, str]) -> str:
    """Write the names of the figure's own derivatives as a book does."""
    for name, sign in shown.items():
        written = written.replace(name_of(name), sign)
    return written


@final
class Program:
    """Reads the formulas of a figure and gives each a place in one list of nodes."""

    def __init__(self, declared: Mapping[str, str], values: dict[str, Matrix], running: set[str]) -> None:
        self.symbols = declare(dict(declared))
        self.values = dict(values)
        sizes = sizes_at({name: self.symbols[name] for name in values}, values)
        for name, value in values.items():
            check_structure(self.symbols[name], value)
        for name in running & self.symbols.keys() - values.keys():
            rows, columns = (length_of(dimension, sizes) for dimension in self.symbols[name].shape)
            self.values[name] = [[Fraction(0)] * columns for _ in range(rows)]
        self._compiler = Compiler(sizes)
        self._meanings: dict[Expr, Expr] = {}

    @property
    def nodes(self) -> list[Node]:
        return self._compiler.nodes

    @property
    def twins(self) -> dict[str, int]:
        """Return the matrices with values whose entries move in pairs, with the sign of the second."""
        return twins_of({name: self.symbols[name] for name in self.values})

    def typeset(self, text: str) -> Typeset:
        """Return a formula with its place."""
        return self._typeset(self._read(text))

    def _typeset(self, formula: Expr) -> Typeset:
        known = substitute(formula, self._meanings)
        for name in symbols_of(known):
            if name not in self.values:
                raise DeclarationError(f"{quoted(name)} has no value", hint="Give it one in [values].")
        return {
            "latex": _with_names(formula_latex(formula), latex_of_name, _LATEX_NAMES),
            "unicode": _with_names(unicode(formula), str, _LETTERS),
            "place": self._compiler.place(known),
            "shape": [str(size) for size in formula.shape],
        }

    def _read(self, text: str) -> Expr:
        formula = read(text, self.symbols)
        for name, symbol in formula.declarations.items():
            self.symbols.setdefault(name, symbol)
        return formula.expression

    def differentiated(self, text: str, over: str, *, main: bool = False) -> Typeset:
        """Return a formula with its gradient and Hessian; the main one gives their names to readings.

        Raises:
            FrechetError: it is no number, or has no derivative by that name.
        """
        formula = self._read(text)
        if not formula.is_scalar:
            raise FigureError(
                f"{quoted(text)} is not a number", "formula", hint="Draw a formula with one value."
            )
        if over not in symbols_of(formula):
            raise FigureError(f"{quoted(over)} is not in {quoted(text)}", "over", hint="Name its variable.")
        found = {"value": formula, **self._derivatives(formula, over)}
        data = self._typeset(formula)
        for name, part in found.items():
            data[name] = self._typeset(part)
            if main and name not in self.symbols:
                symbol = Symbol.of(name, part.shape)
                self.symbols[name], self._meanings[symbol] = symbol, part
        return data

    def _derivatives(self, formula: Expr, over: str) -> dict[str, Expr]:
        function = Formula(formula, symbols_of(formula))
        first, second = derivative(function, over).expression, derivative(function, over, over).expression
        if first is None or second is None:
            raise UnsupportedError(
                "the Hessian has no formula in matrices", hint="Draw a function of a vector."
            )
        return {"gradient": first, "hessian": second}

    def name_arrow(self, name: str, text: str) -> None:
        """Let later formulas use an arrow that is given by a formula by its name."""
        if name and text and name not in self.symbols:
            formula = substitute(self._read(text), self._meanings)
            symbol = Symbol.of(name, formula.shape)
            self.symbols[name], self._meanings[symbol] = symbol, formula

    def structure(self, text: str, over: str) -> Typeset:
        """Return a formula's parts: its factors with their sizes, and its computation graph."""
        formula = self._read(text)
        return {
            "latex": formula_latex(formula),
            "unicode": unicode(formula),
            "shapes": shapes_of(formula, over),
            "graph": graph_of(formula, over),
        }

    def entry(self, key: str, table: Mapping[str, object], figure: Mapping[str, object]) -> Typeset:
        """Return an arrow, a line, a series or a reading with its formulas compiled.

        Raises:
            FrechetError: a formula is missing or cannot be read.
        """
        data = dict(table)
        if "formula" not in table and (key != "arrow" or table.get("name") not in self.values):
            raise FigureError(f"a {key} has a formula", key, hint="Add formula = ….")
        if "over" in table or key in ("line", "series"):
            data["over"] = str(table.get("over", figure.get("over", "")))
        for part in ("formula", "from"):
            if part in table:
                data[part] = self.typeset(str(table[part]))
        return data

    def check_sliders(self, sliders: Sequence[Mapping[str, object]], figure: Mapping[str, object]) -> None:
        """See that every slider moves a number of the figure.

        Raises:
            FigureError: one does not.
        """
        sizes = figure.get("sizes", {})
        free = {str(figure.get("rate", "")), str(figure.get("steps", "")), str(figure.get("degree", ""))}
        if isinstance(sizes, dict):
            free |= set(sizes)
        for slider in sliders:
            name = str(slider["name"])
            if name not in free:
                self._check_entry(name)

    def _check_entry(self, name: str) -> None:
        match = _ENTRY.fullmatch(name)
        symbol = match.group(1) if match else ""
        rows = self.values.get(symbol, [])
        index = [int(number) for number in _INDEX.findall(name)]
        row, column = [*index, 0, 0][:2]
        alone = bool(rows) and len(rows) == len(rows[0]) == 1
        if not rows or row >= len(rows) or column >= len(rows[0]) or not (index or alone):
            hint = 'Name a scalar with a value, or an entry as "A[0][1]".'
            raise FigureError(f"there is no number {quoted(name)} to slide", "slider", hint=hint)
        check_movable(self.symbols[symbol], row, column)
