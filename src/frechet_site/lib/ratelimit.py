"""How often one person may do something: a count in a window of time, kept in a cache.

    @limited("engine")
    def preview(request): ...

The limits stand in `settings.RATE_LIMITS`, for strangers (by address) and for people who are signed
in (by account). Over the limit, the answer is 429 with `Retry-After`. The quick limits count in
each process for itself; a limit that must hold across processes names the shared cache.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render

from frechet_site.lib.turns import Asker, asked_by

SHARED: Final = "default"
TYPING: Final = "typing"
PAGE_HEADER: Final = "X-Page"
HOUSEHOLD_BITS: Final = 64
LONGEST_PAGE: Final = 40

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def limited(name: str, cache: str = "memory") -> Callable[[View[P]], View[P]]:
    """Let a view be called as often as the limit of that name allows."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if wait := seconds_to_wait(request, name, cache):
                return too_many(request, wait)
            with asked_by(asker_of(request, name)):
                return view(request, *args, **kwargs)

        return guarded

    return decorate


def seconds_to_wait(request: HttpRequest, name: str, cache: str = "memory") -> int:
    """Count one use and return 0, or the seconds until the next one is allowed."""
    signed_in = request.user.is_authenticated
    count, window = (int(part) for part in settings.RATE_LIMITS[name][signed_in].split("/"))
    now = time.time()
    key = f"limit:{name}:{name_of(request)}:{int(now // window)}"
    used = counted_by_all(key, window) if cache == SHARED else counted_here(caches[cache], key, window)
    return 0 if used <= count else int(window - now % window) + 1


def name_of(request: HttpRequest) -> str:
    """Return under which name a person is counted: the account's, or that of the address."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{network(request.META.get('REMOTE_ADDR', ''))}"


def asker_of(request: HttpRequest, name: str) -> Asker:
    """Return who asks; the scripts of an open page tell it from others by a header."""
    page = request.headers.get(PAGE_HEADER, "")[:LONGEST_PAGE]
    return Asker(name_of(request), page, request.user.is_authenticated, name == TYPING)


def counted_here(store: BaseCache, key: str, window: int) -> int:
    """Count one use in a cache of this process, and return how many there were."""
    store.add(key, 0, window)
    try:
        return int(store.incr(key))
    except ValueError:  # the window ended between the two calls
        return 0


@transaction.atomic
def counted_by_all(key: str, window: int) -> int:
    """Count one use in the cache of all processes, and return how many there were.

    `incr` of a cache in a database reads, then writes, and forgets when the count was to lapse.
    """
    store = caches[SHARED]
    # A record that is touched is locked: whoever comes at the same moment waits for the new count.
    # The first may not be alone either: who does not get to make the record waits for it in the end.
    if not store.touch(key, window) and not store.add(key, 0, window):
        store.touch(key, window)
    used = int(store.get(key, 0)) + 1
    store.set(key, used, window)
    return used


def network(address: str) -> str:
    """Return what one household has: an address of version 4, or a network of version 6.

    >>> network("192.0.2.7"), network("2001:db8:1:2:3:4:5:6"), network("")
    ('192.0.2.7', '2001:db8:1:2::', '')
    """
    try:
        return str(ipaddress.IPv6Network((address, HOUSEHOLD_BITS), strict=False).network_address)
    except ValueError:
        return address


def too_many(request: HttpRequest, wait: int) -> HttpResponseBase:
    """Answer 429 in the form that the caller reads."""
    words = f"That was very often. Try again in {wait} s."
    if "application/json" in request.headers.get("Accept", "") or request.path.startswith("/api/"):
        error = {"kind": "rate", "message": words, "hint": "", "position": None, "caret": ""}
        response = JsonResponse({"error": error}, status=429)
    else:
        context = {"title": "A little slower, please", "advice": words}
        response = render(request, "pages/error.html", context, status=429)  # type: ignore[assignment]
    response["Retry-After"] = str(wait)
    return response
