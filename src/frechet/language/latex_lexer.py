r"""LaTeX to tokens.

A token is a command (`\frac`), a letter, a number, or a single mark. Spacing, sizes of brackets
(`\bigl`) and comments mean nothing and disappear; the dollar signs or brackets around the whole
formula too. Every other command is kept: what it means, or why it is refused, is the reader's part.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from frechet.errors import LimitError, ParseError, quoted
from frechet.language.lexer import Token
from frechet.limits import MAX_CHARACTERS, MAX_TOKENS

_TOKEN: Final = re.compile(
    r"""(?P<blank>[\s~\u00a0]+|%[^\n]*|\\[,;:!>\ ]|\\(?:quad|qquad|thinspace|medspace|thickspace|negthinspace
        |displaystyle|textstyle|limits|nolimits|[bB]igg?[lrm]?)(?![A-Za-z]))
    |(?P<command>\\(?:operatorname\*|[A-Za-z]+|[|{}\[\]()\\_]))
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<letter>[A-Za-zΑ-ΡΣ-Ωα-ωϑϕϖϱϵ])
    |(?P<mark>&=|[-+*/^_={}()\[\]|,'&−·×⊙⊗⊤ᵀ])""",
    re.VERBOSE,
)
_CANONICAL: Final = {
    "−": "-", "·": r"\cdot", "×": r"\times", "⊙": r"\odot", "⊗": r"\otimes", "⊤": r"\top",
    r"\lbrace": r"\{", r"\rbrace": r"\}", r"\lparen": "(", r"\rparen": ")", r"\lbrack": "[", r"\rbrack": "]",
    r"\Vert": r"\|", r"\vert": "|", r"\ast": "*", r"\ne": r"\neq",
}  # fmt: skip
_WRAPPINGS: Final = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))
_FOREIGN: Final = {
    "<": "Comparisons are not formulas.",
    ">": "Comparisons are not formulas.",
    "$": "Dollar signs stand only around the whole formula.",
    "#": "Macros with parameters are not read; write the formula out.",
    "!": "There are no factorials.",
    ";": "Read one formula at a time.",
    '"': "A formula contains no quotation marks.",
}


def tokens_of(source: object) -> list[Token]:
    """Cut a LaTeX formula into tokens.

    Raises:
        ParseError: a character that the language does not have.
        LimitError: the text is too long.
    """
    if not isinstance(source, str):
        raise ParseError(
            f"a formula is a text, not a value of type {type(source).__name__}",
            hint=r'Write it in quotes: r"x^\top A x".',
        )
    if len(source) > MAX_CHARACTERS:
        raise LimitError(
            f"the formula has {len(source):,} characters, more than {MAX_CHARACTERS:,}",
            hint="Shorten it, or give its parts names.",
        )
    place, end = _inside(source)
    tokens = list[Token]()
    while place < end:
        match = _TOKEN.match(source, place, end)
        if match is None:
            _refuse(source, place)
        if match.lastgroup != "blank":
            text = match.group()
            tokens.append(Token(str(match.lastgroup), _CANONICAL.get(text, text), place, match.end()))
        place = match.end()
    if len(tokens) > MAX_TOKENS:
        raise LimitError(
            f"the formula has {len(tokens):,} symbols, more than {MAX_TOKENS:,}",
            hint="Shorten it, or give its parts names.",
        )
    return tokens


def _inside(source: str) -> tuple[int, int]:
    r"""Return the place of the formula inside `$…$`, `$$…$$`, `\[…\]` or `\(…\)`."""
    start, end = len(source) - len(source.lstrip()), len(source.rstrip())
    for opening, closing in _WRAPPINGS:
        wrapped = source.startswith(opening, start) and source.endswith(closing, start, end)
        if wrapped and end - start >= len(opening) + len(closing):
            return start + len(opening), end - len(closing)
    return start, max(start, end)


def _refuse(source: str, place: int) -> NoReturn:
    character = source[place]
    if character == "\\":
        what, hint = (
            "a backslash without a command",
            r"Write a command such as \top, or remove the backslash.",
        )
    else:
        what = f"the character {quoted(character)}"
        hint = _FOREIGN.get(character, "Use LaTeX commands, letters, digits and + - ^ _ / ( ).")
    raise ParseError(f"{what} has no meaning here", hint=hint, position=(place, place + 1), source=source)
