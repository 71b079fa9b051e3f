"""`eye`, `vector` and `matrix`: constants whose sizes are stated or follow from the context."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Final

from frechet.language.declarations import LARGEST_SIZE
from frechet.language.sizes import ONE, Size, SizePair
from frechet.language.source import Source
from frechet.language.syntax import Binary, Call, Name, Num, Tree, parts
from frechet.language.vocabulary import CONSTANTS
from frechet.shapes import Dimension, times

EXAMPLES: Final = {"eye": "eye(n)", "vector": "vector(1, n)", "matrix": "matrix(1, m, n)"}
_COUNT: Final = {"eye": 1, "vector": 1, "matrix": 2}


def values_of(tree: Tree) -> tuple[Tree, ...]:
    """Return the operands of a node that are values, not sizes."""
    if isinstance(tree, Call) and tree.function in CONSTANTS:
        return () if tree.function == "eye" else tree.arguments[:1]
    return parts(tree)


def walk_values(root: Tree) -> Iterator[Tree]:
    """Yield every node that is a value, operands first, left to right."""
    order, stack = list[Tree](), [root]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(values_of(node))
    return reversed(order)


def sizes_of_constant(
    node: Call, stated: Sequence[Tree], variables: Container[str], source: Source
) -> list[Size]:
    """Return the stated sizes, or open ones.

    Raises:
        ShapeError: there are too many or too few, or one is not a size.
    """
    wanted = _COUNT[node.function]
    if stated and len(stated) != wanted:
        source.fail(
            node,
            f"{node.function} takes {wanted} {'size' if wanted == 1 else 'sizes'}, not {len(stated)}",
            f"Write {EXAMPLES[node.function]}.",
        )
    if not stated:
        return [Size() for _ in range(wanted)]
    return [Size(_dimension(tree, variables, source)) for tree in stated]


def shape_of_constant(name: str, sizes: Sequence[Size]) -> SizePair:
    if name == "eye":
        return (sizes[0], sizes[0])
    return (sizes[0], ONE) if name == "vector" else (sizes[0], sizes[1])


def names_of_sizes(stated: Sequence[Tree]) -> list[Name]:
    """Return the names that stand in stated sizes."""
    found, stack = list[Name](), list(stated)
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            found.append(node)
        elif isinstance(node, Binary):
            stack.extend((node.right, node.left))
    return found


def _dimension(tree: Tree, variables: Container[str], source: Source) -> Dimension:
    """Read a size: a whole number, a name, or a product of them."""
    result: Dimension = 1
    stack = [tree]
    while stack:
        node = stack.pop()
        match node:
            case Num(value) if value.denominator == 1 and 1 <= value <= LARGEST_SIZE:
                result = times(result, int(value))
            case Name(name) if name in variables:
                source.fail(
                    node,
                    f"{source.quote(node)} is a variable, and a size is due here",
                    "Write the name of a size, such as n.",
                )
            case Name(name):
                result = times(result, name)
            case Binary("*", left, right):
                stack.extend((right, left))
            case _:
                source.fail(
                    node,
                    f"{source.quote(node)} is not a size",
                    "A size is a whole number, a name such as n, or a product such as m*n.",
                )
    return result
