"""What is true of a function: its differential, gradient, Jacobian and Hessian, each when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

from frechet.derivations.check_claims import Kind, claimed_by
from frechet.differentiation.derivative import Derivative, derivative
from frechet.errors import FrechetError
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import substitute, symbols_of
from frechet.formula import Formula


@final
@dataclass(frozen=True)
class Truth:
    """A function of one variable, and the symbol for the variable's change."""

    function: Expr
    variable: Symbol
    change: Symbol

    def _derivative(self, expression: Expr, *names: str, structured: str = "project") -> Derivative:
        declared = {**symbols_of(expression), self.variable.name: self.variable}
        return derivative(Formula(expression, declared), *names, structured=structured)

    def differential_of(self, expression: Expr) -> Expr:
        """Return d of a formula, the change held constant."""
        found = self._derivative(expression, self.variable.name)
        change = substitute(found.differential, {found.changes[0]: self.change})
        return change if change.shape == expression.shape else change.T

    @cached_property
    def differential(self) -> Expr:
        return self.differential_of(self.function)

    @cached_property
    def first(self) -> Expr | None:
        """Return the gradient or Jacobian as a formula, None where there is none."""
        return self._derivative(self.function, self.variable.name).expression

    @cached_property
    def by_entries(self) -> Expr | None:
        """Return the gradient by the free entries of a structured variable."""
        try:
            return self._derivative(self.function, self.variable.name, structured="entries").expression
        except FrechetError:
            return None

    @cached_property
    def second(self) -> Expr | None:
        return self._derivative(self.function, self.variable.name, self.variable.name).expression

    def kind(self, kind: Kind) -> Kind:
        """Return what a label means for this function: the gradient of a vector is its Jacobian."""
        if kind is Kind.GRADIENT and not self.function.is_scalar:
            return Kind.JACOBIAN
        if kind is Kind.JACOBIAN and self.function.is_scalar and self.variable.is_scalar:
            return Kind.GRADIENT
        return kind

    def source(self, kind: Kind) -> Expr:
        """Return what is differentiated once to get a line of this kind."""
        if kind is Kind.HESSIAN:
            return self.first if self.first is not None else self.function
        return self.differential if kind is Kind.SECOND_DIFFERENTIAL else self.function

    def answer(self, kind: Kind) -> Expr | None:
        """Return the right side that a line of this kind should have, None where none is known."""
        match kind:
            case Kind.VALUE:
                return self.function
            case Kind.DIFFERENTIAL:
                return self.differential
            case Kind.GRADIENT:
                return self.first
            case Kind.JACOBIAN:
                return None if self.first is None else self.first.T if self.function.is_scalar else self.first
            case Kind.HESSIAN:
                return self.second
            case Kind.SECOND_DIFFERENTIAL:
                return self.right(kind)

    def right(self, kind: Kind) -> Expr:
        """Return what a line of this kind should claim about the change."""
        match kind:
            case Kind.VALUE:
                return self.function
            case Kind.HESSIAN:
                return claimed_by(kind, self.differential_of(self.source(kind)), self.change)
            case Kind.SECOND_DIFFERENTIAL:
                return self.differential_of(self.differential)
            case _:
                return claimed_by(kind, self.differential, self.change)
