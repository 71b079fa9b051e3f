"""Which structure a second derivative has: its terms as tensors that are never multiplied out.

The axes of a Hessian are those of the variable, twice. A term whose factors fall apart between the
two halves is an outer product; one that falls apart between the first and the second axis of a
matrix variable is a Kronecker product; a delta between the halves is a diagonal; and two equal
factors that meet on one summed axis are A′ diag(d) A. Where a delta joins the rows, or the columns,
of both halves in every term, the matrix is block diagonal. A sum over products of tensors that is
none of these stays a sum: its product with a vector needs no more than the factors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias, final

from frechet.backends.structured_terms import Dense, Diagonal, Gram, KroneckerProduct, Outer, Term
from frechet.expressions.exact import ONE
from frechet.shapes import Dimension
from frechet.tensors.algebra import add, contract
from frechet.tensors.expand import distribute_wide, expand_fully, terms_of
from frechet.tensors.fusion import component_of
from frechet.tensors.nodes import Contraction, Slots, Tensor, postorder

LARGEST_SUM: Final = 16
Factors: TypeAlias = list[tuple[Tensor, Slots]]
Terms: TypeAlias = list[tuple[Fraction, Tensor]]


class Part(NamedTuple):
    """A term: how to build it from the values of its tensors."""

    build: Callable[..., Term]
    tensors: tuple[Tensor, ...]


class Whole(NamedTuple):
    """A part whose entries are computed only when they are asked for.

    Where it is block diagonal, `blocks` are its blocks, along their first axis, or the one that all equal.
    """

    tensor: Tensor
    blocks: Tensor | None = None
    by_columns: bool = False


def has_halves(tensor: Tensor) -> bool:
    """Tell whether a tensor has a variable's axes twice."""
    half = tensor.order // 2
    return tensor.order in (2, 4) and tensor.dims[:half] == tensor.dims[half:]


def parts_of(root: Tensor) -> list[Part | Whole]:
    """Return the terms, the ones without structure added up into one."""
    best: tuple[int, list[tuple[Part | None, Fraction, Tensor]]] | None = None
    for form in _forms(root):
        terms = terms_of(form)
        blocks = _block_diagonal(terms) if root.order == 4 else None
        if blocks is not None:
            return blocks
        found = [(_part(c, t), c, t) for c, t in terms]
        dense = sum(part is None for part, _, _ in found)
        if best is None or dense < best[0]:
            best = dense, found
        if not dense and root.order == 2:  # a form that is block diagonal may still come
            break
    assert best is not None
    parts: list[Part | Whole] = [part for part, _, _ in best[1] if part is not None]
    rest = [(c, t) for part, c, t in best[1] if part is None]
    if rest:
        parts.append(_remaining(add(rest, root.dims)))
    return parts


def _forms(root: Tensor) -> Iterator[Tensor]:
    """Yield a tensor as it is, and multiplied out."""
    yield root
    yield distribute_wide(root)
    yield expand_fully(root, LARGEST_SUM)


def _remaining(tensor: Tensor) -> Part | Whole:
    """Return a term without structure: unformed where its entries are sums, else formed at once."""
    sums = any(isinstance(t, Contraction) and _is_summed(t) for t in postorder(tensor) if t.order > 1)
    return Whole(tensor) if sums else Part(_dense, (tensor,))


def _is_summed(term: Contraction) -> bool:
    return len(term.axes) > len({a for group in term.out for a in group})


def _block_diagonal(terms: Terms) -> list[Part | Whole] | None:
    """Return a block diagonal, and the outer products beside it, when the terms are that."""
    outers: list[Part | Whole] = []
    inside: list[tuple[Fraction, Contraction]] = []
    for coefficient, term in terms:
        if not isinstance(term, Contraction) or any(len(group) != 1 for group in term.out):
            return None
        if len(set(term.out)) == len(term.out):
            outer = _Scaled(coefficient * term.coefficient, term).outer()
            if outer is None:
                return None
            outers.append(outer)
        else:
            inside.append((coefficient, term))
    for first in (0, 1):
        joined = all(term.out[first] == term.out[first + 2] for _, term in inside)
        if joined and any(term.out[1 - first] != term.out[3 - first] for _, term in inside):
            whole = add(inside, terms[0][1].dims)
            return [Whole(whole, _blocks(inside, first), by_columns=first == 1), *outers]
    return None


def _blocks(terms: list[tuple[Fraction, Contraction]], first: int) -> Tensor:
    """Return the blocks; without the axis along which they stand where all of them are equal."""
    equal = not any(term.out[first][0] in _axes(f) for _, term in terms for f in term.factors)
    places = (1 - first, 3 - first) if equal else (first, 1 - first, 3 - first)
    dims = tuple(terms[0][1].dims[k] for k in places)
    return add([(c, _on(term, places)) for c, term in terms], dims)


def _on(term: Contraction, places: tuple[int, ...]) -> Tensor:
    """Return a term on some of its output axes."""
    out = tuple(term.out[k] for k in places)
    return contract(term.coefficient, term.scalars, term.factors, out, term.axes)


def _part(coefficient: Fraction, term: Tensor) -> Part | None:
    if not isinstance(term, Contraction) or any(len(group) != 1 for group in term.out):
        return None
    scaled = _Scaled(coefficient * term.coefficient, term)
    return scaled.of_vector() if term.order == 2 else scaled.of_matrix()


@final
class _Scaled:
    """A contraction with its coefficient, asked which structure it has."""

    def __init__(self, coefficient: Fraction, term: Contraction) -> None:
        self.coefficient, self.term = coefficient, term
        self.out = [group[0] for group in term.out]
        self.component = component_of(term.factors, term.out)

    def of_vector(self) -> Part | None:
        i, j = self.out
        if i == j:
            return Part(_diagonal, (self._tensor((i,), list(self.term.factors), whole=True),))
        return self._separated((0,), (1,), Outer) or self._gram(i, j)

    def of_matrix(self) -> Part | None:
        i, j, k, m = self.out
        if (i, j) == (k, m) and i != j:
            return Part(_diagonal, (self._tensor((i, j), list(self.term.factors), whole=True),))
        return (
            self._separated((0, 2), (1, 3), KroneckerProduct)
            or self._separated((0, 3), (1, 2), _turned)
            or self.outer()
        )

    def outer(self) -> Part | None:
        """Return the part when a term by a matrix variable falls apart between the halves."""
        return self._separated((0, 1), (2, 3), _outer)

    def _separated(self, left: tuple[int, ...], right: tuple[int, ...], build: Any) -> Part | None:
        """Return the part when no factor joins the output axes at the `left` places with the others."""
        axes = [[self.out[place] for place in side] for side in (left, right)]
        sides = [{self.component[a] for a in side} for side in axes]
        if sides[0] & sides[1]:
            return None
        factors: list[Factors] = [[], []]
        for tensor, slots in self.term.factors:
            factors[self.component[slots[0][0]] in sides[1]].append((tensor, slots))
        first = self._tensor(tuple(axes[0]), factors[0], whole=False)
        return Part(build, (first, self._tensor(tuple(axes[1]), factors[1], whole=True)))

    def _gram(self, i: int, j: int) -> Part | None:
        """Return A′ diag(d) A when the only factors with an output are A[p, i] and A[p, j]."""
        ends = [f for f in self.term.factors if {i, j} & _axes(f)]
        weights = [f for f in self.term.factors if not {i, j} & _axes(f)]
        if len(ends) != 2 or any(len(_axes(f)) != 2 for f in ends):
            return None
        shared = _axes(ends[0]) & _axes(ends[1])
        if len(shared) != 1 or shared & {i, j} or any(_axes(f) != shared for f in weights):
            return None
        (p,) = shared
        one, other = (contract(ONE, (), [f], ((p,), (e,)), self.term.axes) for f, e in self._ends(ends, i, j))
        if one is not other:
            return None
        return Part(Gram, (one, self._tensor((p,), weights, whole=True)))

    def _ends(self, ends: Factors, i: int, j: int) -> list[tuple[tuple[Tensor, Slots], int]]:
        return [(f, i if i in _axes(f) else j) for f in ends]

    def _tensor(self, out: tuple[int, ...], factors: Factors, *, whole: bool) -> Tensor:
        """Return the contraction of some factors; the coefficient and the numbers go with the whole."""
        slots = tuple((a,) for a in out)
        used = {a for f in factors for a in _axes(f)} | set(out)
        renamed = {a: k for k, a in enumerate(sorted(used))}
        axes: list[Dimension] = [self.term.axes[a] for a in sorted(used)]
        moved = [(t, tuple(tuple(renamed[a] for a in g) for g in s)) for t, s in factors]
        target = tuple(tuple(renamed[a] for a in g) for g in slots)
        if whole:
            return contract(self.coefficient, self.term.scalars, moved, target, axes)
        return contract(ONE, (), moved, target, axes)


def _axes(factor: tuple[Tensor, Slots]) -> set[int]:
    return {a for group in factor[1] for a in group}


def _diagonal(entries: Any) -> Term:
    return Diagonal(entries.ravel())


def _dense(matrix: Any) -> Term:
    size = round(matrix.size**0.5)
    return Dense(matrix.reshape(size, size))


def _outer(left: Any, right: Any) -> Term:
    return Outer(left.ravel(), right.ravel())


def _turned(left: Any, right: Any) -> Term:
    return KroneckerProduct(left, right, turned=True)
