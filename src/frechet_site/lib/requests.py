"""A line of log for each request, under a number that an error page shows."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import final

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("frechet.requests")


@final
class RequestLog:
    """Names each request and logs what became of it and how long that took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.META["frechet.incident"] = incident = secrets.token_hex(4)
        response = self.get_response(request)
        milliseconds = round(1000 * (time.perf_counter() - started), 1)
        response["Server-Timing"] = f"site;dur={milliseconds}"
        logger.info(
            "%s %s %s",
            request.method,
            route_of(request),
            response.status_code,
            extra={"incident": incident, "milliseconds": milliseconds},
        )
        return response


def route_of(request: HttpRequest) -> str:
    """Return the pattern of the address: the address itself may hold a person's secret."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None and match.route is not None else "(no such address)"
