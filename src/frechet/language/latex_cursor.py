r"""The place in a LaTeX formula: looking ahead, taking tokens, and refusing with a position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn, final

from frechet.errors import LimitError, ParseError, quoted
from frechet.expressions.nodes import Symbol
from frechet.language.latex_commands import BOLD, TRANSPOSES, UPRIGHT
from frechet.language.lexer import Token
from frechet.limits import MAX_NESTING
from frechet.shapes import is_scalar

END: Final = ""
INDEX_HINT: Final = (
    "Entries and indices are not read: declare a name such as x_1, or write the formula without indices."
)


@final
class Cursor:
    """Tokens, the place reached, and the brackets open there (innermost last)."""

    def __init__(self, source: str, tokens: list[Token], declared: Mapping[str, Symbol]) -> None:
        self.source, self.tokens, self.declared = source, tokens, declared
        self.place = 0
        self.open: list[tuple[Token, str]] = []

    def peek(self, ahead: int = 0) -> str:
        """Return the text of a token to come, `END` after the last."""
        place = self.place + ahead
        return self.tokens[place].text if place < len(self.tokens) else END

    @property
    def token(self) -> Token:
        """Return the token to come; at the end, an empty one there."""
        if self.place < len(self.tokens):
            return self.tokens[self.place]
        end = self.tokens[-1].end if self.tokens else 0
        return Token("end", END, end, end)

    @property
    def reached(self) -> int:
        """Return where the last token taken ends."""
        return self.tokens[self.place - 1].end

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def skip(self, text: str) -> bool:
        """Take the token if it is this one."""
        if self.peek() != text:
            return False
        self.place += 1
        return True

    def refuse(self, token: Token, message: str, hint: str) -> NoReturn:
        raise ParseError(message, hint=hint, position=(token.start, token.end), source=self.source)

    def missing(self) -> NoReturn:
        """Refuse the token to come where a value is due."""
        token = self.token
        if token.kind == "end":
            self.refuse(token, "a value is missing at the end", "Complete the formula.")
        if token.text == "_":
            self.refuse(token, "nothing stands before this subscript", "A subscript belongs to a name: x_1.")
        shown = quoted(self.source[token.start : token.end])
        self.refuse(token, f"a value is missing before {shown}", "Put a name, a number or a group there.")

    def enter(self, opening: Token, closing: str) -> None:
        """Open a bracket that `closing` closes."""
        self.open.append((opening, closing))
        if len(self.open) > MAX_NESTING:
            raise LimitError(
                f"brackets are nested more than {MAX_NESTING} deep",
                hint="Give an inner part a name.",
                position=(opening.start, opening.end),
                source=self.source,
            )

    def leave(self, sized: bool = False) -> None:
        r"""Close the innermost bracket, `\right` included where `\left` opened it."""
        opening, closing = self.open.pop()
        if sized and not self.skip(r"\right"):
            self._unclosed(opening, rf"\right{closing}")
        if not self.skip(closing):
            self._unclosed(opening, closing)

    def _unclosed(self, opening: Token, closing: str) -> NoReturn:
        shown, token = self.source[opening.start : opening.end], self.token
        if token.kind == "end":
            self.refuse(opening, f"this {shown} is never closed", f"Add a {closing} where the group ends.")
        found = quoted(self.source[token.start : token.end])
        self.refuse(
            token, f"{found} stands where {closing} should close the group", f"The group begins with {shown}."
        )

    def closes_here(self, text: str) -> bool:
        """Tell whether a mark that opens and closes alike (`|`) closes the innermost bracket."""
        return bool(self.open) and self.open[-1][1] == text

    # Words and scripts

    def word(self) -> str | None:
        """Take letters and digits, one or a group of them; None (and no step) where there is more."""
        if self.peek() != "{":
            return self._plain(self.take().text) if self._is_plain(self.token) else None
        place, text = self.place + 1, ""
        while place < len(self.tokens) and self._is_plain(self.tokens[place]):
            text += self._plain(self.tokens[place].text)
            place += 1
        if not text or place >= len(self.tokens) or self.tokens[place].text != "}":
            return None
        self.place = place + 1
        return text

    def _is_plain(self, token: Token) -> bool:
        return (
            token.kind == "letter" or token.text == r"\_" or (token.kind == "number" and token.text.isdigit())
        )

    def _plain(self, text: str) -> str:
        return "_" if text == r"\_" else text

    def subscript(self) -> str:
        """Take `_` and a plain subscript; fonts in it mean nothing."""
        mark = self.take()
        start = self.place
        if self.peek() == "{" and (
            self.peek(1) in UPRIGHT or self.peek(1) in BOLD or self.peek(1) == r"\mathit"
        ):
            self.place += 2
            word = self.word()
            word = word if self.skip("}") else None
        else:
            self.place += self.peek() in UPRIGHT
            word = self.word() or self._letter_command()
        if word is None:
            self.place = start
            self.refuse(mark, "this subscript is not part of a name", INDEX_HINT)
        if self.peek() == "_":
            self.refuse(self.token, "a second subscript follows the first", "Use one subscript: x_{ab}.")
        return word

    def _letter_command(self) -> str | None:
        grouped = self.peek() == "{" and self.peek(2) == "}"
        text = self.peek(1 if grouped else 0)
        if not ((text.startswith("\\") and text[1:].isalpha()) or text in ("*", "+")):
            return None
        self.place += 3 if grouped else 1
        return text.removeprefix("\\")

    def subscript_first(self) -> None:
        """Turn `^2_1` into `_1^2`, which means the same."""
        if self.peek() != "^":
            return
        middle = self._after_argument(self.place + 1)
        if middle < len(self.tokens) and self.tokens[middle].text == "_":
            end = self._after_argument(middle + 1)
            superscript, subscript = self.tokens[self.place : middle], self.tokens[middle:end]
            self.tokens[self.place : end] = [*subscript, *superscript]

    def _after_argument(self, place: int) -> int:
        depth = 0
        while place < len(self.tokens):
            depth += (self.tokens[place].text == "{") - (self.tokens[place].text == "}")
            place += 1
            if depth <= 0:
                break
        return place

    def transposition(self, ahead: int = 0) -> int:
        r"""Return how many tokens from here say `transposed`: `T`, `\top`, `\mathsf{T}`; 0 if none do."""
        text = self.peek(ahead)
        if text in TRANSPOSES:
            return 1
        if text == "T":
            return 1 if self._transposes(self.tokens[self.place + ahead]) else 0
        if text in UPRIGHT or text in BOLD or text == r"\rm":
            if self.peek(ahead + 1) in ("T", r"\top", r"\intercal"):
                return 2
            if (
                self.peek(ahead + 1) == "{"
                and self.peek(ahead + 2) in ("T", r"\top")
                and self.peek(ahead + 3) == "}"
            ):
                return 4
        return 0

    def _transposes(self, token: Token) -> bool:
        if "T" in self.declared and is_scalar(self.declared["T"].shape):
            self.refuse(
                token, "T is declared as a scalar, so ^T may be a power or a transpose",
                r"Write ^{\top} for the transpose, ^{\mathit{T}} for the power.",
            )  # fmt: skip
        return True
