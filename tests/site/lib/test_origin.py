"""The address of the site stands in letters as it was configured, wherever a request came to."""

from __future__ import annotations

from dataclasses import replace

from django.test import RequestFactory
from pytest_django.fixtures import Settings

from frechet_site.lib.origin import whole_address


def test_a_configured_address_stands_whatever_the_request_says(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, origin="https://course.example.org")
    request = RequestFactory().get("/", headers={"Host": "localhost"})
    assert (
        whole_address("/course/", request)
        == whole_address("/course/")
        == "https://course.example.org/course/"
    )


def test_at_home_the_address_is_that_of_the_request(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, origin="")
    request = RequestFactory().get("/", headers={"Host": "localhost:8123"})
    assert whole_address("/course/", request) == "http://localhost:8123/course/"
