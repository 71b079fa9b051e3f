"""Imported once by the process from which all workers are forked: everything they need is warm."""

from __future__ import annotations

from frechet_site.lib.engine_worker import warm_up

warm_up()
