"""What a reader's browser notices: the weight of a lecture, and the workbench while one types."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any, Final, final

from playwright.sync_api import Browser, Page, expect, sync_playwright

LECTURE: Final = "/course/quadratic-form-pt-1/"
FORMULAS: Final = (
    "norm2(A*x - b)^2 + c*x'*x",
    "log(det(X)) + tr(A*X)",
    "sum(log(vector(1) + exp(A*x)))",
    "x'*A*x + y'*x + c",
    "tr(A'*X*B) + tr(X'*X)",
    "(x'*A*x)/(x'*x)",
    "u'*X*v + c*tr(X)",
    "logsumexp(A*x + y) - u'*x",
    "x'*inv(C)*x + x'*D*x",
    "tr(inv(X)*A) - logdet(X)",
    "norm2(Y - U*V')^2",
    "y'*x + x'*S*x + c*x'*x",
)
BETWEEN_KEYS: Final = 180
PATIENCE: Final = 20_000

# A derivative is new when its formula is what stands in the field; the clock of the page measures both.
WATCH: Final = """
() => {
  const field = document.getElementById("formula");
  window.seen = { text: "", typed: 0, shown: [] };
  field.addEventListener("input", () => {
    window.seen = { ...window.seen, text: field.value, typed: performance.now(), waiting: true };
  }, true);
  new MutationObserver(() => {
    const result = document.getElementById("result");
    if (!window.seen.waiting || result?.dataset.formula !== window.seen.text) return;
    window.seen.waiting = false;
    const typed = window.seen.typed;
    requestAnimationFrame(() => window.seen.shown.push(performance.now() - typed));
  }).observe(document.getElementById("answer"), { childList: true, subtree: true });
}
"""


@final
@dataclass(frozen=True)
class Seen:
    """What a browser measured: bytes of both visits, milliseconds of each derivative, keystrokes."""

    first: int
    later: int
    milliseconds: tuple[float, ...]
    keystrokes: int


def seen(address: str, people: dict[str, Any]) -> Seen:
    """Measure with a browser of its own, as a learner."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        first, later = weights(browser, address, people["learner"])
        milliseconds = typed(browser, address, people["sessions"][0])
        browser.close()
    return Seen(first, later, milliseconds, sum(map(len, FORMULAS)))


def opened(browser: Browser, address: str, session: str) -> Page:
    """Open a window of a person."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    return context.new_page()


def weights(browser: Browser, address: str, session: str) -> tuple[int, int]:
    """Return the bytes that a lecture costs with an empty cache, and again."""
    page = opened(browser, address, session)
    network, received = page.context.new_cdp_session(page), [0]
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    read(page)
    first = sum(received)
    read(page)
    return first, sum(received) - first


def read(page: Page) -> None:
    """Read a lecture to its end."""
    page.goto(LECTURE, wait_until="networkidle")
    for _ in range(int(page.evaluate("document.body.scrollHeight / innerHeight")) + 1):
        page.keyboard.press("PageDown")
        page.wait_for_timeout(50)
    page.wait_for_load_state("networkidle")


def typed(browser: Browser, address: str, session: str) -> tuple[float, ...]:
    """Type formulas and return how long each derivative took to appear after its keystroke."""
    page = opened(browser, address, session)
    page.goto("/workbench/", wait_until="networkidle")
    page.evaluate(WATCH)
    for formula in FORMULAS:
        page.fill("#formula", "")
        page.locator("#formula").press_sequentially(formula, delay=BETWEEN_KEYS)
        expect(page.locator("#result")).to_have_attribute("data-formula", formula, timeout=PATIENCE)
    return tuple(page.evaluate("window.seen.shown"))
