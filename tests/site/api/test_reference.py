"""The reference of the interface: every answer in it is what the interface says today."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "http-api.md"
SECTION = re.compile(
    r"^## [^\n]+: (GET|POST) (/api/\w+)\n.*?```json\n(.*?)```.*?```json\n(.*?)```", re.DOTALL | re.MULTILINE
)
SHOWN = SECTION.findall(PAGE.read_text(encoding="utf-8"))


def is_part(shown: Any, whole: Any) -> bool:
    """Tell whether what the page shows is in the answer; measured errors differ from day to day."""
    if isinstance(shown, dict):
        return isinstance(whole, dict) and all(is_part(shown[key], whole.get(key)) for key in shown)
    if isinstance(shown, float):
        return isinstance(whole, float)
    if isinstance(shown, str) and "largest relative error" in shown:
        return "largest relative error" in str(whole)
    return bool(shown == whole)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "request_text", "answer_text"), SHOWN)
def test_an_answer_of_the_reference_is_the_answer_of_the_site(
    client: Client, method: str, path: str, request_text: str, answer_text: str
) -> None:
    if method == "GET":
        response = client.get(path, json.loads(request_text))
    else:
        response = client.post(path, request_text, content_type="application/json")
    assert is_part(json.loads(answer_text), response.json())


def test_the_reference_shows_every_address(client: Client) -> None:
    assert {path for _, path, _, _ in SHOWN} == set(client.get("/api/openapi.json").json()["paths"])
