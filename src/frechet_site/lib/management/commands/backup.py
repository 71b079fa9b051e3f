"""`backup FILE`: everything the site keeps, in one archive, while people work."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import final

from django.core.management.base import BaseCommand, CommandError

from frechet_site.lib.backup import BackupError, backup


@final
class Command(BaseCommand):
    """The command."""

    help = "Write database, uploaded files and keys to one archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: object) -> None:
        """Write the archive."""
        try:
            backup(file.resolve())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {file.stat().st_size / 1024**2:.1f} MB")
