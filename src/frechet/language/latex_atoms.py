r"""What binds tightest in LaTeX: names, numbers, brackets, norms, fractions, functions, identities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NoReturn, TypeAlias, cast, final

from frechet.errors import quoted
from frechet.language.declarations import size_names
from frechet.language.latex_commands import (
    ACCENTS,
    BARS,
    BOLD,
    CLOSING,
    FRACTIONS,
    FUNCTION_OF,
    NORMS,
    REFUSED,
    UPRIGHT,
    WORDS,
)
from frechet.language.latex_cursor import Cursor
from frechet.language.latex_names import declared_spelling, letter_spellings, plainest, with_subscript
from frechet.language.lexer import Token, number_of
from frechet.language.mends import mend_of_function
from frechet.language.parser import spanning
from frechet.language.syntax import AxisName, Binary, Call, Name, Num, Tree
from frechet.language.vocabulary import CONSTANTS, is_function
from frechet.limits import MAX_NAME_LENGTH
from frechet.notation.names import LETTER_OF

Rule: TypeAlias = "Generator[Rule, Tree, Tree]"

_BRACKETS: Final = frozenset(["(", "[", r"\{"])


@final
@dataclass(frozen=True, slots=True)
class Doubt:
    """A reading that is right only for some shapes of a part: `|a|` for a scalar."""

    part: Tree
    allows_vectors: bool
    message: str
    hint: str


class AbstractAtoms(ABC):
    """The rules of what needs no brackets; sums and factors are stated by the grammar above."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.declared = cursor.declared
        self.sizes = size_names(cursor.declared)
        self.doubts: list[Doubt] = []
        self.bare: Tree | None = None
        self.looks: dict[str, str] = {}

    @abstractmethod
    def sum(self) -> Rule: ...

    @abstractmethod
    def factor(self) -> Rule: ...

    @abstractmethod
    def superscript(self, base: Tree) -> Rule: ...

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

    def styled(self, token: Token, scripts: bool) -> Rule:
        """Read a letter or word in a font or with an accent."""
        cursor = self.cursor
        if token.text in UPRIGHT:
            return (yield self.upright(scripts))
        if token.text in BOLD:
            return (yield self.bold(scripts))
        if token.text == r"\mathit":
            cursor.take()
            word = cursor.word()
            if word is None:
                self.refuse_command(token)
            return self.named([word], token, scripts)
        if token.text in ACCENTS:
            return self.accented(token)
        if token.kind == "command" and token.text not in (r"\}", r"\rVert", r"\rvert", r"\rangle"):
            self.refuse_command(token)
        cursor.missing()

    def refuse_command(self, token: Token) -> NoReturn:
        shown = quoted(token.text)
        hint = REFUSED.get(token.text, r"Write functions as \operatorname{…}, names as letters.")
        self.cursor.refuse(token, f"the command {shown} is not read here", hint)

    # Names

    def letter(self, base: str, token: Token, scripts: bool) -> Rule:
        """Read a name, or what an undeclared `e`, `I` or `\\sigma` stands for."""
        cursor = self.cursor
        spellings = letter_spellings(base)
        declared = declared_spelling(spellings, self.declared) is not None
        if base == "e" and not declared and cursor.peek() == "^":
            return (yield self.exponential(token))
        if base in ("sigma", "σ") and not declared and self.bracket_follows():
            return (yield self.function("sigmoid", token))
        if base == "I" and not (declared and cursor.peek() != "_"):
            if scripts:
                cursor.subscript_first()
            if cursor.peek() != "_" or not scripts:
                return Call("eye", (), None, token.start, token.end, token.end)
            if not self.subscripted_is_declared(spellings):
                return (yield self.sized("eye", (), token))
        return self.named(spellings, token, scripts)

    def named(self, spellings: list[str], token: Token, scripts: bool = True) -> Name:
        """Read the subscript of a name and settle its spelling."""
        cursor = self.cursor
        if scripts:
            cursor.subscript_first()
            if cursor.peek() == "_":
                spellings = with_subscript(spellings, cursor.subscript())
        declared = declared_spelling(spellings, self.declared)
        name = declared or plainest(spellings)
        if len(name) > MAX_NAME_LENGTH:
            cursor.refuse(token, f"a name has more than {MAX_NAME_LENGTH} characters", "Shorten it.")
        look = self.looks.setdefault(name, spellings[0])
        if declared is None and look != spellings[0]:
            cursor.refuse(token, f"two letters here would both be called {quoted(name)}", "Declare both.")
        return Name(name, token.start, cursor.reached)

    def subscripted_is_declared(self, spellings: list[str]) -> bool:
        """Tell, without a step, whether the name with the subscript to come is declared."""
        cursor, place = self.cursor, self.cursor.place
        word = None
        if cursor.peek() == "_":
            cursor.take()
            word = cursor.word()
        cursor.place = place
        return (
            word is not None and declared_spelling(with_subscript(spellings, word), self.declared) is not None
        )

    def accented(self, token: Token) -> Tree:
        cursor = self.cursor
        accent = ACCENTS[cursor.take().text]
        word = cursor.word()
        if word is None:
            self.refuse_command(token)
        spellings = [f"{word}_{accent}", word + accent]
        if declared_spelling(spellings, self.declared) is None:
            cursor.refuse(token, f"{token.text}{{{word}}} is not declared", f'Declare "{word}_{accent}".')
        return self.named(spellings, token, scripts=False)

    def bold(self, scripts: bool) -> Rule:
        """Read a bold letter, a bold one or zero, or several bold letters: a name or a product."""
        cursor, token = self.cursor, self.cursor.take()
        opening, greek = cursor.token, cursor.peek(1 if cursor.peek() == "{" else 0)
        if greek[1:] in LETTER_OF and (cursor.peek() == greek or cursor.peek(2) == "}"):
            cursor.place += 1 if cursor.peek() == greek else 3
            return self.named(letter_spellings(greek[1:]), token, scripts)
        word = cursor.word()
        if word in ("0", "1"):
            number = Num(Fraction(word), token.start, cursor.reached)
            return (yield self.sized("vector", (number,), token))
        if word is not None and len(word) == 1:
            return (yield self.letter(word, token, scripts))
        if word is not None and (word in self.declared or not word.isalpha()):
            return self.named([word], token, scripts)
        if word is None and opening.text != "{":
            cursor.missing()
        if word is not None:
            cursor.place -= len(word) + 1
        else:
            cursor.take()
        cursor.enter(opening, "}")
        inside = yield self.sum()
        cursor.leave()
        return spanning(inside, token.start, cursor.reached)

    def upright(self, scripts: bool) -> Rule:
        """Read an upright word: a function, a declared name, or the d of a differential."""
        cursor, token = self.cursor, self.cursor.take()
        place = cursor.place
        word = cursor.word()
        if word is None:
            cursor.place = place
            self.refuse_command(token)
        function = WORDS.get(word, word)
        if (is_function(function) or function in CONSTANTS) and (
            token.text.startswith(r"\operatorname") or word not in self.declared
        ):
            return (yield self.function(function, token))
        if word == "d" and cursor.token.kind in ("letter", "command"):
            inner = yield self.atom()
            if isinstance(inner, Name):
                return Name(f"d{inner.text}", token.start, inner.end)
            cursor.refuse(token, "after this d comes the name of a variable", REFUSED[r"\partial"])
        if len(word) == 1:
            return (yield self.letter(word, token, scripts))
        if declared_spelling([word], self.declared) is None:
            cursor.refuse(token, f"there is no function {quoted(word)}", mend_of_function(word))
        return self.named([word], token, scripts)

    # Identities and vectors of ones

    def sized(self, function: str, arguments: tuple[Tree, ...], token: Token) -> Rule:
        """Read the sizes below an identity or a bold one: `I_n`, `\\mathbf{1}_{m \\times n}`."""
        cursor, name_end = self.cursor, self.cursor.reached
        cursor.subscript_first()
        if cursor.peek() != "_":
            return Call(function, arguments, None, token.start, name_end, name_end)
        cursor.take()
        if cursor.peek() != "{":
            sizes = [(yield self.size())]
        else:
            cursor.enter(cursor.take(), "}")
            sizes = [(yield self.size_product())]
            while cursor.skip(r"\times") or cursor.skip(","):
                sizes.append((yield self.size_product()))
            cursor.leave()
        if len(sizes) == 2 and sizes[1] is not None and function == "vector":
            function = "matrix"
        return Call(function, (*arguments, *sizes), None, token.start, cursor.reached, name_end)

    def size_product(self) -> Rule:
        left = yield self.size()
        while self.cursor.peek() not in ("}", r"\times", ","):
            self.cursor.skip(r"\cdot")
            right = yield self.size()
            left = Binary("*", left, right, left.start, right.end, right.start)
        return left

    def size(self) -> Rule:
        """Read one size: a whole number or a name, which may have a subscript."""
        cursor, token = self.cursor, self.cursor.take()
        if token.kind == "number":
            return Num(number_of(token, cursor.source), token.start, token.end)
        word = cursor.word() if token.text == r"\mathit" else token.text.removeprefix("\\")
        if word is None or not (token.kind == "letter" or token.text == r"\mathit" or word in LETTER_OF):
            cursor.refuse(
                token, "this is not a size", "A size is a whole number, a name, or a product of such."
            )
        spellings = letter_spellings(word)
        if cursor.peek() == "_" and self.cursor.open:
            spellings = with_subscript(spellings, cursor.subscript())
        return Name(
            declared_spelling(spellings, self.sizes) or plainest(spellings), token.start, cursor.reached
        )
        yield

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
            hint = r"For the Frobenius norm write \left\| A \right\|_F; the spectral norm is not in the language."
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
        """Refuse `\\frac{d}{dx}` and its kin, which are no quotients."""
        texts = [
            t.text
            for t in self.cursor.tokens[self.cursor.place : self.cursor.place + 12]
            if t.text not in UPRIGHT
        ]
        letters = "".join("d" if text in (r"\partial", r"\nabla") else text for text in texts)
        above, _, below = letters.partition("}{")
        if above.startswith("{d") and below.startswith("d") and below[1:2] not in ("", "}", "^"):
            self.cursor.refuse(token, "this is a derivative, not a quotient", REFUSED[r"\partial"])

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
        if word in ("rows", "columns"):
            return cast(AxisName, word)
        hint = "Write log(x)/log(2) for another base." if name == "log" else "Leave the subscript out."
        cursor.refuse(token, f"{name} has no subscript {quoted(word)}", hint)

    def power_of_function(self, name: str) -> Num:
        """Read the 2 of `\\sin^2 x`; any other superscript of a function has two meanings."""
        cursor, hat = self.cursor, self.cursor.take()
        grouped = cursor.skip("{")
        token = cursor.take()
        if (
            token.kind == "number"
            and token.text.isdigit()
            and token.text != "1"
            and (not grouped or cursor.skip("}"))
        ):
            return Num(number_of(token, cursor.source), token.start, token.end)
        hint = f"Write the inverse function by name, or raise the value: ({name}(a))^{{-1}}."
        cursor.refuse(hat, f"this superscript of {name} has two meanings", hint)

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
