"""What is vendored is written down, and MathLive draws under the content security policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, expect

from frechet_site.accounts.models import User

DRAW = """async (address) => {
    const library = await (await import(address)).mathlive();
    const box = document.createElement("div");
    box.id = "drawing"; box.style.width = "400px"; box.style.height = "300px";
    document.querySelector("main").replaceChildren(box);
    const field = new library.MathfieldElement(); box.append(field); field.value = "x^{T}Ax";
    await new Promise(requestAnimationFrame);
    return field.shadowRoot.querySelectorAll(".ML__latex").length;
}"""


def test_mathlive_draws_under_our_policy(
    page: Page, log_in: Callable[[Page, User], None], instructor: User
) -> None:
    log_in(page, instructor)
    page.goto("/styleguide/")
    assert page.evaluate(DRAW, f"{settings.STATIC_URL}js/vendor.js") >= 1
    expect(page.locator("#drawing")).to_be_visible()


def test_every_vendored_library_has_its_version_written_down() -> None:
    record = finders.find("vendor/versions.json")
    assert isinstance(record, str)
    path = Path(record)
    versions: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    folders = {folder.name for folder in path.parent.iterdir() if folder.is_dir()}
    assert folders == {name.rpartition("/")[2].split(".")[0] for name in versions}
