"""The pages for what went wrong: what happened, what to do, and a number to quote."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    incident = request.META.get("frechet.incident", "")
    context = {"title": title, "advice": advice, "incident": incident}
    return render(request, "pages/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 400."""
    if isinstance(exception, RequestDataTooBig):
        return _page(request, 400, "What was sent is too large", "Shorten it, or upload it as a file.")
    return _page(request, 400, "This request could not be read", "Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 403."""
    return _page(request, 403, "This is not for you to see", "Log in with another account, or ask its owner.")


def forgery_suspected(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Status 403: a form that this site did not give out, or one that grew too old."""
    return _page(request, 403, "The form has expired", "Go back, reload the page, and send the form again.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Status 404."""
    return _page(request, 404, "There is no such page", "Check the address, or start from the header above.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Status 500."""
    return _page(
        request,
        500,
        "Something went wrong on our side",
        "Try again in a moment. It has been written to the log.",
    )
