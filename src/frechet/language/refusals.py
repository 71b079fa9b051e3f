"""What is said about a text that is not a formula: what is wrong, and what to write."""

from __future__ import annotations

import keyword
from collections.abc import Container, Sequence
from typing import Final, NoReturn

from frechet.errors import ParseError, quoted
from frechet.language.lexer import Token
from frechet.language.mends import mend_of_function
from frechet.language.source import Place
from frechet.language.syntax import Tree
from frechet.shapes import Dimension

_VECTORS: Final = frozenset("hijklmnopqrstuvwxyz")
_LONGEST_ECHO: Final = 20


def refuse(source: str, place: Place, message: str, hint: str) -> NoReturn:
    raise ParseError(message, hint=hint, position=(place.start, place.end), source=source)


def unknown_function(name: str, place: Place, source: str) -> ParseError:
    """Return the refusal of a call of something that is no function."""
    if len(name) == 1:
        message = f"{quoted(name)} is not a function"
        hint = f"For a product write {name}*(…). Single entries are not in the language."
    else:
        message, hint = f"there is no function {quoted(name)}", mend_of_function(name)
    return ParseError(message, hint=hint, position=(place.start, place.end), source=source)


def called_variable(source: str, token: Token) -> NoReturn:
    refuse(
        source,
        token,
        f"{quoted(token.text)} is declared as a variable, and a variable cannot be called",
        f"Write {token.text}*(…) for a product. Single entries are not in the language.",
    )


def bare_function(source: str, token: Token, following: Token | None) -> NoReturn:
    """Refuse a function that no parenthesis follows."""
    name = token.text
    if following is not None and following.text in ("^", ".^"):
        hint = f"Write {name}(a)^2 or {name}(x).^2."
        refuse(source, token, f"{name} needs its argument before the power", hint)
    argument = following.text if following is not None and following.kind in ("name", "number") else "x"
    hint = f"Write {name}({argument})."
    if name in ("min", "max"):
        hint = f'Write {name}(x) for an entry; to optimize, give the formula alone and say over="x".'
    refuse(source, token, f"{name} is a function and needs its argument in parentheses", hint)


def missing_value(source: str, tokens: Sequence[Token], token: Token, inside: bool) -> NoReturn:
    """Refuse a token where a value is due."""
    before = next((t for t in reversed(tokens) if t.start < token.start), None)
    shown = quoted(source[token.start : token.end])
    if token.text == ")" and not inside:
        refuse(source, token, "this ) has no ( before it", "Remove it, or open the group.")
    if token is tokens[-1] and token.kind == "operator":
        refuse(source, token, f"after {shown} a value is missing", "Complete the formula or remove it.")
    if token.text == ")" and before is not None and before.text == "(":
        refuse(source, token, "the parentheses are empty", "Write a value between them.")
    if token.kind == "transpose":
        hint = "The ' follows what it transposes: x'."
        refuse(source, token, "nothing stands before this transpose", hint)
    if before is not None and before.kind == "operator" and token.kind == "operator":
        first = quoted(source[before.start : before.end])
        hint = "Put a value between them, or remove one."
        refuse(source, token, f"{first} and {shown} follow each other", hint)
    refuse(source, token, f"a value is missing before {shown}", "Put a name, a number or a group there.")


def second_statement(source: str, token: Token) -> NoReturn:
    """Refuse `=` and `;` after a complete formula."""
    if token.text == "=":
        refuse(
            source,
            token,
            "a formula contains no assignment or equation",
            "Write the right-hand side only, or named parts at the end: 2*t where t = x'*x.",
        )
    refuse(source, token, f"{quoted(token.text)} separates two formulas", "Read one formula at a time.")


def side_by_side(source: str, left: Tree, token: Token, declared: Container[str]) -> NoReturn:
    """Refuse two values without an operator between them."""
    x, y = source[left.start : left.end], token.text
    word = next((w for w in (x, y) if keyword.iskeyword(w) and w not in declared), None)
    if word is not None:
        hint = f"{quoted(word)} is a word of programming languages; write a formula only."
    elif len(x) > _LONGEST_ECHO or y == "(":
        hint = "Write * between the two: products are always written out."
    elif x in _VECTORS and y in _VECTORS:
        hint = f"Write {x}'*{y} (inner product), {x}*{y}' (outer product) or {x}.*{y} (entry by entry)."
    elif token.kind == "number" and (y.startswith(".") or x.endswith(".")):
        hint = "A number has one decimal point and no blanks inside."
    else:
        hint = f"Write {x}*{y}: products are always written out."
    refuse(source, token, f"an operator is missing between {quoted(x)} and {quoted(y)}", hint)


def meeting(columns: Dimension, rows: Dimension) -> str:
    """Say which sizes meet inside a product."""
    left = "1 column meets" if columns == 1 else f"{columns} columns meet"
    return f"{left} 1 row" if rows == 1 else f"{left} {rows} rows"
