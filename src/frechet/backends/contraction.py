"""In what order a contraction is computed, and by which steps.

A factor is a register with a label on every axis; the result sums over every label that is not
kept. Two factors at a time: a product entry by entry (nothing summed), a matrix product (BLAS), a
batch of matrix products, or a solve where a factor is an inverse that nothing else needs. Up to
`EXHAUSTIVE` factors the cheapest order is found by dynamic programming over subsets (Lawler's
matrix-chain idea on sets), beyond greedily. A step that exists already costs nothing.

A contraction that is symmetric in two halves of its outputs, Σ w·L·L′ with w ≥ 0, is (√w·L)′(√w·L):
half the work, by the BLAS routine for symmetric products.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Final, NamedTuple, TypeAlias, final

from frechet.backends.plan import CALL, PER_FLOP, PER_WORD, Plan
from frechet.shapes import Dimension

EXHAUSTIVE: Final = 6
Labels: TypeAlias = tuple[int, ...]


class Factor(NamedTuple):
    """A register with a label on every axis; no label twice."""

    register: int
    labels: Labels


class Candidate(NamedTuple):
    """A way to compute the product of some factors; `register` where it exists already."""

    cost: float
    labels: Labels
    register: int | None
    halves: tuple[frozenset[int], frozenset[int]] | None


@final
class Contractor:
    """Contracts factors on a plan. `dims` are the dimensions of the labels, `out` the labels kept.

    `mirror` exchanges the labels of the first half of the axes with those of the second.
    """

    def __init__(
        self, plan: Plan, dims: Mapping[int, Dimension], out: Labels, mirror: Mapping[int, int] | None = None
    ) -> None:
        self.plan, self.dims, self.out, self.mirror = plan, dims, out, mirror
        self.lengths = {label: plan.length(d) for label, d in dims.items()}

    def contract(self, factors: Sequence[Factor]) -> Factor:
        """Return the product of the factors, summed over what is not an output."""
        factors = [self._summed(f, [*factors[:k], *factors[k + 1 :]]) for k, f in enumerate(factors)]
        if len(factors) == 1:
            return factors[0]
        if len(factors) > 2 or self.mirror is not None:
            self.plan.depends_on_sizes = True
        if len(factors) > EXHAUSTIVE:
            return self._greedily(factors)
        best = self._best_order(factors)
        gram = self._symmetric_halves(factors)
        if gram is not None:
            half, weights, fixed = gram
            cost = self._cost_of_gram(half, weights, fixed)
            if cost < best[frozenset(range(len(factors)))].cost:
                return self._gram(half, weights, fixed)
        return self._realized(factors, best)

    def _summed(self, factor: Factor, others: Sequence[Factor]) -> Factor:
        """Sum out the labels that no other factor has."""
        elsewhere = {label for f in others for label in f.labels} | set(self.out)
        axes = tuple(k for k, label in enumerate(factor.labels) if label not in elsewhere)
        if not axes:
            return factor
        kept = tuple(label for label in factor.labels if label in elsewhere)
        register = self.plan.add(
            "sum",
            (factor.register,),
            (axes,),
            self._dims(kept),
            self.plan.elementwise(self._dims(factor.labels), 0.5),
            self.plan.nonnegative[factor.register],
        )
        return Factor(register, kept)

    def _dims(self, labels: Iterable[int]) -> tuple[Dimension, ...]:
        return tuple(self.dims[label] for label in labels)

    def _size(self, labels: Iterable[int]) -> int:
        return prod(self.lengths[label] for label in labels)

    def _best_order(self, factors: Sequence[Factor]) -> dict[frozenset[int], Candidate]:
        best: dict[frozenset[int], Candidate] = {
            frozenset((k,)): Candidate(0.0, f.labels, f.register, None) for k, f in enumerate(factors)
        }
        everything = range(len(factors))
        for count in range(2, len(factors) + 1):
            for chosen in combinations(everything, count):
                whole = frozenset(chosen)
                keep = self._kept(factors, whole)
                best[whole] = min(
                    (
                        self._joined(best[left], best[whole - left], keep, (left, whole - left))
                        for left in _halves(chosen)
                    ),
                    key=lambda candidate: candidate.cost,
                )
        return best

    def _kept(self, factors: Sequence[Factor], inside: frozenset[int]) -> set[int]:
        others = {label for k, f in enumerate(factors) if k not in inside for label in f.labels}
        return others | set(self.out)

    def _joined(
        self, left: Candidate, right: Candidate, keep: set[int], halves: tuple[frozenset[int], frozenset[int]]
    ) -> Candidate:
        cost, labels, register = self._pair_cost(left, right, keep)
        return Candidate(left.cost + right.cost + cost, labels, register, halves)

    def _pair_cost(self, a: Candidate, b: Candidate, keep: set[int]) -> tuple[float, Labels, int | None]:
        if a.register is not None and b.register is not None:
            found = self._existing(Factor(a.register, a.labels), Factor(b.register, b.labels), keep)
            if found is not None:
                return 0.0, found.labels, found.register
        shared = set(a.labels) & set(b.labels)
        summed = shared - keep
        labels = (
            *(label for label in a.labels if label not in summed),
            *(label for label in b.labels if label not in shared),
        )
        out = self._size(labels)
        if not summed:
            return CALL + 0.6 * out, labels, None
        flops = 2.0 * out * self._size(summed)
        words = PER_WORD * (self._size(a.labels) + self._size(b.labels) + out)
        batch = shared & keep
        free = [set(x.labels) - shared for x in (a, b)]
        if batch and not (free[0] and free[1]):
            return 2 * CALL + 0.5 * flops, labels, None
        symmetric = a.register is not None and a.register == b.register
        rate = PER_FLOP / 2 if symmetric and free[0] and free[1] else PER_FLOP
        return 2 * CALL + 300.0 * bool(batch) + max(rate * flops, words), labels, None

    def _existing(self, a: Factor, b: Factor, keep: set[int]) -> Factor | None:
        for left, right in ((a, b), (b, a)):
            kind, operands, parameters, labels = self._pair(left, right, keep)
            register = self.plan.find(kind, operands, parameters, self._dims(labels))
            if register is not None:
                return Factor(register, labels)
        return None

    def _pair(
        self, a: Factor, b: Factor, keep: set[int]
    ) -> tuple[str, tuple[int, ...], tuple[object, ...], Labels]:
        """Return the step that multiplies two factors, and the labels of its result."""
        shared = set(a.labels) & set(b.labels)
        summed = tuple(label for label in a.labels if label in shared and label not in keep)
        if not summed:
            labels = self._order_of_product(a, b)
            maps = tuple(_map(f.labels, labels) for f in (a, b))
            return "multiply", (a.register, b.register), (1, maps), labels
        batch = tuple(label for label in a.labels if label in shared and label in keep)
        free_a = tuple(label for label in a.labels if label not in shared)
        free_b = tuple(label for label in b.labels if label not in shared)
        inverted = self._solve(a, b, summed, batch, free_b)
        if inverted is not None:
            return inverted
        labels = batch + free_a + free_b
        order_a = tuple(a.labels.index(label) for label in batch + free_a + summed)
        order_b = tuple(b.labels.index(label) for label in batch + summed + free_b)
        counts = len(batch), len(free_a), len(summed), len(free_b)
        return "matmul", (a.register, b.register), (order_a, order_b, counts), labels

    def _solve(
        self, a: Factor, b: Factor, summed: Labels, batch: Labels, free_b: Labels
    ) -> tuple[str, tuple[int, ...], tuple[object, ...], Labels] | None:
        """Return a solve when `a` is an inverse that nothing else has needed so far."""
        step = self.plan.steps[a.register]
        if step.kind != "inverse" or a.register in self.plan.consumed or len(summed) != 1 or batch:
            return None
        transposed = a.labels[0] == summed[0]
        rest = a.labels[1] if transposed else a.labels[0]
        order = tuple(b.labels.index(label) for label in summed + free_b)
        return "solve", (step.operands[0], b.register), (transposed, order), (rest, *free_b)

    def _order_of_product(self, a: Factor, b: Factor) -> Labels:
        """Keep the axes of a factor that has them all; else summed labels first, then the outputs' order."""
        together = set(a.labels) | set(b.labels)
        for factor in (a, b):
            if len(factor.labels) == len(together):
                return factor.labels
        summed = [label for label in (*a.labels, *b.labels) if label not in self.out]
        return (*dict.fromkeys(summed), *(label for label in self.out if label in together))

    def multiply(self, a: Factor, b: Factor, keep: set[int]) -> Factor:
        """Return the product of two factors, summed over the labels they share that are not kept."""
        found = self._existing(a, b, keep)
        if found is not None:
            return found
        if (self.plan.steps[b.register].kind == "inverse" and b.register not in self.plan.consumed) or (
            self._rank(a) > self._rank(b) and self._pair(a, b, keep)[0] != "solve"
        ):
            a, b = b, a
        kind, operands, parameters, labels = self._pair(a, b, keep)
        cost = self._pair_cost(Candidate(0, a.labels, None, None), Candidate(0, b.labels, None, None), keep)[
            0
        ]
        signs = self.plan.nonnegative
        nonnegative = signs[a.register] and signs[b.register] and kind != "solve"
        return Factor(
            self.plan.add(kind, operands, parameters, self._dims(labels), cost, nonnegative), labels
        )

    def _rank(self, factor: Factor) -> int:
        """Return where a factor's first free label stands in the output."""
        return min(
            (self.out.index(label) for label in factor.labels if label in self.out), default=len(self.out)
        )

    def _realized(self, factors: Sequence[Factor], best: dict[frozenset[int], Candidate]) -> Factor:
        made: dict[frozenset[int], Factor] = {frozenset((k,)): f for k, f in enumerate(factors)}
        pending = [frozenset(range(len(factors)))]
        while pending:
            whole = pending[-1]
            halves = best[whole].halves
            missing = [] if halves is None else [h for h in halves if h not in made]
            if missing:
                pending.extend(missing)
                continue
            if whole not in made and halves is not None:
                made[whole] = self.multiply(made[halves[0]], made[halves[1]], self._kept(factors, whole))
            pending.pop()
        return made[frozenset(range(len(factors)))]

    def _greedily(self, factors: Sequence[Factor]) -> Factor:
        rest = list(factors)
        while len(rest) > 1:
            chosen, best = (0, 1), float("inf")
            window = range(min(len(rest), 4 * EXHAUSTIVE))
            for i, j in combinations(window, 2):
                keep = self._kept(rest, frozenset((i, j)))
                left, right = (Candidate(0.0, rest[k].labels, rest[k].register, None) for k in (i, j))
                cost, labels, _ = self._pair_cost(left, right, keep)
                cost += PER_WORD * self._size(labels)
                if cost < best:
                    chosen, best = (i, j), cost
            keep = self._kept(rest, frozenset(chosen))
            product = self.multiply(rest[chosen[0]], rest[chosen[1]], keep)
            rest = [f for k, f in enumerate(rest) if k not in chosen] + [product]
        return rest[0]

    def _symmetric_halves(
        self, factors: Sequence[Factor]
    ) -> tuple[list[Factor], list[Factor], Labels] | None:
        """Split w·L·L′ into L, w and the labels that both halves keep; None where it is not that."""
        mirror = self.mirror
        if mirror is None or Counter(factors) != Counter(
            Factor(f.register, tuple(mirror.get(label, label) for label in f.labels)) for f in factors
        ):
            return None
        first = {
            label for label, m in mirror.items() if label != m and self.out.index(label) < self.out.index(m)
        }
        second = {mirror[label] for label in first}
        fixed = tuple(label for label in self.out if label not in first and label not in second)
        half, weights = list[Factor](), list[Factor]()
        for factor in factors:
            labels = set(factor.labels)
            if labels & first and labels & second:
                return None
            if labels & first:
                half.append(factor)
            elif not labels & second:
                weights.append(factor)
        if not half or any(not self.plan.nonnegative[w.register] for w in weights):
            return None
        return half, weights, fixed

    def _cost_of_gram(self, half: list[Factor], weights: list[Factor], fixed: Labels) -> float:
        labels = {label for f in (*half, *weights) for label in f.labels}
        ends = [label for label in labels if label in self.out and label not in fixed]
        passes = CALL * (len(half) + 2 * len(weights)) + 0.6 * self._size(labels) * (
            len(half) + bool(weights) - 1
        )
        return passes + CALL + PER_FLOP * self._size(labels) * self._size(ends)

    def _gram(self, half: list[Factor], weights: list[Factor], fixed: Labels) -> Factor:
        everything = set(self.dims)
        root: Factor | None = None
        for factor in weights:
            root = factor if root is None else self.multiply(root, factor, everything)
        parts = list(half)
        if root is not None:
            register = self.plan.add(
                "unary",
                (root.register,),
                ("sqrt", 1),
                self._dims(root.labels),
                self.plan.elementwise(self._dims(root.labels)),
                True,
            )
            parts.append(Factor(register, root.labels))
        product = parts[0]
        for k, factor in enumerate(parts[1:], 2):
            product = self._ordered_product(product, factor, fixed if k == len(parts) else None)
        mirror = self.mirror or {}
        other = Factor(product.register, tuple(mirror.get(label, label) for label in product.labels))
        kind, operands, parameters, labels = self._pair(product, other, set(self.out))
        flops = self._size(product.labels) * self._size(set(labels) - set(product.labels))
        cost = CALL + PER_FLOP * flops
        return Factor(self.plan.add(kind, operands, parameters, self._dims(labels), cost), labels)

    def _ordered_product(self, a: Factor, b: Factor, fixed: Labels | None) -> Factor:
        """Multiply entry by entry; the last product has the order that the matrix product wants."""
        if not fixed:
            return self.multiply(a, b, set(self.dims))
        together = dict.fromkeys((*a.labels, *b.labels))
        summed = [label for label in together if label not in self.out]
        labels = (*fixed, *summed, *(label for label in self.out if label in together and label not in fixed))
        maps = tuple(_map(f.labels, labels) for f in (a, b))
        cost = self.plan.elementwise(self._dims(labels))
        register = self.plan.add("multiply", (a.register, b.register), (1, maps), self._dims(labels), cost)
        return Factor(register, labels)


def _halves(chosen: tuple[int, ...]) -> Iterable[frozenset[int]]:
    """Return one half of every split in two; the first element stays left."""
    first, rest = chosen[0], chosen[1:]
    for count in range(len(rest)):
        for others in combinations(rest, count):
            yield frozenset((first, *others))


def _map(labels: Labels, out: Labels) -> tuple[int, ...]:
    """Return for every axis of the result the factor's axis, or -1."""
    return tuple(labels.index(label) if label in labels else -1 for label in out)
