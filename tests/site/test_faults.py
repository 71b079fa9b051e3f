"""What must not happen anywhere: found from the routes, so that a new page is covered unasked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import ForeignKey, Model
from django.test import Client
from tests.site.addresses import address_of, routes, samples_of, some_mistakes
from tests.site.conftest import PASSWORD, make_user

from frechet_site.accounts.models import User
from frechet_site.enrollment.access import is_registered
from frechet_site.lib.engine import ENGINE
from frechet_site.lib.engine_protocol import failure

# Signed by the provider, or by nobody: these carry no session.
WITHOUT_SESSION: Final = ("/enroll/stripe/", "/api/")
# A link in a mail works for whoever holds it: that is its purpose.
BY_TOKEN: Final = "/community/stop/"
PLAUSIBLE: Final = {
    "title": "Mine now",
    "text": "Mine now",
    "reason": "Mine now",
    "name": "Mine now",
    "vote": "up",
    "follow": "no",
    "read": "no",
    "hide": "yes",
    "yes": "yes",
    "seed": "0",
    "answer": "1",
    "place": "1",
    "password": PASSWORD,
}


@pytest.fixture
def addresses(learner: User) -> list[str]:
    """Every address, about the objects of the learner."""
    some_mistakes(learner)
    samples = samples_of(learner)
    return [address_of(route, samples) for route in routes()]


def kept() -> dict[str, list[tuple[object, ...]]]:
    """Return everything that the database holds, sessions apart."""
    models = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: sorted(model._default_manager.values_list(), key=str) for model in models}


def belongings(user: User) -> dict[str, list[tuple[object, ...]]]:
    """Return everything that belongs to a person."""
    return {
        f"{model._meta.label} {name}": sorted(
            model._default_manager.filter(**{name: user}).values_list(), key=str
        )
        for model in apps.get_models()
        for name in owners(model)
    }


def owners(model: type[Model]) -> Iterator[str]:
    """Yield the fields by which a record belongs to a person."""
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and field.related_model is User:
            yield field.name


def test_reading_changes_nothing(signed_in: Client, addresses: list[str]) -> None:
    for address in addresses:
        signed_in.get(address)
    before = kept()
    for address in addresses:
        signed_in.get(address)
        assert kept() == before, address


def test_no_form_is_accepted_without_its_token(learner: User, addresses: list[str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    before = kept()
    statuses = {
        address: client.post(address, PLAUSIBLE).status_code
        for address in addresses
        if not address.startswith((*WITHOUT_SESSION, BY_TOKEN))
    }
    assert {address: status for address, status in statuses.items() if status not in (403, 405)} == {}
    assert list(statuses.values()).count(403) > 20
    assert kept() == before


def test_nobody_changes_or_reads_what_belongs_to_another(learner: User, addresses: list[str]) -> None:
    client, other = Client(), make_user("other@example.org")
    client.force_login(other)
    before = belongings(learner)
    for address in addresses:
        if not address.startswith((*WITHOUT_SESSION, BY_TOKEN)):
            client.post(address, PLAUSIBLE)
            assert learner.email not in client.get(address).content.decode(errors="replace"), address
    assert belongings(learner) == before
    assert not is_registered(other)


def test_a_login_gets_a_new_session_and_a_logout_ends_it(client: Client, learner: User) -> None:
    client.get("/course/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted or ""
    client.post("/account/login/", {"login": learner.email, "password": PASSWORD})
    mine = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert mine != planted
    client.post("/account/logout/")
    assert not Session.objects.filter(session_key__in=[planted, mine]).exists()


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/course/introduction-and-outline/exercises/e1/check/", "answer"),
        ("/course/introduction-and-outline/exercises/e1/read/", "answer"),
        ("/workbench/check/", "text"),
        ("/community/ask/", "text"),
        ("/community/preview/", "text"),
        ("/account/", "display_name"),
    ],
)
def test_a_form_of_a_megabyte_is_refused(signed_in: Client, address: str, field: str) -> None:
    response = signed_in.post(address, {field: "x" * 2**20, "seed": "0"})
    assert response.status_code == 400
    assert "too large" in response.content.decode()


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/?f=x%27*A*x"),
        ("post", "/workbench/check/"),
        ("get", "/cookbook/"),
        ("get", "/cookbook/mc-81/"),
        ("get", "/cookbook/search/?q=tr(A)"),
        ("post", "/course/introduction-and-outline/exercises/e1/check/"),
        ("post", "/course/introduction-and-outline/exercises/e1/read/"),
        ("post", "/community/preview/"),
    ],
)
@pytest.mark.parametrize("kind", ["time", "busy", "crash", "memory"])
def test_an_engine_that_gives_up_is_told_of_kindly(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, method: str, address: str, kind: str
) -> None:
    words = "The engine says what became of it."
    monkeypatch.setattr("frechet_site.lib.engine.caches", {"engine": Forgetful()})
    monkeypatch.setattr(type(ENGINE), "ask", lambda *_: failure(kind, words))
    data = {"text": "f = x'*{f}`x`", "seed": "0", "answer": "1"}
    response = signed_in.post(address, data) if method == "post" else signed_in.get(address)
    assert response.status_code in (200, 503)
    assert words in response.content.decode()


class Forgetful:
    """A cache that keeps nothing."""

    def get(self, key: str) -> None:
        return None

    def set(self, key: str, value: object, seconds: int) -> None:
        return None
