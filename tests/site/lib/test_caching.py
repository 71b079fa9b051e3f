"""What is made for one reader is kept by no cache that others read."""

from __future__ import annotations

import pytest
from django.test import Client

EXERCISE = "/course/introduction-and-outline/exercises/e1/"
PERSONAL = ("/account/", "/account/export/", "/course/", "/practice/", "/community/", "/enroll/")


@pytest.mark.parametrize("path", PERSONAL)
def test_a_page_for_one_person_is_kept_by_no_shared_cache(signed_in: Client, path: str) -> None:
    response = signed_in.get(path)
    assert (
        response["Cache-Control"] == "no-cache, private" or response["Cache-Control"] == "private, no-cache"
    )
    assert "Cookie" in response["Vary"]


def test_what_a_view_says_of_caching_stands(client: Client, db: None) -> None:
    assert "no-store" in client.get("/account/login/")["Cache-Control"]


def test_what_is_the_same_for_everybody_may_be_kept(client: Client, db: None) -> None:
    assert "Cache-Control" not in client.get("/certificates/jwks.json").headers


@pytest.mark.parametrize("path", ["/course/search/?q=trace", EXERCISE])
def test_a_part_of_a_page_is_not_shown_for_the_whole(client: Client, db: None, path: str) -> None:
    assert "HX-Request" in client.get(path)["Vary"]
