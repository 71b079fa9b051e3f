"""The fonts of the certificate, and which names can be drawn with them.

The fonts are embedded, so that a name looks the same everywhere. A font that a reader's machine
would have to bring along is no help: where it is missing, the name would be missing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS: Final = Path(__file__).parent / "fonts"
REGULAR: Final = "SourceSerifPro-Regular"
SEMIBOLD: Final = "SourceSerifPro-Semibold"
ITALIC: Final = "SourceSerifPro-It"


@cache
def register_fonts() -> None:
    """Make the fonts known to the drawing library."""
    for name in (REGULAR, SEMIBOLD, ITALIC):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))


@cache
def letters() -> frozenset[int]:
    """Return the characters that the font of names has."""
    register_fonts()
    return frozenset(pdfmetrics.getFont(SEMIBOLD).face.charToGlyph)


def can_be_drawn(name: str) -> bool:
    """Tell whether every letter of a name is in the font.

    >>> [can_be_drawn(name) for name in ("Łukasz Żółć", "Αντώνης", "Софья", "李明")]
    [True, True, True, False]
    """
    return all(ord(letter) in letters() for letter in name)
