"""The certificate on paper: A4 across, one calm page, with a code that leads to its verification."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from frechet_site.certificates.credential import ISSUER_NAME
from frechet_site.certificates.lettering import ITALIC, REGULAR, SEMIBOLD, register_fonts
from frechet_site.certificates.models import Certificate

WIDTH, HEIGHT = landscape(A4)
MIDDLE: Final = WIDTH / 2
MARGIN: Final = 36
INK, QUIET, ACCENT, LINE = (HexColor(color) for color in ("#1b1c20", "#5b5d66", "#2747b0", "#d9d5cb"))


def certificate_pdf(certificate: Certificate, page: str) -> bytes:
    """Return the certificate as a PDF; `page` is the address where it is verified."""
    register_fonts()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=True)
    canvas.setTitle(f"Certificate: {certificate.title}")
    canvas.setAuthor(ISSUER_NAME)
    canvas.setSubject(f"{certificate.name}, {certificate.issued:%Y-%m-%d}, {certificate.number}")
    _frame(canvas)
    _words(canvas, certificate)
    _foot(canvas, certificate, page)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _frame(canvas: Any) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.75)
    canvas.rect(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(2.5)
    canvas.line(MIDDLE - 28, HEIGHT - MARGIN, MIDDLE + 28, HEIGHT - MARGIN)
    draw_mark(canvas, MIDDLE - 20, HEIGHT - 134, 40)


def draw_mark(canvas: Any, x: float, y: float, size: float) -> None:
    """Draw the site's mark, the letter of the partial derivative."""
    canvas.saveState()
    canvas.translate(x, y + size)
    canvas.scale(size / 32, -size / 32)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(3.4)
    canvas.setLineCap(1)
    path = canvas.beginPath()
    path.moveTo(9.5, 5.5)
    path.curveTo(17.5, 1.0, 25.0, 8.0, 23.0, 20.0)
    canvas.drawPath(path)
    canvas.ellipse(6.6, 13.2, 22.6, 27.8)
    canvas.restoreState()


def _words(canvas: Any, certificate: Certificate) -> None:
    _centered(canvas, "CERTIFICATE OF COMPLETION", REGULAR, 12, HEIGHT - 174, QUIET, spacing=3.2)
    _centered(canvas, certificate.name, SEMIBOLD, 40, HEIGHT - 250, INK)
    _centered(canvas, "has completed the course", ITALIC, 16, HEIGHT - 288, QUIET)
    title = _in_lines(certificate.title, SEMIBOLD, 25, WIDTH - 4 * MARGIN)
    for place, line in enumerate(title):
        _centered(canvas, line, SEMIBOLD, 25, HEIGHT - 332 - 32 * place, ACCENT)
    below = HEIGHT - 332 - 32 * (len(title) - 1)
    words = (
        f"All {certificate.lectures} lectures ({certificate.hours} hours of theory) read "
        f"and all {certificate.exercises} exercises solved."
    )
    _centered(canvas, words, REGULAR, 12.5, below - 40, INK)
    _centered(
        canvas, "Every answer was checked by a computer algebra engine.", REGULAR, 12.5, below - 58, INK
    )


def _foot(canvas: Any, certificate: Certificate, page: str) -> None:
    left, right, base = MARGIN + 34, WIDTH - MARGIN - 34, MARGIN + 40
    _label(canvas, left, base + 22, "ISSUED")
    canvas.setFillColor(INK)
    canvas.setFont(REGULAR, 13)
    canvas.drawString(left, base + 4, f"{certificate.issued.day} {certificate.issued:%B %Y}, {ISSUER_NAME}")
    side = 66
    _code(canvas, page, right - side, base - 10, side)
    width = right - side - 16
    _label(canvas, width, base + 22, "VERIFY", align_right=True)
    canvas.setFillColor(INK)
    canvas.setFont(REGULAR, 10)
    canvas.drawRightString(width, base + 5, page.partition("://")[2])
    canvas.linkURL(page, (width - stringWidth(page, REGULAR, 10), base, width, base + 18))


def _label(canvas: Any, x: float, y: float, text: str, *, align_right: bool = False) -> None:
    canvas.setFillColor(QUIET)
    canvas.setFont(REGULAR, 8.5)
    width = stringWidth(text, REGULAR, 8.5) + 1.5 * (len(text) - 1)
    canvas.drawString(x - width if align_right else x, y, text, charSpace=1.5)


def _code(canvas: Any, text: str, x: float, y: float, side: float) -> None:
    """Draw a QR code: each row of dark squares as few rectangles."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    step = side / count
    canvas.setFillColor(INK)
    for row in range(count):
        bottom = y + side - (row + 1) * step
        dark = [bool(code.isDark(row, column)) for column in range(count)]
        for start, length in _runs(dark):
            canvas.rect(x + start * step, bottom, length * step, step, stroke=0, fill=1)


def _runs(flags: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and length of each run of true flags."""
    place = 0
    for is_set, group in groupby(flags):
        length = len(list(group))
        if is_set:
            yield place, length
        place += length


def _centered(
    canvas: Any, text: str, font: str, size: float, y: float, color: Any, spacing: float = 0
) -> None:
    """Write a line in the middle, smaller where it would be too wide."""
    room = WIDTH - 4 * MARGIN
    width = stringWidth(text, font, size) + spacing * (len(text) - 1)
    size = min(size, size * room / width)
    width = min(width, room)
    canvas.setFillColor(color)
    canvas.setFont(font, size)
    canvas.drawString(MIDDLE - width / 2, y, text, charSpace=spacing)


def _in_lines(text: str, font: str, size: float, room: float) -> list[str]:
    """Return a text in two lines of nearly equal length where one is too wide."""
    if stringWidth(text, font, size) <= room:
        return [text]
    words = text.split()
    cuts = [[" ".join(words[:k]), " ".join(words[k:])] for k in range(1, len(words))]
    return min(cuts, key=lambda cut: abs(len(cut[0]) - len(cut[1])), default=[text])
