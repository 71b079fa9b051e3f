"""Mends of a line as it was written: one slip of the pen undone.

A wrong line that one small edit makes right shows which slip it was: a transpose put in or taken
away, neighbors exchanged, a sign turned, `*` for `.*`, a number times the identity. The edits are
made on the syntax tree, so that a line whose sizes do not fit can be mended as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Final, NamedTuple

from frechet.derivations.mistakes import catalogue as names
from frechet.derivations.mistakes.catalogue import Mistake
from frechet.language.syntax import Binary, Call, Name, Num, Operator, Postfix, Tree, Unary, parts, walk

MOST_PAIRED: Final = 8
MOST_FACTORS: Final = 8
_TRACES: Final = ("tr", "trace")
_INVERSES: Final = ("inv", "inverse")
_CONFUSED: Final = {
    "exp": ("expm", names.ELEMENTWISE),
    "expm": ("exp", names.ELEMENTWISE),
    "det": ("logdet", names.LOGDET_CONFUSED),
    "logdet": ("det", names.LOGDET_CONFUSED),
}
_PRODUCTS: Final = ("*", ".*")
_SUMS: Final = ("+", "-")


class Mend(NamedTuple):
    """A mended line, the name of the slip, and the place and text that changed."""

    mistake: Mistake
    tree: Tree
    place: tuple[int, int]


def transposes(root: Tree) -> Iterator[Mend]:
    """Yield the line with transposes put in or taken away: one, all of one name, or two."""
    edits = list(_toggles(root))
    for node, new, mistake in edits:
        yield Mend(mistake, _replaced(root, {node: new}), (node.start, node.end))
    by_text: dict[str, dict[Tree, Tree]] = {}
    for node, new, _ in edits:
        text = _text(
            new.operand if isinstance(new, Postfix) else node.operand if isinstance(node, Postfix) else node
        )
        by_text.setdefault(text, {})[node] = new
    for changes in by_text.values():
        if len(changes) > 1:
            yield Mend(names.TRANSPOSE_MISSING, _replaced(root, changes), (root.start, root.end))
    small = [edit for edit in edits if not isinstance(edit[0], Binary)][:MOST_PAIRED]
    for (one, new, mistake), (other, newer, _) in combinations(small, 2):
        yield Mend(mistake, _replaced(root, {one: new, other: newer}), (one.start, other.end))


def _toggles(root: Tree) -> Iterator[tuple[Tree, Tree, Mistake]]:
    inside = {part.operand for part in walk(root) if isinstance(part, Postfix)}
    for node in walk(root):
        match node:
            case Postfix(operand):
                yield node, operand, names.TRANSPOSE_ADDED
            case Name() | Call() | Binary() if node not in inside:
                yield node, Postfix(node, node.start, node.end), names.TRANSPOSE_MISSING


def without_sizes(root: Tree) -> Tree:
    """Return the tree with the sizes of constants left to be inferred: `vector(1, m)` is `vector(1)`."""
    kept = {"vector": 1, "matrix": 1, "eye": 0}
    changes: dict[Tree, Tree] = {}
    for node in walk(root):
        if isinstance(node, Call) and len(node.arguments) > kept.get(node.function, len(node.arguments)):
            arguments = node.arguments[: kept[node.function]]
            changes[node] = Call(node.function, arguments, node.axis, node.start, node.end, node.name_end)
    return _replaced(root, changes) if changes else root


def orders(root: Tree) -> Iterator[Mend]:
    """Yield the line with one factor of a product moved to another place."""
    traced = _inside_traces(root)
    for node, chain in _chains(root, "*"):
        name = names.NOT_CYCLIC if node in traced else names.COMMUTED
        seen: set[tuple[int, ...]] = {tuple(range(len(chain)))}
        for i in range(len(chain)):
            for j in range(len(chain)):
                places = [k for k in range(len(chain)) if k != i]
                places.insert(j, i)
                if tuple(places) not in seen and len(chain) <= MOST_FACTORS:
                    seen.add(tuple(places))
                    new = _chained([chain[k] for k in places], "*")
                    yield Mend(name, _replaced(root, {node: new}), (node.start, node.end))
        if len(chain) > 2:
            reversed_chain = _chained(chain[::-1], "*")
            yield Mend(names.CHAIN_ORDER, _replaced(root, {node: reversed_chain}), (node.start, node.end))
    for node in walk(root):
        if isinstance(node, Call) and len(node.arguments) == 2:
            swapped = Call(
                node.function, node.arguments[::-1], node.axis, node.start, node.end, node.name_end
            )
            name = names.ROWWISE_VEC if node.function == "kron" else names.COMMUTED
            yield Mend(name, _replaced(root, {node: swapped}), (node.start, node.end))


def signs(root: Tree) -> Iterator[Mend]:
    """Yield the line with one sign turned."""
    for node in walk(root):
        new: Tree | None = None
        if isinstance(node, Binary) and node.op in _SUMS:
            new = _binary("-" if node.op == "+" else "+", node.left, node.right)
        elif isinstance(node, Unary):
            new = node.operand
        elif node is _first_term(root) or isinstance(node, Name):
            new = Unary("-", node, node.start, node.end)
        if new is not None:
            yield Mend(names.SIGN, _replaced(root, {node: new}), (node.start, node.end))


def _first_term(root: Tree) -> Tree:
    while isinstance(root, Binary) and root.op in _SUMS:
        root = root.left
    return root


def products(root: Tree) -> Iterator[Mend]:
    """Yield the line with an elementwise product in place of a matrix product, or the reverse."""
    for node in walk(root):
        if not isinstance(node, Binary) or node.op not in _PRODUCTS:
            continue
        place = (node.start, node.end)
        other: Operator = ".*" if node.op == "*" else "*"
        news = [_binary(other, node.left, node.right)]
        news += [
            _binary("*", _call("diag", node.left), node.right),
            _binary("*", node.left, _call("diag", node.right)),
        ]
        for new in news:
            yield Mend(names.ELEMENTWISE, _replaced(root, {node: new}), place)


def terms(root: Tree, varying: frozenset[str]) -> Iterator[Mend]:
    """Yield the line with a term dropped, scaled, or multiplied by the identity."""
    stated = {part.value for part in walk(root) if isinstance(part, Num) and part.value}
    numbers = sorted({Fraction(2), Fraction(1, 2), *stated, *(1 / value for value in stated)} - {Fraction(1)})
    for node in walk(root):
        if not isinstance(node, Binary) or node.op not in _SUMS:
            continue
        for side, other in ((node.right, node.left), (node.left, node.right)):
            place = (side.start, side.end)
            kept = (
                other if side is node.right or node.op == "+" else Unary("-", other, other.start, other.end)
            )
            free = not any(isinstance(part, Name) and part.text in varying for part in walk(side))
            name = names.CONSTANT_KEPT if free else names.COUNTED_TWICE
            yield Mend(name, _replaced(root, {node: kept}), place)
            unit = _binary("*", side, Call("eye", (), None, side.end, side.end, side.end))
            yield Mend(names.IDENTITY_MISSING, _replaced(root, {side: unit}), place)
            for constant in ("vector", "matrix"):
                ones = Call(
                    constant, (Num(Fraction(1), side.end, side.end),), None, side.end, side.end, side.end
                )
                yield Mend(names.SHAPE, _replaced(root, {side: _binary("*", side, ones)}), place)
            for factor in numbers:
                scaled = _binary("*", Num(factor, side.start, side.start), side)
                yield Mend(names.FACTOR_LOST, _replaced(root, {side: scaled}), place)


def inverses(root: Tree) -> Iterator[Mend]:
    """Yield the line with an inverse put in or taken away."""
    for node in walk(root):
        match node:
            case Call(function, (operand,)) if function in _INVERSES:
                for new in (operand, Postfix(operand, node.start, node.end)):
                    yield Mend(names.INVERSE_MISPLACED, _replaced(root, {node: new}), (node.start, node.end))
            case Name():
                inverted = _call("inv", node)
                yield Mend(names.INVERSE_MISPLACED, _replaced(root, {node: inverted}), (node.start, node.end))
            case _:
                continue


def functions(root: Tree) -> Iterator[Mend]:
    """Yield the line with one function in place of another that it is often taken for."""
    for node in walk(root):
        if isinstance(node, Call) and node.function in _CONFUSED:
            other, mistake = _CONFUSED[node.function]
            new = Call(other, node.arguments, node.axis, node.start, node.end, node.name_end)
            yield Mend(mistake, _replaced(root, {node: new}), (node.start, node.end))


def other_names(root: Tree, known: Mapping[str, object]) -> Iterator[Mend]:
    """Yield the line with one name in place of another."""
    for node in walk(root):
        if isinstance(node, Name) and node.text in known:
            for other in known:
                if other != node.text:
                    renamed = Name(other, node.start, node.end)
                    yield Mend(names.WRONG_VARIABLE, _replaced(root, {node: renamed}), (node.start, node.end))


def _inside_traces(root: Tree) -> set[Tree]:
    inside: set[Tree] = set()
    for node in walk(root):
        if isinstance(node, Call) and node.function in _TRACES:
            inside.update(walk(node))
    return inside


def _chains(root: Tree, op: Operator) -> Iterator[tuple[Tree, list[Tree]]]:
    """Yield every product that is not part of a longer one, and its factors."""
    nodes = list(walk(root))
    inner = {
        side
        for node in nodes
        if isinstance(node, Binary) and node.op == op
        for side in (node.left, node.right)
    }
    for node in nodes:
        if isinstance(node, Binary) and node.op == op and node not in inner:
            factors, stack = list[Tree](), list[Tree]([node])
            while stack:
                part = stack.pop()
                if isinstance(part, Binary) and part.op == op:
                    stack.extend((part.right, part.left))
                elif isinstance(part, Binary) and part.op == "^" and _repeats(part.right):
                    factors.extend(_copy(part.left) for _ in range(_repeats(part.right)))
                else:
                    factors.append(part)
            yield node, factors


def _repeats(exponent: Tree) -> int:
    """Return how often a small whole power repeats its base, 0 for other exponents."""
    if isinstance(exponent, Num) and exponent.value in (2, 3):
        return int(exponent.value)
    return 0


def _chained(factors: list[Tree], op: Operator) -> Tree:
    result = factors[0]
    for factor in factors[1:]:
        result = _binary(op, result, factor)
    return result


def _binary(op: Operator, left: Tree, right: Tree) -> Binary:
    return Binary(op, left, right, left.start, right.end, left.end)


def _call(function: str, argument: Tree) -> Call:
    return Call(function, (argument,), None, argument.start, argument.end, argument.start)


def _replaced(root: Tree, changes: Mapping[Tree, Tree]) -> Tree:
    """Return the tree with some nodes exchanged; the nodes themselves are compared, not their text."""
    made: dict[Tree, Tree] = {}
    for node in walk(root):
        if node in changes:
            made[node] = changes[node]
        elif any(made[part] is not part for part in parts(node)):
            made[node] = _with_parts(node, [made[part] for part in parts(node)])
        else:
            made[node] = node
    return made[root]


def _with_parts(node: Tree, new: list[Tree]) -> Tree:
    match node:
        case Unary(op, _, start, end):
            return Unary(op, new[0], start, end)
        case Postfix(_, start, end):
            return Postfix(new[0], start, end)
        case Binary(op, _, _, start, end, op_start):
            return Binary(op, new[0], new[1], start, end, op_start)
        case Call(function, _, axis, start, end, name_end):
            return Call(function, tuple(new), axis, start, end, name_end)
        case _:
            return node


def _copy(root: Tree) -> Tree:
    """Return an equal tree of new nodes: a tree is built from nodes that each stand in one place."""
    made: dict[Tree, Tree] = {}
    for node in walk(root):
        match node:
            case Num(value, start, end):
                made[node] = Num(value, start, end)
            case Name(text, start, end):
                made[node] = Name(text, start, end)
            case _:
                made[node] = _with_parts(node, [made[part] for part in parts(node)])
    return made[root]


def _text(root: Tree) -> str:
    """Return a text that equal trees share."""
    words: list[str] = []
    for node in walk(root):
        match node:
            case Num(value):
                words.append(str(value))
            case Name(text):
                words.append(text)
            case Unary(op) | Binary(op):
                words.append(op)
            case Postfix():
                words.append("'")
            case Call(function, arguments):
                words.append(f"{function}/{len(arguments)}")
    return " ".join(words)
