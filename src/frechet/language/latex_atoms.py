r"""What binds tightest in LaTeX: numbers, brackets, norms, fractions, roots, functions."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import Final, cast

from frechet.errors import quoted
from frechet.language.latex_commands import (
    BARS,
    CLOSING,
    DERIVATIVE_HINT,
    FRACTIONS,
    FUNCTION_OF,
    NORMS,
    UPRIGHT,
)
from frechet.language.latex_words import AbstractWords, Doubt, Rule
from frechet.language.lexer import Token, number_of
from frechet.language.parser import spanning
from frechet.language.syntax import AxisName, Binary, Call, Name, Num, Tree
from frechet.notation.names import LETTER_OF

_BRACKETS: Final = frozenset(["(", "[", r"\{"])


class AbstractAtoms(AbstractWords):
    """The rules of what needs no brackets; sums and factors are stated by the grammar above."""

    @abstractmethod
    def factor(self) -> Rule: ...

    @abstractmethod
    def starts_value(self) -> bool: ...

    def atom(self, scripts: bool = True) -> Rule:
        """Read a value; without `scripts`, a name does not take the subscript that follows."""
        cursor, token = self.cursor, self.cursor.token
        text = token.text
        if token.kind == "number":
            cursor.take()
            return Num(number_of(token, cursor.source), token.start, token.end)
        if token.kind == "letter" or text[1:] in LETTER_OF:
            cursor.take()
            return (yield self.letter(text.removeprefix("\\"), token, scripts))
        if text in CLOSING or text == r"\left":
            return (yield self.fenced(scripts))
        if text in FRACTIONS:
            return (yield self.fraction())
        if text == r"\sqrt":
            return (yield self.root())
        if text in FUNCTION_OF:
            cursor.take()
            return (yield self.function(FUNCTION_OF[text], token))
        if text == r"\pi":
            cursor.take()
            return Name("pi", token.start, token.end)
        return (yield self.styled(token, scripts))

    # Brackets

    def bracket_follows(self) -> bool:
        cursor = self.cursor
        return cursor.peek(1 if cursor.peek() == r"\left" else 0) in _BRACKETS

    def bracketed(self) -> Rule:
        """Read brackets; the values inside come as the arguments of a call named by the bracket."""
        cursor, first = self.cursor, self.cursor.token
        sized = cursor.skip(r"\left")
        opening = cursor.take()
        if opening.text not in CLOSING:
            cursor.refuse(opening, r"after \left comes a bracket", r"Write \left( … \right).")
        closing = CLOSING[opening.text]
        cursor.enter(
            Token(opening.kind, opening.text, first.start, opening.end), r"\right" if sized else closing
        )
        values = [(yield self.sum())]
        while cursor.skip(","):
            values.append((yield self.sum()))
        if sized:
            cursor.leave()
            if not cursor.skip(closing):
                cursor.refuse(
                    cursor.token, f"this bracket should be {closing}", "Brackets close as they open."
                )
        else:
            cursor.leave()
        return Call(opening.text, tuple(values), None, first.start, cursor.reached, opening.end)

    def fenced(self, scripts: bool) -> Rule:
        """Read a group, a norm, bars, or an inner product."""
        cursor = self.cursor
        group = cast(Call, (yield self.bracketed()))
        mark, values = group.function, group.arguments
        if mark == r"\langle" and len(values) == 2:
            return Call("dot", values, None, group.start, group.end, group.name_end)
        if mark == r"\langle" or len(values) > 1:
            place = Token("mark", mark, group.start, group.end)
            cursor.refuse(
                place, "a comma stands only between the arguments of a function", "Write one formula."
            )
        if mark in NORMS:
            return self.norm(group, scripts)
        if mark in BARS:
            hint = r"Write \operatorname{abs}(x), \left\| x \right\| or \det(A)."
            self.doubts.append(
                Doubt(values[0], False, "bars may mean the absolute value, a norm or a determinant", hint)
            )
            return Call("abs", values, None, group.start, group.end, group.name_end)
        return spanning(values[0], group.start, group.end)

    def norm(self, group: Call, scripts: bool) -> Tree:
        """Read what stands below a norm: 1, 2, F or nothing."""
        cursor, kind = self.cursor, ""
        if scripts:
            cursor.subscript_first()
            if cursor.peek() == "_":
                kind = cursor.subscript()
        value, place = group.arguments, Token("mark", "", group.start, cursor.reached)
        if kind not in ("", "1", "2", "F", "Fro", "fro"):
            hint = "Norms are 1, 2 (Euclidean) and F (Frobenius)."
            if kind == "infty":
                hint = r"Write \max(\operatorname{abs}(x)) for the largest entry."
            cursor.refuse(place, f"the norm with subscript {quoted(kind)} is not in the language", hint)
        if kind == "1":
            hint = r"For the sum of all absolute values write \left\| \operatorname{vec}(A) \right\|_1."
            self.doubts.append(
                Doubt(value[0], True, "the 1-norm of a matrix is its largest column sum", hint)
            )
        elif kind in ("", "2"):
            hint = r"For the Frobenius norm write \left\| A \right\|_F; there is no spectral norm here."
            self.doubts.append(Doubt(value[0], True, "this norm of a matrix is the spectral norm", hint))
        return Call(
            "norm1" if kind == "1" else "norm2", value, None, group.start, cursor.reached, group.name_end
        )

    def argument(self) -> Rule:
        """Read what a command applies to: a group, or the one token that TeX takes."""
        cursor, token = self.cursor, self.cursor.token
        if token.kind == "number" and len(token.text) > 1:
            first, middle = token.text[0], token.start + 1
            halves = (
                Token("number", first, token.start, middle),
                Token("number", token.text[1:], middle, token.end),
            )
            cursor.tokens[cursor.place : cursor.place + 1] = halves
        return (yield self.atom(scripts=False))

    def fraction(self) -> Rule:
        cursor, token = self.cursor, self.cursor.take()
        self.refuse_derivative(token)
        above = yield self.argument()
        below = yield self.argument()
        return Binary("/", above, below, token.start, cursor.reached, token.start)

    def refuse_derivative(self, token: Token) -> None:
        r"""Refuse `\frac{d}{dx}` and its kin, which are no quotients."""
        texts = [
            t.text
            for t in self.cursor.tokens[self.cursor.place : self.cursor.place + 12]
            if t.text not in UPRIGHT
        ]
        letters = "".join("d" if text in (r"\partial", r"\nabla") else text for text in texts)
        above, _, below = letters.partition("}{")
        if above.startswith("{d") and below.startswith("d") and below[1:2] not in ("", "}", "^"):
            self.cursor.refuse(token, "this is a derivative, not a quotient", DERIVATIVE_HINT)

    def root(self) -> Rule:
        cursor, token = self.cursor, self.cursor.take()
        degree: Token | None = None
        if cursor.skip("["):
            degree = cursor.take()
            if (
                degree.kind != "number"
                or not degree.text.isdigit()
                or not int(degree.text)
                or not cursor.skip("]")
            ):
                cursor.refuse(degree, "the degree of a root is a whole number", r"Write \sqrt[3]{a}.")
        inner = yield self.argument()
        end = cursor.reached
        if degree is None:
            return Call("sqrt", (inner,), None, token.start, end, token.end)
        power = Num(Fraction(1, int(degree.text)), degree.start, degree.end)
        return Binary("^", inner, power, token.start, end, token.start)

    # Functions

    def exponential(self, token: Token) -> Rule:
        """Read `e^a`: the exponential of a number."""
        power = yield self.superscript(Name("e", token.start, token.end))
        if not isinstance(power, Binary) or power.op != "^":
            return power
        hint = r"Write \operatorname{expm}(X) for the matrix exponential, \exp(x) for the one of every entry."
        self.doubts.append(
            Doubt(power.right, False, "e to the power of a vector or matrix has two meanings", hint)
        )
        return Call("exp", (power.right,), None, token.start, power.end, token.end)

    def function(self, name: str, token: Token) -> Rule:
        """Read a function with its argument, in brackets or a single factor without."""
        cursor, name_end = self.cursor, self.cursor.reached
        cursor.subscript_first()
        axis = self.axis(name) if cursor.peek() == "_" else None
        power = self.power_of_function(name) if cursor.peek() == "^" else None
        if name == "log" and axis is None and power is None and self.skip_determinant():
            name = "logdet"
        if self.bracket_follows():
            arguments = cast(Call, (yield self.bracketed())).arguments
            bare = False
        elif self.starts_value():
            bare = cursor.peek() != "{"
            arguments = ((yield (self.factor() if bare else self.atom())),)
        else:
            cursor.refuse(cursor.token, f"{name} has no argument", f"Write {token.text}(x).")
        result: Tree = Call(name, arguments, axis, token.start, cursor.reached, name_end)
        if power is not None:
            result = Binary("^", result, power, token.start, cursor.reached, power.start)
        if bare:
            self.bare = result
        return result

    def axis(self, name: str) -> AxisName:
        cursor, token = self.cursor, self.cursor.token
        word = cursor.subscript()
        if word not in ("rows", "columns"):
            hint = "Write log(x)/log(2) for another base." if name == "log" else "Leave the subscript out."
            cursor.refuse(token, f"{name} has no subscript {quoted(word)}", hint)
        return cast(AxisName, word)

    def power_of_function(self, name: str) -> Num:
        r"""Read the 2 of `\sin^2 x`; any other superscript of a function has two meanings."""
        cursor, hat = self.cursor, self.cursor.take()
        grouped = cursor.skip("{")
        token = cursor.take()
        is_whole = token.kind == "number" and token.text.isdigit() and token.text != "1"
        if not is_whole or (grouped and not cursor.skip("}")):
            hint = f"Write the inverse function by name, or raise the value: ({name}(a))^{{-1}}."
            cursor.refuse(hat, f"this superscript of {name} has two meanings", hint)
        return Num(number_of(token, cursor.source), token.start, token.end)

    def skip_determinant(self) -> bool:
        cursor, place = self.cursor, self.cursor.place
        if cursor.skip(r"\det"):
            return True
        if cursor.peek() in UPRIGHT:
            cursor.take()
            if cursor.word() == "det":
                return True
        cursor.place = place
        return False
