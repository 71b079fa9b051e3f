"""Limits of use: counted for each person, told with the time to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from frechet_site.accounts.models import User
from frechet_site.lib.ratelimit import SHARED, limited


@limited("engine")
def view(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse("done")


@pytest.fixture(autouse=True)
def _small_limits(settings: Settings) -> None:
    settings.RATE_LIMITS = {"engine": ("2/1000", "3/1000")}


def request(address: str = "10.0.0.1", user: User | None = None, accept: str = "text/html") -> HttpRequest:
    made = RequestFactory().get("/somewhere/", REMOTE_ADDR=address, headers={"Accept": accept})
    made.user = user or AnonymousUser()
    return made


def test_the_limit_holds_for_each_address_alone(db: None) -> None:
    assert [view(request()).status_code for _ in range(4)] == [200, 200, 429, 429]
    assert view(request("10.0.0.2")).status_code == 200


def test_whoever_has_a_whole_network_is_one_person(db: None) -> None:
    statuses = [view(request(f"2001:db8:1:2::{n}")).status_code for n in range(1, 4)]
    assert statuses == [200, 200, 429]
    assert view(request("2001:db8:1:3::1")).status_code == 200


def test_a_person_has_a_larger_limit_wherever_they_are(learner: User) -> None:
    statuses = [view(request(f"10.0.0.{n}", learner)).status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_the_answer_says_how_long_to_wait_in_the_form_that_is_read(db: None) -> None:
    for _ in range(2):
        view(request())
    response = view(request(accept="application/json"))
    assert 1 <= int(response["Retry-After"]) <= 1000
    assert response["Content-Type"] == "application/json"


@limited("engine", SHARED)
def shared_view(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse("done")


@pytest.mark.django_db
def test_a_count_that_all_processes_share_lasts_as_long_as_its_window(settings: Settings) -> None:
    store = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "counts"}
    settings.CACHES = {**settings.CACHES, SHARED: store}
    call_command("createcachetable", verbosity=0)
    settings.RATE_LIMITS = {"engine": ("2/100000", "2/100000")}
    assert [shared_view(request()).status_code for _ in range(3)] == [200, 200, 429]
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(expires) FROM counts")
        ends = datetime.fromisoformat(str(cursor.fetchone()[0])).replace(tzinfo=UTC)
    assert ends > timezone.now() + timedelta(seconds=90000)
