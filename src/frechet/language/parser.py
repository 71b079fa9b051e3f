"""Tokens to a syntax tree.

Operator precedence with explicit stacks of operands and operators (Dijkstra's shunting yard), so
that nesting costs no recursion. Binding strength, loosest first: `+ -`, then `* / .* ./`, then the
sign, then `^ .^` (right to left). A transpose takes what stands to its left, powers included:
`C^-1'` is `(C^-1)'`.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from frechet.errors import LimitError, ParseError, quoted
from frechet.expressions.function import Axis
from frechet.functions import by_name
from frechet.language.abbreviations import spelled_out
from frechet.language.lexer import Token, number_of, tokens_of
from frechet.language.refusals import (
    bare_function,
    called_variable,
    missing_value,
    refuse,
    second_statement,
    side_by_side,
    unknown_function,
)
from frechet.language.syntax import AxisName, Binary, Binding, Call, Name, Num, Operator, Postfix, Tree, Unary
from frechet.language.vocabulary import CONSTANTS, is_function
from frechet.limits import MAX_NESTING

_SUM, _PRODUCT, _SIGN, _POWER = range(1, 5)
_STRENGTH: Final[dict[str, int]] = {
    "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT,
    ".*": _PRODUCT, "./": _PRODUCT, "^": _POWER, ".^": _POWER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """A formula and the named parts of its `where` list."""

    formula: Tree
    bindings: tuple[Binding, ...] = ()


@dataclass(slots=True)
class _Pending:
    """An operator that waits for its right operand."""

    token: Token
    strength: int
    signs_exponent: bool = False


@dataclass(slots=True)
class _Group:
    """An open parenthesis; a call if it has a name."""

    opening: Token
    name: Token | None
    arguments: list[Tree] = field(default_factory=list)
    operands: list[Tree] = field(default_factory=list)
    pending: list[_Pending] = field(default_factory=list)


def parse(source: object, declared: Container[str] = ()) -> Program:
    """Return the syntax tree of a text; `declared` are the names that are no functions here.

    Raises:
        ParseError: the text is not a formula.
        LimitError: it is too long or too deep.
    """
    tokens = tokens_of(source)
    text = cast(str, source)
    if tokens and tokens[-1].text == ";":
        tokens.pop()
    where = next((i for i, t in enumerate(tokens) if t.kind == "name" and t.text == "where"), None)
    if where is None or "where" in declared:
        return Program(_Parser(text, tokens, declared).formula())
    names = [t.text for i, t in enumerate(tokens[where + 1 : -1], where + 1) if tokens[i + 1].text == "="]
    known = _Both(declared, frozenset(names))
    formula = _Parser(text, tokens[:where], known).formula()
    return Program(formula, tuple(_bindings(text, tokens[where:], known)))


@dataclass(frozen=True, slots=True)
class _Both:
    """The declared names and the names of bound parts together."""

    left: Container[str]
    right: Container[str]

    def __contains__(self, name: object) -> bool:
        return name in self.left or name in self.right


def _bindings(source: str, tokens: list[Token], declared: Container[str]) -> list[Binding]:
    """Read `where name = formula; name = formula`."""
    found, seen, place = list[Binding](), set[str](), 1
    while place < len(tokens):
        head = tokens[place : place + 2]
        if len(head) < 2 or head[0].kind != "name" or head[1].text != "=":
            refuse(
                source,
                tokens[place],
                "after 'where' comes a list of named parts",
                "Write where t = x'*x; u = 2*t.",
            )
        end = next((i for i in range(place, len(tokens)) if tokens[i].text == ";"), len(tokens))
        name = Name(head[0].text, head[0].start, head[0].end)
        if name.text in seen:
            refuse(
                source, head[0], f"{quoted(name.text)} is given twice after 'where'", "Choose another name."
            )
        seen.add(name.text)
        found.append(Binding(name, _Parser(source, tokens[place + 2 : end], declared, head[1].end).formula()))
        place = end + 1
    if not found:
        refuse(source, tokens[0], "nothing follows 'where'", "Write where t = x'*x, or leave 'where' out.")
    return found


class _Parser:
    """One pass over the tokens of one formula."""

    __slots__ = ("declared", "groups", "origin", "source", "tokens")

    def __init__(self, source: str, tokens: list[Token], declared: Container[str], origin: int = 0) -> None:
        self.source = source
        self.tokens = tokens
        self.declared = declared
        self.origin = origin
        self.groups = [_Group(Token("mark", "", origin, origin), None)]

    def formula(self) -> Tree:
        if not self.tokens:
            raise ParseError(
                "there is no formula",
                hint="Write one, for example x'*A*x.",
                position=(self.origin, self.origin),
                source=self.source,
            )
        expects_value, place = True, 0
        while place < len(self.tokens):
            if expects_value:
                expects_value, place = self._value(place)
            else:
                expects_value, place = self._after_value(place)
        if expects_value:
            missing_value(self.source, self.tokens, self.tokens[-1], len(self.groups) > 1)
        if len(self.groups) > 1:
            opening = self.groups[-1].opening
            refuse(self.source, opening, "this ( is never closed", "Add a ) where the group ends.")
        return self._close(self.groups[0])

    def _value(self, place: int) -> tuple[bool, int]:
        """Read what may stand where a value is due; return the next state and place."""
        token, group = self.tokens[place], self.groups[-1]
        match token.kind:
            case "number":
                group.operands.append(Num(number_of(token, self.source), token.start, token.end))
                return False, place + 1
            case "name":
                return self._name(place)
            case "operator" if token.text in "+-":
                before = group.pending[-1] if group.pending else None
                in_exponent = before is not None and (
                    before.signs_exponent
                    or (before.strength == _POWER and self.tokens[place - 1] is before.token)
                )
                group.pending.append(_Pending(token, _SIGN, in_exponent))
                return True, place + 1
            case "mark" if token.text == "(":
                self._open(token, None)
                return True, place + 1
            case _:
                return missing_value(self.source, self.tokens, token, len(self.groups) > 1)

    def _name(self, place: int) -> tuple[bool, int]:
        token, group = self.tokens[place], self.groups[-1]
        following = self.tokens[place + 1] if place + 1 < len(self.tokens) else None
        calls = following is not None and following.text == "("
        if token.text in self.declared:
            if calls:
                called_variable(self.source, token)
        elif calls:
            if not (is_function(token.text) or token.text in CONSTANTS):
                raise unknown_function(token.text, token, self.source)
            assert following is not None
            self._open(following, token)
            return self._maybe_empty_call(place + 2)
        elif is_function(token.text) or (token.text in CONSTANTS and token.text != "eye"):
            bare_function(self.source, token, following)
        elif token.text == "eye":
            group.operands.append(Call("eye", (), None, token.start, token.end, token.end))
            return False, place + 1
        group.operands.append(Name(token.text, token.start, token.end))
        return False, place + 1

    def _maybe_empty_call(self, place: int) -> tuple[bool, int]:
        """After `name(`: only `eye()` may be empty."""
        group = self.groups[-1]
        assert group.name is not None
        if place < len(self.tokens) and self.tokens[place].text == ")":
            if group.name.text != "eye":
                name = group.name.text
                refuse(self.source, group.name, f"{name}() has no argument", f"Write {name}(x).")
            self.groups.pop()
            end = self.tokens[place].end
            self.groups[-1].operands.append(Call("eye", (), None, group.name.start, end, group.name.end))
            return False, place + 1
        return True, place

    def _after_value(self, place: int) -> tuple[bool, int]:
        """Read what may follow a value; return the next state and place."""
        token, group = self.tokens[place], self.groups[-1]
        match token.kind, token.text:
            case "transpose", _:
                self._reduce_powers(group)
                operand = group.operands.pop()
                group.operands.append(Postfix(operand, operand.start, token.end))
                return False, place + 1
            case "operator", text:
                strength = _STRENGTH[text]
                self._reduce(group, strength + (strength == _POWER))
                group.pending.append(_Pending(token, strength))
                return True, place + 1
            case "mark", ",":
                if group.name is None:
                    refuse(
                        self.source, token, "a comma stands only between the arguments of a function",
                        "Write one formula; numbers have a decimal point and no thousands comma.",
                    )  # fmt: skip
                group.arguments.append(self._close(group))
                return True, place + 1
            case "mark", ")":
                return self._close_group(token), place + 1
            case "mark", text if text != "(":
                return second_statement(self.source, token)
            case _:
                return side_by_side(self.source, group.operands[-1], token, self.declared)

    def _open(self, token: Token, name: Token | None) -> None:
        if len(self.groups) > MAX_NESTING:
            raise LimitError(
                f"parentheses are nested more than {MAX_NESTING} deep",
                hint="Give an inner part a name.",
                position=(token.start, token.end),
                source=self.source,
            )
        self.groups.append(_Group(token, name))

    def _close_group(self, token: Token) -> Literal[False]:
        if len(self.groups) == 1:
            refuse(self.source, token, "this ) has no ( before it", "Remove it, or open the group.")
        group = self.groups.pop()
        inner = self._close(group)
        if group.name is None:
            self.groups[-1].operands.append(spanning(inner, group.opening.start, token.end))
            return False
        name = group.name
        arguments, axis = (*group.arguments, inner), None
        last = arguments[-1]
        if len(arguments) > 1 and isinstance(last, Name) and last.text in ("rows", "columns"):
            axis, arguments = cast(AxisName, last.text), arguments[:-1]
        call = Call(name.text, arguments, axis, name.start, token.end, name.end)
        self.groups[-1].operands.append(spelled_out(call))
        return False

    def _close(self, group: _Group) -> Tree:
        """Apply everything pending in a group and return its one value."""
        self._reduce(group, 0)
        return group.operands.pop()

    def _reduce(self, group: _Group, strength: int) -> None:
        while group.pending and group.pending[-1].strength >= strength:
            self._apply(group)

    def _reduce_powers(self, group: _Group) -> None:
        while group.pending and (group.pending[-1].strength == _POWER or group.pending[-1].signs_exponent):
            self._apply(group)

    def _apply(self, group: _Group) -> None:
        pending = group.pending.pop()
        token, right = pending.token, group.operands.pop()
        if pending.strength == _SIGN:
            group.operands.append(Unary(cast(Literal["+", "-"], token.text), right, token.start, right.end))
            return
        left = group.operands.pop()
        group.operands.append(
            Binary(cast(Operator, token.text), left, right, left.start, right.end, token.start)
        )


def _axis_apart(function: str, arguments: tuple[Tree, ...]) -> tuple[tuple[Tree, ...], AxisName | None]:
    """Take the word `rows` or `columns` from the end of a reduction's arguments."""
    match arguments:
        case (_, *_, Name(("rows" | "columns") as word)) if by_name(function, Axis(word)) is not None:
            return arguments[:-1], word
        case _:
            return arguments, None


def spanning(tree: Tree, start: int, end: int) -> Tree:
    """Return the node with the place of its parentheses, so that messages quote the group whole."""
    match tree:
        case Num(value):
            return Num(value, start, end)
        case Name(text):
            return Name(text, start, end)
        case Unary(op, operand):
            return Unary(op, operand, start, end)
        case Postfix(operand):
            return Postfix(operand, start, end)
        case Binary():
            return Binary(tree.op, tree.left, tree.right, start, end, tree.op_start)
        case Call():
            return Call(tree.function, tree.arguments, tree.axis, start, end, tree.name_end)
