"""The body of a lecture as HTML: rendered once in this process for each layout, personal parts put in after.

What differs from reader to reader stands in the kept HTML as a comment: the token against forged
forms, and the mark at each exercise that was solved.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from frechet_site.course.content import exercises, page_of, walk
from frechet_site.course.marking import exercise_page
from frechet_site.course.stills import still_picture
from frechet_site.lib.remembered import remembered

TOKEN_PLACE: Final = SafeString("<!--token-->")
_STATE_PLACE: Final = re.compile(r"<!--state:([\w-]+)-->")
SOLVED: Final = SafeString('<span class="badge badge-right">✓ Solved</span>')


@remembered
def body(name: str, layout: str) -> str:
    """Return the body of a lecture with the places of what is personal."""
    page = page_of(name)
    tasks = {}
    for block in walk(page["blocks"]):
        if "figure" in block:
            block["picture"] = still_picture(block["figure"])
        task = (
            exercises().exercises.get(f"{name}/{block.get('name')}") if block["kind"] == "exercise" else None
        )
        if task is not None:
            tasks[block["name"]] = exercise_page(task, 0, block["number"])
    context = {"page": page, "tasks": tasks, "layout": layout, "token": TOKEN_PLACE}
    return render_to_string("course/body.html", context)


def personal_body(request: HttpRequest, name: str, layout: str, solved: Collection[str]) -> SafeString:
    """Return the body of a lecture for one reader."""
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    html = body(name, layout).replace(TOKEN_PLACE, token)
    html = _STATE_PLACE.sub(lambda match: SOLVED if f"{name}/{match[1]}" in solved else "", html)
    return mark_safe(html)  # our own template, escaped when it was rendered
