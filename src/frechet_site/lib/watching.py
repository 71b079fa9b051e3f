"""Course files that change while the site runs, for whoever writes a course: seen with the next page.

Only with `FRECHET_WATCH=1`, which `make serve` sets; a server that people use looks at no file.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, final

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from frechet.course.content import content_folder
from frechet.errors import FrechetError
from frechet_site.lib.engine import ENGINE
from frechet_site.lib.remembered import forget

SECONDS_BETWEEN_LOOKS: Final = 1.0

State = frozenset[tuple[str, int, int]]


@final
class CourseWatch:
    """Looks at the files of the course, at most once a second, before a page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.ENVIRONMENT.watch:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.lock = threading.Lock()
        self.state = state_of_course()
        self.looked = time.monotonic()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self.lock:
            if time.monotonic() - self.looked >= SECONDS_BETWEEN_LOOKS:
                self._look()
        return self.get_response(request)

    def _look(self) -> None:
        state = state_of_course()
        self.looked = time.monotonic()
        if state and state != self.state:
            self.state = state
            forget()
            caches["engine"].clear()
            # Its processes have read the exercises too.
            ENGINE.stop()
            ENGINE.start()


def state_of_course() -> State:
    """Return names, sizes and times of the files; nothing while there is no course."""
    try:
        found = [(path, path.stat()) for path in content_folder().rglob("*") if path.is_file()]
    except (OSError, FrechetError):  # a file that goes away while we look
        return frozenset()
    return frozenset((str(path), state.st_size, state.st_mtime_ns) for path, state in found)
