"""Canonical labelling of a contraction: isomorphic index graphs get the same names.

Axes are vertices, factors are labelled hyperedges. Colours are refined from what each axis
touches until nothing changes (Weisfeiler–Leman); axes that are still alike are told apart by
trying each and keeping the smallest certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd
from typing import Final, TypeAlias

from frechet.expressions.exact import ONE
from frechet.expressions.nodes import digest_of_text
from frechet.limits import spend
from frechet.shapes import Dimension
from frechet.tensors.nodes import Slots, Tensor

Factors: TypeAlias = Sequence[tuple[Tensor, Slots]]
Symmetry: TypeAlias = Callable[[Tensor], int]
_Labelled: TypeAlias = tuple[int, tuple[tuple[Tensor, Slots], ...], Slots, tuple[Dimension, ...]]
_Certificate: TypeAlias = tuple[tuple[tuple[int, Slots], ...], Slots]
MAX_BRANCHES: Final = 64
LONGEST_DENOMINATOR: Final = 10_000


def canonical(factors: Factors, out: Slots, axes: Sequence[Dimension], symmetry: Symmetry) -> _Labelled:
    """Return (sign, factors, out, axes) in canonical labelling.

    `symmetry(tensor)` is +1 for a symmetric matrix, −1 for a skew one, 0 otherwise; swapping the
    axes of a skew factor changes the sign. The sign is 0 where a relabelling that changes nothing
    else changes it: x′Wx vanishes for a skew W.
    """
    if not factors and not out:
        return 1, (), (), ()
    used = _used_axes(factors, out)
    outputs = list(dict.fromkeys([axis for group in out for axis in group]))
    if len(used) <= len(outputs) + 1:  # outputs are told apart by their places
        return _relabel(factors, out, axes, used, symmetry)
    colors = _initial_colors(used, out, axes)
    if len(set(colors.values())) == len(colors):
        summed = sorted(used[len(outputs) :], key=colors.__getitem__)
        return _relabel(factors, out, axes, [*outputs, *summed], symmetry)
    incidence = _incidence(factors, symmetry)
    colors = _refine(colors, incidence)
    best: tuple[_Certificate, _Labelled] | None = None
    for ordering in _orderings(colors, incidence, outputs):
        labelled = _relabel(factors, out, axes, ordering, symmetry)
        key = tuple(_factor_key(f) for f in labelled[1]), labelled[2]
        if best is None or key < best[0]:
            best = (key, labelled)
        elif key == best[0] and labelled[0] != best[1][0]:
            return (0, *labelled[1:])
    assert best is not None
    return best[1]


def _used_axes(factors: Factors, out: Slots) -> list[int]:
    placed = [out, *[slots for _, slots in factors]]
    return list(dict.fromkeys([axis for slots in placed for group in slots for axis in group]))


_Touch: TypeAlias = tuple[int, int, tuple[int, ...]]


def _incidence(factors: Factors, symmetry: Symmetry) -> dict[int, list[_Touch]]:
    """For each axis: (factor digest, own position, the other axes in order), once per place."""
    found: dict[int, list[_Touch]] = {}
    for tensor, slots in factors:
        flat = [axis for group in slots for axis in group]
        shape_digest = (
            tensor.digest if len(flat) == len(slots) else hash((tensor.digest, tuple(map(len, slots))))
        )
        alike = len(slots) == 2 and symmetry(tensor) != 0
        for place, axis in enumerate(flat):
            others = tuple(flat[:place] + flat[place + 1 :])
            found.setdefault(axis, []).append((shape_digest, 0 if alike else place, others))
    return found


def _initial_colors(used: list[int], out: Slots, axes: Sequence[Dimension]) -> dict[int, int]:
    places: dict[int, list[tuple[int, int]]] = {axis: [] for axis in used}
    for position, group in enumerate(out):
        for depth, axis in enumerate(group):
            places[axis].append((position, depth))
    return {
        axis: hash(
            (
                axes[axis] if isinstance(axes[axis], int) else digest_of_text(str(axes[axis])),
                tuple(places[axis]),
            )
        )
        for axis in used
    }


def _refine(colors: dict[int, int], incidence: dict[int, list[_Touch]]) -> dict[int, int]:
    classes = len(set(colors.values()))
    while classes < len(colors):
        spend()
        colors = {
            axis: hash(
                (
                    color,
                    tuple(
                        sorted(
                            (digest, place, tuple(colors[o] for o in others))
                            for digest, place, others in incidence.get(axis, ())
                        )
                    ),
                )
            )
            for axis, color in colors.items()
        }
        finer = len(set(colors.values()))
        if finer == classes:
            break
        classes = finer
    return colors


def _orderings(
    colors: dict[int, int], incidence: dict[int, list[_Touch]], outputs: list[int]
) -> list[list[int]]:
    """Return candidate orders, outputs first, one per way of telling tied axes apart (bounded)."""
    fixed = set(outputs)
    finished: list[list[int]] = []
    pending = [colors]
    while pending and len(finished) < MAX_BRANCHES:
        current = pending.pop()
        tie = _first_tie(current)
        if tie is None:
            summed = [axis for axis in current if axis not in fixed]
            finished.append([*outputs, *sorted(summed, key=current.__getitem__)])
            continue
        for axis in tie if len(pending) < MAX_BRANCHES else tie[:1]:
            marked = dict(current)
            marked[axis] = hash((marked[axis], 1))
            pending.append(_refine(marked, incidence))
    return finished


def _first_tie(colors: dict[int, int]) -> list[int] | None:
    classes: dict[int, list[int]] = {}
    for axis, color in colors.items():
        classes.setdefault(color, []).append(axis)
    if len(classes) == len(colors):
        return None
    tied = min(color for color, members in classes.items() if len(members) > 1)
    return classes[tied]


def _relabel(
    factors: Factors, out: Slots, axes: Sequence[Dimension], ordering: list[int], symmetry: Symmetry
) -> _Labelled:
    names = {axis: name for name, axis in enumerate(ordering)}
    sign = 1
    renamed = []
    for tensor, slots in factors:
        new = tuple([tuple([names[a] for a in group]) for group in slots])
        if len(new) == 2 and new[0] > new[1]:
            kind = symmetry(tensor)
            if kind:
                new = (new[1], new[0])
                sign *= kind
        renamed.append((tensor, new))
    renamed.sort(key=_factor_key)
    new_out = tuple([tuple([names[a] for a in group]) for group in out])
    return sign, tuple(renamed), new_out, tuple([axes[a] for a in ordering])


def _factor_key(entry: tuple[Tensor, Slots]) -> tuple[int, Slots]:
    return (entry[0].digest, entry[1])


def primitive_content(coefficients: Sequence[Fraction]) -> Fraction:
    """Return the positive gcd of rational numbers: dividing by it leaves coprime integers.

    Long decimals have no common factor that anybody would write: then it is 1.
    """
    if all(value is ONE for value in coefficients):
        return ONE
    numerator, denominator = 0, 1
    for value in coefficients:
        numerator = gcd(numerator, abs(value.numerator))
        denominator = denominator * value.denominator // gcd(denominator, value.denominator)
    return ONE if denominator > LONGEST_DENOMINATOR else Fraction(numerator, denominator)
