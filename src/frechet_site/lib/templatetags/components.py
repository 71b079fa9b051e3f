"""Components that are more than an include: formulas with their text for readers without JavaScript."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def sentence(words: str) -> str:
    """Return what the engine says as a sentence before another one.

    >>> sentence("a value is missing"), sentence("The engine is busy.")
    ('a value is missing.', 'The engine is busy.')
    """
    return words if words.endswith((".", "!", "?")) else f"{words}."


@register.simple_tag
def math(tex: str, text: str = "") -> SafeString:
    """Return a formula within a line: LaTeX for the browser to typeset, text until then.

    >>> math("x^{T}", "xᵀ")
    '<span class="math" data-tex="x^{T}">xᵀ</span>'
    """
    return format_html('<span class="math" data-tex="{}">{}</span>', tex, text or tex)


@register.simple_tag
def display(tex: str, text: str = "") -> SafeString:
    """Return a formula on a line of its own."""
    return format_html(
        '<div class="math math-display" data-tex="{}" tabindex="0" role="group" aria-label="formula">'
        "{}</div>",
        tex,
        text or tex,
    )
