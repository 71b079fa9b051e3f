"""A text of a lecture as HTML: formulas as `<span class="math" data-tex="…">letters</span>`.

The letters inside stand for the formula wherever no script typesets it. Nothing of HTML that stands
in the text itself comes through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from frechet.course.markup import parser
from frechet.course.roles import typeset_role
from frechet.errors import FrechetError

ADDRESSES: Final = {"lecture": "/course/{}/", "cookbook": "/cookbook/{}/"}
"""Where a site shows a lecture and an entry of the Cookbook."""

_NO_LETTER: Final = re.compile(r"[^\w]+")


def math(latex: str, letters: str = "", *, display: bool = False) -> str:
    """Return the element of a formula."""
    tag, extra = ("div", " math-display") if display else ("span", "")
    return f'<{tag} class="math{extra}" data-tex="{escape(latex)}">{escape(letters or latex)}</{tag}>'


def html_of(markdown: str, declared: Mapping[str, str]) -> str:
    """Return the HTML of a text; `declared` gives the names of its formulas."""
    return str(_renderer().render(markdown, {"declared": declared}))


def inline_html(markdown: str, declared: Mapping[str, str]) -> str:
    """Return the HTML of a sentence, without a paragraph around it."""
    return str(_renderer().renderInline(markdown, {"declared": declared}))


def headings_of(markdown: str) -> list[dict[str, object]]:
    """Return the headings of a text with their anchors, for a table of contents."""
    tokens = parser().parse(markdown)
    return [
        {"level": int(opening.tag[1:]), "title": inline.content, "anchor": anchor_of(inline.content)}
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open"
    ]


def anchor_of(title: str) -> str:
    """Return the name of a heading in addresses.

    >>> anchor_of("The same, by differentials")
    'the-same-by-differentials'
    """
    return _NO_LETTER.sub("-", title.lower()).strip("-")


@cache
def _renderer() -> MarkdownIt:
    markdown = parser()
    for name, rule in (
        ("math_inline", _inline_math),
        ("math_inline_double", _display_math),
        ("math_block", _display_math),
        ("myst_role", _role),
        ("link_open", _link),
        ("heading_open", _heading),
    ):
        markdown.add_render_rule(name, rule)
    return markdown


def _inline_math(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return math(tokens[at].content)


def _display_math(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    latex = tokens[at].content.strip()
    if tokens[at].type == "math_block":
        return math(latex, display=True) + "\n"
    return f'<span class="math math-display" data-tex="{escape(latex)}">{escape(latex)}</span>'


def _role(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[at]
    try:
        found = typeset_role(token.meta["name"], token.content, env["declared"])
    except FrechetError:
        return f"<code>{escape(token.content)}</code>"
    return math(found.latex, found.unicode)


def _link(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[at]
    scheme, _, name = str(token.attrs.get("href", "")).partition(":")
    if scheme in ADDRESSES:
        token.attrs["href"] = ADDRESSES[scheme].format(name)
    return str(self.renderToken(tokens, at, options, env))


def _heading(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    tokens[at].attrs["id"] = anchor_of(tokens[at + 1].content)
    return str(self.renderToken(tokens, at, options, env))
