"""`python -m frechet`: the command line."""

from __future__ import annotations

from frechet.cli import main

if __name__ == "__main__":
    main()
