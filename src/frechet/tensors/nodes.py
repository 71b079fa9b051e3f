"""Index notation: the few nodes that every formula is lowered to.

A tensor has positional axes with dimensions. Its nodes are immutable and interned, so equal
content is the same object:

* `Leaf`: a symbol (order ≤ 2), a named number, the size of an axis, or a triangular mask;
* `Contraction`: coefficient · ∏ scalarᵉ · ∏ factor[axes], summed over every axis that is not an
  output. An output axis that no factor carries is constant along it; two outputs on one axis are
  a Kronecker delta; a *group* of axes in one place is a fused axis (vec, kron), first slowest;
* `Add`: a linear combination of tensors of one shape, primitive (no common factor or sign);
* `Map`, `Pow`: a function, or a power, entry by entry;
* `Opaque`: a function of the table that is not entrywise (inverse, determinant, softmax, …);
* `Kernel`: the r-th Fréchet derivative of a primary matrix function, order 2 + 2r.

The constructors here only intern; `algebra.py` simplifies.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, final

from frechet.assumptions import Structure
from frechet.expressions.exact import ONE
from frechet.expressions.interning import InternTable, digest_of_text, digests_of_sizes, keyed
from frechet.expressions.nodes import Constant, Symbol
from frechet.limits import spend
from frechet.shapes import Dimension

if TYPE_CHECKING:
    from frechet.expressions.function import AbstractElementwise, AbstractFunction

Group: TypeAlias = tuple[int, ...]
Slots: TypeAlias = tuple[Group, ...]
T = TypeVar("T", bound="Tensor")

_table = InternTable()
ONE_HALF: Final = Fraction(1, 2)


class Tensor:
    """A value in index notation; `dims` are the sizes of its axes."""

    __slots__ = ("__weakref__", "_transposed", "digest", "dims")
    __match_args__: tuple[str, ...] = ()
    dims: tuple[Dimension, ...]
    digest: int
    _transposed: Tensor | None

    @property
    def order(self) -> int:
        return len(self.dims)

    @property
    def children(self) -> tuple[Tensor, ...]:
        return ()

    def __repr__(self) -> str:
        fields = ", ".join(repr(getattr(self, name)) for name in self.__match_args__)
        return f"{type(self).__name__}({fields})"


def _digest(part: Any) -> Any:
    if isinstance(part, Tensor | Symbol | Constant):
        return part.digest
    kind = type(part)
    if kind is tuple:
        return tuple([_digest(p) for p in part])
    if kind is int:
        return part
    if kind is Fraction:
        return part.as_integer_ratio()
    if kind is str:
        return digest_of_text(part)
    return 0 if part is None else digest_of_text(part.key)


def _intern(cls: type[T], dims: tuple[Dimension, ...], **fields: Any) -> T:
    key = (cls, dims, *keyed(fields.values()))
    found: T | None = _table.get(key)
    if found is not None:
        return found
    node = object.__new__(cls)
    for name, value in fields.items():
        setattr(node, name, value)
    return _kept(key, node, dims, tuple([_digest(v) for v in fields.values()]))


def _kept(key: tuple[Any, ...], node: T, dims: tuple[Dimension, ...], digests: tuple[Any, ...]) -> T:
    """Store a new node, its digest made of those of its fields."""
    spend()
    node.dims = dims
    node._transposed = None
    node.digest = hash((digest_of_text(type(node).__name__), *digests, digests_of_sizes(dims)))
    kept: T = _table.keep(key, node)
    return kept


@final
class Leaf(Tensor):
    """A symbol or a named number, in squeezed axes; a diagonal symbol stands for its diagonal."""

    __slots__ = ("symbol",)
    __match_args__ = ("symbol",)
    symbol: Symbol | Constant

    @classmethod
    def of(cls, symbol: Symbol | Constant) -> Leaf:
        dims = squeezed(symbol.shape)
        if isinstance(symbol, Symbol) and symbol.structure is Structure.DIAGONAL and dims:
            dims = dims[:1]
        return _intern(cls, dims, symbol=symbol)


@final
class Size(Tensor):
    """The length of an axis, as a number."""

    __slots__ = ("dimension",)
    __match_args__ = ("dimension",)
    dimension: Dimension

    @classmethod
    def of(cls, dimension: Dimension) -> Size:
        return _intern(cls, (), dimension=dimension)


@final
class Mask(Tensor):
    """The lower triangle: 1 where row ≥ column, else 0."""

    __slots__ = ()

    @classmethod
    def of(cls, dimension: Dimension) -> Mask:
        return _intern(cls, (dimension, dimension))


@final
class Contraction(Tensor):
    """coefficient · ∏ scalarᵉ · ∏ factor[axes], in canonical labelling (`canonical.py`)."""

    __slots__ = ("axes", "coefficient", "factors", "out", "scalars")
    __match_args__ = ("coefficient", "scalars", "factors", "out", "axes")
    coefficient: Fraction
    scalars: tuple[tuple[Tensor, Fraction], ...]
    factors: tuple[tuple[Tensor, Slots], ...]
    out: Slots
    axes: tuple[Dimension, ...]

    @property
    def children(self) -> tuple[Tensor, ...]:
        return (*(s for s, _ in self.scalars), *(f for f, _ in self.factors))


def contraction_node(
    dims: tuple[Dimension, ...],
    coefficient: Fraction,
    scalars: tuple[tuple[Tensor, Fraction], ...],
    factors: tuple[tuple[Tensor, Slots], ...],
    out: Slots,
    axes: tuple[Dimension, ...],
) -> Contraction:
    """Intern a contraction whose labelling is canonical already."""
    if coefficient == 1:
        coefficient = ONE
    ratio, powers = coefficient.as_integer_ratio(), tuple([(s, e.as_integer_ratio()) for s, e in scalars])
    key = (Contraction, dims, ratio, powers, factors, out, axes)
    found: Contraction | None = _table.get(key)
    if found is not None:
        return found
    node = object.__new__(Contraction)
    node.coefficient = coefficient
    node.scalars, node.factors, node.out, node.axes = scalars, factors, out, axes
    powers_digest = tuple([(s.digest, e) for s, e in powers])
    factors_digest = tuple([(f.digest, slots) for f, slots in factors])
    return _kept(key, node, dims, (ratio, powers_digest, factors_digest, out, digests_of_sizes(axes)))


@final
class Add(Tensor):
    """Σ cᵢ·termᵢ with at least two terms, sorted by digest, content 1."""

    __slots__ = ("terms",)
    __match_args__ = ("terms",)
    terms: tuple[tuple[Fraction, Tensor], ...]

    @property
    def children(self) -> tuple[Tensor, ...]:
        return tuple(t for _, t in self.terms)


def add_node(dims: tuple[Dimension, ...], terms: tuple[tuple[Fraction, Tensor], ...]) -> Add:
    parts = tuple([(c.as_integer_ratio(), t) for c, t in terms])
    key = (Add, dims, parts)
    found: Add | None = _table.get(key)
    if found is not None:
        return found
    node = object.__new__(Add)
    node.terms = tuple([(ONE if c == 1 else c, t) for c, t in terms])
    return _kept(key, node, dims, (tuple([(ratio, t.digest) for ratio, t in parts]),))


@final
class Map(Tensor):
    """An elementwise function of a tensor."""

    __slots__ = ("argument", "function")
    __match_args__ = ("function", "argument")
    function: AbstractElementwise
    argument: Tensor

    @property
    def children(self) -> tuple[Tensor, ...]:
        return (self.argument,)


def map_node(function: AbstractElementwise, argument: Tensor) -> Map:
    return _intern(Map, argument.dims, function=function, argument=argument)


@final
class Pow(Tensor):
    """base^exponent entry by entry; either side may be of order 0 and combines with all entries."""

    __slots__ = ("base", "exponent")
    __match_args__ = ("base", "exponent")
    base: Tensor
    exponent: Fraction | Tensor

    @property
    def children(self) -> tuple[Tensor, ...]:
        return (self.base, self.exponent) if isinstance(self.exponent, Tensor) else (self.base,)


def pow_node(base: Tensor, exponent: Fraction | Tensor) -> Pow:
    dims = exponent.dims if isinstance(exponent, Tensor) and not base.dims else base.dims
    return _intern(Pow, dims, base=base, exponent=exponent)


@final
class Opaque(Tensor):
    """A function of the table kept whole; its derivative is its entry's differential."""

    __slots__ = ("arguments", "function")
    __match_args__ = ("function", "arguments")
    function: AbstractFunction
    arguments: tuple[Tensor, ...]

    @property
    def children(self) -> tuple[Tensor, ...]:
        return self.arguments


def opaque_node(
    dims: tuple[Dimension, ...], function: AbstractFunction, arguments: tuple[Tensor, ...]
) -> Opaque:
    return _intern(Opaque, dims, function=function, arguments=arguments)


@final
class Kernel(Tensor):
    """∂ʳF(X)ᵢⱼ/∂Xₖₗ… of expm (no exponent) or of X^k; axes (i, j), then a pair per direction."""

    __slots__ = ("argument", "exponent", "rank")
    __match_args__ = ("argument", "exponent", "rank")
    argument: Tensor
    exponent: Tensor | None
    rank: int

    @property
    def children(self) -> tuple[Tensor, ...]:
        return (self.argument,) if self.exponent is None else (self.argument, self.exponent)


def kernel_node(argument: Tensor, exponent: Tensor | None, rank: int) -> Kernel:
    return _intern(Kernel, argument.dims * (1 + rank), argument=argument, exponent=exponent, rank=rank)


def squeezed(shape: tuple[Dimension, Dimension]) -> tuple[Dimension, ...]:
    """Return the dimensions that are not literally 1."""
    return tuple(d for d in shape if d != 1)


def identity_slots(order: int, start: int = 0) -> Slots:
    return tuple((axis,) for axis in range(start, start + order))


def postorder(*roots: Tensor) -> list[Tensor]:
    """Return every distinct node below the roots, children first."""
    seen: set[Tensor] = set()
    done: list[Tensor] = []
    stack: list[tuple[Tensor, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            done.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in node.children if child not in seen)
    return done


def count_nodes(*roots: Tensor) -> int:
    """Return the number of distinct nodes."""
    return len(postorder(*roots))
