"""Markdown: the one parser for lectures, its two roles, and the words of a text.

CommonMark with tables, `$…$`, roles such as `` {f}`x'*A*x` ``, and blocks between colons. HTML in a
text stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, final

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

_BARE: Final = re.compile(r"[\w')\]]\*[\w(]")
_BARE_FORMULA: Final = re.compile(r"\S*[\w')\]]\*[\w(]\S*")
_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*")


@cache
def parser() -> MarkdownIt:
    """Return the parser, made once."""
    return (
        MarkdownIt("commonmark", {"html": False, "typographer": False})
        .enable("table")
        .use(front_matter_plugin)
        .use(colon_fence_plugin)
        .use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
        .use(myst_role_plugin)
        .use(_stars_of_formulas)
    )


def _stars_of_formulas(markdown: MarkdownIt) -> None:
    """Let the stars of a bare `A*x` be stars: emphasis never begins or ends inside a formula."""
    markdown.inline.ruler.before("emphasis", "formula_star", _star)


def _star(state: StateInline, silent: bool) -> bool:
    at, text = state.pos, state.src
    if text[at] != "*" or at == 0 or _BARE.match(text, at - 1) is None:
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


@final
@dataclass(frozen=True, slots=True)
class Mention:
    """Something in a text that must be checked: a role, a link, or a sign left over."""

    kind: str
    content: str
    line: int


def mentions(tokens: Sequence[Token]) -> Iterator[Mention]:
    """Yield the roles (`role f`), links, leftover dollars and bare formulas with their lines."""
    for token, line in inline_tokens(tokens):
        if token.type == "myst_role":
            yield Mention(f"role {token.meta['name']}", token.content, line)
        elif token.type == "link_open":
            yield Mention("link", str(token.attrs.get("href", "")), line)
        elif token.type == "text" and "$" in token.content:
            yield Mention("dollar", token.content, line)
        elif token.type == "text" and (bare := _BARE_FORMULA.search(token.content)):
            yield Mention("bare", bare.group(), line)


def inline_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield the tokens inside paragraphs, headings and cells with the line of each, from 0."""
    for block in tokens:
        line = block.map[0] if block.map else 0
        for token in block.children or ():
            if token.type in ("softbreak", "hardbreak"):
                line += 1
            yield token, line


def words_in(markdown: str) -> int:
    """Count the words of a text; formulas and code are none."""
    found = inline_tokens(parser().parse(markdown))
    return sum(len(_WORD.findall(token.content)) for token, _ in found if token.type == "text")
