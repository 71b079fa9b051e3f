"""Other ways to write the same result, of which the cheapest is planned.

Sums inside a contraction may be multiplied out: `A'(diag(p) − p p')A` becomes a scaled Gram matrix
minus an outer product. What all terms then have in common is taken in front again: the Hessian of a
network is Σ_p x_pj x_pl T_pik, one matrix product of a small T, instead of one for every term.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from frechet.backends.planner import Planner
from frechet.expressions.exact import ONE
from frechet.tensors.algebra import add, contract
from frechet.tensors.expand import distribute_wide, expand_fully, multiple_of_sum
from frechet.tensors.nodes import Add, Contraction, Map, Opaque, Pow, Slots, Tensor, postorder

LARGEST_SUM: Final = 8
SUMMED: Final = -1
Signature: TypeAlias = tuple[Tensor, tuple[tuple[int, ...], ...]]


class Trial(NamedTuple):
    """What the new steps of a form cost, and the planner that has them."""

    cost: float
    planner: Planner


def plan_cheapest(planner: Planner, root: Tensor, patience: float = 0.0) -> tuple[Planner, Tensor]:
    """Return the planner after planning the cheapest form of a tensor, and that form.

    One that takes no longer than `patience` is good enough: to plan others would take longer than
    they can save.
    """
    known: dict[Tensor, Trial] = {}
    if patience and root.order:
        form = distribute_wide(root) if _may_pay(root) else root
        known[form] = _trial(planner, form)
        if known[form].cost <= patience:
            known[form].planner.plan.depends_on_sizes = True
            return known[form].planner, form
    forms = list(_forms(root))
    if len(forms) == 1:
        return (known[root].planner if root in known else planner), root
    first = len(planner.plan.steps)
    for tensor in _shared(forms):
        planner.value(tensor)
    trials = [(known.get(form) or _trial(planner, form, first), form) for form in forms]
    best, form = min(trials, key=lambda pair: pair[0].cost)
    best.planner.plan.depends_on_sizes = True
    return best.planner, form


def _trial(planner: Planner, form: Tensor, first: int | None = None) -> Trial:
    """Plan a form on a copy; what is new are the registers from the `first` on."""
    start = len(planner.plan.steps) if first is None else first
    trial = planner.copy()
    register, _ = trial.array(form)
    return Trial(sum(trial.plan.costs[r] for r in trial.plan.live([register]) if r >= start), trial)


def _shared(forms: Iterable[Tensor]) -> Iterator[Tensor]:
    """Return the functions of data and variables that every form has: they are planned only once."""
    first, *others = (dict.fromkeys(postorder(form)) for form in forms)
    for node in first:
        if isinstance(node, Map | Opaque | Pow) and all(node in other for other in others):
            yield node


def _forms(root: Tensor) -> Iterator[Tensor]:
    yield root
    if root.order == 0:
        return
    seen = {root}
    for expanded in _expansions(root):
        for form in (expanded, factored(expanded)):
            if form is not None and form not in seen:
                seen.add(form)
                yield form


def _expansions(root: Tensor) -> Iterator[Tensor]:
    """Return the tensor with its brackets, and multiplied out where that may pay."""
    yield root
    if _may_pay(root):
        wide = distribute_wide(root)
        yield wide
        if wide is root or _may_pay(wide):
            yield expand_fully(root, LARGEST_SUM)


def _may_pay(root: Tensor) -> bool:
    """Tell whether there is a bracket that may be better multiplied out."""
    multiple = multiple_of_sum(root)
    parts = [root] if multiple is None else multiple[1].children
    factors = (f for part in parts if isinstance(part, Contraction) for f, _ in part.factors)
    return any(isinstance(factor, Add) and not _is_plain(factor) for factor in factors)


def _is_plain(bracket: Add) -> bool:
    """Tell a bracket that only costs more when it is multiplied out.

    It has nothing to cancel, and is computed in a pass or, if it is a vector, in products with vectors.
    """
    return all(_is_plain_term(term, bracket.order) for term in bracket.children)


def _is_plain_term(term: Tensor, order: int) -> bool:
    match term:
        case Contraction(_, scalars, factors, out, _):
            if order > 1 and factors:
                return False
            parts = [t for t, _ in (*scalars, *factors)]
            return len({a for group in out for a in group}) == order and all(map(_is_atom, parts))
        case _:
            return _is_atom(term)


def _is_atom(tensor: Tensor) -> bool:
    match tensor:
        case Add():
            return False
        case Pow(_, exponent):
            return isinstance(exponent, Fraction) and exponent > 0
        case _:
            return True


def factored(root: Tensor) -> Tensor | None:
    """Take in front what the products in a sum have in common around one summed axis, or None."""
    multiple = multiple_of_sum(root)
    if multiple is None:
        return None
    coefficient, terms = multiple[0], multiple[1].terms
    products = [(c, t) for c, t in terms if isinstance(t, Contraction) and not t.scalars and _summed_axes(t)]
    if len(products) < 2:
        return None
    best: tuple[int, Counter[Signature], list[int]] | None = None
    for axis in _summed_axes(products[0][1]):
        common, axes = _signatures(products[0][1], axis), [axis]
        for _, term in products[1:]:
            found = max(
                ((_signatures(term, a) & common, a) for a in _summed_axes(term)),
                key=lambda pair: pair[0].total(),
                default=(Counter[Signature](), -1),
            )
            common = found[0]
            axes.append(found[1])
        if common.total() and (best is None or common.total() > best[0]):
            best = common.total(), common, axes
    pulled = None if best is None else _pulled_out(root, coefficient, products, best[1], best[2])
    if pulled is None or len(products) == len(terms):
        return pulled
    taken = {t for _, t in products}
    return add([(ONE, pulled), *((coefficient * c, t) for c, t in terms if t not in taken)], root.dims)


def _summed_axes(term: Contraction) -> list[int]:
    outputs = {a for group in term.out for a in group}
    return [a for a in range(len(term.axes)) if a not in outputs]


def _signature(term: Contraction, factor: tuple[Tensor, Slots], axis: int) -> Signature | None:
    """Say where a factor stands: for each of its axes the output places, or that it is the summed one."""
    places = []
    for group in factor[1]:
        if len(group) != 1:
            return None
        outputs = tuple(k for k, out in enumerate(term.out) if out == group)
        if group[0] != axis and not outputs:
            return None
        places.append((SUMMED,) if group[0] == axis else outputs)
    return (factor[0], tuple(places)) if (SUMMED,) in places else None


def _signatures(term: Contraction, axis: int) -> Counter[Signature]:
    if any(len(group) != 1 for group in term.out):
        return Counter()
    found = (_signature(term, factor, axis) for factor in term.factors)
    return Counter(s for s in found if s is not None)


def _pulled_out(
    root: Tensor,
    coefficient: Fraction,
    terms: list[tuple[Fraction, Contraction]],
    common: Counter[Signature],
    axes: list[int],
) -> Tensor | None:
    rests = []
    for (_, term), axis in zip(terms, axes, strict=True):
        left, rest = common.copy(), []
        for factor in term.factors:
            signature = _signature(term, factor, axis)
            if signature is not None and left[signature] > 0:
                left[signature] -= 1
            else:
                rest.append(factor)
        rests.append(rest)
    places = _places_needed(terms, rests)
    inner_terms = []
    for (c, term), axis, rest in zip(terms, axes, rests, strict=True):
        out = (*(term.out[k] for k in places), (axis,))
        inner_terms.append((c, contract(term.coefficient, (), rest, out, term.axes)))
    axis_dim = terms[0][1].axes[axes[0]]
    inner = add(inner_terms, (*(root.dims[k] for k in places), axis_dim))
    count = root.order
    outer: list[tuple[Tensor, Slots]] = [(inner, (*((k,) for k in places), (count,)))]
    for (tensor, where), times in common.items():
        slots = tuple((count,) if p == (SUMMED,) else (p[0],) for p in where)
        outer.extend([(tensor, slots)] * times)
    out = tuple((k,) for k in range(count))
    covered = {k for _, where in common for p in where for k in p} | set(places)
    if covered < set(range(count)) or any(len(p) > 1 for _, where in common for p in where):
        return None
    return contract(coefficient, (), outer, out, (*root.dims, axis_dim))


def _places_needed(
    terms: list[tuple[Fraction, Contraction]], rests: list[list[tuple[Tensor, Slots]]]
) -> list[int]:
    """Return the output places that the rest of some term still carries, or joins by a delta."""
    places: set[int] = set()
    for (_, term), rest in zip(terms, rests, strict=True):
        labels = {a for _, slots in rest for group in slots for a in group}
        for k, (axis,) in enumerate(term.out):
            if axis in labels or term.out.count((axis,)) > 1:
                places.add(k)
    return sorted(places)
