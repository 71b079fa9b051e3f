r"""LaTeX to a syntax tree, the one that text is read to.

Loosest first: sums; `\odot`, `\oslash`, `\otimes`; products, written side by side or with `\cdot`
and `/`; functions without brackets (`\log x`); what is raised. Where two readings are common, the
formula is refused: `a/bc`, `\sin a b`, `|A|`, `\|A\|_2` of a matrix, `e^X` of a matrix.

Each rule of the grammar is a generator that yields the rules it needs; `run` keeps them on a list
of its own, so that nesting costs no recursion.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, NoReturn, cast, final

from frechet.errors import ParseError, quoted
from frechet.expressions.nodes import Symbol
from frechet.language.inference import Inferred
from frechet.language.latex_atoms import AbstractAtoms
from frechet.language.latex_commands import ELEMENTWISE, FUNCTION_OF, PRODUCTS, REFUSED, TRANSPOSES
from frechet.language.latex_cursor import END, Cursor
from frechet.language.latex_lexer import tokens_of
from frechet.language.latex_words import Doubt, Rule
from frechet.language.lexer import Token
from frechet.language.parser import Program, spanning
from frechet.language.sizes import is_one
from frechet.language.syntax import Binary, Binding, Call, Name, Num, Operator, Postfix, Tree, Unary

_CLOSERS: Final = frozenset([")", "]", "}", r"\}", r"\right", r"\rVert", r"\rvert", r"\rangle", r"\end"])
_SIGNS: Final = frozenset([END, "+", "-", "/", "^", "_", ",", "=", "&", "&=", r"\\"])
_NO_VALUE: Final = _CLOSERS | _SIGNS | PRODUCTS | TRANSPOSES | ELEMENTWISE.keys()


@final
@dataclass(frozen=True, slots=True)
class LatexReading:
    """A program, what its shapes must be for the reading to be right, and its bold vectors."""

    program: Program
    doubts: tuple[Doubt, ...]
    bold: frozenset[str] = frozenset()


def parse_latex(source: object, declared: Mapping[str, Symbol]) -> LatexReading:
    """Return the syntax tree of a LaTeX formula; declared names win over functions and constants.

    Raises:
        ParseError: it is not a formula, or can be read in two ways.
        LimitError: it is too long or too deep.
    """
    tokens = tokens_of(source)
    reader = _Reader(Cursor(cast(str, source), tokens, declared))
    return LatexReading(reader.program(), tuple(reader.doubts), frozenset(reader.bold_vectors))


def settle_doubts(reading: LatexReading, inferred: Inferred, source: str) -> None:
    """Check the shapes that the reading relies on.

    Raises:
        ParseError: a notation stands for something else at these shapes.
    """
    for doubt in reading.doubts:
        ones = [is_one(size) for size in inferred.shapes[doubt.part]]
        if not (any(ones) if doubt.allows_vectors else all(ones)):
            place = (doubt.part.start, doubt.part.end)
            raise ParseError(doubt.message, hint=doubt.hint, position=place, source=source)


def run(rule: Rule) -> Tree:
    """Run a rule that yields the rules it needs, on a stack of our own."""
    tree, stack = _step(rule, None), [rule]
    while True:
        match tree:
            case Generator():
                stack.append(tree)
                tree = _step(tree, None)
            case _:
                stack.pop()
                if not stack:
                    return tree
                tree = _step(stack[-1], tree)


def _step(rule: Rule, value: Tree | None) -> Rule | Tree:
    """Resume a rule; return the rule it needs, or its result."""
    try:
        return next(rule) if value is None else rule.send(value)
    except StopIteration as done:
        return cast(Tree, done.value)


@final
class _Reader(AbstractAtoms):
    """The grammar of sums, products and powers, rule by rule."""

    def program(self) -> Program:
        cursor = self.cursor
        if not cursor.tokens:
            cursor.refuse(cursor.token, "there is no formula", r"Write one, for example x^\top A x.")
        if cursor.peek() == r"\begin" and [t.text for t in cursor.tokens[1:10]] == list("{aligned}"):
            return self.aligned()
        formula = run(self.sum())
        if cursor.token.kind != "end":
            self.unexpected(cursor.token)
        return Program(formula)

    def unexpected(self, token: Token) -> NoReturn:
        """Refuse a token that cannot follow a whole formula."""
        shown = quoted(self.cursor.source[token.start : token.end])
        hint = REFUSED.get(token.text, "Remove it, or open the group before it.")
        if token.text == "_":
            hint = "A subscript follows the name directly: x_1^2."
        self.cursor.refuse(token, f"{shown} does not belong here", hint)

    def aligned(self) -> Program:
        """Read what the printer writes for long results: a formula, then `where` and named parts."""
        cursor = self.cursor
        cursor.place = 10
        cursor.skip("&")
        formula = run(self.sum())
        bindings = list[Binding]()
        while cursor.skip("\\\\"):
            if not bindings and cursor.skip(r"\text") and cursor.word() != "where":
                cursor.refuse(
                    cursor.token, "after the formula comes a list of named parts", "Write where t_1 &= …."
                )
            name = run(self.atom())
            if not isinstance(name, Name) or not cursor.skip("&="):
                cursor.refuse(
                    cursor.token, "a named part is written as t_1 &= …", "Write one formula instead."
                )
            bindings.append(Binding(name, run(self.sum())))
        if [t.text for t in cursor.tokens[cursor.place :]] != [r"\end", *"{aligned}"]:
            self.unexpected(cursor.token)
        return Program(formula, tuple(bindings))

    # Sums and products

    def sum(self) -> Rule:
        left = yield self.term()
        while self.cursor.peek() in ("+", "-"):
            sign = self.cursor.take()
            right = yield self.term()
            left = _binary(cast(Operator, sign.text), left, right, sign.start)
        return left

    def term(self) -> Rule:
        signs = list[Token]()
        while self.cursor.peek() in ("+", "-"):
            signs.append(self.cursor.take())
        tree = yield self.elementwise()
        for sign in reversed(signs):
            tree = Unary(cast(Literal["+", "-"], sign.text), tree, sign.start, tree.end)
        return tree

    def elementwise(self) -> Rule:
        left = yield self.product()
        before = ""
        while self.cursor.peek() in ELEMENTWISE:
            self.refuse_after_bare(self.cursor.token)
            mark = self.cursor.take()
            operation = ELEMENTWISE[mark.text]
            if before and (operation == "kron") != (before == "kron"):
                self.cursor.refuse(
                    mark, "elementwise and Kronecker products are mixed", "Put brackets around one of them."
                )
            before = operation
            right = yield self.product()
            if operation == "kron":
                left = Call("kron", (left, right), None, left.start, right.end, right.start)
            else:
                left = _binary(cast(Operator, operation), left, right, mark.start)
        return left

    def product(self) -> Rule:
        cursor, divided = self.cursor, False
        left = last = yield self.factor()
        while True:
            mark = cursor.token
            if mark.text in PRODUCTS or mark.text == "/":
                self.refuse_after_bare(mark)
                cursor.take()
                divided = mark.text == "/"
            elif not self.starts_value():
                return left
            elif divided:
                cursor.refuse(mark, "a/bc may be a/(bc) or (a/b)c", r"Write \frac{a}{b} c or \frac{a}{bc}.")
            elif mark.text not in FUNCTION_OF:
                self.refuse_after_bare(mark)
                if isinstance(last, Num) and mark.kind == "number":
                    cursor.refuse(mark, "two numbers stand side by side", r"Write \cdot between them.")
            last = yield self.factor()
            left = _binary("/" if divided else "*", left, last, mark.start)

    def refuse_after_bare(self, mark: Token) -> None:
        r"""Refuse what follows a function without brackets: `\sin a b`."""
        bare, self.bare = self.bare, None
        if (
            bare is not None
            and bare.end <= mark.start
            and self.cursor.place
            and bare.end == self.cursor.reached
        ):
            shown = self.cursor.source[bare.start : bare.end]
            self.cursor.refuse(
                mark, f"it is not clear where the argument of {shown} ends", "Put it in brackets."
            )

    def starts_value(self) -> bool:
        """Tell whether a factor begins here."""
        text = self.cursor.peek()
        return text not in _NO_VALUE and not self.cursor.closes_here(text)

    # What is raised

    def factor(self) -> Rule:
        base = yield self.atom()
        cursor = self.cursor
        while True:
            if cursor.peek() in ("'", "ᵀ"):
                base = Postfix(base, base.start, cursor.take().end)
            elif cursor.peek() == "^":
                base = yield self.superscript(base)
                if cursor.peek() == "^":
                    cursor.refuse(
                        cursor.token, "a second superscript follows the first", "Write {x^a}^b or x^{ab}."
                    )
            else:
                return base

    def superscript(self, base: Tree) -> Rule:
        """Read `^…`: a transpose, an inverse, a pseudoinverse, an elementwise power or a power."""
        cursor = self.cursor
        hat = cursor.take()
        grouped = cursor.peek() == "{"
        inside = int(grouped)
        special = self.special_exponent(base, hat, inside)
        if special is not None:
            if grouped and not cursor.skip("}"):
                self.unexpected(cursor.token)
            return spanning(special, base.start, cursor.reached)
        operation: Operator = "^"
        if grouped:
            if cursor.peek(1) == "(" and cursor.peek(3) == ")" and cursor.peek(4) == "}":
                cursor.refuse(
                    cursor.token, "a number in brackets on top is a label, not a power", "Use a subscript."
                )
            cursor.enter(cursor.take(), "}")
            if cursor.peek() in (r"\odot", r"\circ"):
                operation = ".^"
                cursor.take()
            exponent = yield self.sum()
            cursor.leave()
        else:
            self.refuse_long_exponent()
            exponent = yield self.atom(scripts=False)
        return spanning(_binary(operation, base, exponent, hat.start), base.start, cursor.reached)

    def special_exponent(self, base: Tree, hat: Token, inside: int) -> Tree | None:
        """Take `T`, `-T`, `+` on top, up to a closing brace."""
        cursor = self.cursor

        def closes(ahead: int) -> bool:
            return not inside or cursor.peek(ahead) == "}"

        width = cursor.transposition(inside)
        if width and closes(inside + width):
            cursor.place += inside + width
            return Postfix(base, base.start, base.end)
        width = cursor.transposition(inside + 1) if inside and cursor.peek(inside) == "-" else 0
        if width and closes(inside + 1 + width):
            cursor.place += inside + 1 + width
            one = Num(Fraction(1), hat.end, hat.end)
            inverse = _binary("^", base, Unary("-", one, hat.end, hat.end), hat.start)
            return Postfix(inverse, base.start, base.end)
        if cursor.peek(inside) == "+" and closes(inside + 1):
            cursor.place += inside + 1
            return Call("pinv", (base,), None, base.start, base.end, base.start)
        if cursor.peek(inside) == "*" and closes(inside + 1):
            cursor.refuse(
                cursor.token,
                "^* has several meanings",
                r"Write ^\top for the transpose; all values are real.",
            )
        return None

    def refuse_long_exponent(self) -> None:
        token = self.cursor.token
        if token.kind == "number" and len(token.text) > 1:
            self.cursor.refuse(token, "only the first digit is raised", f"Write ^{{{token.text}}}.")
        if token.text == "-":
            self.cursor.refuse(token, "only the minus sign is raised", "Write ^{-1}.")


def _binary(op: Operator, left: Tree, right: Tree, op_start: int) -> Binary:
    return Binary(op, left, right, left.start, right.end, op_start)
