"""The closed set of nodes that a formula is made of.

A node is immutable and interned: two nodes with the same content are the same object, so that
`is` decides structural equality and shared parts are stored once. Every node knows its shape, a
content `digest` (the same in every process) and the `size` of its written tree, counted with
saturation because a small graph may stand for a tree of a billion nodes.

The classmethods `of` are the only doors: they check shapes, flatten and fold numbers, and never
change the value. Functions (`exp`, `det`, …) are open-ended and live in `frechet.functions`; here
they appear as `Apply(function, arguments)`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, final
from weakref import WeakValueDictionary

from frechet.assumptions import Structure
from frechet.errors import LimitError, ShapeError
from frechet.limits import MAX_INTEGER_BITS, spend
from frechet.shapes import SCALAR, Dimension, Shape, describe, times, written

if TYPE_CHECKING:
    from frechet.expressions.function import AbstractFunction

SATURATED: Final = 10**12
Scalar: TypeAlias = int | Fraction
E = TypeVar("E", bound="Expr")

_table: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
_lock = threading.Lock()
_text_digests: dict[str, int] = {}


def digest_of_text(text: str) -> int:
    """Return a 63-bit digest of a text, the same in every process."""
    known = _text_digests.get(text)
    if known is None:
        known = int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1
        _text_digests[text] = known
    return known


def _digest(part: Any) -> Any:
    match part:
        case Expr() as node:
            return node.digest
        case str():
            return digest_of_text(part)
        case tuple():
            return tuple(_digest(p) for p in part)
        case Structure():
            return digest_of_text(part.value)
        case Fraction() as number:
            return (number.numerator, number.denominator)
        case int():
            return part
        case _:
            return digest_of_text(part.key)


class Expr:
    """A formula. Operators: `@` matrix product, `*` scaling or elementwise product, `.T`."""

    __slots__ = ("__weakref__", "digest", "shape", "size")
    __match_args__: tuple[str, ...] = ()
    shape: Shape
    digest: int
    size: int

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


def _intern(cls: type[E], shape: Shape, **fields: Any) -> E:
    key = (cls, shape, *fields.values())
    found: E | None = _table.get(key)
    if found is not None:
        return found
    spend()
    node = object.__new__(cls)
    node.shape = shape
    for name, value in fields.items():
        object.__setattr__(node, name, value)
    parts = tuple(_digest(value) for value in fields.values())
    node.digest = hash((digest_of_text(cls.__name__), _digest(shape), parts))
    node.size = min(SATURATED, 1 + sum(child.size for child in node.children))
    with _lock:
        return _table.setdefault(key, node)


@final
class Number(Expr):
    """An exact rational number."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    value: Fraction

    @classmethod
    def of(cls, value: Scalar) -> Number:
        exact = Fraction(value)
        if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_INTEGER_BITS:
            raise LimitError(
                f"a number grows beyond {MAX_INTEGER_BITS} bits",
                hint="Numbers are exact here; write the large power with a symbol instead.",
            )
        return _intern(cls, SCALAR, value=exact)


@final
class Constant(Expr):
    """A named number: `pi`."""

    __slots__ = ("name",)
    __match_args__ = ("name",)
    name: str

    @classmethod
    def of(cls, name: str) -> Constant:
        return _intern(cls, SCALAR, name=name)


@final
class Symbol(Expr):
    """A variable with its declared shape and structure."""

    __slots__ = ("name", "structure")
    __match_args__ = ("name", "structure")
    name: str
    structure: Structure

    @classmethod
    def of(cls, name: str, shape: Shape = SCALAR, structure: Structure = Structure.GENERAL) -> Symbol:
        return _intern(cls, shape, name=name, structure=structure)


@final
class Identity(Expr):
    """The identity matrix, `eye(n)`."""

    __slots__ = ()

    @classmethod
    def of(cls, size: Dimension) -> Expr:
        return Number.of(1) if size == 1 else _intern(cls, (size, size))


@final
class Ones(Expr):
    """The vector or matrix of ones, `vector(1, n)`, `matrix(1, m, n)`."""

    __slots__ = ()

    @classmethod
    def of(cls, shape: Shape) -> Expr:
        return Number.of(1) if shape == SCALAR else _intern(cls, shape)


@final
class Zero(Expr):
    """The zero of a shape; the scalar zero is `Number(0)`."""

    __slots__ = ()

    @classmethod
    def of(cls, shape: Shape) -> Expr:
        return Number.of(0) if shape == SCALAR else _intern(cls, shape)


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
        shape = flat[0].shape
        for term in flat:
            if term.shape != shape:
                raise ShapeError(
                    f"a {describe(shape)} and a {describe(term.shape)} cannot be added",
                    hint=mend_of_sum(shape, term.shape),
                )
        number = sum((t.value for t in flat if isinstance(t, Number)), Fraction(0))
        rest: list[Expr] = []
        for term in flat:
            if isinstance(term, Number):
                if number:
                    rest.append(Number.of(number))
                    number = Fraction(0)
            elif not isinstance(term, Zero):
                rest.append(term)
        if not rest:
            return Zero.of(shape)
        return rest[0] if len(rest) == 1 else _intern(cls, shape, terms=tuple(rest))


def mend_of_sum(left: Shape, right: Shape) -> str:
    if SCALAR in (left, right):
        other = right if left == SCALAR else left
        if other[0] == other[1]:
            return "Multiply the scalar by eye(n) or matrix(1), whichever you mean."
        return "Multiply the scalar by vector(1) to add it to every entry."
    return "Both sides of + and - need the same shape."


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
        coefficient, scalars, chain = Fraction(1), [], list[Expr]()
        for factor in factors:
            c, s, m = _parts(factor)
            coefficient *= c
            scalars.extend(s)
            if chain and m and (_shape(m) == SCALAR or _shape(chain) == SCALAR):
                if _shape(chain) == SCALAR:
                    scalars.append(cls._make(Fraction(1), (), tuple(chain)))
                    chain = list(m)
                else:
                    scalars.append(cls._make(Fraction(1), (), tuple(m)))
            else:
                _check_chain(chain, m)
                chain.extend(m)
        return cls._make(coefficient, tuple(scalars), tuple(chain))

    @classmethod
    def _make(cls, coefficient: Fraction, scalars: tuple[Expr, ...], chain: tuple[Expr, ...]) -> Expr:
        shape = _shape(chain)
        if coefficient == 0 or any(is_zero(s) for s in scalars) or any(isinstance(f, Zero) for f in chain):
            return Zero.of(shape)
        kept = tuple(f for f in chain if not isinstance(f, Identity))
        if chain and not kept:
            kept = chain[:1]
        if not scalars and not kept:
            return Number.of(coefficient)
        if coefficient == 1 and len(scalars) + len(kept) == 1:
            return (*scalars, *kept)[0]
        Number.of(coefficient)
        return _intern(cls, shape, coefficient=coefficient, scalars=scalars, chain=kept)


def _parts(factor: Expr) -> tuple[Fraction, tuple[Expr, ...], tuple[Expr, ...]]:
    match factor:
        case Number(value):
            return value, (), ()
        case Product(coefficient, scalars, chain):
            return coefficient, scalars, chain
        case _ if factor.is_scalar:
            return Fraction(1), (factor,), ()
        case _:
            return Fraction(1), (), (factor,)


def _shape(chain: Iterable[Expr]) -> Shape:
    parts = tuple(chain)
    return (parts[0].shape[0], parts[-1].shape[1]) if parts else SCALAR


def _check_chain(left: list[Expr], right: Iterable[Expr]) -> None:
    parts = tuple(right)
    if left and parts and left[-1].shape[1] != parts[0].shape[0]:
        raise ShapeError(
            f"{written(_shape(left))} times {written(_shape(parts))} does not fit: "
            f"{left[-1].shape[1]} columns meet {parts[0].shape[0]} rows",
            hint=mend_of_product(_shape(left), _shape(parts)),
        )


def mend_of_product(left: Shape, right: Shape) -> str:
    """Say what the writer of an ill-shaped product may have meant."""
    if left == right and left[1] == 1:
        return "For the inner product write x'*y (x.T @ y in Python), for the outer x*y', entry by entry x.*y."
    if left[0] == right[0]:
        return "Did you mean to transpose the left factor, or .* (entry by entry)?"
    if left[1] == right[1]:
        return "Did you mean to transpose the right factor?"
    return "The columns of the left factor must match the rows of the right one."


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
            body = Product.of(m) if m else None
            if isinstance(body, Hadamard):
                flat.extend(body.factors)
            elif body is not None:
                flat.append(body)
        shape = flat[0].shape if flat else SCALAR
        for factor in flat:
            if factor.shape != shape:
                raise ShapeError(
                    f"a {describe(shape)} and a {describe(factor.shape)} cannot be multiplied entry by entry",
                    hint="Both sides of .* and ./ need the same shape.",
                )
        kept = [f for f in flat if not isinstance(f, Ones)] or flat[:1]
        if any(isinstance(f, Zero) for f in kept):
            return Zero.of(shape)
        body = [kept[0] if len(kept) == 1 else _intern(cls, shape, factors=tuple(kept))] if kept else []
        return Product.of((*scale, *body))


def is_integer(node: Expr) -> bool:
    """Tell whether an exponent is known to be a whole number."""
    match node:
        case Number(value):
            return value.denominator == 1
        case Symbol(_, structure):
            return structure is Structure.INTEGER
        case Sum(terms):
            return all(is_integer(t) for t in terms)
        case Product(coefficient, scalars, ()):
            return coefficient.denominator == 1 and all(is_integer(s) for s in scalars)
        case _:
            return False


def _fold_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Return base^exponent when it is rational and small, None to leave it symbolic."""
    if exponent.denominator != 1 or abs(exponent.numerator) > MAX_INTEGER_BITS:
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent.numerator) > MAX_INTEGER_BITS:
        return None
    if base == 0 and exponent < 0:
        raise ShapeError("0 has no inverse", hint="The power of zero must not be negative.")
    return Fraction(base**exponent.numerator)


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
            raise ShapeError(f"the exponent is a {describe(exponent.shape)}", hint="Elementwise powers are written .^")
        if not base.is_scalar:
            _check_matrix_power(base, exponent)
            if isinstance(base, Identity):
                return base
        if isinstance(exponent, Number):
            if exponent.value == 0:
                return Identity.of(base.shape[0])
            if exponent.value == 1:
                return base
            if isinstance(base, Number):
                folded = _fold_power(base.value, exponent.value)
                if folded is not None:
                    return Number.of(folded)
            if exponent.value == -1 and isinstance(base, Power) and base.exponent is Number.of(-1):
                return base.base
        return _intern(cls, base.shape, base=base, exponent=exponent)


def _check_matrix_power(base: Expr, exponent: Expr) -> None:
    if base.shape[0] != base.shape[1]:
        raise ShapeError(
            f"a {describe(base.shape)} has no power ^",
            hint="Only square matrices do; for entry-by-entry powers write .^",
        )
    if not is_integer(exponent):
        raise ShapeError(
            "a matrix power needs a whole exponent",
            hint='Write a number, or declare the exponent "integer"; entry-by-entry powers are .^',
        )


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
            raise ShapeError(
                f"a {describe(base.shape)} to a {describe(exponent.shape)} power does not fit entry by entry",
                hint="Both sides of .^ need the same shape, or one of them is a scalar.",
            )
        shape = exponent.shape if base.is_scalar else base.shape
        if isinstance(exponent, Number):
            if exponent.value == 0:
                return Ones.of(shape)
            if exponent.value == 1 or isinstance(base, Ones):
                return base
        return _intern(cls, shape, base=base, exponent=exponent)


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
            case Ones():
                return Ones.of((operand.shape[1], operand.shape[0]))
            case Zero():
                return Zero.of((operand.shape[1], operand.shape[0]))
            case _:
                return _intern(cls, (operand.shape[1], operand.shape[0]), operand=operand)


@final
class Kronecker(Expr):
    """The Kronecker product of two matrices."""

    __slots__ = ("left", "right")
    __match_args__ = ("left", "right")
    left: Expr
    right: Expr

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.left, self.right)

    @classmethod
    def of(cls, left: Expr, right: Expr) -> Expr:
        if left.is_scalar or right.is_scalar:
            return Product.of((left, right))
        (a, b), (c, d) = left.shape, right.shape
        if isinstance(left, Identity) and isinstance(right, Identity):
            return Identity.of(times(a, c))
        return _intern(cls, (times(a, c), times(b, d)), left=left, right=right)


@final
class Apply(Expr):
    """A function of the table applied to its arguments."""

    __slots__ = ("arguments", "function")
    __match_args__ = ("function", "arguments")
    function: AbstractFunction
    arguments: tuple[Expr, ...]

    @property
    def children(self) -> tuple[Expr, ...]:
        return self.arguments

    @classmethod
    def of(cls, function: AbstractFunction, *arguments: Expr) -> Expr:
        shape = function.shape_of(*(a.shape for a in arguments))
        return _intern(cls, shape, function=function, arguments=arguments)


Node: TypeAlias = (
    Number
    | Constant
    | Symbol
    | Identity
    | Ones
    | Zero
    | Sum
    | Product
    | Hadamard
    | Power
    | ElementwisePower
    | Transpose
    | Kronecker
    | Apply
)
