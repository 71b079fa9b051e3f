"""Behind a proxy, the address of the person: the last entry of X-Forwarded-For, which the proxy wrote.

What stands before it was sent by the person and may be invented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse


@final
class ForwardedAddress:
    """Puts the address that the proxy saw where every reader of the request looks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        request.META["REMOTE_ADDR"] = seen or request.META.get("REMOTE_ADDR", "")
        return self.get_response(request)
