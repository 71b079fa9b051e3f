"""The constructors of index notation: they simplify and never change the value.

`contract` flattens nested contractions, eliminates Kronecker deltas by renaming axes, merges
equal factors into powers, cancels a matrix against its inverse, splits off scalar components and
labels what is left canonically. `add` merges like terms and keeps sums primitive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from typing import Final

from frechet import shapes
from frechet.expressions.exact import ONE, exact, times
from frechet.functions.elementwise import ABS, EXP, SIGMOID
from frechet.shapes import Dimension
from frechet.tensors.assembly import MAX_SCALARS, Assembly
from frechet.tensors.cancel import cancel_pairs
from frechet.tensors.canonical import canonical
from frechet.tensors.constants import (
    LARGEST_EXPONENT,
    constant,
    constant_value,
    folded_power,
    is_nonnegative,
    is_zero,
    logistic_argument,
    number,
    zero,
)
from frechet.tensors.identities import Exponents, apply_identities, exponential_of_total, softmax_of
from frechet.tensors.nodes import (
    Add,
    Contraction,
    Group,
    Map,
    Pow,
    Slots,
    Tensor,
    contraction_node,
    identity_slots,
)
from frechet.tensors.symmetry import (
    bare,
    flip_if_smaller,
    kernel_of,
    map_of,
    normalized_sum,
    pow_of,
    scale,
    split_coefficient,
    symmetry,
    with_coefficient,
)

MINUS_ONE: Final = Fraction(-1)


def contract(
    coefficient: Fraction | int,
    scalars: Iterable[tuple[Tensor, Fraction]],
    factors: Iterable[tuple[Tensor, Slots]],
    out: Slots,
    axes: Sequence[Dimension],
) -> Tensor:
    """Return coefficient · ∏ scalarᵉ · ∏ factor[slots] with output axes `out`, simplified.

    `axes[a]` is the dimension of axis a; axes of factors that are not in `out` are summed.
    """
    dims = tuple([axes[group[0]] if len(group) == 1 else _product_of(group, axes) for group in out])
    assembly = Assembly(exact(coefficient), list(axes))
    placed = list(factors)
    mentioned = {a for _, slots in placed for g in slots for a in g}.union(*out)
    if len(mentioned) < len(axes):
        assembly.absent = {a for a in range(len(axes)) if a not in mentioned}
    for base, exponent in scalars:
        assembly.scale(base, exponent)
    for tensor, slots in placed:
        assembly.place(tensor, slots)
    if not out and not assembly.factors and len(assembly.axes) == len(assembly.absent):
        return _of_scalars(assembly)
    return _finish(assembly, out, dims)


def multiple(coefficient: Fraction | int, tensor: Tensor) -> Tensor:
    """Return coefficient · tensor as `contract` makes it: sums in the preferred orientation."""
    factors = [t for t, _ in tensor.factors] if isinstance(tensor, Contraction) else [tensor]
    if any(isinstance(t, Add) and len(t.dims) == 2 for t in factors):
        slots = identity_slots(tensor.order)
        return contract(coefficient, (), [(tensor, slots)], slots, tensor.dims)
    return scale(coefficient, tensor)


def _product_of(group: Group, axes: Sequence[Dimension]) -> Dimension:
    result: Dimension = 1
    for axis in group:
        result = shapes.times(result, axes[axis])
    return result


def _finish(assembly: Assembly, out: Slots, dims: tuple[Dimension, ...]) -> Tensor:
    while True:
        if _vanishes(assembly):
            return zero(dims)
        out = assembly.resolved(out)
        factors = [flip_if_smaller(t, assembly.resolved(slots)) for t, slots in assembly.factors]
        rewritten = cancel_pairs(factors, out)
        if rewritten is None:
            break
        again = Assembly(assembly.coefficient, list(assembly.axes))
        again.parent, again.split = list(assembly.parent), dict(assembly.split)
        again.scalars, again.absent, again.joined = assembly.scalars, assembly.absent, assembly.joined
        for left, right in rewritten.unified:
            again.unify(left, right)
        for tensor, slots in rewritten.factors:
            again.place(tensor, slots)
        if rewritten.lowered is not None:
            kernel, slots = rewritten.lowered
            exponent = kernel.exponent
            if exponent is not None:
                again.scale(exponent, ONE)
                exponent = add([(1, exponent), (-1, number(1))], ())
            again.place(kernel_of(kernel.argument, exponent, kernel.rank - 1), slots)
        assembly = again
    merged = _merge_powers(_with_softmax(assembly, factors) if assembly.scalars else factors)
    return zero(dims) if merged is None else _split_components(assembly, merged, out, dims)


def _with_softmax(assembly: Assembly, factors: list[tuple[Tensor, Slots]]) -> list[tuple[Tensor, Slots]]:
    """Write exp(u)/Σ exp(u) as softmax(u)."""
    for scalar, exponent in list(assembly.scalars.items()):
        argument = exponential_of_total(scalar) if exponent.numerator < 0 and exponent <= -1 else None
        for k, (tensor, slots) in enumerate(factors):
            if argument is None or not isinstance(tensor, Map) or tensor.function is not EXP:
                continue
            if tensor.argument is argument and assembly.scalars.get(scalar, 0) <= -1:
                factors[k] = (softmax_of(argument), slots)
                assembly.multiply(scalar, ONE)
    return factors


def _vanishes(assembly: Assembly) -> bool:
    if assembly.coefficient is not ONE and not assembly.coefficient:
        return True
    for factor, _ in assembly.factors:
        if is_zero(factor):
            return True
    return bool(assembly.scalars) and any(is_zero(s) and e > 0 for s, e in assembly.scalars.items())


def _merge_powers(factors: list[tuple[Tensor, Slots]]) -> list[tuple[Tensor, Slots]] | None:
    """Merge factors on the same axes into powers; None when a skew diagonal makes it vanish."""
    exponents: Exponents = {}
    plain = True
    for tensor, slots in factors:
        kind = symmetry(tensor) if len(slots) == 2 else 0
        if kind < 0 and slots[0] == slots[1]:
            return None
        place = tuple(sorted(slots)) if kind > 0 else slots
        base, exponent = tensor, ONE
        if isinstance(tensor, Pow) and not isinstance(tensor.exponent, Tensor):
            base, exponent = tensor.base, tensor.exponent
        present = exponents.get((base, place))
        exponents[base, place] = exponent if present is None else present + exponent
        plain = plain and present is None and not isinstance(tensor, Pow | Map)
    if plain:
        return list(exponents)
    apply_identities(exponents)
    _join_symbolic_powers(exponents)
    return [
        (base if exponent is ONE else power(base, exponent), place)
        for (base, place), exponent in exponents.items()
        if exponent is ONE or exponent
    ]


def _of_scalars(assembly: Assembly) -> Tensor:
    """Return a product of numbers only."""
    if _vanishes(assembly):
        return zero(())
    return _monomial(assembly.coefficient, _joined(assembly.scalars), (), (), (), ())


def _joined(scalars: dict[Tensor, Fraction]) -> dict[Tensor, Fraction]:
    """Apply the identities between functions to a product of numbers."""
    if len(scalars) < 2:
        return scalars
    exponents: Exponents = {(base, ()): exponent for base, exponent in scalars.items()}
    apply_identities(exponents)
    _join_symbolic_powers(exponents)
    return {base: exponent for (base, _), exponent in exponents.items() if exponent}


def _join_symbolic_powers(exponents: Exponents) -> None:
    """Write b^a·b^2 as b^(a + 2): a power with a symbol in the exponent takes the plain ones in."""
    for base, place in list(exponents):
        if not isinstance(base, Pow) or not isinstance(base.exponent, Tensor):
            continue
        plain = exponents.get((base.base, place), Fraction(0))
        if plain and exponents[base, place] == 1 and base.base.order == base.order:
            dims = base.exponent.dims
            joined = power(base.base, add([(1, base.exponent), (plain, constant(1, dims))], dims))
            exponents[base, place] = exponents[base.base, place] = Fraction(0)
            exponents[joined, place] = exponents.get((joined, place), Fraction(0)) + 1


def _split_components(
    assembly: Assembly, factors: list[tuple[Tensor, Slots]], out: Slots, dims: tuple[Dimension, ...]
) -> Tensor:
    """Split off what no output touches as scalars, and label the rest."""
    carried = {axis for group in out for axis in group}
    touched = carried.union(assembly.absent, *[group for _, slots in factors for group in slots])
    kept = factors
    if any(carried.isdisjoint(chain.from_iterable(slots)) for _, slots in factors):
        kept, *loose = _components(factors, carried)
        for part in loose:
            sign, ordered, _, part_axes = canonical(part, (), assembly.axes, symmetry)
            assembly.coefficient *= sign
            assembly.scale(contraction_node((), ONE, (), ordered, (), part_axes), ONE)
    for axis, dimension in enumerate(assembly.axes):
        if axis not in touched and assembly.parent[axis] == axis and axis not in assembly.split:
            assembly.scale_by_size(dimension)
    sign, ordered, out, axes = canonical(kept, out, assembly.axes, symmetry)
    coefficient = assembly.coefficient if sign == 1 else assembly.coefficient * sign
    if coefficient is not ONE and not coefficient:
        return zero(dims)
    return _monomial(coefficient, _joined(assembly.scalars), ordered, out, axes, dims)


def _components(factors: list[tuple[Tensor, Slots]], carried: set[int]) -> list[list[tuple[Tensor, Slots]]]:
    """Return the factors that an output reaches, then every other component."""
    parts: list[list[tuple[Tensor, Slots]]] = []
    rest = [(factor, {axis for group in factor[1] for axis in group}) for factor in factors]
    reached = set(carried)
    while True:
        known = -1
        while known < len(reached):
            known = len(reached)
            for _, axes in rest:
                if not reached.isdisjoint(axes):
                    reached |= axes
        parts.append([factor for factor, axes in rest if not reached.isdisjoint(axes)])
        rest = [(factor, axes) for factor, axes in rest if reached.isdisjoint(axes)]
        if not rest:
            return parts
        reached = set(rest[0][1])


def _monomial(
    coefficient: Fraction,
    scalars: dict[Tensor, Fraction],
    factors: tuple[tuple[Tensor, Slots], ...],
    out: Slots,
    axes: tuple[Dimension, ...],
    dims: tuple[Dimension, ...],
) -> Tensor:
    items = list(scalars.items())
    if len(items) > 1:
        items.sort(key=_by_digest)
    if len(items) > MAX_SCALARS:
        half = len(items) // 2
        items = sorted(((_sealed(items[:half]), ONE), (_sealed(items[half:]), ONE)), key=_by_digest)
    if coefficient == 1:
        lone = bare(items, factors, out)
        if lone is not None:
            return lone
    return contraction_node(dims, coefficient, tuple(items), factors, out, axes)


def _by_digest(item: tuple[Tensor, Fraction]) -> tuple[int, Fraction]:
    return item[0].digest, item[1]


def _sealed(items: list[tuple[Tensor, Fraction]]) -> Tensor:
    """Return the product of many scalars as a balanced tree, so that powers of it stay small."""
    if len(items) == 1:
        base, exponent = items[0]
        return base if exponent == 1 else pow_of(base, exponent)
    if len(items) > MAX_SCALARS:
        half = len(items) // 2
        items = sorted(((_sealed(items[:half]), ONE), (_sealed(items[half:]), ONE)), key=_by_digest)
    return contraction_node((), ONE, tuple(items), (), (), ())


def add(terms: Iterable[tuple[Fraction | int, Tensor]], dims: tuple[Dimension, ...]) -> Tensor:
    """Return Σ cᵢ·termᵢ, like terms merged, with its content and sign pulled out."""
    collected: dict[Tensor, Fraction] = {}
    pending = [(exact(c), t) for c, t in terms]
    pending.reverse()
    while pending:
        factor, tensor = pending.pop()
        if is_zero(tensor):
            continue
        content, unit = split_coefficient(tensor)
        summands = _as_sum(unit)
        if summands is not None:
            outer = times(factor, content)
            pending.extend([(times(outer, c), t) for c, t in summands])
            continue
        present, share = collected.get(unit), times(factor, content)
        collected[unit] = share if present is None else present + share
    items = [(c, t) for t, c in collected.items() if c]
    if not items:
        return zero(dims)
    return scale(*items[0]) if len(items) == 1 else normalized_sum(items, dims)


def _as_sum(unit: Tensor) -> tuple[tuple[Fraction, Tensor], ...] | None:
    """Return the terms when a tensor is a sum and nothing else."""
    return unit.terms if isinstance(unit, Add) else None


def power(base: Tensor, exponent: Fraction | Tensor) -> Tensor:
    """Return base^exponent entry by entry, simplified where that holds everywhere."""
    if isinstance(exponent, Tensor):
        value = constant_value(exponent)
        if value is None or exponent.order > base.order:
            return pow_of(base, exponent)
        exponent = value
    if exponent == 0:
        return constant(1, base.dims)
    if exponent == 1:
        return base
    value = constant_value(base)
    if value is not None:
        if not value and exponent < 0:  # no power of 1/0 is another value than 1/0
            exponent = MINUS_ONE
        folded = folded_power(value, exponent)
        return pow_of(base, exponent) if folded is None else constant(folded, base.dims)
    if isinstance(base, Pow) and isinstance(base.exponent, Fraction):
        inner = base.exponent
        if exponent.denominator == 1 or inner.denominator != 1 or is_nonnegative(base.base):
            return power(base.base, inner * exponent)
        if inner.numerator % 2 == 0 and (inner * exponent).denominator == 1:
            return power(map_of(ABS, base.base), inner * exponent)
    if isinstance(base, Contraction) and _entrywise(base):
        return _power_of_monomial(base, exponent)
    logistic = logistic_argument(base) if exponent.denominator == 1 and exponent < 0 else None
    if logistic is not None:
        return power(map_of(SIGMOID, scale(-1, logistic)), -exponent)
    return pow_of(base, exponent)


def _entrywise(base: Contraction) -> bool:
    """Tell a product entry by entry: nothing summed, no deltas, no fused axes."""
    flat = [a for group in base.out for a in group]
    return len(flat) == len(base.out) == len(set(flat)) == len(base.axes)


def _power_of_monomial(base: Contraction, exponent: Fraction) -> Tensor:
    if exponent.denominator == 1 and abs(exponent) <= LARGEST_EXPONENT:
        scalars = [(s, e * exponent) for s, e in base.scalars]
        factors = [(power(t, exponent), slots) for t, slots in base.factors]
        return contract(base.coefficient**exponent.numerator, scalars, factors, base.out, base.axes)
    root = folded_power(base.coefficient, exponent) if base.coefficient > 0 else None
    if root is None:
        return pow_of(base, exponent)
    return scale(root, pow_of(with_coefficient(base, ONE), exponent))
