"""Formulas whose sizes do not fit: typeset as they were written, and told apart.

Such a text has no meaning, only a syntax tree. Two of them are the same wrong answer when they agree
as soon as all sizes are equal, or else when their trees do, up to the order of terms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from frechet.course.exercises.names import Names
from frechet.course.exercises.points import Points, drawn_points
from frechet.errors import FrechetError
from frechet.expressions.nodes import Expr
from frechet.expressions.traversal import symbols_of
from frechet.language.declarations import size_names
from frechet.language.names import NAME
from frechet.language.syntax import Binary, Call, Name, Num, Postfix, Tree, Unary, walk
from frechet.language.trees import program_of
from frechet.notation.latex import latex_of_name

Key: TypeAlias = tuple[object, ...]

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 6)
_SIGNS: Final = {"*": r"\,", ".*": r" \odot ", "./": r" \oslash ", "/": " / "}
_TEMPLATES: Final = {
    "sqrt": r"\sqrt{{{0}}}",
    "norm2": r"\left\|{0}\right\|_2",
    "norm": r"\left\|{0}\right\|_2",
}
_ONE_SIZE: Final = "n"
_POINTS: Final = 2
_WORD: Final = re.compile(NAME)


def tree_of(text: str, names: Names, syntax: str = "text") -> Tree | None:
    """Return the syntax tree of a text, None if it has none."""
    try:
        return program_of(text, names.scope().symbols, syntax).formula
    except FrechetError:
        return None


def sketched(root: Tree) -> str:
    """Return LaTeX for a syntax tree, whatever its sizes."""
    done: dict[Tree, tuple[str, int]] = {}
    for node in walk(root):
        done[node] = _written(node, done)
    return done[root][0]


def _written(node: Tree, done: Mapping[Tree, tuple[str, int]]) -> tuple[str, int]:
    match node:
        case Num(value):
            return str(value), _ATOM if value.denominator == 1 else _PRODUCT
        case Name(text):
            return latex_of_name(text), _ATOM
        case Unary(op, operand):
            return f"{op}{_bracketed(done[operand], _SIGN)}", _SIGN
        case Postfix(operand):
            return rf"{_bracketed(done[operand], _ATOM)}^{{\top}}", _POWER
        case Binary("+" | "-" as op, left, right):
            return f"{_bracketed(done[left], _SUM)} {op} {_bracketed(done[right], _PRODUCT)}", _SUM
        case Binary("^" | ".^" as op, left, right):
            mark = r"\odot " if op == ".^" else ""
            return f"{_bracketed(done[left], _ATOM)}^{{{mark}{done[right][0]}}}", _POWER
        case Binary(op, left, right):
            sign = _SIGNS[op]
            if op == "*" and done[right][0][:1].isdigit():
                sign = r" \cdot "
            return f"{_bracketed(done[left], _PRODUCT)}{sign}{_bracketed(done[right], _SIGN)}", _PRODUCT
        case Call():
            return _call(node, done)


def _call(node: Call, done: Mapping[Tree, tuple[str, int]]) -> tuple[str, int]:
    inside = [done[argument] for argument in node.arguments if argument in done]
    match node.function:
        case "inv" | "inverse" if len(inside) == 1:
            return f"{_bracketed(inside[0], _ATOM)}^{{-1}}", _POWER
        case "eye":
            return "I", _ATOM
        case "vector" | "matrix":
            return rf"\mathbf{{{inside[0][0]}}}", _ATOM
        case name if name in _TEMPLATES:
            return _TEMPLATES[name].format(inside[0][0]), _ATOM
        case name:
            arguments = ", ".join(text for text, _ in inside)
            return rf"\operatorname{{{name}}}\left({arguments}\right)", _ATOM


def _bracketed(written: tuple[str, int], strength: int) -> str:
    text, binds = written
    return text if binds >= strength else rf"\left({text}\right)"


def same_wrong_text(left: str, right: str, names: Names, syntax: str = "text") -> bool:
    """Tell whether two texts whose sizes do not fit say the same."""
    a, b = squared(left, names, syntax), squared(right, names, "text")
    if a is not None and b is not None:
        return a.shape == b.shape and _agree(a, b)
    first, second = tree_of(left, names, syntax), tree_of(right, names)
    return first is not None and second is not None and key_of(first) == key_of(second)


def squared(text: str, names: Names, syntax: str = "text") -> Expr | None:
    """Return what a text means when all sizes are equal, None if it has no meaning even then."""
    sizes = size_names(names.symbols)

    def alike(written: str) -> str:
        return _WORD.sub(lambda word: _ONE_SIZE if word.group() in sizes else word.group(), written)

    square = Names(
        {name: alike(kind) for name, kind in names.declared.items()},
        {name: alike(part) for name, part in names.where.items()},
        names.by,
    )
    try:
        return square.scope(syntax).expression(alike(text))
    except FrechetError:
        return None


def _agree(left: Expr, right: Expr) -> bool:
    symbols = list(symbols_of(left, right).values())
    try:
        return Points(tuple(drawn_points([left, right], symbols, (), _POINTS))).agree(left, right)
    except FrechetError:
        return left is right


def key_of(root: Tree) -> Key:
    """Return what tells trees apart: the operations, with the terms of a sum in a fixed order."""
    done: dict[Tree, Key] = {}
    for node in walk(root):
        done[node] = _key(node, done)
    return done[root]


def _key(node: Tree, done: Mapping[Tree, Key]) -> Key:
    match node:
        case Num(value):
            return ("number", str(value))
        case Name(text):
            return ("name", text)
        case Unary("+", operand):
            return done[operand]
        case Unary(_, operand):
            return ("sum", ("-", done[operand]))
        case Postfix(operand):
            return ("'", done[operand])
        case Binary("+" | "-" as op, left, right):
            before = done[left][1:] if done[left][0] == "sum" else (("+", done[left]),)
            return ("sum", *sorted([*before, (op, done[right])], key=repr))
        case Binary(op, left, right):
            return (op, done[left], done[right])
        case Call():
            return (node.function, node.axis, *(done[a] for a in node.arguments))
