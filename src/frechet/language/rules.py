"""A function's own shape rule, applied to sizes that may still be open.

The rule is asked with names standing in for what is open. Where it refuses, open sizes are made
equal (square first, then all arguments alike) and it is asked again, so that `tr(X)` makes X
square and `dot(x, y)` makes x as long as y, without a second table of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from frechet.errors import FrechetError
from frechet.expressions.function import AbstractFunction
from frechet.language.sizes import ONE, Size, SizePair, dimension, find, is_one, product
from frechet.shapes import Dimension, factors_of

SIZE_NAMES: Final = "mnpqrstuvwkl"
Unify: TypeAlias = Callable[[Size, Size], bool]


def apply_rule(
    function: AbstractFunction, shapes: Sequence[SizePair], unify: Unify
) -> SizePair | FrechetError:
    """Return the value's shape, or what the function says against its arguments."""
    answer = _ask(function, shapes)
    for make_equal in (_make_square, _make_alike):
        if isinstance(answer, FrechetError) and make_equal(shapes, unify):
            answer = _ask(function, shapes)
    if isinstance(answer, FrechetError):
        readable = _ask(function, shapes, readable=True)
        return readable if isinstance(readable, FrechetError) else answer
    return answer


def _make_square(shapes: Sequence[SizePair], unify: Unify) -> bool:
    if any(is_one(rows) != is_one(columns) for rows, columns in shapes):
        return False
    outcomes = [unify(rows, columns) for rows, columns in shapes]
    return all(outcomes)


def _make_alike(shapes: Sequence[SizePair], unify: Unify) -> bool:
    first = shapes[0]
    outcomes = [unify(first[i], other[i]) for other in shapes[1:] for i in (0, 1)]
    return all(outcomes)


def _ask(
    function: AbstractFunction, shapes: Sequence[SizePair], readable: bool = False
) -> SizePair | FrechetError:
    """Return the rule's answer; open sizes stand in as `?0`, `?1`, or m, n for a message."""
    names: dict[Size, str] = {}

    def stand_in(size: Size) -> Dimension:
        value, root = dimension(size), find(size)
        if value is not None:
            return value
        if root not in names:
            names[root] = SIZE_NAMES[len(names) % len(SIZE_NAMES)] if readable else f"?{len(names)}"
        return names[root]

    try:
        answer = function.shape_of(*((stand_in(rows), stand_in(columns)) for rows, columns in shapes))
    except FrechetError as error:
        return error
    roots = {name: root for root, name in names.items()}
    return _restored(answer[0], roots), _restored(answer[1], roots)


def _restored(answer: Dimension, roots: Mapping[str, Size]) -> Size:
    """Turn a dimension with stand-ins back into sizes."""
    result = ONE
    for factor in factors_of(answer):
        known = roots.get(factor) if isinstance(factor, str) else None
        result = product(result, known if known is not None else Size(factor))
    return result
