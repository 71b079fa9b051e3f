"""What every printer decides alike: signs, brackets, fractions, powers, transposes of inverses.

The printer walks over the formula; an `AbstractNotation` is the table that says how each thing
looks in one format (LaTeX, Unicode). A further format is one more table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, final

from frechet.errors import LimitError
from frechet.expressions.bindings import Binding, fold_with_bindings
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.expressions.text import LET_SIZE, decimal_of, divisor_of
from frechet.expressions.traversal import fold
from frechet.functions.elementwise import SQRT
from frechet.functions.inverses import INVERSE
from frechet.limits import MAX_WRITTEN
from frechet.notation.precedence import Strength, Written
from frechet.shapes import Dimension, Shape

HALF: Final = Fraction(1, 2)
_LARGEST_PLAIN_DENOMINATOR: Final = 1_000
_LONGEST_NUMERATOR: Final = 60

Results = Mapping[Expr, Written]


class AbstractNotation(ABC):
    """The table of one format: how names, fractions, powers and functions look there."""

    minus: str
    plus: str
    hadamard: str
    quotient: str
    kronecker: str

    @abstractmethod
    def brackets(self, text: str) -> str: ...

    @abstractmethod
    def symbol(self, name: str, shape: Shape) -> Written: ...

    @abstractmethod
    def constant(self, name: str) -> Written: ...

    @abstractmethod
    def identity(self, size: Dimension) -> Written: ...

    @abstractmethod
    def filled(self, digit: str, shape: Shape) -> Written:
        """Return the vector or matrix of ones or zeros."""

    @abstractmethod
    def juxtapose(self, parts: Sequence[str]) -> str:
        """Return factors side by side, with a sign between them only where one is needed."""

    @abstractmethod
    def fraction(self, above: Written, below: Written) -> Written: ...

    @abstractmethod
    def root(self, inner: str) -> Written: ...

    @abstractmethod
    def power(self, base: str, exponent: Written) -> str: ...

    @abstractmethod
    def elementwise_power(self, base: str, exponent: Written) -> str: ...

    @abstractmethod
    def transpose(self, base: str) -> str: ...

    @abstractmethod
    def inverse_transpose(self, base: str) -> str: ...

    @abstractmethod
    def apply(self, node: Apply, arguments: Sequence[Written]) -> Written: ...

    @abstractmethod
    def where(self, text: str, bindings: Sequence[Binding]) -> str: ...

    def signed(self, written: Written) -> str:
        """Return the text with its minus sign."""
        return self.minus + written.text if written.negative else written.text

    def at_least(self, written: Written, strength: Strength) -> str:
        """Return the text, in brackets if it binds more loosely than `strength`."""
        text = self.signed(written)
        return text if written.binds >= strength else self.brackets(text)

    def factor(self, written: Written) -> str:
        """Return a factor that another one may follow."""
        closed = written.closed if written.binds is Strength.FUNCTION else ""
        return closed or self.at_least(written, Strength.FUNCTION)

    def base(self, written: Written) -> str:
        """Return a text that can be raised: nothing already raised, no function without brackets."""
        closed = written.closed if written.binds is Strength.FUNCTION else ""
        return closed or self.at_least(written, Strength.ATOM)


def render(root: Expr, notation: AbstractNotation) -> str:
    """Write a formula; a long one with named parts.

    Raises:
        LimitError: even with named parts the text would be too long.
    """
    printer = Printer(notation)
    if root.size <= LET_SIZE:
        return notation.signed(fold(root, printer.rule))
    written, bindings = fold_with_bindings(root, printer.signed_rule, printer.named)
    text = notation.where(notation.signed(written), bindings) if bindings else notation.signed(written)
    if len(text) > MAX_WRITTEN:
        raise LimitError(
            f"the written result has more than {MAX_WRITTEN:,} characters",
            hint="Evaluate or compile it instead of printing it.",
        )
    return text


@final
class Printer:
    """The rules that all formats share, over one notation."""

    def __init__(self, notation: AbstractNotation) -> None:
        self.notation = notation

    def named(self, name: str, node: Expr) -> Written:
        """Return the name of a bound part."""
        return self.notation.symbol(name, node.shape)

    def signed_rule(self, node: Expr, results: Results) -> Written:
        """Apply the rule with the sign in the text, so that a binding keeps it."""
        written = self.rule(node, results)
        if not written.negative:
            return written
        return Written(self.notation.signed(written), Strength.SIGN)

    def rule(self, node: Expr, results: Results) -> Written:
        """Write one node from its written operands."""
        match node:
            case Number(value):
                return self._number(value)
            case Constant(name):
                return self.notation.constant(name)
            case Symbol(name, _):
                return self.notation.symbol(name, node.shape)
            case Identity():
                return self.notation.identity(node.shape[0])
            case Ones():
                return self.notation.filled("1", node.shape)
            case Zero():
                return self.notation.filled("0", node.shape)
            case Sum(terms):
                return self._sum([results[term] for term in terms])
            case Product():
                return self._product(node, results)
            case Hadamard(factors):
                return self._hadamard(factors, results)
            case Power(base, exponent):
                return self._power(base, exponent, results)
            case ElementwisePower(base, exponent):
                return self._elementwise_power(base, exponent, results)
            case Transpose(operand):
                return self._transpose(operand, results)
            case Kronecker(left, right):
                return self._kronecker(left, right, results)
            case Apply():
                return self._apply(node, results)
        raise AssertionError(node)

    def _number(self, value: Fraction) -> Written:
        size, negative = abs(value), value < 0
        if size.denominator == 1:
            return Written(str(size.numerator), Strength.ATOM, negative)
        if _is_decimal(size):
            return Written(str(decimal_of(size)), Strength.ATOM, negative)
        above, below = (Written(str(part), Strength.ATOM) for part in (size.numerator, size.denominator))
        written = self.notation.fraction(above, below)
        return Written(written.text, written.strength, negative)

    def _sum(self, terms: Sequence[Written]) -> Written:
        text = self.notation.signed(terms[0])
        for term in terms[1:]:
            text += (f" {self.notation.minus} " if term.negative else f" {self.notation.plus} ") + term.text
        return Written(text, Strength.SUM)

    def _product(self, node: Product, results: Results) -> Written:
        """Write `number · scalars · chain`, dividing where a scalar has a negative power."""
        size, negative = abs(node.coefficient), node.coefficient < 0
        scalars = sorted(node.scalars, key=_is_compound)
        above = [results[s] for s in scalars if divisor_of(s) is None]
        below = [self._divisor(s, results) for s in scalars if divisor_of(s) is not None]
        chain = [results[f] for f in node.chain]
        if not below:
            number = [] if size == 1 else [self._number(size)]
            return self._with_sign(self._product_of([*number, *above], chain), negative)
        if _is_decimal(size):
            number = [self._number(size)]
        else:
            number = [] if size.numerator == 1 else [self._number(Fraction(size.numerator))]
            below[:0] = [] if size.denominator == 1 else [self._number(Fraction(size.denominator))]
        inside = self._product_of([*number, *above], chain)
        crowded = len(chain) > 1 or any(scalar.binds < Strength.FUNCTION for scalar in above)
        if chain and ((above and crowded) or len(inside.text) > _LONGEST_NUMERATOR):
            scale = self.notation.fraction(self._product_of([*number, *above]), self._product_of(below))
            written = self._scaled([scale], chain)
        else:
            written = self.notation.fraction(inside, self._product_of(below))
        return self._with_sign(written, negative)

    def _with_sign(self, written: Written, negative: bool) -> Written:
        if negative and written.strength is Strength.SUM:
            return Written(self.notation.brackets(written.text), Strength.ATOM, negative)
        return Written(written.text, written.strength, negative, written.closed)

    def _product_of(self, scalars: Sequence[Written], chain: Sequence[Written] = ()) -> Written:
        """Write a product; with no matrices in it, the last scalar is what the others scale."""
        return self._scaled(scalars, chain) if chain else self._scaled(scalars[:-1], scalars[-1:])

    def _scaled(self, scale: Sequence[Written], chain: Sequence[Written]) -> Written:
        """Write scalars before a product; `2 x ⊙ y` needs no brackets, being the same either way."""
        loose = len(chain) == 1 and chain[0].binds in (Strength.ELEMENTWISE, Strength.PRODUCT)
        if not scale or not loose or any(s.binds < Strength.FUNCTION for s in scale):
            return self._juxtaposed([*scale, *chain])
        parts = [*(self.notation.factor(s) for s in scale), chain[0].text]
        return Written(self.notation.juxtapose(parts), chain[0].strength)

    def _divisor(self, scalar: Expr, results: Results) -> Written:
        divisor = divisor_of(scalar)
        assert divisor is not None
        known = results.get(divisor)
        return known if known is not None else self.rule(divisor, results)

    def _juxtaposed(self, factors: Sequence[Written]) -> Written:
        if not factors:
            return Written("1", Strength.ATOM)
        if len(factors) == 1:
            return factors[0]
        *before, last = factors
        parts = [self.notation.factor(factor) for factor in before]
        if last.binds is Strength.FUNCTION:
            closed = self.notation.juxtapose([*parts, self.notation.factor(last)])
            text = self.notation.juxtapose([*parts, last.text])
            return Written(text, Strength.PRODUCT, closed=closed)
        return Written(self.notation.juxtapose([*parts, self.notation.factor(last)]), Strength.PRODUCT)

    def _hadamard(self, factors: tuple[Expr, ...], results: Results) -> Written:
        notation = self.notation
        above = [results[f] for f in factors if divisor_of(f) is None]
        below = [self._divisor(f, results) for f in factors if divisor_of(f) is not None]
        if not above:
            above, below = [results[f] for f in factors], []
        text = notation.hadamard.join(notation.factor(f) for f in above)
        if len(below) == 1:
            text += notation.quotient + notation.factor(below[0])
        elif below:
            text += notation.quotient + notation.brackets(notation.hadamard.join(map(notation.factor, below)))
        return Written(text, Strength.ELEMENTWISE)

    def _kronecker(self, left: Expr, right: Expr, results: Results) -> Written:
        notation = self.notation
        first = results[left].text if isinstance(left, Kronecker) else notation.factor(results[left])
        return Written(first + notation.kronecker + notation.factor(results[right]), Strength.ELEMENTWISE)

    def _power(self, base: Expr, exponent: Expr, results: Results) -> Written:
        match exponent:
            case Number(value) if base.is_scalar and value < 0:
                divisor = (
                    self.rule(Power.of(base, Number.of(-value)), results) if value != -1 else results[base]
                )
                return self.notation.fraction(Written("1", Strength.ATOM), divisor)
            case Number(value) if base.is_scalar and value == HALF:
                return self.notation.root(self.notation.signed(results[base]))
            case Number(value) if value == -1:
                return self._inverse(base, results)
            case Number(value) if value > 0 and (inverted := _inverted(base)) is not None:
                base, exponent = inverted, Number.of(-value)
        raised = self.notation.power(self.notation.base(results[base]), self._exponent(exponent, results))
        return Written(raised, Strength.POSTFIX)

    def _exponent(self, exponent: Expr, results: Results) -> Written:
        """Return a written exponent; fractions stay on the line."""
        if isinstance(exponent, Number) and exponent.value.denominator != 1:
            size = abs(exponent.value)
            return Written(f"{size.numerator}/{size.denominator}", Strength.PRODUCT, exponent.value < 0)
        return results[exponent] if exponent in results else self.rule(exponent, results)

    def _elementwise_power(self, base: Expr, exponent: Expr, results: Results) -> Written:
        raised = self.notation.elementwise_power(
            self.notation.base(results[base]), self._exponent(exponent, results)
        )
        return Written(raised, Strength.POSTFIX)

    def _transpose(self, operand: Expr, results: Results) -> Written:
        notation, inverted = self.notation, _inverted(operand)
        if inverted is not None and not isinstance(inverted, Transpose):
            return Written(notation.inverse_transpose(notation.base(results[inverted])), Strength.POSTFIX)
        return Written(notation.transpose(notation.base(results[operand])), Strength.POSTFIX)

    def _inverse(self, operand: Expr, results: Results) -> Written:
        if isinstance(operand, Transpose):
            base = self.notation.base(results[operand.operand])
            return Written(self.notation.inverse_transpose(base), Strength.POSTFIX)
        one = Written("1", Strength.ATOM, negative=True)
        return Written(self.notation.power(self.notation.base(results[operand]), one), Strength.POSTFIX)

    def _apply(self, node: Apply, results: Results) -> Written:
        argument = node.arguments[0]
        if node.function is INVERSE:
            return self._inverse(argument, results)
        if node.function is SQRT:
            if argument.is_scalar:
                return self.notation.root(self.notation.signed(results[argument]))
            return self._elementwise_power(argument, Number.of(HALF), results)
        return self.notation.apply(node, [results[a] for a in node.arguments])


def _is_decimal(size: Fraction) -> bool:
    """Tell whether a fraction is easier to read as a finite decimal."""
    return size.denominator > _LARGEST_PLAIN_DENOMINATOR and decimal_of(size) is not None


def _is_compound(scalar: Expr) -> bool:
    """Tell whether a scalar is more than a letter or a power of one; letters come first in a product."""
    base = scalar.base if isinstance(scalar, Power) else scalar
    return not isinstance(base, Symbol | Constant | Number)


def _inverted(node: Expr) -> Expr | None:
    """Return X when the node is the inverse of X."""
    match node:
        case Power(base, Number(value)) if value == -1 and not base.is_scalar:
            return base
        case Apply(function, (argument,)) if function is INVERSE:
            return argument
        case _:
            return None
