r"""Names and words in LaTeX: letters, fonts, accents, subscripts, identities and vectors of ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NoReturn, TypeAlias, final

from frechet.errors import quoted
from frechet.language.declarations import size_names
from frechet.language.latex_commands import (
    ACCENTS,
    BLACKBOARD,
    BOLD,
    DERIVATIVE_HINT,
    REFUSED,
    UPRIGHT,
    WORDS,
)
from frechet.language.latex_cursor import Cursor
from frechet.language.latex_names import declared_spelling, letter_spellings, plainest, with_subscript
from frechet.language.lexer import Token, number_of
from frechet.language.mends import mend_of_function
from frechet.language.names import Kind, assumed_kind
from frechet.language.parser import spanning
from frechet.language.syntax import Binary, Call, Name, Num, Tree
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


class AbstractWords(ABC):
    """The rules of names; what functions and brackets mean is stated by the atoms."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.declared = cursor.declared
        self.sizes = size_names(cursor.declared)
        self.doubts: list[Doubt] = []
        self.bare: Tree | None = None
        self.looks: dict[str, tuple[str, bool]] = {}
        self.bold_vectors: set[str] = set()

    @abstractmethod
    def atom(self, scripts: bool = True) -> Rule: ...

    @abstractmethod
    def sum(self) -> Rule: ...

    @abstractmethod
    def superscript(self, base: Tree) -> Rule: ...

    @abstractmethod
    def function(self, name: str, token: Token) -> Rule: ...

    @abstractmethod
    def exponential(self, token: Token) -> Rule: ...

    @abstractmethod
    def bracket_follows(self) -> bool: ...

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
        r"""Read a name, or what an undeclared `e`, `I` or `\sigma` stands for."""
        cursor = self.cursor
        spellings = letter_spellings(base)
        declared = declared_spelling(spellings, self.declared) is not None
        if base == "e" and not declared and token.text not in BOLD and cursor.peek() == "^":
            return (yield self.exponential(token))
        if base in ("sigma", "σ") and not declared and self.bracket_follows():
            return (yield self.function("sigmoid", token))
        if base == "I" and not (declared and cursor.peek() != "_"):
            if scripts:
                cursor.subscript_first()
            if cursor.peek() != "_" or not scripts:
                return Call("eye", (), None, token.start, token.end, token.end)
            if not self.subscripted_is_declared(spellings):
                return self.sized("eye", (), token)
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
        if declared is None:
            self.note_look(name, spellings[0], token)
        return Name(name, token.start, cursor.reached)

    def note_look(self, name: str, spelling: str, token: Token) -> None:
        """Remember how an undeclared name looks: a bold one is a vector, two looks are refused."""
        bold = token.text in BOLD and assumed_kind(name, latex=True) is Kind.SCALAR
        if bold:
            self.bold_vectors.add(name)
        look = self.looks.setdefault(name, (spelling, bold))
        if look[0] != spelling:
            self.cursor.refuse(
                token, f"two letters here would both be called {quoted(name)}", "Declare both."
            )
        if look[1] != bold:
            self.cursor.refuse(
                token,
                f"{quoted(name)} is bold in one place only",
                "Write it alike everywhere, or declare it.",
            )

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
            return self.sized("vector", (number,), token)
        if token.text in BLACKBOARD:
            self.refuse_command(token)
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
            cursor.refuse(token, "after this d comes the name of a variable", DERIVATIVE_HINT)
        if len(word) == 1:
            return (yield self.letter(word, token, scripts))
        if declared_spelling([word], self.declared) is None:
            cursor.refuse(token, f"there is no function {quoted(word)}", mend_of_function(word))
        return self.named([word], token, scripts)

    # Identities and vectors of ones

    def sized(self, function: str, arguments: tuple[Tree, ...], token: Token) -> Tree:
        r"""Read the sizes below an identity or a bold one: `I_n`, `\mathbf{1}_{m \times n}`."""
        cursor, name_end = self.cursor, self.cursor.reached
        cursor.subscript_first()
        if cursor.peek() != "_":
            return Call(function, arguments, None, token.start, name_end, name_end)
        cursor.take()
        if cursor.peek() != "{":
            sizes = [self.size()]
        else:
            cursor.enter(cursor.take(), "}")
            sizes = [self.size_product()]
            while cursor.skip(r"\times") or cursor.skip(","):
                sizes.append(self.size_product())
            cursor.leave()
        if len(sizes) == 2 and function == "vector":
            function = "matrix"
        return Call(function, (*arguments, *sizes), None, token.start, cursor.reached, name_end)

    def size_product(self) -> Tree:
        left = self.size()
        while self.cursor.peek() not in ("}", r"\times", ","):
            self.cursor.skip(r"\cdot")
            right = self.size()
            left = Binary("*", left, right, left.start, right.end, right.start)
        return left

    def size(self) -> Tree:
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
