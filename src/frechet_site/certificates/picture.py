"""The picture that social networks show beside a link to a certificate: 1200 × 630 points."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from frechet_site.certificates.lettering import FONTS, ITALIC, REGULAR, SEMIBOLD
from frechet_site.certificates.models import Certificate

SIZE: Final = (1200, 630)
ROOM: Final = 1040
PAPER, INK, QUIET, ACCENT, LINE = "#fdfcfa", "#1b1c20", "#5b5d66", "#2747b0", "#d9d5cb"


def certificate_picture(certificate: Certificate) -> bytes:
    """Return the picture as PNG."""
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 30, SIZE[0] - 31, SIZE[1] - 31), outline=LINE, width=2)
    draw.rectangle((550, 27, 650, 33), fill=ACCENT)
    picture.paste(mark(88), (556, 66))
    if not certificate.is_valid:
        _centered(draw, "This certificate was revoked", SEMIBOLD, 54, 330, INK)
    else:
        _write(draw, certificate)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _write(draw: ImageDraw.ImageDraw, certificate: Certificate) -> None:
    _centered(draw, certificate.name, SEMIBOLD, 72, 262, INK)
    _centered(draw, "has completed the course", ITALIC, 30, 336, QUIET)
    _centered(draw, certificate.title, SEMIBOLD, 46, 414, ACCENT)
    about = f"{certificate.lectures} lectures · {certificate.exercises} exercises, each answer checked"
    _centered(draw, about, REGULAR, 27, 480, INK)
    _centered(draw, f"Fréchet · {certificate.issued.day} {certificate.issued:%B %Y}", REGULAR, 25, 552, QUIET)


def _centered(draw: ImageDraw.ImageDraw, text: str, name: str, size: int, middle: int, color: str) -> None:
    """Write a line, smaller where it would be too wide."""
    font = ImageFont.truetype(FONTS / f"{name}.ttf", size)
    width = font.getlength(text)
    if width > ROOM:
        font = ImageFont.truetype(FONTS / f"{name}.ttf", int(size * ROOM / width))
    draw.text((SIZE[0] / 2, middle), text, fill=color, font=font, anchor="mm")


def mark(size: int) -> Image.Image:
    """Return the site's mark, drawn large and made smaller so that its edges are smooth."""
    large = size * 4
    scale = large / 32
    picture = Image.new("RGB", (large, large), PAPER)
    draw = ImageDraw.Draw(picture)
    radius = 1.7
    for x, y in _curve(240):
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse([value * scale for value in box], fill=ACCENT)
    outer = (6.6 - radius, 13.2 - radius, 22.6 + radius, 27.8 + radius)
    draw.ellipse([value * scale for value in outer], outline=ACCENT, width=round(2 * radius * scale))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _curve(steps: int) -> list[tuple[float, float]]:
    """Return points of the mark's tail, a cubic Bézier curve."""
    xs, ys = (9.5, 17.5, 25.0, 23.0), (5.5, 1.0, 8.0, 20.0)
    points = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        x, y = (sum(w * v for w, v in zip(weights, values, strict=True)) for values in (xs, ys))
        points.append((x, y))
    return points
