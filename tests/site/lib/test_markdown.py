"""Posts: what is shown is safe, formulas survive, pathological texts are quick."""

from __future__ import annotations

import re
import time

import pytest
from django.core.exceptions import ValidationError

from frechet_site.lib.markdown import MAX_CHARACTERS, post_html, safe_tex


def test_formulas_become_elements_and_keep_their_text() -> None:
    html = post_html("The gradient of $x^T A x$ is\n\n$$\n(A + A^T) x\n$$\n")
    assert '<span class="math" data-tex="x^T A x">x^T A x</span>' in html
    assert '<span class="math math-display" data-tex="(A + A^T) x" tabindex="0"' in html


def test_markdown_of_a_post_is_shown() -> None:
    html = post_html("# Why?\n\n- *one*\n- **two**\n\n```python\nx < 1\n```\n\n| a |\n|---|\n| 1 |\n")
    shown = (
        "<h3>Why?</h3>",
        "<em>one</em>",
        "<strong>two</strong>",
        "language-python",
        "x &lt; 1",
        "<td>1</td>",
    )
    assert [part for part in shown if part not in html] == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)",
        "[a]: javascript:alert(1)\n\n[a]",
        "![a](https://elsewhere.example/pixel.png)",
        '<a href="javascript:alert(1)">a</a>',
        "<javascript:alert(1)>",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\htmlData{onclick=alert(1)}{x} \def\a{b} \gdef\c{d}$",
        '$"><script>alert(1)</script>$',
        '```"><script>alert(1)</script>\nx\n```',
        "<svg/onload=alert(1)>",
        '[a](https://x.example "onmouseover=alert(1)")<style>*{display:none}</style>',
    ],
)
def test_nothing_that_acts_gets_through(text: str) -> None:
    html = post_html(text)
    assert not re.search(r"<(?!/?(?:p|a|span|pre|code|br)\b)", html)
    assert not re.search(r"<[^>]+\s(?:on\w+|style|src)=", html)
    assert not re.search(r'<[^>]*href="(?!https?:|mailto:)', html)
    assert not re.search(r"\\(?:href|html|def|gdef)", html)


@pytest.mark.parametrize("inner", ["\\def", "\\let*", "\\newcommand*", "\\def\\let", "\\href{}", "\\def "])
def test_what_is_taken_out_of_a_formula_leaves_no_command_behind(inner: str) -> None:
    cleaned = safe_tex(rf"\hr{inner}ef{{javascript:x}}{{A}} \d{inner}ef\a{{\a}}")
    assert not re.search(r"\\(href|def)(?![A-Za-z])", cleaned)


SLOW = ["[", "[](", "*a", "> ", "$", "`", "- ", "|a", "![[", "**a *", "\\(", "a\n\n", "<a "]


@pytest.mark.parametrize("part", SLOW)
def test_a_text_made_to_be_slow_is_quick(part: str) -> None:
    started = time.process_time()
    post_html((part * MAX_CHARACTERS)[:MAX_CHARACTERS])
    assert time.process_time() - started < 1


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValidationError, match="8,000"):
        post_html("a" * (MAX_CHARACTERS + 1))
