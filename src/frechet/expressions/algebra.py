"""Leaves, sums, products, powers, transposes. The classmethods `of` are the only doors: they check
shapes, flatten, fold numbers, and keep the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias, final

from frechet.assumptions import Structure
from frechet.expressions import misfits
from frechet.expressions.exact import ONE, bounded, exact, power_of_numbers, short, times
from frechet.expressions.interning import Interned, intern
from frechet.shapes import SCALAR, Dimension, Shape

Scalar: TypeAlias = int | Fraction


class Expr(Interned):
    """A formula. Operators: `@` matrix product, `*` scaling or elementwise product, `.T`."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    @property
    def children(self) -> tuple[Expr, ...]:
        """Return the operands, left to right."""
        return ()

    @property
    def is_scalar(self) -> bool:
        return self.shape == SCALAR

    @property
    def T(self) -> Expr:
        return Transpose.of(self)

    def __add__(self, other: Expr | Scalar) -> Expr:
        return Sum.of((self, expression(other)))

    def __radd__(self, other: Scalar) -> Expr:
        return Sum.of((expression(other), self))

    def __sub__(self, other: Expr | Scalar) -> Expr:
        return Sum.of((self, -expression(other)))

    def __rsub__(self, other: Scalar) -> Expr:
        return Sum.of((expression(other), -self))

    def __neg__(self) -> Expr:
        return Product.of((Number.of(-1), self))

    def __matmul__(self, other: Expr) -> Expr:
        return Product.of((self, other))

    def __mul__(self, other: Expr | Scalar) -> Expr:
        right = expression(other)
        if self.is_scalar or right.is_scalar:
            return Product.of((self, right))
        return Hadamard.of((self, right))

    def __rmul__(self, other: Scalar) -> Expr:
        return Product.of((expression(other), self))

    def __truediv__(self, other: Expr | Scalar) -> Expr:
        right = expression(other)
        if right.is_scalar:
            return Product.of((self, Power.of(right, Number.of(-1))))
        return Hadamard.of((self, ElementwisePower.of(right, Number.of(-1))))

    def __rtruediv__(self, other: Scalar) -> Expr:
        return expression(other) * ElementwisePower.of(self, Number.of(-1))

    def __pow__(self, exponent: Expr | Scalar) -> Expr:
        return ElementwisePower.of(self, expression(exponent))

    def __repr__(self) -> str:
        """Return the structure (`write` in `text.py` gives the formula)."""
        fields = ", ".join(repr(getattr(self, name)) for name in self.__match_args__)
        return f"{type(self).__name__}({fields})"


def expression(value: Expr | Scalar) -> Expr:
    """Return the value itself, or the number as an expression."""
    return value if isinstance(value, Expr) else Number.of(value)


@final
class Number(Expr):
    """An exact rational number."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    value: Fraction

    @classmethod
    def of(cls, value: Scalar) -> Number:
        return intern(cls, SCALAR, value=bounded(exact(value)))


@final
class Symbol(Expr):
    """A variable with its declared shape and structure."""

    __slots__ = ("name", "structure")
    __match_args__ = ("name", "structure")
    name: str
    structure: Structure

    @classmethod
    def of(cls, name: str, shape: Shape = SCALAR, structure: Structure = Structure.GENERAL) -> Symbol:
        return intern(cls, shape, name=name, structure=structure)


@final
class Identity(Expr):
    """The identity matrix, `eye(n)`."""

    __slots__ = ()

    @classmethod
    def of(cls, size: Dimension) -> Expr:
        return Number.of(1) if size == 1 else intern(cls, (size, size))


@final
class Ones(Expr):
    """The vector or matrix of ones, `vector(1, n)`, `matrix(1, m, n)`."""

    __slots__ = ()

    @classmethod
    def of(cls, shape: Shape) -> Expr:
        return Number.of(1) if shape == SCALAR else intern(cls, shape)


@final
class Zero(Expr):
    """The zero of a shape; the scalar zero is `Number(0)`."""

    __slots__ = ()

    @classmethod
    def of(cls, shape: Shape) -> Expr:
        return Number.of(0) if shape == SCALAR else intern(cls, shape)


@final
class Sum(Expr):
    """A sum of terms of one shape, in the order they were written."""

    __slots__ = ("terms",)
    __match_args__ = ("terms",)
    terms: tuple[Expr, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.terms

    @classmethod
    def of(cls, terms: Iterable[Expr]) -> Expr:
        flat: list[Expr] = []
        for term in terms:
            flat.extend(term.terms if isinstance(term, Sum) else (term,))
            short(len(flat))
        shape = flat[0].shape
        for term in flat:
            if term.shape != shape:
                raise misfits.sum_misfit(shape, term.shape)
        number = sum((t.value for t in flat if isinstance(t, Number)), Fraction(0))
        rest: list[Expr] = []
        for term in flat:
            if isinstance(term, Number) and number:
                rest.append(Number.of(number))
                number = Fraction(0)
            elif not isinstance(term, Number | Zero):
                rest.append(term)
        if not rest:
            return Zero.of(shape)
        return rest[0] if len(rest) == 1 else intern(cls, shape, terms=tuple(rest))


def is_zero(node: Expr) -> bool:
    return isinstance(node, Zero) or (isinstance(node, Number) and node.value == 0)


@final
class Product(Expr):
    """`coefficient · scalars · chain`: a number, scalar factors, and a matrix product."""

    __slots__ = ("chain", "coefficient", "scalars")
    __match_args__ = ("coefficient", "scalars", "chain")
    coefficient: Fraction
    scalars: tuple[Expr, ...]
    chain: tuple[Expr, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return (*self.scalars, *self.chain)

    @classmethod
    def of(cls, factors: Iterable[Expr]) -> Expr:
        """Multiply left to right; a scalar scales whatever it meets."""
        coefficient, scalars, chain = ONE, list[Expr](), list[Expr]()
        for factor in factors:
            c, s, m = _parts(factor)
            coefficient = times(coefficient, c)
            scalars.extend(s)
            if chain and m and (_shape(m) == SCALAR or _shape(chain) == SCALAR):
                if _shape(chain) == SCALAR:
                    scalars.append(cls._make(ONE, (), tuple(chain)))
                    chain = list(m)
                else:
                    scalars.append(cls._make(ONE, (), tuple(m)))
            else:
                if chain and m and chain[-1].shape[1] != m[0].shape[0]:
                    raise misfits.product_misfit(_shape(chain), _shape(m))
                chain.extend(m)
            short(len(scalars) + len(chain))
        return cls._make(coefficient, tuple(scalars), tuple(chain))

    @classmethod
    def _make(cls, coefficient: Fraction, scalars: tuple[Expr, ...], chain: tuple[Expr, ...]) -> Expr:
        shape = _shape(chain)
        if not coefficient or any(is_zero(factor) for factor in (*scalars, *chain)):
            return Zero.of(shape)
        kept = tuple([f for f in chain if not isinstance(f, Identity)])
        if chain and not kept:
            kept = chain[:1]
        if not scalars and not kept:
            return Number.of(coefficient)
        if coefficient == 1 and len(scalars) + len(kept) == 1:
            return (*scalars, *kept)[0]
        coefficient = ONE if coefficient == 1 else bounded(coefficient)
        return intern(cls, shape, coefficient=coefficient, scalars=scalars, chain=kept)


def _parts(factor: Expr) -> tuple[Fraction, tuple[Expr, ...], tuple[Expr, ...]]:
    match factor:
        case Number(value):
            return value, (), ()
        case Product(coefficient, scalars, chain):
            return coefficient, scalars, chain
        case _:
            return (ONE, (factor,), ()) if factor.shape == SCALAR else (ONE, (), (factor,))


def _shape(chain: Sequence[Expr]) -> Shape:
    return (chain[0].shape[0], chain[-1].shape[1]) if chain else SCALAR


@final
class Hadamard(Expr):
    """An elementwise product of factors of one shape; scalars are pulled out as scaling."""

    __slots__ = ("factors",)
    __match_args__ = ("factors",)
    factors: tuple[Expr, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.factors

    @classmethod
    def of(cls, factors: Iterable[Expr]) -> Expr:
        scale: list[Expr] = []
        flat: list[Expr] = []
        for factor in factors:
            c, s, m = _parts(factor)
            if m and factor.is_scalar:
                s, m = (*s, Product.of(m)), ()
            scale.extend((Number.of(c), *s))
            if m:
                part = Product.of(m)
                flat.extend(part.factors if isinstance(part, Hadamard) else (part,))
            short(len(flat) + len(scale))
        shape = flat[0].shape if flat else SCALAR
        for factor in flat:
            if factor.shape != shape:
                raise misfits.elementwise_misfit(shape, factor.shape)
        kept = [f for f in flat if not isinstance(f, Ones)] or flat[:1]
        if any(isinstance(f, Zero) for f in kept):
            return Zero.of(shape)
        if not kept:
            return Product.of(scale)
        return Product.of((*scale, kept[0] if len(kept) == 1 else intern(cls, shape, factors=tuple(kept))))


def is_integer(node: Expr) -> bool:
    """Tell whether an exponent is known to be a whole number."""
    stack, seen = [node], set[Expr]()
    while stack:
        part = stack.pop()
        if part not in seen:
            seen.add(part)
            match part:
                case Number(Fraction(denominator=1)) | Symbol(_, Structure.INTEGER):
                    pass
                case Sum(terms):
                    stack.extend(terms)
                case Product(coefficient, scalars, ()) if coefficient.denominator == 1:
                    stack.extend(scalars)
                case _:
                    return False
    return True


@final
class Power(Expr):
    """A scalar to a scalar power, or a square matrix to a whole power (`X^-1` is the inverse)."""

    __slots__ = ("base", "exponent")
    __match_args__ = ("base", "exponent")
    base: Expr
    exponent: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.base, self.exponent)

    @classmethod
    def of(cls, base: Expr, exponent: Expr) -> Expr:
        if not exponent.is_scalar:
            raise misfits.exponent_misfit(exponent.shape)
        if not base.is_scalar:
            if base.shape[0] != base.shape[1]:
                raise misfits.power_misfit(base.shape)
            if not is_integer(exponent):
                raise misfits.fractional_power()
            if isinstance(base, Identity):
                return base
        if isinstance(exponent, Number):
            if exponent.value == 0:
                return Identity.of(base.shape[0])
            if exponent.value == 1:
                return base
            if (
                isinstance(base, Number)
                and (folded := power_of_numbers(base.value, exponent.value)) is not None
            ):
                return Number.of(folded)
            if exponent.value == -1 and isinstance(base, Power) and base.exponent is Number.of(-1):
                return base.base
        return intern(cls, base.shape, base=base, exponent=exponent)


@final
class ElementwisePower(Expr):
    """`base .^ exponent`: either side may be a scalar, which combines with every entry."""

    __slots__ = ("base", "exponent")
    __match_args__ = ("base", "exponent")
    base: Expr
    exponent: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.base, self.exponent)

    @classmethod
    def of(cls, base: Expr, exponent: Expr) -> Expr:
        if base.is_scalar and exponent.is_scalar:
            return Power.of(base, exponent)
        if not base.is_scalar and not exponent.is_scalar and base.shape != exponent.shape:
            raise misfits.elementwise_power_misfit(base.shape, exponent.shape)
        shape = exponent.shape if base.is_scalar else base.shape
        if isinstance(exponent, Number):
            if exponent.value == 0:
                return Ones.of(shape)
            if exponent.value == 1 or isinstance(base, Ones):
                return base
        return intern(cls, shape, base=base, exponent=exponent)


@final
class Transpose(Expr):
    """The transpose of anything that is not its own transpose by construction."""

    __slots__ = ("operand",)
    __match_args__ = ("operand",)
    operand: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.operand,)

    @classmethod
    def of(cls, operand: Expr) -> Expr:
        match operand:
            case _ if operand.is_scalar:
                return operand
            case Transpose(inner):
                return inner
            case Identity():
                return operand
            case Ones() | Zero():
                return type(operand).of((operand.shape[1], operand.shape[0]))
            case _:
                return intern(cls, (operand.shape[1], operand.shape[0]), operand=operand)
