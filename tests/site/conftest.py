"""What the tests of the site share: people, the site on a port, a browser, the check of accessibility.

Browser tests take the fixture `page` (a stranger's browser) and go to `site + "/course/"`; `log_in`
turns the stranger into a person. Whatever the browser complains about (an error of a script, what
the content security policy blocked, a failed request) fails the test at its end. Without Chromium
these tests are skipped, with the reason.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from frechet_site.accounts.models import User
from frechet_site.lib.engine import ENGINE

# Playwright keeps an event loop in this thread; Django would refuse to touch the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE: Final = {"width": 1280, "height": 900}
NARROW: Final = {"width": 375, "height": 780}
PATIENCE: Final = 20_000
PASSWORD: Final = "correct horse battery"


class HasUrl(Protocol):
    """A server that knows its address."""

    url: str


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    for name in settings.CACHES:
        if name != "engine":
            caches[name].clear()


@pytest.fixture(scope="session", autouse=True)
def _engine_stops() -> Iterator[None]:
    yield
    ENGINE.stop()


def make_user(email: str, **fields: object) -> User:
    """Make a person whose address is verified."""
    user = User.objects.create_user(email, PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def learner(db: None) -> User:
    """Ada, who learns."""
    return make_user("ada@example.org", display_name="Ada")


@pytest.fixture
def instructor(db: None) -> User:
    """Maurice, who teaches."""
    return make_user("maurice@example.org", display_name="Maurice", is_staff=True, is_superuser=True)


@pytest.fixture
def signed_in(client: Client, learner: User) -> Client:
    """A client in which Ada is logged in."""
    client.force_login(learner)
    return client


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def site(transactional_db: None, live_server: HasUrl) -> str:
    """The address of the site."""
    return live_server.url


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Open a browser window of one's own: `open_page(viewport=NARROW, color_scheme="dark")`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        drawing = "GL Driver Message" in message.text or "willReadFrequently" in message.text
        if message.type in {"error", "warning"} and not drawing:
            complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def open_(**options: object) -> Page:
        context = browser.new_context(**{"viewport": WIDE, "base_url": site, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A wide window."""
    return open_page()


@pytest.fixture
def log_in(site: str) -> Callable[[Page, User], None]:
    """Return a function that logs a person in to the browser of a page."""

    def enter(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    return enter


def accessibility_faults(page: Page, rules: list[str] = WCAG) -> list[str]:
    """Return what axe finds wrong with the page as it is shown: WCAG 2.2 AA and good practice."""
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
