"""Sums over the rows of the data, found in index notation.

Let one size be that of the rows. An output can be computed chunk by chunk when it is

    Σᵢ t(row i) + rest,

every row alone in its term and no row in the rest. Every node is of one of four kinds: it is
*free* of the rows; it holds *one value per row*, made of that row alone; it is a *sum over rows*,
with or without a rest; or it is neither, and then it is the place to name. Only a linear use of a
sum over rows is one again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final, NamedTuple, final

from frechet.backends.targets import Target, symbols_in
from frechet.errors import FrechetError, UnsupportedError
from frechet.expressions.function import Axis
from frechet.expressions.nodes import Symbol
from frechet.expressions.text import write
from frechet.shapes import Dimension, factors_of
from frechet.tensors.algebra import add, contract
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Kernel,
    Leaf,
    Map,
    Mask,
    Opaque,
    Pow,
    Size,
    Tensor,
    postorder,
)
from frechet.tensors.recover import recover

LONGEST_SHOWN: Final = 120
HINT: Final = (
    "State it as a sum over the rows: the square of a norm instead of the norm, sum(exp(…)) instead of its "
    "logarithm; or pass NumPy arrays, for which everything can be computed."
)


class Kind(Enum):
    """How a tensor depends on the rows."""

    FREE = "free of the rows"
    PER_ROW = "one value per row"
    SUM = "a sum over the rows"
    ENTANGLED = "neither"


class Part(NamedTuple):
    """An output as a sum over rows and a rest; either may be missing."""

    over_rows: Target | None
    rest: Target | None


@final
@dataclass(frozen=True, eq=False)
class Separation:
    """A size such that every output is a sum over its rows, and the names that carry them."""

    size: str
    carriers: tuple[str, ...]
    parts: tuple[Part, ...]


def separations_of(targets: Sequence[Target], declared: Mapping[str, Symbol]) -> list[Separation]:
    """Return the sizes over whose rows all outputs can be summed.

    Rows are the first axis of matrices and vectors.

    Raises:
        UnsupportedError: there is no such size; the place that forbids it is named.
    """
    used = symbols_in(targets)
    ordered = [s for name, s in declared.items() if name in used]
    ordered += [s for name, s in used.items() if name not in declared]
    matrices = [s for s in ordered if 1 not in s.shape]
    columns = {s.shape[1] for s in ordered}
    sizes = sorted(dict.fromkeys(s.shape[0] for s in (*matrices, *ordered)), key=columns.__contains__)
    found, refusals = [], []
    for size in (d for d in sizes if isinstance(d, str) and "*" not in d):
        try:
            found.append(_separated(size, targets, ordered))
        except UnsupportedError as error:
            refusals.append(error)
    if found:
        return found
    if refusals and isinstance(sizes[0], str):
        raise refusals[0]
    raise UnsupportedError(
        "no input has rows to go through: their number must be a name",
        hint='Declare the data with a named number of rows, such as "matrix(m, 5)".',
    )


def _separated(size: str, targets: Sequence[Target], symbols: Sequence[Symbol]) -> Separation:
    rows = Rows(size)
    parts = tuple(rows.part(target) for target in targets)
    return Separation(size, tuple(s.name for s in symbols if size in s.shape), parts)


@final
class Rows:
    """The kinds of all nodes for one size of rows."""

    def __init__(self, size: str) -> None:
        self.size = size
        self._kinds: dict[Tensor, Kind] = {}

    def part(self, target: Target) -> Part:
        """Split an output into the sum over rows and the rest.

        Raises:
            UnsupportedError: it is no such sum.
        """
        kind = self.kind(target.tensor)
        if kind is Kind.PER_ROW:
            raise UnsupportedError(
                f"{_shown(target.tensor)} has a value for every row ({self.size}) and no sum over them",
                hint="Sum it, or compute it with NumPy, chunk by chunk.",
            )
        over_rows, rest = self._split(target.tensor)
        return Part(
            None if over_rows is None else target._replace(tensor=over_rows),
            None if rest is None else target._replace(tensor=rest),
        )

    def kind(self, root: Tensor) -> Kind:
        """Return the kind of a tensor.

        Raises:
            UnsupportedError: a node is entangled; it is the innermost such.
        """
        for node in postorder(root):
            if node not in self._kinds:
                self._kinds[node] = self._kind(node)
            if self._kinds[node] is Kind.ENTANGLED:
                raise UnsupportedError(
                    f"{_shown(node)} {self._reason(node)}, and cannot be added up row by row", hint=HINT
                )
        return self._kinds[root]

    def _kind(self, node: Tensor) -> Kind:
        match node:
            case Leaf(symbol):
                return self._kind_of_leaf(node, symbol.shape)
            case Size(dimension):
                return (Kind.FREE, Kind.SUM, Kind.ENTANGLED)[min(2, self._count(dimension))]
            case Mask():
                return Kind.FREE if not self._count(node.dims[0]) else Kind.ENTANGLED
            case Contraction():
                return self._kind_of_contraction(node)
            case Add():
                return self._kind_of_sum(node)
            case Map() | Pow():
                kinds = {self._kinds[child] for child in node.children}
                return Kind.ENTANGLED if Kind.SUM in kinds else _highest(kinds)
            case Opaque():
                return self._kind_of_function(node)
            case Kernel():
                kinds = {self._kinds[child] for child in node.children}
                return Kind.FREE if kinds <= {Kind.FREE} else Kind.ENTANGLED
        raise AssertionError(node)

    def _count(self, dimension: Dimension) -> int:
        return factors_of(dimension).count(self.size)

    def _kind_of_leaf(self, node: Leaf, shape: tuple[Dimension, Dimension]) -> Kind:
        counts = [self._count(d) for d in shape]
        if counts == [0, 0]:
            return Kind.FREE
        return Kind.PER_ROW if counts == [1, 0] and node.dims[0] == self.size else Kind.ENTANGLED

    def _kind_of_contraction(self, node: Contraction) -> Kind:
        rows = [axis for axis, dimension in enumerate(node.axes) if self._count(dimension)]
        sums = [s for s, _ in self._sums(node)]
        if not rows:
            linear = all(exponent == 1 for _, exponent in self._sums(node))
            return (Kind.FREE, Kind.SUM, Kind.ENTANGLED)[min(2, len(sums)) if linear else 2]
        if len(rows) > 1 or node.axes[rows[0]] != self.size or sums:
            return Kind.ENTANGLED
        groups = [group for group in node.out if rows[0] in group]
        if not groups:
            return Kind.SUM
        return Kind.PER_ROW if groups == [(rows[0],)] else Kind.ENTANGLED

    def _sums(self, node: Contraction) -> list[tuple[Tensor, Fraction]]:
        """Return the factors that are sums over rows, with their exponents."""
        found = [(s, exponent) for s, exponent in node.scalars if self._kinds[s] is Kind.SUM]
        return found + [(t, Fraction(1)) for t, _ in node.factors if self._kinds[t] is Kind.SUM]

    def _kind_of_sum(self, node: Add) -> Kind:
        kinds = {self._kinds[child] for child in node.children}
        return Kind.ENTANGLED if Kind.PER_ROW in kinds and len(kinds) > 1 else _highest(kinds)

    def _kind_of_function(self, node: Opaque) -> Kind:
        kinds = {self._kinds[child] for child in node.arguments}
        if kinds <= {Kind.FREE}:
            return Kind.FREE
        (argument, *others) = node.arguments
        within_rows = node.function.axis is Axis.ROWS and not others and argument.dims[0] == self.size
        return Kind.PER_ROW if within_rows and kinds == {Kind.PER_ROW} else Kind.ENTANGLED

    def _reason(self, node: Tensor) -> str:
        """Return what is wrong with an entangled node whose children are not."""
        match node:
            case Leaf():
                return f"has {self.size}, the number of rows, elsewhere than along its first axis"
            case Contraction() if len(self._sums(node)) > 1 or any(e != 1 for _, e in self._sums(node)):
                return f"multiplies or divides by a sum over all rows ({self.size})"
            case Contraction():
                return f"lets different rows ({self.size}) meet"
            case _:
                return f"takes all rows ({self.size}) together"

    def _split(self, node: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """Return the sum over rows and the rest of a tensor that is a sum over rows or free of them."""
        if self._kinds[node] is Kind.FREE:
            return None, node
        if isinstance(node, Add):
            pairs = [(c, self._split(term)) for c, term in node.terms]
            rows = [(c, over_rows) for c, (over_rows, _) in pairs if over_rows is not None]
            rests = [(c, rest) for c, (_, rest) in pairs if rest is not None]
            return add(rows, node.dims), add(rests, node.dims) if rests else None
        if isinstance(node, Contraction) and self._sums(node):
            (factor, _), *_ = self._sums(node)
            over_rows, rest = self._split(factor)
            assert over_rows is not None
            if rest is not None:
                return _with(node, factor, over_rows), _with(node, factor, rest)
        return node, None


def _with(node: Contraction, old: Tensor, new: Tensor) -> Tensor:
    """Return the contraction with one factor exchanged."""
    scalars = [(new if s is old else s, e) for s, e in node.scalars]
    factors = [(new if t is old else t, slots) for t, slots in node.factors]
    return contract(node.coefficient, scalars, factors, node.out, node.axes)


def _highest(kinds: set[Kind]) -> Kind:
    return next((k for k in (Kind.PER_ROW, Kind.SUM) if k in kinds), Kind.FREE)


def _shown(tensor: Tensor) -> str:
    try:
        text = " ".join(write(recover(tensor)).split())
    except FrechetError:
        return "a part of the formula"
    return text if len(text) <= LONGEST_SHOWN else "a part of the formula"
