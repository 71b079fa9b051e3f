"""`python -m frechet_site COMMAND`: Django's management commands; `start` sets up and serves."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command on the settings of the site."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frechet_site.config.settings")
    execute_from_command_line(["frechet-site", *sys.argv[1:]])


if __name__ == "__main__":
    main()
