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
from functools import cache
from itertools import combinations
from math import prod
from operator import attrgetter
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
    """The cheapest way to compute the product of some factors: from which two sets of them.

    `made` is the product itself where it exists already.
    """

    cost: float
    halves: tuple[int, int]
    made: Factor | None


@final
class Contractor:
    """Contracts factors on a plan. `dims` are the dimensions of the labels, `out` the labels kept.

    `mirror` exchanges the labels of the first half of the axes with those of the second. A set of
    labels, or of factors, is a number with a bit for each member.
    """

    def __init__(
        self, plan: Plan, dims: Mapping[int, Dimension], out: Labels, mirror: Mapping[int, int] | None = None
    ) -> None:
        self.plan, self.dims, self.out, self.mirror = plan, dims, out, mirror
        self.lengths = {label: plan.length(d) for label, d in dims.items()}
        self._outputs = _set_of(out)
        self._sizes: dict[int, int] = {}

    def contract(self, factors: Sequence[Factor]) -> Factor:
        """Return the product of the factors, summed over what is not an output."""
        factors = self._joined_alike(self._summed(factors))
        if len(factors) == 1:
            return factors[0]
        if len(factors) > 2 or self.mirror is not None:
            self.plan.depends_on_sizes = True
        if len(factors) > EXHAUSTIVE:
            return self._greedily(factors)
        gram = self._symmetric_halves(factors)
        if gram is None and len(factors) == 2:
            return self.multiply(factors[0], factors[1], self._outputs)
        best = self._best_order(factors)
        if gram is not None and self._cost_of_gram(*gram) < best[-1].cost:
            return self._gram(*gram)
        return self._realized(factors, best)

    def _summed(self, factors: Sequence[Factor]) -> list[Factor]:
        """Sum out the labels that only one factor has."""
        found = list(factors)
        for k, factor in enumerate(factors):
            elsewhere = self._elsewhere(factors, k, k)
            if _set_of(factor.labels) & ~elsewhere:
                found[k] = self._summed_out(factor, elsewhere)
        return found

    def _summed_out(self, factor: Factor, elsewhere: int) -> Factor:
        axes = tuple(k for k, label in enumerate(factor.labels) if not elsewhere >> label & 1)
        kept = tuple(label for label in factor.labels if elsewhere >> label & 1)
        register = self.plan.add(
            "sum",
            (factor.register,),
            (axes,),
            self._dims(kept),
            self.plan.elementwise(self._dims(factor.labels), 0.5),
            self.plan.nonnegative[factor.register],
        )
        return Factor(register, kept)

    def _elsewhere(self, factors: Sequence[Factor], i: int, j: int) -> int:
        """Return the labels that are outputs, or that other factors than these two have."""
        found = self._outputs
        for k, factor in enumerate(factors):
            if k not in (i, j):
                found |= _set_of(factor.labels)
        return found

    def _joined_alike(self, factors: list[Factor]) -> list[Factor]:
        """Multiply those with the same labels, which all others have at least where none is summed out."""
        place = 0
        while place < len(factors) - 1 and len(factors) > 2:
            first = _set_of(factors[place].labels)
            for k in range(place + 1, len(factors)):
                alike = _set_of(factors[k].labels) == first
                if alike and first and not first & ~(keep := self._elsewhere(factors, place, k)):
                    factors[place] = self.multiply(factors[place], factors.pop(k), keep)
                    break
            else:
                place += 1
        return factors

    def _dims(self, labels: Iterable[int]) -> tuple[Dimension, ...]:
        return tuple(self.dims[label] for label in labels)

    def _size_of(self, labels: int) -> int:
        """Return how many entries an array has on a set of labels."""
        found = self._sizes.get(labels)
        if found is None:
            found = prod(length for label, length in self.lengths.items() if labels >> label & 1)
            self._sizes[labels] = found
        return found

    def _best_order(self, factors: Sequence[Factor]) -> list[Candidate]:
        """Return the cheapest way for every set of factors."""
        labels = [0]
        for factor in factors:
            labels += [found | _set_of(factor.labels) for found in labels]
        kept = [
            inside & (self._outputs | outside) for inside, outside in zip(labels, labels[::-1], strict=True)
        ]
        best = [Candidate(0.0, (0, 0), None)] * len(labels)
        for k, factor in enumerate(factors):
            best[1 << k] = Candidate(0.0, (0, 0), factor)
        for chosen in _subsets(len(factors)):
            candidates = (self._candidate(best, kept, chosen, *halves) for halves in _splits(chosen))
            best[chosen] = min(candidates, key=attrgetter("cost"))
        return best

    def _candidate(
        self, best: Sequence[Candidate], kept: Sequence[int], chosen: int, left: int, right: int
    ) -> Candidate:
        (cost_a, _, a), (cost_b, _, b) = best[left], best[right]
        cost, same = cost_a + cost_b, False
        if a is not None and b is not None:
            found = self._existing(a, b, kept[chosen])
            if found is not None:
                return Candidate(cost, (left, right), found)
            same = a.register == b.register
        cost += self._pair_cost(kept[left], kept[right], kept[chosen], same=same)
        return Candidate(cost, (left, right), None)

    def _pair_cost(self, a: int, b: int, keep: int, *, same: bool = False) -> float:
        """Return what it costs to multiply two factors on sets of labels; `same` for one register."""
        shared = a & b
        summed = shared & ~keep
        out = self._size_of((a | b) & ~summed)
        if not summed:
            return CALL + 0.6 * out
        flops = 2.0 * out * self._size_of(summed)
        is_product, is_batch = bool(a & ~shared) and bool(b & ~shared), bool(shared & keep)
        if is_batch and not is_product:
            return 2 * CALL + 0.5 * flops
        words = PER_WORD * (self._size_of(a) + self._size_of(b) + out)
        rate = PER_FLOP / 2 if same and is_product else PER_FLOP
        return 2 * CALL + 300.0 * is_batch + max(rate * flops, words)

    def _existing(self, a: Factor, b: Factor, keep: int) -> Factor | None:
        kinds = self.plan.steps[a.register].kind, self.plan.steps[b.register].kind
        if not self.plan.is_known_pair(a.register, b.register) and "inverse" not in kinds:
            return None
        for left, right in ((a, b), (b, a)):
            kind, operands, parameters, labels = self._pair(left, right, keep)
            register = self.plan.find(kind, operands, parameters, self._dims(labels))
            if register is not None:
                return Factor(register, labels)
        return None

    def _pair(
        self, a: Factor, b: Factor, keep: int
    ) -> tuple[str, tuple[int, ...], tuple[object, ...], Labels]:
        """Return the step that multiplies two factors, and the labels of its result."""
        shared = _set_of(a.labels) & _set_of(b.labels)
        if not shared & ~keep:
            labels = self._order_of_product(a, b)
            maps = tuple(_map(f.labels, labels) for f in (a, b))
            return "multiply", (a.register, b.register), (1, maps), labels
        summed = tuple(label for label in a.labels if shared & ~keep & 1 << label)
        batch = tuple(label for label in a.labels if shared & keep & 1 << label)
        free_a = tuple(label for label in a.labels if not shared >> label & 1)
        free_b = tuple(label for label in b.labels if not shared >> label & 1)
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
        together = _set_of(a.labels) | _set_of(b.labels)
        for factor in (a, b):
            if _set_of(factor.labels) == together:
                return factor.labels
        summed = [label for label in (*a.labels, *b.labels) if not self._outputs >> label & 1]
        return (*dict.fromkeys(summed), *(label for label in self.out if together >> label & 1))

    def multiply(self, a: Factor, b: Factor, keep: int) -> Factor:
        """Return the product of two factors, summed over the labels they share that are not kept."""
        found = self._existing(a, b, keep)
        if found is not None:
            return found
        if (self.plan.steps[b.register].kind == "inverse" and b.register not in self.plan.consumed) or (
            self._rank(a) > self._rank(b) and self._pair(a, b, keep)[0] != "solve"
        ):
            a, b = b, a
        kind, operands, parameters, labels = self._pair(a, b, keep)
        cost = self._pair_cost(_set_of(a.labels), _set_of(b.labels), keep)
        signs = self.plan.nonnegative
        nonnegative = (signs[a.register] and signs[b.register] and kind != "solve") or (
            kind == "multiply" and a == b
        )
        return Factor(
            self.plan.add(kind, operands, parameters, self._dims(labels), cost, nonnegative), labels
        )

    def _rank(self, factor: Factor) -> int:
        """Return where a factor's first free label stands in the output."""
        return min(
            (self.out.index(label) for label in factor.labels if label in self.out), default=len(self.out)
        )

    def _realized(self, factors: Sequence[Factor], best: Sequence[Candidate]) -> Factor:
        made = {1 << k: f for k, f in enumerate(factors)}
        everything = len(best) - 1
        pending = [everything]
        while pending:
            whole = pending[-1]
            halves = best[whole].halves
            missing = [half for half in halves if half and half not in made]
            if missing:
                pending.extend(missing)
                continue
            if whole not in made:
                keep = self._outputs
                for k, factor in enumerate(factors):
                    if not whole >> k & 1:
                        keep |= _set_of(factor.labels)
                made[whole] = self.multiply(made[halves[0]], made[halves[1]], keep)
            pending.pop()
        return made[everything]

    def _greedily(self, factors: Sequence[Factor]) -> Factor:
        rest = list(factors)
        while len(rest) > 1:
            chosen, best = (0, 1), float("inf")
            sets = [_set_of(factor.labels) for factor in rest]
            for i, j in combinations(range(min(len(rest), 4 * EXHAUSTIVE)), 2):
                keep = self._elsewhere(rest, i, j)
                cost = PER_WORD * self._size_of((sets[i] | sets[j]) & ~(sets[i] & sets[j] & ~keep))
                if self._existing(rest[i], rest[j], keep) is None:
                    same = rest[i].register == rest[j].register
                    cost += self._pair_cost(sets[i], sets[j], keep, same=same)
                if cost < best:
                    chosen, best = (i, j), cost
            i, j = chosen
            product = self.multiply(rest[i], rest[j], self._elsewhere(rest, i, j))
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
        labels = _set_of(label for f in (*half, *weights) for label in f.labels)
        entries, ends = self._size_of(labels), labels & self._outputs & ~_set_of(fixed)
        passes = CALL * (len(half) + 2 * len(weights)) + 0.6 * entries * (len(half) + bool(weights) - 1)
        return passes + CALL + PER_FLOP * entries * self._size_of(ends)

    def _gram(self, half: list[Factor], weights: list[Factor], fixed: Labels) -> Factor:
        everything = _set_of(self.dims)
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
        kind, operands, parameters, labels = self._pair(product, other, self._outputs)
        inside = _set_of(product.labels)
        flops = self._size_of(inside) * self._size_of(_set_of(labels) & ~inside)
        cost = CALL + PER_FLOP * flops
        return Factor(self.plan.add(kind, operands, parameters, self._dims(labels), cost), labels)

    def _ordered_product(self, a: Factor, b: Factor, fixed: Labels | None) -> Factor:
        """Multiply entry by entry; the last product has the order that the matrix product wants."""
        if not fixed:
            return self.multiply(a, b, _set_of(self.dims))
        together = dict.fromkeys((*a.labels, *b.labels))
        summed = [label for label in together if label not in self.out]
        labels = (*fixed, *summed, *(label for label in self.out if label in together and label not in fixed))
        maps = tuple(_map(f.labels, labels) for f in (a, b))
        cost = self.plan.elementwise(self._dims(labels))
        register = self.plan.add("multiply", (a.register, b.register), (1, maps), self._dims(labels), cost)
        return Factor(register, labels)


def _set_of(members: Iterable[int]) -> int:
    """Return the set of these numbers."""
    found = 0
    for member in members:
        found |= 1 << member
    return found


@cache
def _subsets(count: int) -> tuple[int, ...]:
    """Return the sets of at least two of so many factors, the small ones first."""
    return tuple(_set_of(c) for size in range(2, count + 1) for c in combinations(range(count), size))


@cache
def _splits(chosen: int) -> tuple[tuple[int, int], ...]:
    """Return every split of a set in two; the first element stays left."""
    members = [k for k in range(chosen.bit_length()) if chosen >> k & 1]
    halves = [
        1 << members[0] | _set_of(others)
        for size in range(len(members) - 1)
        for others in combinations(members[1:], size)
    ]
    return tuple((half, chosen ^ half) for half in halves)


def _map(labels: Labels, out: Labels) -> tuple[int, ...]:
    """Return for every axis of the result the factor's axis, or -1."""
    return tuple(labels.index(label) if label in labels else -1 for label in out)
