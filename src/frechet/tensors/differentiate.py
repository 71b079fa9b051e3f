"""Derivatives of tensors by a symbol, to any order.

The axes of the derivative are those of the function, then those of the variable. By a vector or
a matrix the derivative is accumulated from the result down to the variable (adjoints, so that a
sum stays a sum and nothing is expanded); by a scalar it is pushed up from the variable, and shared
between orders. Both read a function's own rule from its entry: the entry's differential, lowered
with the pending dX as a leaf, is linear in that leaf, and its coefficient is the local Jacobian.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from frechet.expressions.exact import ONE
from frechet.expressions.function import AbstractElementwise
from frechet.expressions.nodes import Expr, Symbol, Zero
from frechet.functions.elementwise import LOG
from frechet.limits import spend
from frechet.shapes import SCALAR, Shape
from frechet.tensors.algebra import add, contract, multiple, power
from frechet.tensors.constants import constant, is_zero, zero
from frechet.tensors.lower import lower
from frechet.tensors.maps import mapped
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Kernel,
    Leaf,
    Map,
    Opaque,
    Pow,
    Slots,
    Tensor,
    contraction_node,
    identity_slots,
    kernel_node,
    postorder,
)


class Differentiator:
    """Derivatives by one leaf; forward results are kept between orders."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self._forward: dict[Tensor, Tensor] = {}
        self._depends: dict[Tensor, bool] = {}

    def __call__(self, root: Tensor) -> Tensor:
        """Return the derivative of `root`, axes of the leaf last."""
        order = self._dependent(root)
        if not order:
            return zero(root.dims + self.leaf.dims)
        if self.leaf.order == 0:
            return self._push_forward(order)
        return self._pull_back(root, order, identity(root), root.order)

    def _dependent(self, root: Tensor) -> list[Tensor]:
        """Return the nodes below the root that depend on the leaf, children first."""
        found: list[Tensor] = []
        for node in postorder(root):
            if node not in self._depends:
                self._depends[node] = node is self.leaf or any(self._depends[c] for c in node.children)
            if self._depends[node]:
                found.append(node)
        return found

    def _push_forward(self, order: list[Tensor]) -> Tensor:
        for node in order:
            if node not in self._forward:
                spend()
                self._forward[node] = constant(1, ()) if node is self.leaf else self._rate(node)
        return self._forward[order[-1]]

    def _rate(self, node: Tensor) -> Tensor:
        """Return d node / d leaf from the rates of its children (leaf of order 0)."""
        match node:
            case Add(terms):
                return add(((c, self._forward[t]) for c, t in terms if self._depends[t]), node.dims)
            case Contraction():
                return self._rate_of_product(node)
            case Opaque(_, arguments):
                changes = [self._forward[a] if self._depends[a] else None for a in arguments]
                return _differential(node, changes)
            case _:
                parts = []
                for child, local, slots, out in local_jacobians(node, self._depends):
                    parts.append((1, _chain(local, slots, out, self._forward[child], node)))
                return add(parts, node.dims)

    def _rate_of_product(self, node: Contraction) -> Tensor:
        parts: list[tuple[Fraction | int, Tensor]] = []
        for k, (base, exponent) in enumerate(node.scalars):
            if self._depends[base]:
                scalars = [
                    *node.scalars[:k],
                    (base, exponent - 1),
                    *node.scalars[k + 1 :],
                    (self._forward[base], ONE),
                ]
                parts.append(
                    (1, contract(node.coefficient * exponent, scalars, node.factors, node.out, node.axes))
                )
        for k, (factor, slots) in enumerate(node.factors):
            if self._depends[factor]:
                factors = [*node.factors[:k], (self._forward[factor], slots), *node.factors[k + 1 :]]
                parts.append((1, contract(node.coefficient, node.scalars, factors, node.out, node.axes)))
        return add(parts, node.dims)

    def _pull_back(self, root: Tensor, order: list[Tensor], seed: Tensor, free: int) -> Tensor:
        """Carry the adjoint (axes: `free` of the result, then the node's) down to the leaf."""
        adjoints: dict[Tensor, list[tuple[Fraction | int, Tensor]]] = {root: [(1, seed)]}
        outer = seed.dims[:free]
        for node in reversed(order):
            if node is self.leaf:
                continue
            collected = adjoints.pop(node, None)
            if not collected:
                continue
            adjoint = add(collected, outer + node.dims)
            if is_zero(adjoint):
                continue
            for child, share in self._shares(node, adjoint, free):
                adjoints.setdefault(child, []).append((1, share))
        return add(adjoints.get(self.leaf, ()), outer + self.leaf.dims)

    def _shares(self, node: Tensor, adjoint: Tensor, free: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield (child, its share of the adjoint) for the children that depend on the leaf."""
        match node:
            case Add(terms):
                for c, term in terms:
                    if self._depends[term]:
                        yield term, multiple(c, adjoint)
            case Contraction():
                yield from self._shares_of_product(node, adjoint, free)
            case Opaque(_, arguments):
                for place, argument in enumerate(arguments):
                    if self._depends[argument]:
                        yield argument, _pull_through(node, place, adjoint, free)
            case _:
                for child, local, slots, out in local_jacobians(node, self._depends):
                    yield child, _with_adjoint(local, slots, out, adjoint, free, node, child)

    def _shares_of_product(
        self, node: Contraction, adjoint: Tensor, free: int
    ) -> Iterator[tuple[Tensor, Tensor]]:
        count = len(node.axes)
        axes = [*node.axes, *adjoint.dims[:free]]
        result = tuple((count + k,) for k in range(free))
        above = (adjoint, (*result, *node.out))
        for k, (base, exponent) in enumerate(node.scalars):
            if self._depends[base]:
                scalars = [*node.scalars[:k], (base, exponent - 1), *node.scalars[k + 1 :]]
                yield (
                    base,
                    contract(node.coefficient * exponent, scalars, [above, *node.factors], result, axes),
                )
        for k, (factor, slots) in enumerate(node.factors):
            if self._depends[factor]:
                rest = [above, *node.factors[:k], *node.factors[k + 1 :]]
                yield factor, contract(node.coefficient, node.scalars, rest, (*result, *slots), axes)


def identity(tensor: Tensor) -> Tensor:
    """Return δ between the axes of a tensor and a second copy of them."""
    slots = identity_slots(tensor.order)
    return contraction_node(tensor.dims * 2, ONE, (), (), slots + slots, tensor.dims)


def local_jacobians(
    node: Tensor, depends: dict[Tensor, bool]
) -> Iterator[tuple[Tensor, Tensor, Slots, Slots]]:
    """Yield (child, local, slots of local, slots of child) on the axes of an entrywise node.

    ∂node/∂child is `local` on its slots times deltas; a kernel's has the child's axes at the end.
    """
    own = identity_slots(node.order)
    match node:
        case Map(function, argument):
            stand, slope = _slope(function, _shape_of(argument))
            yield argument, lower(slope, {stand: argument}), own, own
        case Pow(base, Fraction() as exponent):
            slots = own if base.order else ()
            local = power(base, exponent - 1)
            yield base, contract(exponent, (), [(local, slots)], slots, local.dims), slots, slots
        case Pow(base, Tensor() as exponent):
            if depends.get(base):
                lowered = add([(1, exponent), (-1, constant(1, exponent.dims))], exponent.dims)
                inner = power(base, lowered)
                slots = own if exponent.order else ()
                yield (
                    base,
                    contract(ONE, (), [(inner, own), (exponent, slots)], own, node.dims),
                    own,
                    own if base.order else (),
                )
            if depends.get(exponent):
                slots = own if base.order else ()
                local = contract(ONE, (), [(node, own), (mapped(LOG, base), slots)], own, node.dims)
                yield exponent, local, own, own if exponent.order else ()
        case Kernel(argument, exponent, rank):
            wider = kernel_node(argument, exponent, rank + 1)
            yield argument, wider, identity_slots(wider.order), ((node.order,), (node.order + 1,))
        case _:
            raise AssertionError(node)


@lru_cache(maxsize=256)
def _slope(function: AbstractElementwise, shape: Shape) -> tuple[Expr, Expr]:
    """Return a stand for an argument of this shape, and the function's derivative there."""
    stand = Symbol.of("#0", shape)
    return stand, function.derivative(stand)


def _shape_of(tensor: Tensor) -> Shape:
    dims = tensor.dims
    return SCALAR if not dims else (dims[0], 1) if len(dims) == 1 else (dims[0], dims[1])


def _chain(local: Tensor, slots: Slots, out: Slots, rate: Tensor, node: Tensor) -> Tensor:
    wide = [*node.dims, *rate.dims] if out and out[0][0] >= node.order else list(node.dims)
    return contract(ONE, (), [(local, slots), (rate, out)], identity_slots(node.order), wide)


def _with_adjoint(
    local: Tensor, slots: Slots, out: Slots, adjoint: Tensor, free: int, node: Tensor, child: Tensor
) -> Tensor:
    """Multiply an adjoint with a local Jacobian; the node's axes come first in the numbering."""
    extra = list(child.dims) if out and out[0][0] >= node.order else []
    start = node.order + len(extra)
    axes = [*node.dims, *extra, *adjoint.dims[:free]]
    result = tuple((start + k,) for k in range(free))
    factors = [(adjoint, (*result, *identity_slots(node.order))), (local, slots)]
    return contract(ONE, (), factors, (*result, *out), axes)


def _differential(node: Opaque, changes: list[Tensor | None]) -> Tensor:
    """Lower d f(X; dX) of a function kept whole, with the given changes of its arguments."""
    shapes = [_shape_of(a) for a in node.arguments]
    stands = tuple(Symbol.of(f"#{k}", shape) for k, shape in enumerate(shapes))
    marks = tuple(Symbol.of(f"#d{k}", shape) for k, shape in enumerate(shapes))
    given: dict[Expr, Tensor] = dict(zip(stands, node.arguments, strict=True))
    given.update({mark: change for mark, change in zip(marks, changes, strict=True) if change is not None})
    moving = tuple(m if c is not None else Zero.of(m.shape) for m, c in zip(marks, changes, strict=True))
    return lower(node.function.differential(stands, moving), given)


def _pull_through(node: Opaque, place: int, adjoint: Tensor, free: int) -> Tensor:
    """Pull an adjoint through a function kept whole: the coefficient of its pending dX."""
    pending = Leaf.of(Symbol.of("#dX", _shape_of(node.arguments[place])))
    changes: list[Tensor | None] = [None] * len(node.arguments)
    changes[place] = pending
    linear = _differential(node, changes)
    inner = Differentiator(pending)
    order = inner._dependent(linear)
    if not order:
        return zero(adjoint.dims[:free] + pending.dims)
    return inner._pull_back(linear, order, adjoint, free)


def differentiate(root: Tensor, leaf: Leaf) -> Tensor:
    """Return ∂root/∂leaf; axes of the root first, then those of the leaf."""
    return Differentiator(leaf)(root)
