"""What every template knows."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest


class Place(NamedTuple):
    """An entry of the header."""

    name: str
    address: str


NAVIGATION: Final = (
    Place("Workbench", "/workbench/"),
    Place("Course", "/course/"),
    Place("Cookbook", "/cookbook/"),
    Place("Practice", "/practice/"),
    Place("Community", "/community/"),
)


def site(request: HttpRequest) -> dict[str, object]:
    """Return the navigation with the place where the reader is, and the theme of their choice."""
    theme = request.COOKIES.get("theme") or getattr(getattr(request, "user", None), "theme", "")
    return {
        "navigation": NAVIGATION,
        "here": next((place for place in NAVIGATION if request.path.startswith(place.address)), None),
        "theme": theme if theme in {"light", "dark"} else "",
        "debug": settings.DEBUG,
    }
