"""Text to tokens.

One regular expression, each alternative linear in its length, matched from left to right. The
look-alikes that word processors and web pages put in place of `'`, `-`, `*` are read as what they
look like; every other foreign character is refused by name.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final, NamedTuple

from frechet.errors import LimitError, ParseError, quoted
from frechet.language.names import NAME
from frechet.limits import MAX_CHARACTERS, MAX_DIGITS, MAX_NAME_LENGTH, MAX_TOKENS

LARGEST_EXPONENT: Final = 308

_TOKEN: Final = re.compile(
    rf"""(?P<blank>(?:[\ \t\r\n\u00a0\u2000-\u200a\u202f\u205f\u3000]|\.\.\.)+|[%\#][^\n]*)
    |(?P<number>(?:[0-9]+(?:\.(?![*/^'’′.]|T\b)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>{NAME})
    |(?P<transpose>\.?['’′]|\.T(?![A-Za-z0-9_])|ᵀ|⊤)
    |(?P<superscript>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    |(?P<operator>\.\*|\./|\.\^|\*\*|[-+*/^@·⋅×⊙−])
    |(?P<mark>[(),;=](?!=))""",
    re.VERBOSE,
)
_CANONICAL: Final = {"**": "^", "@": "*", "·": "*", "⋅": "*", "×": "*", "⊙": ".*", "−": "-"}
_SUPERSCRIPTS: Final = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")


class Token(NamedTuple):
    """A word of the input and its place; `text` is canonical (`×` has become `*`)."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(source: object) -> list[Token]:
    """Cut a text into tokens.

    Raises:
        ParseError: a character or number that the language does not have.
        LimitError: the text, a name or a number is too long.
    """
    if not isinstance(source, str):
        raise ParseError(
            f"a formula is a text, not a value of type {type(source).__name__}",
            hint='Write it in quotes: "x\'*A*x".',
        )
    if len(source) > MAX_CHARACTERS:
        raise LimitError(
            f"the formula has {len(source):,} characters, more than {MAX_CHARACTERS:,}",
            hint="Shorten it, or give its parts names.",
        )
    tokens, place = list[Token](), 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            raise _foreign(source, place)
        place = match.end()
        _append(tokens, str(match.lastgroup), match.group(), match.start(), source)
    if len(tokens) > MAX_TOKENS:
        raise LimitError(
            f"the formula has {len(tokens):,} symbols, more than {MAX_TOKENS:,}",
            hint="Shorten it, or give its parts names.",
        )
    return tokens


def _append(tokens: list[Token], kind: str, text: str, start: int, source: str) -> None:
    end = start + len(text)
    match kind:
        case "blank":
            return
        case "superscript":
            tokens.append(Token("operator", "^", start, end))
            plain = text.translate(_SUPERSCRIPTS)
            if plain[0] in "+-":
                tokens.append(Token("operator", plain[0], start, start + 1))
            tokens.append(Token("number", plain.lstrip("+-"), start, end))
        case "name" if len(text) > MAX_NAME_LENGTH:
            raise LimitError(
                f"the name {quoted(text, 20)} has {len(text):,} letters, more than {MAX_NAME_LENGTH}",
                hint="Choose a shorter name.",
                position=(start, end),
                source=source,
            )
        case _:
            tokens.append(Token(kind, _CANONICAL.get(text, text), start, end))


def number_of(token: Token, source: str) -> Fraction:
    """Return the exact value of a number.

    Raises:
        ParseError: its size is outside the range of double precision.
        LimitError: it has too many digits.
    """
    if len(token.text) > MAX_DIGITS:
        raise LimitError(
            f"a number has {len(token.text):,} digits, more than {MAX_DIGITS}",
            hint="Write it with an exponent (1.5e30), or use a symbol.",
            position=(token.start, token.end),
            source=source,
        )
    mantissa, _, exponent = token.text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    digits = (whole + decimals).lstrip("0")
    if not digits:
        return Fraction(0)
    power = int(exponent or "0") - len(decimals)
    if not -LARGEST_EXPONENT <= power + len(digits) - 1 <= LARGEST_EXPONENT:
        raise ParseError(
            f"the number {quoted(token.text, 30)} is outside the range of double precision",
            hint="Use numbers between 1e-308 and 1e308.",
            position=(token.start, token.end),
            source=source,
        )
    return Fraction(int(digits) * 10 ** max(power, 0), 10 ** max(-power, 0))


_NO_LISTS: Final = "Write ( ). Lists and single entries are not in the language: declare them under names."
_MENDS: Final = {
    "<": "Comparisons are not part of a formula.",
    ">": "Comparisons are not part of a formula.",
    "=": "Comparisons are not part of a formula; write its left or its right side only.",
    "!": "Factorials and negations are not in the language.",
    "|": "Write abs(a) for the absolute value, norm2(x) for the norm, det(A) for the determinant.",
    "‖": "Write norm2(x) for the norm.",
    "[": _NO_LISTS,
    "]": _NO_LISTS,
    "{": "Write parentheses ( ).",
    "}": "Write parentheses ( ).",
    '"': "Texts are not in the language; write the name without quotes.",
    "“": "Texts are not in the language; write the name without quotes.",
    "”": "Texts are not in the language; write the name without quotes.",
    "`": "Write ' for the transpose.",
    "´": "Write ' for the transpose.",
    "ʹ": "Write ' for the transpose.",
    "\\": 'For LaTeX choose syntax="latex"; for the solution of C*y = x write inv(C)*x.',
    "$": 'For LaTeX choose syntax="latex".',
    "–": "Write - for minus.",
    "—": "Write - for minus.",
    "…": "Write the formula out.",
    "√": "Write sqrt(a).",
    "∑": "Write sum(x).",
    "⊗": "Write kron(A, B).",
    "∘": "Write .* for the elementwise product.",
    "⊘": "Write ./ for the elementwise quotient.",
    "∂": 'Write the formula only, and name the variable in derivative(f, "x").',
    "∇": 'Write the formula only, and name the variable in derivative(f, "x").',
    "½": "Write 1/2.",
    "⅓": "Write 1/3.",
    "¼": "Write 1/4.",
    "π": "Write pi.",
    "²": "Write ^2 for a scalar or a square matrix, .^2 entry by entry.",
    "_": "A name begins with a letter and does not end with an underscore.",
    "?": "Conditions are not in the language.",
    ":": "Ranges and declarations are not part of a formula.",
    "&": "Logical operators are not in the language.",
    "~": "Logical operators are not in the language.",
    ".": "A point belongs to a number (0.5), an elementwise operator (.* ./ .^) or a transpose (x.T).",
}


def _foreign(source: str, place: int) -> ParseError:
    """Say which character is not part of the language, and what to write in its place."""
    character = source[place]
    shown = quoted(character) if character.isprintable() else f"U+{ord(character):04X}"
    title = unicodedata.name(character, "")
    if not character.isascii() and title:
        shown = (
            f"{quoted(character)} ({title.lower()})"
            if character.isprintable()
            else f"{shown} ({title.lower()})"
        )
    hint = _MENDS.get(character, "")
    if not hint and character.isalpha():
        hint = "Names consist of Latin or Greek letters and digits; letters of other alphabets look alike."
    if character == "." and place and source[place - 1].isalnum() and source[place + 1 : place + 2].isalpha():
        hint = "Write functions in front, sum(x) rather than x.sum(); the only attribute is x.T."
    return ParseError(
        f"{shown} is not part of the language",
        hint=hint or "Remove it.",
        position=(place, place + 1),
        source=source,
    )
