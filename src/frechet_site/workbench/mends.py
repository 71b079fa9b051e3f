"""Mends of a formula that was refused, each tried before it is offered.

What the hint of the refusal proposes, and a few edits at the place of the fault, are applied to the
text. A mend is offered when the text can then be read, or the reader gets further than before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Final, NamedTuple

import frechet as fr
from frechet.errors import FrechetError

MOST: Final = 3
SUGGESTED: Final = re.compile(
    r"(?:Write|or|Did you mean|outer,|product write) ([^\s:;?]+?)(?=[\s:;?,]|\.(?:\s|$)|$)"
)
UNDECLARED: Final = re.compile(r"'(\w+)' is not declared")
FREE_SIZES: Final = ("m", "n", "p", "q", "k", "r", "s", "t")
WORD: Final = re.compile(r"\s*\w+(?:\([^()]*\))?")
SIZE: Final = re.compile(r"[^\W\d]\w*")
CLOSING: Final = (")", "]", "}")
OPERATOR: Final = re.compile(r"(?<!\.)[*^/+-]")
CALL: Final = re.compile(r"\s*[\^\w.]*\([^()]*\)")


class Mend(NamedTuple):
    """What the button says, and the text and the declarations after it."""

    label: str
    text: str
    declarations: dict[str, str]


def mends(text: str, declarations: Mapping[str, str], error: FrechetError) -> list[Mend]:
    """Return up to three mends that work, the likeliest first."""
    known = dict(declarations)
    undeclared = UNDECLARED.match(error.message)
    found = list(islice(_declared(text, known, undeclared.group(1)), 1)) if undeclared else []
    if error.position is not None:
        start, end = error.position
        texts = dict.fromkeys(_edits(text, start, end, error))
        found += [Mend(f"Write {t}", t, known) for t in texts if t != text and _better(t, known, start)]
    return found[:MOST]


def _better(text: str, declarations: dict[str, str], reached: int) -> bool:
    """Tell whether the text can be read, or goes wrong only later than before."""
    try:
        fr.parse(text, declarations)
    except FrechetError as error:
        start = -1 if error.position is None else error.position[0]
        return start > reached + 1 and bool(UNDECLARED.match(error.message))
    return True


def _edits(text: str, start: int, end: int, error: FrechetError) -> Iterator[str]:
    """Yield the text with one edit each, the likeliest first."""
    before, inside, after = text[:start], text[start:end], text[end:]
    if "operator is missing" in error.message:
        yield from (before.rstrip() + sign + inside + after for sign in ("*", " + ", ".*"))
    elif OPERATOR.search(inside[:-1]):
        yield from _operators(before, inside, after)
    elif UNDECLARED.match(error.message):
        yield from (before + words + after for words in SUGGESTED.findall(error.hint))
    else:
        yield from _rewritten(before, after, error)
        yield from (text + ")" * count for count in (1, 2, 3))
        if inside in CLOSING:
            yield before.rstrip() + after
        yield before.rstrip(" +-*/.^@=")


def _rewritten(before: str, after: str, error: FrechetError) -> Iterator[str]:
    """Yield the text with what the hint proposes instead of the fault, and of the word or call behind it."""
    for words in SUGGESTED.findall(error.hint):
        for behind in (CALL, WORD):
            if following := behind.match(after):
                yield before + words + after[following.end() :]
        yield before + words + after


def _operators(before: str, inside: str, after: str) -> Iterator[str]:
    """Yield the text with one operator of the fault written in another way."""
    for found in OPERATOR.finditer(inside):
        left, right = inside[: found.start()].rstrip(), inside[found.end() :].lstrip()
        turned = _transposed(right)
        sign = found.group()
        others = {
            "*": (f"{left}'*{right}", f"{left}*{turned}", f"{left}.*{right}"),
            "^": (f"{left}.^{right}",),
            "/": (f"{left}*inv({right})", f"{left}./{right}"),
        }.get(
            sign,
            (
                f"{left} {sign} vector(1)*{right}",
                f"vector(1)*({left}) {sign} {right}",
                f"{left} {sign} {turned}",
            ),
        )
        yield from (before + other + after for other in others)


def _transposed(text: str) -> str:
    """Return the text with its first name transposed; of a transpose, that is the name.

    >>> _transposed("b + c"), _transposed("b' + c")
    ("b' + c", 'b + c')
    """
    word = WORD.match(text)
    if word is None:
        return text
    after = text[word.end() :]
    return word.group() + (after[1:] if after.startswith("'") else f"'{after}")


def _declared(text: str, known: dict[str, str], name: str) -> Iterator[Mend]:
    """Yield declarations of a name under which the formula can be read, the most general first."""
    sizes = list(dict.fromkeys(SIZE.findall(" ".join(kind.partition("(")[2] for kind in known.values()))))
    free = [size for size in FREE_SIZES if size not in sizes]
    for kind in _kinds(name, free, sizes):
        declarations = {**known, name: kind}
        try:
            fr.parse(text, declarations)
        except FrechetError as error:
            if not UNDECLARED.match(error.message):
                continue
        yield Mend(f"Declare {name} as {kind}", text, declarations)


def _kinds(name: str, free: list[str], sizes: list[str]) -> Iterator[str]:
    fresh = free[:2]
    matrices = [f"matrix({a}, {b})" for a, b in product(fresh[:1] + sizes, fresh[1:] + sizes)]
    vectors = [f"vector({a})" for a in fresh[:1] + sizes]
    yield from (*matrices, *vectors, "scalar") if name[0].isupper() else (*vectors, "scalar", *matrices)
