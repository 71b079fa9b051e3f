"""The JSON interface: every example answers, every refusal has one form, sizes and use are limited."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from tests.site.conftest import NARROW, OpenPage, accessibility_faults

from frechet_site.api.endpoints import LARGEST_REQUEST
from frechet_site.api.examples import EXAMPLES
from frechet_site.api.schemas import DeriveIn

pytestmark = pytest.mark.django_db


def send(client: Client, name: str, payload: object) -> tuple[int, dict[str, Any]]:
    response = client.post(f"/api/{name}", json.dumps(payload), content_type="application/json")
    return response.status_code, response.json()


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "cookbook"])
def test_every_example_is_answered(client: Client, name: str) -> None:
    status, _ = send(client, name, EXAMPLES[name])
    assert status == 200


def test_a_derivative_comes_verified(client: Client) -> None:
    _, answer = send(client, "derive", {**EXAMPLES["derive"], "steps": True})
    assert answer["derivative"]["text"] == "2*A'*(A*x - b)"
    assert answer["verification"]["ok"]
    assert answer["derivation"]["steps"]


def test_a_wrong_line_is_found_and_its_mistake_named(client: Client) -> None:
    _, answer = send(client, "check", EXAMPLES["check"])
    assert answer["first_wrong"] == 3
    assert answer["mistake"] == "symmetry assumed"


def test_the_cookbook_is_searched_by_address(client: Client) -> None:
    response = client.get("/api/cookbook", EXAMPLES["cookbook"])
    assert response.status_code == 200
    assert 1 <= len(response.json()["hits"]) <= 3


def test_an_error_says_what_where_and_what_to_do(client: Client) -> None:
    status, answer = send(client, "preview", {"text": "A*x +"})
    assert status == 400
    assert answer["error"]["message"] == "after '+' a value is missing"
    assert answer["error"]["hint"] == "Complete the formula or remove it."
    assert answer["error"]["position"] == [4, 5]


@pytest.mark.parametrize(
    ("name", "payload", "word"),
    [
        ("derive", {"text": "x'*x"}, "wrt"),
        ("derive", {"text": "x'*x", "wrt": ["x"] * 9}, "wrt"),
        ("derive", {"text": "x'*x", "wrt": ["x"], "layout": "sideways"}, "layout"),
        ("source", {"text": "x'*x", "order": 7}, "order"),
        ("preview", {"text": "x" * 20_000}, "text"),
        ("preview", {"text": 3}, "text"),
    ],
)
def test_a_request_that_is_not_as_asked_is_refused_by_the_name_of_its_field(
    client: Client, name: str, payload: dict[str, Any], word: str
) -> None:
    status, answer = send(client, name, payload)
    assert status == 422
    assert word in answer["error"]["message"]
    assert answer["error"]["hint"]


def test_what_is_no_json_and_what_is_too_large_is_refused(client: Client) -> None:
    bad = client.post("/api/derive", "{", content_type="application/json")
    assert bad.status_code == 400
    assert bad.json()["error"]["message"]
    status, answer = send(client, "check", {"text": "x" * (LARGEST_REQUEST + 1)})
    assert status == 413
    assert "64 kB" in answer["error"]["message"]
    status, answer = send(client, "check", {"text": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert (status, answer["error"]["kind"]) == (413, "size")


@pytest.mark.parametrize("structured", get_args(DeriveIn.model_fields["structured"].annotation))
def test_every_choice_that_is_offered_for_a_structured_matrix_is_taken(
    client: Client, structured: str
) -> None:
    asked = {"text": "tr(X)", "wrt": ["X"], "declarations": {"X": "symmetric(n)"}, "structured": structured}
    assert send(client, "derive", asked)[0] == 200


def test_who_asks_very_often_is_told_to_wait(client: Client, settings: object) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "engine": ("2/60", "2/60")}  # type: ignore[attr-defined]
    answers = [send(client, "preview", {"text": "x'*x"}) for _ in range(3)]
    assert [status for status, _ in answers] == [200, 200, 429]
    assert "Try again" in answers[2][1]["error"]["message"]


def test_a_search_needs_nothing_but_its_words(client: Client) -> None:
    assert client.get("/api/cookbook", {"query": "determinant"}).json()["hits"]
    assert client.get("/api/cookbook", {"query": "x", "limit": "0"}).status_code == 422


def test_the_description_names_every_address(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {f"/api/{name}" for name in EXAMPLES}


def test_the_page_explains_every_field_without_javascript(client: Client) -> None:
    page = client.get("/api/docs").content.decode()
    for example in EXAMPLES.values():
        for name in example:
            assert f"<code>{name}</code>" in page


def test_an_example_is_sent_from_the_page(open_page: OpenPage) -> None:
    page: Page = open_page(viewport=NARROW)
    page.goto("/api/docs")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    curvature = page.get_by_role("region", name="Tell curvature")
    curvature.get_by_role("button", name="Send").click()
    expect(curvature.get_by_text('"convex"')).to_be_visible(timeout=30_000)
