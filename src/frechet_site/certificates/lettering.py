"""Which names can be drawn: those whose letters the fonts of the certificate have."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

FONTS: Final = Path(__file__).parent / "fonts"
REGULAR: Final = "SourceSerifPro-Regular"
SEMIBOLD: Final = "SourceSerifPro-Semibold"
ITALIC: Final = "SourceSerifPro-It"
# Fonts that a PDF reader brings along, for Chinese characters, Japanese kana and Korean.
ASIAN: Final = {
    "CJK": "STSong-Light",
    "HIRAGANA": "HeiseiMin-W3",
    "KATAKANA": "HeiseiMin-W3",
    "HANGUL": "HYSMyeongJo-Medium",
}


@cache
def register_fonts() -> None:
    """Make the fonts known to the drawing library."""
    for name in (REGULAR, SEMIBOLD, ITALIC):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))
    for name in set(ASIAN.values()):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


@cache
def letters() -> frozenset[int]:
    """Return the characters that the font of names has."""
    register_fonts()
    return frozenset(pdfmetrics.getFont(SEMIBOLD).face.charToGlyph)


def font_of_name(name: str) -> str | None:
    """Return the font in which a name can be drawn, or None.

    >>> font_of_name("Łukasz Żółć"), font_of_name("李明"), font_of_name("नमस्ते")
    ('SourceSerifPro-Semibold', 'STSong-Light', None)
    """
    if all(ord(letter) in letters() for letter in name):
        return SEMIBOLD
    kinds = {unicodedata.name(letter, "").split(" ")[0] for letter in name if not letter.isspace()}
    if any(kind.split("-")[0] not in ASIAN for kind in kinds):
        return None
    return next((ASIAN[kind] for kind in ("HANGUL", "HIRAGANA", "KATAKANA") if kind in kinds), ASIAN["CJK"])
