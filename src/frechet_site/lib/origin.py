"""The address of the site: the configured one, which no request can change.

Without one, on a machine of one's own, it is the address that the request came to.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest

AT_HOME: Final = "http://localhost:8000"


def origin_of(request: HttpRequest | None = None) -> str:
    """Return the address of the site, without a slash at its end."""
    configured: str = settings.ENVIRONMENT.origin
    if configured:
        return configured
    return AT_HOME if request is None else request.build_absolute_uri("/").rstrip("/")


def whole_address(path: str, request: HttpRequest | None = None) -> str:
    """Return the whole address of a page, as it stands in letters and in files."""
    return origin_of(request) + path
