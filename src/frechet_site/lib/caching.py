"""What is made for one reader is kept by no cache that others read."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header, patch_cache_control


@final
class PrivatePages:
    """Marks every answer that depends on a cookie as its reader's own, unless the view has said more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if has_vary_header(response, "Cookie") and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response
