"""What the tests of registration share: an offer with a price, coupons, a stand-in for Stripe."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

import pytest
from django.db import connection
from pytest_django import Settings

from frechet_site.enrollment.models import Offer
from frechet_site.enrollment.offers import current_offer
from frechet_site.enrollment.orders import Wish

WEBHOOK_SECRET: Final = "whsec_of_the_tests"


@pytest.fixture
def priced(db: None) -> Offer:
    """The course for 49 euros, half of its list price."""
    offer = current_offer()
    offer.price, offer.list_price = Decimal(49), Decimal(98)
    offer.save()
    return offer


def wish(coupon: str = "", provider: str = "manual") -> Wish:
    """A wish that was never sent before."""
    return Wish(uuid.uuid4(), coupon, provider)


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that many threads write together, as on a real site.

    SQLite's database in memory, on which tests run, cannot: it is copied into a file for the test.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    file = tmp_path / "site.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        in_memory.backup(copy)
    connection.connection, connection.settings_dict["NAME"] = None, str(file)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


class StandIn:
    """Stripe as far as we use it: sessions that are made, looked at and closed."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, object]] = {}
        self.by_key: dict[str, str] = {}
        self.asked: list[dict[str, list[str]]] = []
        self.is_down = False
        self.url = ""

    def answer(self, method: str, path: str, key: str, form: dict[str, list[str]]) -> tuple[int, object]:
        """Answer a request."""
        if self.is_down:
            return 503, {"error": {"type": "api_error", "message": "down"}}
        parts = path.strip("/").split("/")[3:]
        if method == "POST" and not parts:
            self.asked.append(form)
            name = self.by_key.setdefault(key, f"cs_{len(self.by_key)}")
            session: dict[str, object] = {
                "id": name,
                "object": "checkout.session",
                "url": f"{self.url}/pay/{name}",
            }
            return 200, self.sessions.setdefault(
                name, session | {"status": "open", "payment_status": "unpaid"}
            )
        found = self.sessions[parts[0]]
        if parts[1:] == ["expire"]:
            if found["status"] != "open":
                return 400, {"error": {"type": "invalid_request_error", "message": "not open"}}
            found["status"] = "expired"
        return 200, found


@pytest.fixture
def stand_in(settings: Settings) -> Iterator[StandIn]:
    """A local server that answers as Stripe does; the site's settings lead to it."""
    stripe = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            self._send(*stripe.answer("POST", self.path, self.headers.get("Idempotency-Key", ""), form))

        def do_GET(self) -> None:
            self._send(*stripe.answer("GET", self.path, "", {}))

        def _send(self, status: int, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stripe.url = settings.STRIPE_API = f"http://127.0.0.1:{server.server_port}"
        settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_of_the_tests", WEBHOOK_SECRET
        yield stripe
        server.shutdown()
