"""`python -m frechet_site COMMAND`: Django's management commands; `start` sets up and serves."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

REFUSED = 2


def main() -> None:
    """Run a management command on the settings of the site."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frechet_site.config.settings")
    try:
        execute_from_command_line(["frechet-site", *sys.argv[1:]])
    except ImproperlyConfigured as error:
        print(f"frechet: {error}", file=sys.stderr)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
