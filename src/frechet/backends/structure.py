"""Which structure a second derivative has: its terms as tensors that are never multiplied out.

The axes of a Hessian are those of the variable, twice. A term whose factors fall apart between the
two halves is an outer product; one that falls apart between the first and the second axis of a
matrix variable is a Kronecker product; a delta between the halves is a diagonal; and two equal
factors that meet on one summed axis are A′ diag(d) A.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias, final

from frechet.backends.bound import BoundProgram
from frechet.backends.inputs import Known
from frechet.backends.program import Program
from frechet.backends.structured_matrix import (
    Dense,
    Diagonal,
    Gram,
    KroneckerProduct,
    Outer,
    StructuredMatrix,
    Term,
)
from frechet.backends.targets import Target
from frechet.expressions.exact import ONE
from frechet.expressions.nodes import Symbol
from frechet.shapes import Dimension
from frechet.tensors.algebra import add, contract
from frechet.tensors.constants import number
from frechet.tensors.expand import distribute_wide, expand_fully
from frechet.tensors.fusion import component_of
from frechet.tensors.nodes import Add, Contraction, Size, Slots, Tensor

LARGEST_SUM: Final = 16
Factors: TypeAlias = list[tuple[Tensor, Slots]]


class Part(NamedTuple):
    """A term: how to build it from the values of its tensors."""

    build: Callable[..., Term]
    tensors: tuple[Tensor, ...]


def has_halves(tensor: Tensor) -> bool:
    """Tell whether a tensor has a variable's axes twice."""
    half = tensor.order // 2
    return tensor.order in (2, 4) and tensor.dims[:half] == tensor.dims[half:]


def parts_of(root: Tensor) -> list[Part]:
    """Return the terms, the ones without structure added up into one."""
    best: tuple[int, list[Part | Tensor]] | None = None
    for form in (root, distribute_wide(root), expand_fully(root, LARGEST_SUM)):
        found = [_part(c, t) for c, t in _terms(form)]
        dense = sum(not isinstance(p, Part) for p in found)
        if best is None or dense < best[0]:
            best = dense, found
    assert best is not None
    parts = [p for p in best[1] if isinstance(p, Part)]
    rest = [t for t in best[1] if not isinstance(t, Part)]
    if rest:
        parts.append(Part(_dense, (add([(1, t) for t in rest], root.dims),)))
    return parts


def _terms(root: Tensor) -> list[tuple[Fraction, Tensor]]:
    match root:
        case Add(terms):
            return list(terms)
        case Contraction(coefficient, (), ((Add(terms), slots),), out, _) if slots == out:
            return [(coefficient * c, t) for c, t in terms]
        case _:
            return [(ONE, root)]


def _part(coefficient: Fraction, term: Tensor) -> Part | Tensor:
    if isinstance(term, Contraction) and all(len(group) == 1 for group in term.out):
        scaled = _Scaled(coefficient * term.coefficient, term)
        found = scaled.of_vector() if term.order == 2 else scaled.of_matrix()
        if found is not None:
            return found
    return add([(coefficient, term)], term.dims)


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
            or self._separated((0, 1), (2, 3), _outer)
        )

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


def _length(dimension: Dimension) -> Tensor:
    return number(dimension) if isinstance(dimension, int) else Size.of(dimension)


@final
class StructuredProgram:
    """A compiled function that returns every second derivative as a `StructuredMatrix`."""

    def __init__(
        self,
        targets: list[Target],
        declared: dict[str, Symbol],
        strict: bool,
        data: Mapping[str, Any] | None = None,
        known: Known | None = None,
    ) -> None:
        self._layout: list[tuple[int, list[Part]] | None] = []
        flat: list[Target] = []
        for target in targets:
            parts = parts_of(target.tensor) if has_halves(target.tensor) else None
            self._layout.append(None if parts is None else (target.tensor.order // 2, parts))
            if parts is None:
                flat.append(target)
            else:
                half = target.tensor.dims[: target.tensor.order // 2]
                flat.extend(Target(_length(d), is_row=False) for d in half)
                flat.extend(Target(t, is_row=False) for part in parts for t in part.tensors)
        program = Program(flat, declared, strict)
        self._program = program if data is None else BoundProgram(program, data, known)

    def change(self, values: Mapping[str, Any]) -> None:
        """Bind some of the data anew, when the program is bound."""
        assert isinstance(self._program, BoundProgram)
        self._program.change(values)

    def __call__(self, **inputs: Any) -> list[Any]:
        """Return the outputs for these inputs; those with a variable's axes twice are structured."""
        values = iter(self._program(**inputs))
        results: list[Any] = []
        for layout in self._layout:
            if layout is None:
                results.append(next(values))
                continue
            order, parts = layout
            lengths = tuple(round(next(values)) for _ in range(order))
            terms = [part.build(*(next(values) for _ in part.tensors)) for part in parts]
            results.append(StructuredMatrix(terms, lengths))
        return results
