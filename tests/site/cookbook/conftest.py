"""The Cookbook's tests begin with a warm engine: the first start may take longer than a test waits."""

from __future__ import annotations

import pytest

from frechet_site.lib.engine import call

PATIENCE_SECONDS = 60


@pytest.fixture(scope="session", autouse=True)
def _warm_engine() -> None:
    for operation in ("workbench_gallery", "cookbook_contents"):
        assert "error" not in call(operation, {}, PATIENCE_SECONDS)
