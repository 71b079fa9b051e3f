"""Photograph pages, wide and narrow, light and dark, as a signed-in demo person or a stranger.

    python scripts/screenshots.py OUTPUT [ADDRESS ...]
    python scripts/screenshots.py --stranger OUTPUT /account/login/

Starts the site with a database of its own in a temporary folder, runs the management commands named
by `--seed`, and writes `OUTPUT/<page>-<width>-<theme>.png`. What the browser complains about (a
blocked script, a failed request) is printed, and makes the exit status 1.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
WIDTHS: Final = {"wide": (1280, 900), "narrow": (375, 780)}
THEMES: Final = ("light", "dark")
EMAIL: Final = "demo@example.org"
PASSWORD: Final = "a demo password"
MAKE_DEMO: Final = f"""
from django.contrib.auth import get_user_model
from allauth.account.models import EmailAddress
user = get_user_model().objects.create_superuser("{EMAIL}", "{PASSWORD}", display_name="Demo")
EmailAddress.objects.create(user=user, email="{EMAIL}", verified=True, primary=True)
"""


@contextmanager
def site(seeds: list[str]) -> Iterator[str]:
    """Serve the site on a free port, and take it down at the end."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {**os.environ, "FRECHET_DATA": folder, "FRECHET_DEBUG": "1", "FRECHET_JSON_LOGS": "0"}
        manage = [sys.executable, "-m", "frechet_site"]
        demo = ["shell", "-v0", "-c", MAKE_DEMO]
        for command in (["start", "--prepare-only"], demo, *map(str.split, seeds)):
            subprocess.run([*manage, *command], env=environment, check=True)
        server = [*manage, "runserver", "--noreload", "--skip-checks", str(port)]
        process = subprocess.Popen(
            server, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/healthz")
            yield address
        finally:
            process.terminate()
            process.wait()


def wait_for(address: str) -> None:
    """Return when the address answers."""
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit(f"{address} does not answer")


def log_in(browser: Browser, address: str) -> list[dict[str, object]]:
    """Return the cookies of the demo person."""
    page = browser.new_page()
    page.goto(f"{address}/account/login/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{address}/account/")
    cookies = [dict(cookie) for cookie in page.context.cookies()]
    page.close()
    return cookies


def photograph(browser: Browser, address: str, paths: list[str], output: Path, stranger: bool) -> list[str]:
    """Write the pictures and return the complaints."""
    complaints: list[str] = []
    cookies = [] if stranger else log_in(browser, address)
    for width, (across, down) in WIDTHS.items():
        for theme in THEMES:
            context = browser.new_context(
                viewport={"width": across, "height": down},
                color_scheme="dark" if theme == "dark" else "light",
            )
            context.add_cookies(cookies)  # type: ignore[arg-type]  # what the browser gave out
            page = context.new_page()
            page.on("console", lambda message: complain(complaints, message))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            for path in paths:
                page.goto(address + path, wait_until="networkidle")
                name = path.strip("/").replace("/", "-").replace("?", "-") or "home"
                page.screenshot(path=output / f"{name}-{width}-{theme}.png", full_page=True)
            context.close()
    return list(dict.fromkeys(complaints))


def complain(complaints: list[str], message: ConsoleMessage) -> None:
    """Keep warnings and errors of the browser."""
    if message.type in {"error", "warning"}:
        complaints.append(f"{message.location.get('url', '')}: {message.text}")


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("output", type=Path)
    parser.add_argument("paths", nargs="*", default=["/styleguide/", "/about/", "/account/", "/nowhere/"])
    parser.add_argument("--stranger", action="store_true", help="do not log in")
    parser.add_argument("--seed", action="append", default=[], help="a management command to run before")
    chosen = parser.parse_args()
    chosen.output.mkdir(parents=True, exist_ok=True)
    with site(chosen.seed) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        complaints = photograph(browser, address, chosen.paths, chosen.output, chosen.stranger)
        browser.close()
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
