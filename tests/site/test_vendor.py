"""The large libraries load, draw and break no rule of the content security policy."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, expect

from frechet_site.accounts.models import User

USES = {
    "jsxgraph": """
        const options = {boundingbox: [-2, 2, 2, -2], axis: true, showCopyright: false};
        const board = library.JSXGraph.initBoard(box.id, options);
        board.create("point", [1, 1]); return box.querySelectorAll("svg ellipse").length;""",
    "plotly": """
        await library.newPlot(box, [{type: "surface", z: [[1, 2], [3, 4]]}]);
        return box.querySelectorAll("canvas").length;""",
    "codemirror": """
        new library.EditorView({parent: box, doc: "x = 1", extensions: [library.basicSetup, library.python(),
            library.EditorView.cspNonce.of(vendor.styleNonce())]});
        return getComputedStyle(box.querySelector(".cm-editor")).display === "flex" ? 1 : 0;""",
    "mathlive": """
        const field = new library.MathfieldElement(); box.append(field); field.value = "x^{T}Ax";
        await new Promise(requestAnimationFrame);
        return field.shadowRoot.querySelectorAll(".ML__latex").length;""",
}


@pytest.mark.parametrize("name", USES)
def test_a_library_draws_under_our_policy(
    page: Page, log_in: Callable[[Page, User], None], instructor: User, name: str
) -> None:
    log_in(page, instructor)
    page.goto("/styleguide/" if name in {"mathlive", "plotly"} else "/about/")
    program = f"""async ([address, name]) => {{
        const vendor = await import(address);
        const library = await vendor[name]();
        const box = document.createElement("div");
        box.id = "drawing"; box.style.width = "400px"; box.style.height = "300px";
        document.querySelector("main").replaceChildren(box);
        {USES[name]}
    }}"""
    drawn = page.evaluate(program, [f"{settings.STATIC_URL}js/vendor.js", name])
    assert drawn >= 1
    expect(page.locator("#drawing")).to_be_visible()


def test_what_is_vendored_is_written_down() -> None:
    record = finders.find("vendor/versions.json")
    assert record is not None
    with open(record, encoding="utf-8") as file:
        versions = json.load(file)
    assert {
        "katex",
        "htmx.org",
        "jsxgraph",
        "mathlive",
        "plotly.js-gl3d-dist-min",
        "codemirror",
    } <= versions.keys()
