"""`start`: bring database and static files up to date, then serve. Safe to repeat; nothing is asked."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Final, final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from frechet_site.lib.server import Server
from frechet_site.lib.signals import preparing

FINGERPRINT: Final = ".fingerprint"
# django-htmx brings copies of htmx; ours is vendored.
LEFT_OUT: Final = ["django_htmx"]


@final
class Command(BaseCommand):
    """The command."""

    help = "Prepare the database and the static files, then serve the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--prepare-only", action="store_true", help="do not serve")

    def handle(self, *, host: str, port: int, workers: int, prepare_only: bool, **options: object) -> None:
        """Prepare and serve."""
        if not (0 < port < 65536 and workers > 0):
            raise CommandError("The port lies between 1 and 65535, and there is at least one worker.")
        try:
            prepare()
        except DatabaseError as error:
            place = settings.DATABASES["default"]["NAME"]
            raise CommandError(
                f"The database {place} cannot be used ({error}). "
                "Check that it exists, that this user may write it, and that the disk is not full."
            ) from error
        if prepare_only:
            return
        self.stdout.write(
            f"Fréchet is at http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}  (Ctrl+C ends it)"
        )
        Server(host, port, workers).run()


def prepare() -> None:
    """Bring everything up to date that lies outside the code."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    collect_static_files()
    preparing.send(sender=Command)


def collect_static_files() -> None:
    """Collect the static files unless nothing about them has changed since the last time."""
    mark = Path(settings.STATIC_ROOT) / FINGERPRINT
    current = fingerprint()
    if settings.DEBUG or (mark.exists() and mark.read_text(encoding="ascii") == current):
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=LEFT_OUT)
    mark.write_text(current, encoding="ascii")


def fingerprint() -> str:
    """Return a digest of names, sizes and times of the static files of all features."""
    found = hashlib.blake2b(digest_size=16)
    for finder in get_finders():
        for name, storage in finder.list(LEFT_OUT):
            state = Path(storage.path(name)).stat()
            found.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return found.hexdigest()
