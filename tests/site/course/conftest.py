"""A course that is open to everybody, unless a test closes it."""

from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _open_course(settings: Settings) -> None:
    settings.COURSE_IS_FREE = True
