"""What people write, as HTML that is safe to show: Markdown, formulas between dollars, code.

markdown-it-py reads it with HTML switched off; nh3 then lets through only the elements and
attributes listed here. A formula becomes an element that `math.js` typesets; commands by which
LaTeX could define, link or load anything are taken out before.
"""

from __future__ import annotations

import re
from typing import Any, Final

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_CHARACTERS: Final = 8_000
MAX_NESTING: Final = 20
# What is taken out ends before something that is no letter, so that its neighbors make no command.
FORBIDDEN_TEX: Final = re.compile(
    r"\\(?:[egx]?def|let|futurelet|global|(?:re)?newcommand|providecommand|href|url|includegraphics"
    r"|html[A-Za-z]*|input|include|csname|catcode|write|openout|char)(?![A-Za-z])"
)
TAGS: Final = {
    *("p", "br", "hr", "h3", "h4", "h5", "blockquote", "ul", "ol", "li", "em", "strong", "s", "a", "span"),
    *("pre", "code", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "code": {"class"},
    "ol": {"start"},
    "span": {"class", "data-tex", "tabindex", "role", "aria-label"},
    "td": {"align"},
    "th": {"align"},
}
SCROLLS: Final = SafeString(' tabindex="0" role="group" aria-label="formula"')
CLASS: Final = re.compile(r"(?:math(?: math-display)?|language-[a-z]{1,16})\Z")


def safe_tex(tex: str) -> str:
    r"""Return a formula without the commands that define, link or load.

    >>> safe_tex(r"\href{javascript:x}{A}\def\a{b} + \alpha \left( x \right)")
    '{javascript:x}{A}\\a{b} + \\alpha \\left( x \\right)'
    """
    return FORBIDDEN_TEX.sub("", tex)


def math_html(content: str, kind: str) -> str:
    """Return a formula as an element."""
    tex = safe_tex(content.strip())
    # A wide formula scrolls in its own box: it must be within reach of the keyboard.
    reach = SCROLLS if "math-display" in kind else ""
    return format_html('<span class="{}" data-tex="{}"{}>{}</span>', kind, tex, reach, tex)


def reader() -> MarkdownIt:
    """Return a reader of Markdown without HTML and without images."""
    options = {"html": False, "linkify": False, "maxNesting": MAX_NESTING}
    markdown = MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).disable("image")
    markdown.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    for rule in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        markdown.add_render_rule(rule, _formula)
    markdown.add_render_rule("heading_open", _heading)
    markdown.add_render_rule("heading_close", _heading)
    return markdown


def _formula(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    return math_html(token.content, "math" if token.type == "math_inline" else "math math-display")


def _heading(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A post stands below the headings of its page: its own begin at the third level."""
    token = tokens[index]
    token.tag = f"h{min(5, int(token.tag[1]) + 2)}"
    html: str = renderer.renderToken(tokens, index, options, env)
    return html


READER: Final = reader()


def post_html(text: str, markdown: MarkdownIt = READER) -> SafeString:
    """Return a post as HTML, by a reader of one's own if need be; one that is too long is refused."""
    if len(text) > MAX_CHARACTERS:
        raise ValidationError(f"This is longer than {MAX_CHARACTERS:,} characters. Shorten it.")
    cleaned = nh3.clean(
        markdown.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return mark_safe(cleaned)  # nh3 has cleaned it


def _attribute(tag: str, name: str, value: str) -> str | None:
    return value if name != "class" or CLASS.match(value) else None
