"""From index notation back to the formula that people write.

Complete for results of order ≤ 2: contractions go through series–parallel reduction
(`series_parallel.py`), sums are grouped (`grouping.py`), fused axes become vec and kron. A tensor of
higher order has no matrix notation of its own and is written in index notation, as a differential
or in vec form (`forms.py` of the differentiation layer).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from frechet.assumptions import Structure
from frechet.errors import UnsupportedError
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Symbol,
    Zero,
)
from frechet.expressions.text import write
from frechet.functions.elementwise import SQRT
from frechet.functions.exponentials import LOGSUMEXP_COLUMNS, LOGSUMEXP_ROWS
from frechet.functions.indexing import DIAGONAL, SUM, SUM_COLUMNS, SUM_ROWS, TRACE
from frechet.functions.norms import NORM2, NORM2_COLUMNS, NORM2_ROWS
from frechet.functions.primary import DEXPM, DPOWER, EXPM
from frechet.functions.triangles import TRIL
from frechet.limits import spend
from frechet.shapes import Dimension, Shape
from frechet.tensors.expand import distribute_wide
from frechet.tensors.fusion import component_of, kronecker_parts
from frechet.tensors.grouping import grouped_sum
from frechet.tensors.nodes import (
    ONE_HALF,
    Add,
    Contraction,
    Group,
    Kernel,
    Leaf,
    Map,
    Mask,
    Opaque,
    Pow,
    Size,
    Slots,
    Tensor,
    postorder,
)
from frechet.tensors.series_parallel import IndexGraph, selection
from frechet.tensors.symmetry import symmetry
from frechet.tensors.writing import Writer

HIDDEN: Final = "a tensor of order above 2 has no matrix notation"


def recover(root: Tensor, writer: Writer | None = None) -> Expr:
    """Return the formula of a tensor of order ≤ 2: a scalar, a column vector or a matrix.

    The writer's `preferred` forms, such as the user's own, are taken where they are not longer.

    Raises:
        UnsupportedError: the order is above 2, or an inner tensor cannot be written.
    """
    if root.order > 2:
        raise UnsupportedError(HIDDEN, hint="Ask for the index form, the differential or the vec form.")
    return _Recovery(writer or Writer()).run(distribute_wide(root))


def open_graph(
    coefficient: Fraction,
    scalars: Sequence[tuple[Tensor, Fraction]],
    factors: Sequence[tuple[Tensor, Slots]],
    out: Slots,
    axes: tuple[Dimension, ...],
    writer: Writer,
) -> tuple[IndexGraph, list[tuple[str, Slots]], Expr]:
    """Reduce a product of any order as far as matrix notation goes.

    Returns the graph that is left, the Fréchet kernels with their axes, and the scalar in front.
    """
    recovery = _Recovery(writer)
    for tensor in (*(s for s, _ in scalars), *(f for f, _ in factors)):
        recovery.learn(tensor)
    graph = IndexGraph(writer, dict(enumerate(axes)), tuple(g[0] for g in out))
    kernels: list[tuple[str, Slots]] = []
    for tensor, slots in factors:
        if isinstance(tensor, Kernel) and tensor.rank:
            kernels.append(
                (f"D{'' if tensor.rank == 1 else tensor.rank}{recovery.kernel_name(tensor)}", slots)
            )
            graph.outputs = (*graph.outputs, *(g[0] for g in slots))
        elif tensor.order > 2:
            raise UnsupportedError(HIDDEN, hint="Ask for the differential.")
        else:
            recovery.connect(graph, recovery.known[tensor], slots)
    graph.reduce_open()
    return graph, kernels, recovery.multiplier(coefficient, scalars)


class _Recovery:
    """One pass over the shared tensors, children first."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.known: dict[Tensor, Expr] = {}

    def run(self, root: Tensor) -> Expr:
        self.learn(root)
        return self.known[root]

    def learn(self, root: Tensor) -> None:
        """Write every tensor of order ≤ 2 below the root."""
        for node in postorder(root):
            if node.order <= 2 and node not in self.known:
                spend()
                found = self._write(node)
                own = self.writer.preferred.get(node)
                if own is not None and self.writer.cost(own) <= self.writer.cost(found) + 1:
                    found = own
                self.known[node] = found
                if node.order == 2 and symmetry(node) > 0:
                    self.writer.symmetric.add(found)

    def kernel_name(self, kernel: Kernel) -> str:
        """Name a Fréchet kernel in index notation: `expm(X)`, `(X^k)`."""
        text = write(self._primary(self.known[kernel.argument], kernel.exponent, ()))
        return text if kernel.exponent is None else f"({text})"

    def multiplier(self, coefficient: Fraction, scalars: Sequence[tuple[Tensor, Fraction]]) -> Expr:
        written = [self._power(self.known[s], e) for s, e in scalars]
        written.sort(key=lambda node: (not isinstance(node, Symbol), self.writer.cost(node), node.digest))
        return Product.of((Number.of(coefficient), *written))

    def _write(self, node: Tensor) -> Expr:
        match node:
            case Leaf(symbol):
                return _symbol(symbol)
            case Size(dimension):
                return Apply.of(TRACE, Identity.of(dimension))
            case Mask():
                return Apply.of(TRIL, Ones.of((node.dims[0], node.dims[1])))
            case Add(terms):
                return grouped_sum([(c, self.known[t]) for c, t in terms], self.writer)
            case Map(function, argument):
                return self.writer.applied(Apply.of(function, self.known[argument]))
            case Pow(base, exponent):
                written = exponent if isinstance(exponent, Fraction) else self.known[exponent]
                return self._power(self.known[base], written)
            case Opaque(function, (argument,)) if function is LOGSUMEXP_ROWS:
                matrix = self.known[argument]
                by_columns = Apply.of(LOGSUMEXP_COLUMNS, self.writer.turn(matrix))
                return self.writer.shortest((Apply.of(function, matrix), by_columns))
            case Opaque(function, arguments):
                return self.writer.applied(Apply.of(function, *(self.known[a] for a in arguments)))
            case Kernel(argument, exponent, _):
                return self._primary(self.known[argument], exponent, ())
            case Contraction():
                return self._contraction(node)
        raise AssertionError(node)

    def _primary(self, matrix: Expr, exponent: Tensor | None, directions: tuple[Expr, ...]) -> Expr:
        """Write expm(X), X^k or their Fréchet derivatives in the given directions."""
        if exponent is None:
            return (
                Apply.of(DEXPM, matrix, *directions)
                if directions
                else self.writer.applied(Apply.of(EXPM, matrix))
            )
        power = self.known[exponent]
        return Apply.of(DPOWER, matrix, power, *directions) if directions else Power.of(matrix, power)

    def _power(self, base: Expr, exponent: Fraction | Expr) -> Expr:
        if isinstance(exponent, Fraction):
            if exponent.numerator % 2 == 0 and isinstance(base, Product) and base.coefficient == -1:
                base = -base
            norm = _as_norm(base, exponent)
            return norm if norm is not None else ElementwisePower.of(base, Number.of(exponent))
        return ElementwisePower.of(base, exponent)

    def _contraction(self, node: Contraction) -> Expr:
        if node.coefficient == 0:
            return Zero.of(shape_of(node.dims))
        body = self._body(list(node.factors), node.out, node.axes)
        return self.writer.without_minus(Product.of((self.multiplier(node.coefficient, node.scalars), body)))

    def _body(self, factors: list[tuple[Tensor, Slots]], out: Slots, axes: tuple[Dimension, ...]) -> Expr:
        if any(len(group) > 1 for group in out):
            return self._fused(factors, out, axes)
        dims = dict(enumerate(axes))
        graph = IndexGraph(self.writer, dims, tuple(g[0] for g in out))
        plain = [(t, s) for t, s in factors if t.order <= 2]
        kernels = [(t, s) for t, s in factors if t.order > 2]
        while kernels:
            resolved = [entry for entry in kernels if self._resolve(entry, kernels, plain, out, axes)]
            if not resolved:
                raise UnsupportedError(
                    HIDDEN, hint="Ask for the index form, the differential or the vec form."
                )
            kernels = [entry for entry in kernels if entry not in resolved]
        for tensor, slots in plain:
            self.connect(graph, self.known[tensor], slots)
        return graph.reduce()

    def connect(self, graph: IndexGraph, written: Expr, slots: Slots) -> None:
        """Put a factor into the graph; a fused slot becomes a vertex of its own."""
        vertices = [group[0] if len(group) == 1 else self._fuse(graph, group) for group in slots]
        if len(vertices) == 1:
            graph.mark(vertices[0], written)
        else:
            graph.connect(vertices[0], vertices[1], written)

    def _fuse(self, graph: IndexGraph, group: Group) -> int:
        """Add a vertex for a fused axis, joined to its parts by 0/1 selection matrices."""
        sizes = [graph.dims[a] for a in group]
        vertex = max(graph.dims) + 1
        total: Shape = (selection(sizes, 0).shape[0], 1)
        graph.dims[vertex] = total[0]
        for place, axis in enumerate(group):
            graph.connect(vertex, axis, selection(sizes, place))
        return vertex

    def _fused(self, factors: list[tuple[Tensor, Slots]], out: Slots, axes: tuple[Dimension, ...]) -> Expr:
        """Write a result with fused output axes: vec, kron, outer products, or selections."""
        if any(t.order > 2 for t, _ in factors):
            raise UnsupportedError(HIDDEN, hint="Ask for the index form or the differential.")
        if len(out) == 1:
            return self._column(factors, out[0], axes)
        if out[0] == out[1]:
            return self.writer.diagonal(self._column(factors, out[0], axes))
        component = component_of(factors, out)
        if not {component[a] for a in out[0]} & {component[a] for a in out[1]}:
            split = [[f for f in factors if component[f[1][0][0]] in {component[a] for a in g}] for g in out]
            left, right = (self._column(part, g, axes) for part, g in zip(split, out, strict=True))
            return self.writer.chain((left, self.writer.turn(right)))
        return self._joined(factors, out, axes)

    def _column(self, factors: list[tuple[Tensor, Slots]], group: Group, axes: tuple[Dimension, ...]) -> Expr:
        """Write the vector on one fused axis."""
        if len(group) == 1:
            return self._body(factors, (group,), axes)
        if len(group) == 2:
            column, row = group
            return self.writer.vectorized(self._body(factors, ((row,), (column,)), axes))
        return self._selected(factors, (group,), axes)

    def _joined(self, factors: list[tuple[Tensor, Slots]], out: Slots, axes: tuple[Dimension, ...]) -> Expr:
        """Write diag(vec(L))·(A ⊗ B)·diag(vec(R)), or fall back on selection matrices."""
        inner = [
            [f for f in factors if {a for g in f[1] for a in g} == set(group) and len(group) == 2]
            for group in out
        ]
        rest = [f for f in factors if f not in inner[0] and f not in inner[1]]
        parts = kronecker_parts(rest, out)
        if parts is None:
            return self._selected(factors, out, axes)
        (left, left_out), (right, right_out) = parts
        product = Kronecker.of(self._rectangle(left, left_out, axes), self._rectangle(right, right_out, axes))
        around = [
            [self.writer.diagonal(self._column(part, group, axes))] if part else []
            for part, group in zip(inner, out, strict=True)
        ]
        return self.writer.chain((*around[0], product, *around[1]))

    def _selected(self, factors: list[tuple[Tensor, Slots]], out: Slots, axes: tuple[Dimension, ...]) -> Expr:
        """Write any fused result: 0/1 matrices read the parts of a fused axis off."""
        self.writer.selections += 1
        graph = IndexGraph(self.writer, dict(enumerate(axes)), ())
        vertices = {group: group[0] if len(group) == 1 else self._fuse(graph, group) for group in out}
        graph.outputs = tuple(vertices[group] for group in out)
        for tensor, slots in factors:
            self.connect(graph, self.known[tensor], slots)
        return graph.reduce()

    def _rectangle(
        self, factors: list[tuple[Tensor, Slots]], out: tuple[Group, Group], axes: tuple[Dimension, ...]
    ) -> Expr:
        """Write one side of a Kronecker product; an empty group is an axis of length 1."""
        present = tuple(g for g in out if g)
        body = self._body(factors, present, axes)
        return self.writer.turn(body) if present and not out[0] else body

    def _resolve(
        self,
        entry: tuple[Tensor, Slots],
        kernels: list[tuple[Tensor, Slots]],
        plain: list[tuple[Tensor, Slots]],
        out: Slots,
        axes: tuple[Dimension, ...],
    ) -> bool:
        """Turn a Fréchet kernel into a matrix factor: all pairs of its axes but one become directions.

        Returns whether that is possible yet; `plain` then has the matrix instead of the directions.
        """
        kernel, slots = entry
        if not isinstance(kernel, Kernel):
            return False
        pairs = [(slots[2 * k], slots[2 * k + 1]) for k in range(kernel.rank + 1)]
        outside = {a for g in out for a in g}
        outside |= {a for other in kernels if other is not entry for g in other[1] for a in g}
        closed: dict[int, Expr] = {}
        rest = list(plain)
        for place in [*range(1, len(pairs)), 0]:
            if len(closed) == len(pairs) - 1:
                break
            part = _closed_part(pairs[place], rest, outside, pairs, place)
            if part is not None:
                closed[place] = self._body(part, pairs[place], axes)
                rest = [f for f in rest if f not in part]
        if len(closed) < len(pairs) - 1:
            return False
        (free,) = set(range(len(pairs))) - set(closed)
        matrix = self.known[kernel.argument]
        if free == 0:
            edge = self._primary(matrix, kernel.exponent, tuple(closed[k] for k in sorted(closed)))
        else:
            others = [self.writer.turn(closed[k]) for k in sorted(closed) if k != 0]
            edge = self._primary(self.writer.turn(matrix), kernel.exponent, (closed[0], *others))
        stand = Leaf.of(Symbol.of(f"#{len(self.known)}", edge.shape))
        self.known[stand] = edge
        plain[:] = [*rest, (stand, pairs[free])]
        return True


def shape_of(dims: tuple[Dimension, ...]) -> Shape:
    """Return the matrix shape of a tensor of order ≤ 2, a vector standing as a column."""
    return (1, 1) if not dims else (dims[0], 1) if len(dims) == 1 else (dims[0], dims[1])


def _symbol(symbol: Symbol | Constant) -> Expr:
    if isinstance(symbol, Symbol) and symbol.structure is Structure.DIAGONAL and not symbol.is_scalar:
        return Apply.of(DIAGONAL, symbol)
    if symbol.shape[0] == 1 and symbol.shape[1] != 1:
        return symbol.T
    return symbol


def _as_norm(base: Expr, exponent: Fraction) -> Expr | None:
    """Return a power of ‖x‖ for a half-integer power of x′x, None for anything else."""
    if exponent.denominator != 2:
        return None
    match base:
        case Product(coefficient, (), (left, right)) if coefficient == 1 and left is right.T:
            return Power.of(Apply.of(NORM2, right), Number.of(2 * exponent))
        case Power(Apply(function, _) as norm, Number(value)) if function is NORM2 and value == 2:
            return Power.of(norm, Number.of(2 * exponent))
        case Apply(function, (ElementwisePower(inner, Number(value)),)) if value == 2:
            norms = {SUM: NORM2, SUM_ROWS: NORM2_ROWS, SUM_COLUMNS: NORM2_COLUMNS}
            if function in norms:
                return ElementwisePower.of(Apply.of(norms[function], inner), Number.of(2 * exponent))
    if exponent == ONE_HALF:
        return Apply.of(SQRT, base)
    return None


def _closed_part(
    pair: tuple[Group, Group],
    plain: list[tuple[Tensor, Slots]],
    outputs: set[int],
    pairs: list[tuple[Group, Group]],
    place: int,
) -> list[tuple[Tensor, Slots]] | None:
    """Return the factors that hang on one pair of axes and on nothing else, or None."""
    reached = {pair[0][0], pair[1][0]}
    foreign = outputs | {g[0] for k, other in enumerate(pairs) if k != place for g in other}
    part: list[tuple[Tensor, Slots]] = []
    growing = True
    while growing:
        growing = False
        for entry in plain:
            flat = {a for g in entry[1] for a in g}
            if entry not in part and flat & reached:
                part.append(entry)
                reached |= flat
                growing = True
    return None if reached & foreign else part
