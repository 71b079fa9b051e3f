"""How smooth a formula is in some of its symbols, as far as its functions tell.

|u| and max(0, u) are zero where they have their kink, so that their squares have a continuous
gradient: that is enough for methods which need Hessians only as models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from frechet.expressions.nodes import Apply, ElementwisePower, Expr, Number, Power, Product, Symbol, Transpose
from frechet.expressions.traversal import postorder
from frechet.functions.elementwise import ABS, RELU
from frechet.functions.norms import NORM2

ZERO_AT_THEIR_KINK: Final = (ABS, RELU)


def is_smooth(root: Expr, variables: Collection[Symbol], *, norms_are_smooth: bool = True) -> bool:
    """Tell whether no function with a kink depends on one of the variables.

    A norm has a kink at zero only, where an optimum seldom lies; a proof may not leave that out.
    """
    return not any(
        not (norms_are_smooth and kink.function.smooth_when_squared) for kink in _kinks(root, variables)
    )


def has_continuous_gradient(root: Expr, variables: Collection[Symbol]) -> bool:
    """Tell whether kinks occur only in squares that smooth them."""
    parents: dict[Expr, list[Expr]] = {}
    for node in postorder(root):
        for child in node.children:
            parents.setdefault(child, []).append(node)
    return all(
        kink.function.smooth_when_squared
        or (kink.function in ZERO_AT_THEIR_KINK and _is_squared(kink, parents))
        for kink in _kinks(root, variables)
    )


def _kinks(root: Expr, variables: Collection[Symbol]) -> Iterator[Apply]:
    moving: set[Expr] = set()
    for node in postorder(root):
        if node in variables or any(child in moving for child in node.children):
            moving.add(node)
            if isinstance(node, Apply) and not node.function.smooth:
                yield node


def _is_squared(node: Expr, parents: dict[Expr, list[Expr]]) -> bool:
    above = parents.get(node, [])
    return bool(above) and all(_squares(parent, node, parents) for parent in above)


def _squares(parent: Expr, node: Expr, parents: dict[Expr, list[Expr]]) -> bool:
    match parent:
        case Power(_, Number(value)) | ElementwisePower(_, Number(value)):
            return value >= 2
        case Apply(function, _):
            return function is NORM2 and _is_squared(parent, parents)
        case Transpose():
            return all(_squares(above, node, parents) for above in parents.get(parent, []))
        case Product(_, _, (Transpose(inner), last)):
            return inner is node and last is node
        case _:
            return False
