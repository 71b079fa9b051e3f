"""Markdown in which a formula may be written in the language of the workbench: `` {f}`x'*A*x` ``.

The engine typesets it, so that a learner need not know LaTeX to ask. A formula that cannot be read
stays as it was typed, and is told of in the preview. One for which the engine had no time stays so
until somebody looks at the post again (`posts.finish`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from frechet_site.lib.engine import call
from frechet_site.lib.markdown import post_html, reader, safe_tex

ROLE: Final = "{f}"
MOST_FORMULAS: Final = 40
MOST_CHARACTERS: Final = 400
SECONDS_A_FORMULA: Final = 1.0
SECONDS_A_POST: Final = 4.0
# Refusals that say nothing about the formula.
PASSING: Final = frozenset({"busy", "turn", "crash", "time"})
NO_TIME: Final = {
    "kind": "time",
    "message": "the engine has much to do",
    "hint": "The post can be sent: what is missing is typeset later.",
}


@final
@dataclass(frozen=True)
class Rendered:
    """A post as HTML, and what is wrong with its formulas."""

    html: SafeString
    faults: list[dict[str, str]] = field(default_factory=list)

    @property
    def unfinished(self) -> bool:
        """Tell whether a formula may be typeset when the engine has time."""
        return any(fault["kind"] in PASSING for fault in self.faults)


def formula_post_html(text: str) -> Rendered:
    """Return a post as HTML that is safe to show, its formulas typeset by the engine."""
    faults: list[dict[str, str]] = []
    markdown = reader()
    markdown.core.ruler.push("formulas", lambda state: _typeset(state, faults))
    markdown.add_render_rule("formula", _formula_html)
    return Rendered(post_html(text, markdown), faults)


def _typeset(state: StateCore, faults: list[dict[str, str]]) -> None:
    """Turn code that stands right behind the role into a formula."""
    left, until = MOST_FORMULAS, time.monotonic() + SECONDS_A_POST
    for block in state.tokens:
        children = block.children or []
        for before, code in pairwise(children):
            if not (left and _is_role(before, code)):
                continue
            if time.monotonic() >= until:
                faults.append({"formula": code.content, **NO_TIME})
                return
            left -= 1
            _set(before, code, faults)


def _is_role(before: Token, code: Token) -> bool:
    return code.type == "code_inline" and before.type == "text" and before.content.endswith(ROLE)


def _set(before: Token, code: Token, faults: list[dict[str, str]]) -> None:
    before.content = before.content.removesuffix(ROLE)
    if len(code.content) > MOST_CHARACTERS:
        hint = f"A formula has at most {MOST_CHARACTERS} characters here."
        told = {"kind": "size", "message": "this formula is too long", "hint": hint}
        faults.append({"formula": code.content[:40], **told})
        return
    answer: dict[str, Any] = call("preview", {"text": code.content}, SECONDS_A_FORMULA)
    if error := answer.get("error"):
        told = {name: str(error.get(name, "")) for name in NO_TIME}
        later = {"hint": NO_TIME["hint"]} if told["kind"] in PASSING else {}
        faults.append({"formula": code.content, **told, **later})
        return
    code.type = "formula"
    code.meta = {"tex": safe_tex(answer["latex"]), "text": answer["unicode"]}


def _formula_html(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    known = tokens[index].meta
    return format_html('<span class="math" data-tex="{}">{}</span>', known["tex"], known["text"])
