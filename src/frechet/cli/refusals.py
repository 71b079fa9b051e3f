"""How a refusal reaches the terminal: its message, the place with a caret, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from frechet.errors import FrechetError

CHECK_FAILED = 1
REFUSED = 2


@contextmanager
def refusals_on_standard_error(*, as_json: bool = False) -> Iterator[None]:
    """Turn a `FrechetError` into its text and exit status 2."""
    try:
        yield
    except FrechetError as error:
        click.echo(f"frechet: {error}", err=True)
        if as_json:
            click.echo(json.dumps({"schema": 1, "error": _as_data(error)}, ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(REFUSED) from None


def _as_data(error: FrechetError) -> dict[str, object]:
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "position": None if error.position is None else list(error.position),
    }
