"""`restore FILE`: put a backup in the place of what the site keeps. Checked before anything changes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import final

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from frechet_site.lib.backup import BackupError, restore


@final
class Command(BaseCommand):
    """The command."""

    help = "Replace database, uploaded files and keys by those of an archive that `backup` made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the word that confirms."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="yes, replace what the site keeps now")

    def handle(self, *, file: Path, replace: bool, **options: object) -> None:
        """Restore, and bring an older schema up to date."""
        if not replace:
            raise CommandError("This replaces everything the site keeps. Add --replace to confirm.")
        try:
            restore(file.resolve())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(f"Restored {file}.")
