"""The derivative of a formula, to any order and by any variable.

The axes of the result are those of the function, then those of the variables in the order of
differentiation. Up to order 2 the result is a formula; above, it is written in index notation,
with its differential and, where one exists, its vec form beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import Final, final

from frechet.assumptions import Structure
from frechet.differentiation.forms import applied_to, change_symbols, index_form, vec_form
from frechet.differentiation.structured import (
    Structured,
    free_twin,
    impose,
    is_structured,
    note_on,
)
from frechet.errors import FrechetError, LimitError, UnsupportedError, quoted
from frechet.expressions.exact import ONE
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.text import write
from frechet.expressions.traversal import substitute, symbols_of
from frechet.formula import Formula, checked_formula
from frechet.limits import MAX_ORDER, budget
from frechet.notation.latex import latex
from frechet.notation.unicode import unicode
from frechet.shapes import Dimension, public_shape
from frechet.tensors.algebra import contract
from frechet.tensors.differentiate import Differentiator, differentiate
from frechet.tensors.expand import expand_fully, rebuilt
from frechet.tensors.lower import forms_of, lower, lower_symbol
from frechet.tensors.nodes import Leaf, Tensor, count_nodes, identity_slots, postorder
from frechet.tensors.recover import recover
from frechet.tensors.writing import Writer
from frechet.verification.verify import Directions, Verification, verify, verify_differential

EXPANDED_NODES: Final = 150
SHORT: Final = 14
LAYOUTS: Final = ("numerator", "denominator")


@final
@dataclass(frozen=True, eq=False, repr=False)
class Derivative:
    """A derivative: its tensor, its formula up to order 2, its other forms, its verification."""

    function: Formula
    variables: tuple[Symbol, ...]
    numerator: Tensor
    function_order: int
    structured: Structured
    layout: str

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know: variables that do not occur, what structure means."""
        return _notes(self.function, self.variables, self.structured)

    @cached_property
    def tensor(self) -> Tensor:
        """Return the result on its axes, in the layout asked for."""
        if self.layout == "numerator":
            return self.numerator
        return _function_axes_last(self.numerator, self.function_order)

    @property
    def declarations(self) -> dict[str, Symbol]:
        return self.function.declarations

    @property
    def assumed(self) -> dict[str, str]:
        return self.function.assumed

    @cached_property
    def expression(self) -> Expr | None:
        """Return the result as a formula, or None above order 2."""
        return None if self.tensor.order > 2 else self._shortest(self.tensor)

    @cached_property
    def formula(self) -> Formula | None:
        """Return the result as a formula to compute with, or None above order 2."""
        if self.expression is None:
            return None
        return Formula(self.expression, self.declarations, self.assumed)

    @property
    def shape(self) -> tuple[Dimension, ...]:
        """Return the dimensions of the axes."""
        return self.tensor.dims if self.expression is None else public_shape(self.expression.shape)

    @cached_property
    def differential(self) -> Expr:
        """Return the derivative applied to changes of the variables, as a formula in them.

        Raises:
            UnsupportedError: the function itself is of order above 2.
        """
        with budget():
            return self._shortest(applied_to(self.numerator, self.function_order, self.changes))

    @cached_property
    def changes(self) -> tuple[Symbol, ...]:
        """Return the symbols that stand for the changes of the variables, such as `dX`."""
        return tuple(change_symbols(self.variables, self.declarations))

    @cached_property
    def forms(self) -> dict[str, str]:
        """Return the other ways to write the result: index, differential, kronecker."""
        if self.tensor.order <= 2:
            return {}
        found = {"index": self.index_form}
        name = "f" if self.function_order == 0 else "Y"
        power = "" if len(self.variables) == 1 else str(len(self.variables))
        try:
            found["differential"] = f"d{power}{name} = {write(self.differential)}"
            matrix = self._vec_form()
            if matrix is not None:
                found["kronecker"] = write(matrix)
        except UnsupportedError:
            pass
        return found

    def _vec_form(self) -> Expr | None:
        if self.layout != "numerator":
            return None
        if len(self.variables) == 1 and self.function_order:
            rows = self.function_order
        elif len(self.variables) == 2 and not self.function_order:
            rows = lower_symbol(free_twin(self.variables[0])).order
        else:
            return None
        with budget():
            matrix = vec_form(self.tensor, rows)
            if matrix is None:
                return None
            writer = Writer(self._own_forms)
            written = recover(matrix, writer)
            return None if writer.selections else written

    @cached_property
    def _own_forms(self) -> dict[Tensor, Expr]:
        return forms_of(self.function.expression)

    def _shortest(self, tensor: Tensor) -> Expr:
        """Recover a formula; a long one multiplied out or not, whichever takes fewer symbols."""
        with budget():
            writer = Writer(self._own_forms)
            found = recover(tensor, writer)
            if writer.cost(found) <= SHORT or count_nodes(tensor) > EXPANDED_NODES:
                return found
            expanded = expand_fully(tensor)
            return found if expanded is tensor else writer.shortest((found, recover(expanded, writer)))

    @cached_property
    def index_form(self) -> str:
        """Return the result in index notation, one letter per axis."""
        with budget():
            return index_form(self.tensor)

    def verification(self) -> Verification:
        """Compare with numerical differentiation, which knows none of the rules used here.

        Raises:
            EvaluationError: no point was found at which the formula is smooth.
        """
        directions = Directions(self.structured.value)
        function = self.function.expression
        if self.expression is not None and self.layout == "numerator":
            return verify(function, self.variables, self.expression, directions=directions)
        return verify_differential(
            function, self.variables, self.differential, self.changes, directions=directions
        )

    def latex(self, bold: bool = False) -> str:
        """Return the result in LaTeX; above order 2 its differential."""
        return latex(self.differential if self.expression is None else self.expression, bold=bold)

    def unicode(self) -> str:
        """Return the result for a terminal; above order 2 its index form."""
        return self.index_form if self.expression is None else unicode(self.expression)

    def __str__(self) -> str:
        return self.index_form if self.expression is None else write(self.expression)

    def __repr__(self) -> str:
        return f"Derivative({str(self)!r})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def _repr_html_(self) -> str:
        notes = "".join(f"<div><small>{escape(note)}</small></div>" for note in self.notes)
        return f"<div>{escape(self._repr_latex_())}</div>{notes}"


def derivative(
    function: Formula | Derivative,
    *names: str | Formula,
    order: int | None = None,
    structured: str = "project",
    layout: str = "numerator",
) -> Derivative:
    """Return the derivative of a formula by the named variables, one after the other.

    `order` repeats a single name. The axes of the result are those of the function, then those of
    each variable; `layout="denominator"` puts the function's last. `structured` says what a
    derivative by a symmetric, diagonal, … variable means (`structured.py`).

    Raises:
        FrechetError: a name is not declared, or an option is unknown.
        UnsupportedError: the derivative is not defined (by a whole number, say).
        LimitError: the order or the work is beyond the budget.
    """
    formula = _formula_of(function)
    variables = _variables(formula, names, order)
    meaning = _option(structured, Structured)
    if layout not in LAYOUTS:
        raise FrechetError(
            f"there is no layout {quoted(str(layout))}", hint='Choose "numerator" or "denominator".'
        )
    with budget():
        function_tensor = lower(formula.expression)
        tensor = _differentiated(formula.expression, function_tensor, variables, meaning)
    return Derivative(formula, variables, tensor, function_tensor.order, meaning, layout)


def _formula_of(function: object) -> Formula:
    if isinstance(function, Derivative):
        if function.formula is None:
            raise UnsupportedError(
                "a result of order above 2 cannot be differentiated as it stands",
                hint="Ask for the higher derivative of the function itself.",
            )
        return function.formula
    return checked_formula(function)


def _option(value: object, kinds: type[Structured]) -> Structured:
    try:
        return kinds(value)
    except ValueError:
        choices = ", ".join(f'"{k.value}"' for k in kinds)
        raise FrechetError(
            f"there is no option {quoted(str(value))}", hint=f"Choose one of {choices}."
        ) from None


def _variables(formula: Formula, names: tuple[object, ...], order: object) -> tuple[Symbol, ...]:
    if order is not None:
        if isinstance(order, bool) or not isinstance(order, int) or order < 1:
            raise FrechetError(
                f"the order {quoted(str(order))} is not a positive whole number", hint="Use 1, 2, 3, …"
            )
        if len(names) != 1:
            raise FrechetError("an order goes with exactly one variable", hint='derivative(f, "x", order=2)')
        names = names * min(order, MAX_ORDER + 1)
    if not names:
        raise FrechetError("no variable to differentiate by", hint='Name one: derivative(f, "x").')
    if len(names) > MAX_ORDER:
        raise LimitError(f"the order is limited to {MAX_ORDER}", hint="Differentiate fewer times.")
    return tuple(_variable(formula, name) for name in names)


def _variable(formula: Formula, name: object) -> Symbol:
    if isinstance(name, Formula) and isinstance(name.expression, Symbol):
        symbol = name.expression
        return formula.declarations.get(symbol.name, symbol)
    if not isinstance(name, str):
        raise FrechetError(
            f"a variable is given by its name, not by a {type(name).__name__}", hint='derivative(f, "x")'
        )
    symbol_or_none = formula.declarations.get(name)
    if symbol_or_none is None:
        known = ", ".join(sorted(formula.declarations)) or "none"
        raise FrechetError(
            f"{quoted(name)} is not a declared variable of this formula",
            hint=f"Its variables: {known}. Declare another one to differentiate by it.",
        )
    if symbol_or_none.structure is Structure.INTEGER:
        raise UnsupportedError(
            f"{name} is a whole number and cannot vary continuously",
            hint=f'Declare {name} "scalar" where a power of a number is meant.',
        )
    return symbol_or_none


def _differentiated(root: Expr, tensor: Tensor, variables: tuple[Symbol, ...], meaning: Structured) -> Tensor:
    """Differentiate with structure forgotten, then declare it again and impose it on the axes."""
    structured = {v for v in variables if is_structured(v)}
    if structured:
        tensor = lower(_free_of_structure(root, frozenset(structured)))
    order = tensor.order
    by: dict[Symbol, Differentiator] = {}
    for variable in variables:
        leaf = Leaf.of(free_twin(variable) if variable in structured else variable)
        if leaf.order:
            tensor = _pulled_back(tensor, leaf)
        else:
            tensor = by.setdefault(variable, Differentiator(leaf))(tensor)
    if structured:
        tensor = _declared_again(tensor, structured)
        place = order
        for k, variable in enumerate(variables):
            tensor = impose(tensor, variable, place, meaning, repeated=k > 0 or len(variables) > 1)
            place += Leaf.of(free_twin(variable)).order
    return tensor


@lru_cache(maxsize=64)
def _free_of_structure(root: Expr, symbols: frozenset[Symbol]) -> Expr:
    return substitute(root, {symbol: free_twin(symbol) for symbol in symbols})


@lru_cache(maxsize=256)
def _pulled_back(tensor: Tensor, leaf: Leaf) -> Tensor:
    """Differentiate once; the gradient is remembered for when the Hessian is asked for."""
    return differentiate(tensor, leaf)


def _declared_again(tensor: Tensor, symbols: set[Symbol]) -> Tensor:
    done: dict[Tensor, Tensor] = {Leaf.of(free_twin(s)): lower_symbol(s) for s in symbols}
    for node in postorder(tensor):
        if node not in done:
            done[node] = rebuilt(node, done)
    return done[tensor]


def _function_axes_last(tensor: Tensor, count: int) -> Tensor:
    slots = identity_slots(tensor.order)
    return contract(ONE, (), [(tensor, slots)], slots[count:] + slots[:count], tensor.dims)


def _notes(formula: Formula, variables: tuple[Symbol, ...], meaning: Structured) -> tuple[str, ...]:
    present = symbols_of(formula.expression)
    notes = [
        f"{name} does not occur in the formula: the derivative is zero"
        for name in dict.fromkeys(v.name for v in variables)
        if name not in present
    ]
    notes += [note_on(v, meaning) for v in dict.fromkeys(variables) if is_structured(v) and v.name in present]
    return tuple(notes)
