"""Which rule of differentials applies to d(U), for a given variable.

`push` looks at U's outermost operation and returns the rule applied to it. Parts that do not
contain the variable are constants: they are left out of sums and products at once, and named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import final

from frechet.expressions.function import AbstractIndexing
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Kronecker,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.expressions.traversal import postorder
from frechet.functions.determinants import DET
from frechet.functions.elementwise import LOG
from frechet.functions.indexing import TRACE
from frechet.functions.norms import NORM2
from frechet.rewriting import differentials as rules
from frechet.rewriting.pending import d
from frechet.rewriting.rules import Application, MatrixMN, Sides, rule
from frechet.rewriting.symmetry import is_symmetric, transposed


class Weight(IntEnum):
    """How much a rule does: naming dX, passing d through something linear, or more."""

    NAMING = 0
    LINEAR = 1
    PROPER = 2


@final
@dataclass(frozen=True, slots=True)
class Push:
    """A rule applied to one d(U), and the constants it met."""

    application: Application
    weight: Weight
    constants: tuple[Expr, ...] = ()


@rule("")
def differential_of_the_variable(X: MatrixMN) -> Sides:
    """Here d meets the variable {X} itself, and stops."""
    return d(X), d(X)


@final
class Pusher:
    """Chooses the rule for each pending differential with respect to one variable."""

    __slots__ = ("_known", "_varies", "differential", "variable")

    def __init__(self, variable: Symbol, differential: Symbol) -> None:
        self.variable = variable
        self.differential = differential
        self._varies: dict[Expr, bool] = {}
        self._known: dict[Expr, Push] = {}

    def varies(self, node: Expr) -> bool:
        """Tell whether a formula contains the variable."""
        if node not in self._varies:
            for part in postorder(node):
                if part not in self._varies:
                    inside = any(self._varies[c] for c in part.children)
                    self._varies[part] = part is self.variable or inside
        return self._varies[node]

    def push(self, pending: Apply) -> Push:
        """Return the rule applied to d(U)."""
        found = self._known.get(pending)
        if found is None:
            found = self._known[pending] = self._choose(pending.arguments[0])
        return found

    def _choose(self, operand: Expr) -> Push:
        if not self.varies(operand):
            return Push(rules.differential_of_a_constant.at(operand), Weight.LINEAR, (operand,))
        if operand is self.variable or operand is Transpose.of(self.variable):
            return self._name_variable(operand)
        match operand:
            case Sum(terms):
                return self._sum(terms)
            case Product():
                return self._product(operand)
            case Hadamard(factors):
                return self._hadamard(factors)
            case Power(base, exponent):
                return self._power(base, exponent)
            case ElementwisePower(base, exponent):
                return self._elementwise_power(base, exponent)
            case Transpose(inner):
                return Push(rules.differential_of_a_transpose.at(inner), Weight.LINEAR)
            case Kronecker(left, right):
                return self._kronecker(operand, left, right)
            case Apply():
                return self._apply(operand)
        raise AssertionError(operand)

    def _name_variable(self, operand: Expr) -> Push:
        after = self.differential if operand is self.variable else Transpose.of(self.differential)
        application = Application(differential_of_the_variable, (self.variable,), d(operand), after)
        return Push(application, Weight.NAMING)

    def _sum(self, terms: tuple[Expr, ...]) -> Push:
        varying = [t for t in terms if self.varies(t)]
        constants = tuple(t for t in terms if not self.varies(t))
        after = Sum.of(d(t) for t in varying)
        return Push(Application(rules.sum_rule, terms, d(Sum.of(terms)), after), Weight.LINEAR, constants)

    def _product(self, node: Product) -> Push:
        fixed = [s for s in node.scalars if not self.varies(s)]
        moving = [s for s in node.scalars if self.varies(s)]
        chain_varies = any(self.varies(f) for f in node.chain)
        if (node.coefficient != 1 or fixed) and (moving or chain_varies):
            constant = Product.of((Number.of(node.coefficient), *fixed))
            rest = [*moving, *([Product.of(node.chain)] if node.chain else [])]
            if chain_varies or not node.chain:
                before, after = d(node), constant * d(Product.of(rest))
                application = Application(
                    rules.constant_scalar_factor, (constant, Product.of(rest)), before, after
                )
                return Push(application, Weight.LINEAR, () if isinstance(constant, Number) else tuple(fixed))
        if not moving:
            return self._chain(node)
        if len(moving) == 1 and not chain_varies:
            before = d(node)
            after = Product.of((Number.of(node.coefficient), *fixed, d(moving[0]), *_whole(node.chain)))
            application = Application(
                rules.constant_scalar_factor, (Product.of(node.chain), moving[0]), before, after
            )
            return Push(application, Weight.LINEAR, _matrices(node.chain))
        return self._scalars_and_chain(node, moving)

    def _scalars_and_chain(self, node: Product, moving: list[Expr]) -> Push:
        """Quotient or product rule over scalar factors and the matrix product as one factor."""
        pieces = [*node.scalars, *_whole(node.chain)]
        for place, piece in enumerate(pieces):
            match piece:
                case Power(base, Number(value)) if value == -1 and self.varies(base) and base.is_scalar:
                    rest = Product.of((Number.of(node.coefficient), *pieces[:place], *pieces[place + 1 :]))
                    return Push(rules.quotient_rule.at(rest, base), Weight.PROPER)
        terms = [
            Product.of((Number.of(node.coefficient), *pieces[:place], d(piece), *pieces[place + 1 :]))
            for place, piece in enumerate(pieces)
            if self.varies(piece)
        ]
        constants = tuple(p for p in pieces if not self.varies(p))
        return Push(
            Application(rules.product_rule, tuple(pieces), d(node), Sum.of(terms)), Weight.PROPER, constants
        )

    def _chain(self, node: Product) -> Push:
        chain = node.chain
        varying = [i for i, f in enumerate(chain) if self.varies(f)]
        constants = _matrices(f for f in chain if not self.varies(f))
        if len(varying) == 1:
            place = varying[0]
            after = Product.of((*chain[:place], d(chain[place]), *chain[place + 1 :]))
            application = Application(rules.constant_factor, (node, chain[place], node), d(node), after)
            return Push(application, Weight.LINEAR, constants)
        special = self._quadratic(chain, varying)
        if special is not None:
            return special
        terms = [Product.of((*chain[:i], d(chain[i]), *chain[i + 1 :])) for i in varying]
        return Push(Application(rules.product_rule, chain, d(node), Sum.of(terms)), Weight.PROPER, constants)

    def _quadratic(self, chain: tuple[Expr, ...], varying: list[int]) -> Push | None:
        """Recognize u'*u and u'*S*u with a symmetric constant S."""
        last = chain[-1]
        ends = varying == [0, len(chain) - 1] and last.shape[1] == 1 and chain[0] is transposed(last)
        if not ends:
            return None
        if len(chain) == 2:
            return Push(rules.differential_of_a_squared_length.at(last), Weight.PROPER)
        middle = Product.of(chain[1:-1])
        if is_symmetric(middle):
            application = rules.differential_of_a_symmetric_quadratic_form.at(last, middle)
            return Push(application, Weight.PROPER)
        return None

    def _hadamard(self, factors: tuple[Expr, ...]) -> Push:
        node = Hadamard.of(factors)
        constants = tuple(f for f in factors if not self.varies(f))
        varying = tuple(f for f in factors if self.varies(f))
        if constants:
            constant, rest = Hadamard.of(constants), Hadamard.of(varying)
            application = Application(
                rules.constant_elementwise_factor, (constant, rest), d(node), Hadamard.of((constant, d(rest)))
            )
            return Push(application, Weight.LINEAR, constants)
        if len(factors) == 2 and factors[0] is factors[1]:
            return Push(rules.square_of_every_entry.at(factors[0]), Weight.PROPER)
        return Push(rules.elementwise_product_rule.at(*factors), Weight.PROPER)

    def _power(self, base: Expr, exponent: Expr) -> Push:
        if not base.is_scalar:
            inverse = exponent is Number.of(-1)
            application = (
                rules.differential_of_the_inverse.at(base)
                if inverse
                else rules.differential_of_a_matrix_power.at(base, exponent)
            )
            return Push(application, Weight.PROPER)
        match base, exponent:
            case Apply(function, (inner,)), Number(value) if function is NORM2 and value == 2:
                return Push(rules.differential_of_a_squared_norm.at(inner), Weight.PROPER)
        return self._elementwise_power(base, exponent)

    def _elementwise_power(self, base: Expr, exponent: Expr) -> Push:
        if not self.varies(exponent):
            chosen = (
                rules.power_rule if base.is_scalar and exponent.is_scalar else rules.elementwise_power_rule
            )
        elif not self.varies(base):
            chosen = rules.exponential_rule
        else:
            chosen = rules.general_power_rule
        return Push(chosen.at(base, exponent), Weight.PROPER)

    def _kronecker(self, node: Expr, left: Expr, right: Expr) -> Push:
        terms = []
        if self.varies(left):
            terms.append(Kronecker.of(d(left), right))
        if self.varies(right):
            terms.append(Kronecker.of(left, d(right)))
        constants = tuple(f for f in (left, right) if not self.varies(f))
        weight = Weight.LINEAR if constants else Weight.PROPER
        application = Application(rules.kronecker_product_rule, (left, right), d(node), Sum.of(terms))
        return Push(application, weight, constants)

    def _apply(self, node: Apply) -> Push:
        special = self._recognized(node)
        if special is not None:
            return Push(special, Weight.PROPER)
        chosen = rules.function_rule(node.function, node.arguments)
        changes = tuple(d(a) if self.varies(a) else Zero.of(a.shape) for a in node.arguments)
        after = node.function.differential(node.arguments, changes)
        weight = Weight.LINEAR if isinstance(node.function, AbstractIndexing) else Weight.PROPER
        constants = tuple(a for a in node.arguments if not self.varies(a))
        return Push(Application(chosen, node.arguments, d(node), after), weight, constants)

    def _recognized(self, node: Apply) -> Application | None:
        match node:
            case Apply(outer, (Apply(inner, (operand,)),)) if outer is LOG and inner is DET:
                return rules.differential_of_the_logarithm_of_a_determinant.at(operand)
            case Apply(outer, (Power(base, exponent),)) if outer is TRACE and not base.is_scalar:
                if exponent is not Number.of(-1):
                    return rules.differential_of_the_trace_of_a_power.at(base, exponent)
        return None


def _whole(chain: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return (Product.of(chain),) if chain else ()


def _matrices(factors: Iterable[Expr]) -> tuple[Expr, ...]:
    return tuple(f for f in factors if not isinstance(f, Number))
