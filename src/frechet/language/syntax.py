"""The syntax tree: what a formula says before its names have meaning.

The text reader and the LaTeX reader make the same tree; shape inference and building start from
it. Every node knows its place in the input, `start` inclusive, `end` exclusive. A tree can be
as deep as the input is long, so walk it with `walk` or an explicit stack, never by recursion.
Transposition is `Postfix`, an inverse is `Binary("^", x, Unary("-", Num(1)))`, an identity
`Call("eye", ())`, a vector of ones `Call("vector", (Num(1),))`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["+", "-", "*", ".*", "/", "./", "^", ".^"]
AxisName: TypeAlias = Literal["rows", "columns"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Num:
    """An exact number."""

    value: Fraction
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Name:
    """A name: a symbol, a constant such as `pi`, or a size where a size is expected."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unary:
    """A sign in front: `-x`, `+x`."""

    op: Literal["+", "-"]
    operand: Tree
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Postfix:
    """A transpose: `x'`."""

    operand: Tree
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binary:
    """Two operands; `op_start` is the place of the operator itself."""

    op: Operator
    left: Tree
    right: Tree
    start: int
    end: int
    op_start: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """A function of the table or a constant (`eye`, `vector`, `matrix`) with its arguments.

    `axis` is the word after the arguments of a reduction; the name ends at `name_end`.
    """

    function: str
    arguments: tuple[Tree, ...]
    axis: AxisName | None
    start: int
    end: int
    name_end: int


Tree: TypeAlias = Num | Name | Unary | Postfix | Binary | Call


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binding:
    """One `name = formula` of a `where` list."""

    name: Name
    value: Tree


def parts(tree: Tree) -> tuple[Tree, ...]:
    """Return the operands of a node, left to right."""
    match tree:
        case Num() | Name():
            return ()
        case Unary() | Postfix():
            return (tree.operand,)
        case Binary():
            return (tree.left, tree.right)
        case Call():
            return tree.arguments


def walk(root: Tree) -> Iterator[Tree]:
    """Yield every node, operands before the node that uses them, left to right."""
    order, stack = list[Tree](), [root]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(parts(node))
    return reversed(order)
