"""docs/benchmarks.md: sections, each written by the benchmark that measures it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

REPORT: Final = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
SECTION: Final = re.compile(r"^## (.+)$", re.MULTILINE)


def sections(text: str) -> dict[str, str]:
    """Return the sections of a report by their titles."""
    _, *parts = SECTION.split(text)
    return {title: body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)}


def write(head: str, found: dict[str, str]) -> None:
    """Write the report: its head and its sections."""
    parts = [head.strip(), *(f"## {title}\n\n{body}" for title, body in found.items())]
    REPORT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def write_section(title: str, body: str) -> None:
    """Put a section in its place, or at the end; the others stay as they are."""
    text = REPORT.read_text(encoding="utf-8")
    write(SECTION.split(text)[0], {**sections(text), title: body.strip()})
