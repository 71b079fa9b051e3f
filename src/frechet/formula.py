"""A formula as the user holds it: the expression, what was declared, and what was assumed.

Operators follow NumPy: `@` is the matrix product, `*` scales or multiplies entry by entry, `/` and
`**` act entry by entry, `.T` transposes. A formula from operators and the same one read from text
are the same expression.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from math import isfinite
from numbers import Rational, Real
from typing import ClassVar, NoReturn, final

from frechet.errors import DeclarationError, FrechetError, ParseError, ShapeError, quoted
from frechet.expressions.nodes import Expr, Number, Symbol, mend_of_product
from frechet.expressions.text import write
from frechet.expressions.traversal import symbols_of
from frechet.functions.notes import notes_of
from frechet.notation.latex import latex
from frechet.notation.unicode import unicode
from frechet.shapes import Dimension, describe, public_shape


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Formula:
    """A formula with its declarations; what `fr.parse` and the constructors return."""

    expression: Expr
    declarations: dict[str, Symbol]
    assumed: dict[str, str] = field(default_factory=dict)

    __array_ufunc__: ClassVar[None] = None

    @property
    def shape(self) -> tuple[Dimension, ...]:
        """Return () for a scalar, (n,) for a vector, (m, n) for a matrix."""
        return public_shape(self.expression.shape)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know: domains, kinks, entrywise functions of matrices."""
        return notes_of(self.expression)

    @property
    def T(self) -> Formula:
        return self._with(self.expression.T)

    def latex(self, bold: bool = False) -> str:
        """Return the formula in LaTeX, vectors and matrices bold on request."""
        return latex(self.expression, bold=bold)

    def unicode(self) -> str:
        """Return the formula for a terminal."""
        return unicode(self.expression)

    def __str__(self) -> str:
        return write(self.expression)

    def __repr__(self) -> str:
        return f"Formula({str(self)!r})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def _repr_html_(self) -> str:
        assumed = ", ".join(f"{name}: {kind}" for name, kind in self.assumed.items())
        line = f"<div><small>assumed {escape(assumed)}</small></div>" if assumed else ""
        return f"<div>{escape(self._repr_latex_())}</div>{line}"

    def __eq__(self, other: object) -> bool:
        return self.expression is other.expression if isinstance(other, Formula) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.expression)

    def __bool__(self) -> NoReturn:
        raise FrechetError(
            "a formula is neither true nor false", hint="Ask fr.equal(f, g) whether two formulas are equal."
        )

    def __add__(self, other: object) -> Formula:
        return self._combined(other, lambda left, right: left + right)

    def __radd__(self, other: object) -> Formula:
        return self._combined(other, lambda right, left: left + right)

    def __sub__(self, other: object) -> Formula:
        return self._combined(other, lambda left, right: left - right)

    def __rsub__(self, other: object) -> Formula:
        return self._combined(other, lambda right, left: left - right)

    def __mul__(self, other: object) -> Formula:
        return self._combined(other, _times)

    def __rmul__(self, other: object) -> Formula:
        return self._combined(other, lambda right, left: _times(left, right))

    def __truediv__(self, other: object) -> Formula:
        return self._combined(other, lambda left, right: left / right)

    def __rtruediv__(self, other: object) -> Formula:
        return self._combined(other, lambda right, left: left / right)

    def __matmul__(self, other: object) -> Formula:
        return self._combined(other, _matrix_product)

    def __rmatmul__(self, other: object) -> Formula:
        return self._combined(other, lambda right, left: _matrix_product(left, right))

    def __pow__(self, other: object) -> Formula:
        return self._combined(other, lambda left, right: left**right)

    def __rpow__(self, other: object) -> Formula:
        return self._combined(other, lambda right, left: left**right)

    def __neg__(self) -> Formula:
        return self._with(-self.expression)

    def __pos__(self) -> Formula:
        return self

    def __getitem__(self, key: object) -> NoReturn:
        raise ParseError(
            "a formula has no entries to pick", hint="Name the entry or the part, and declare it on its own."
        )

    def __iter__(self) -> NoReturn:
        raise ParseError("a formula is not a sequence", hint="sum(x) in the text language adds all entries.")

    def _with(self, expression: Expr) -> Formula:
        return Formula(expression, self.declarations, self.assumed)

    def _combined(self, other: object, operation: Callable[[Expr, Expr], Expr]) -> Formula:
        right = other if isinstance(other, Formula) else Formula(number(other), {})
        declarations = merged(self.declarations, right.declarations)
        expression = operation(self.expression, right.expression)
        return Formula(expression, declarations, self.assumed | right.assumed)


def number(value: object) -> Number:
    """Return a Python number as an exact expression; 0.1 is one tenth.

    Raises:
        ParseError: the value is not a finite real number.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ParseError(
            f"a value of type {type(value).__name__} cannot be part of a formula",
            hint='Give data a name, fr.matrix("A", "m", "n"), and pass the array on evaluation.',
        )
    if isinstance(value, Rational):
        return Number.of(Fraction(int(value.numerator), int(value.denominator)))
    if not isfinite(value):
        raise ParseError(f"{value} is not a finite number", hint="Use finite numbers.")
    return Number.of(Fraction(repr(float(value))))


def checked_formula(value: object) -> Formula:
    """Return a formula as it is, for a public function that takes nothing else.

    Raises:
        FrechetError: it is no formula; a text must be read first, because it declares nothing.
    """
    if isinstance(value, Formula):
        return value
    raise FrechetError(
        f"a {type(value).__name__} is not a formula", hint="Read it first: fr.parse(text, declarations)."
    )


def merged(left: dict[str, Symbol], right: dict[str, Symbol]) -> dict[str, Symbol]:
    """Return both declarations together.

    Raises:
        DeclarationError: a name is declared differently in the two.
    """
    for name in left.keys() & right.keys():
        if left[name] is not right[name]:
            here, there = described(left[name]), described(right[name])
            raise DeclarationError(
                f"{quoted(name)} is a {here} in one formula and a {there} in the other",
                hint="Declare it the same way in both, or rename one.",
            )
    return left | right


def described(symbol: Symbol) -> str:
    """Return a symbol's declaration: `matrix(m, n)`, `symmetric(n)`, `integer`."""
    structure = symbol.structure
    if structure.square:
        return f"{structure.value}({symbol.shape[0]})"
    return describe(symbol.shape) if structure.value == "general" else structure.value


def of_expression(expression: Expr) -> Formula:
    """Return an expression as a formula that declares its own symbols."""
    return Formula(expression, symbols_of(expression))


def _times(left: Expr, right: Expr) -> Expr:
    if not left.is_scalar and not right.is_scalar and left.shape != right.shape:
        mend = (
            "For the matrix product write @."
            if left.shape[1] == right.shape[0]
            else mend_of_product(left.shape, right.shape)
        )
        pair = f"a {describe(left.shape)} and a {describe(right.shape)}"
        raise ShapeError(f"* multiplies entry by entry, and {pair} do not fit", hint=mend)
    return left * right


def _matrix_product(left: Expr, right: Expr) -> Expr:
    if left.is_scalar or right.is_scalar:
        raise ShapeError(
            "@ is the product of matrices and vectors, and one side is a scalar", hint="Write * to scale."
        )
    return left @ right
