"""Pages and figures as PNG pictures, for previews on screen and for the DOCX.

The reader behind it, PDFium, may be used by one thread at a time only, so a lock stands around it.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from threading import Lock

import pypdfium2
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas

from core.render.fonts import Font

_PDFIUM = Lock()
FIGURE_DPI = 200


def page_count(pdf: bytes) -> int:
    """Return the number of pages."""
    with _PDFIUM:
        opened = pypdfium2.PdfDocument(pdf)
        try:
            return len(opened)
        finally:
            opened.close()


def page_of_heading(pdf: bytes, opening: str) -> int:
    """Return the page (from 0) of the first heading in the outline that begins so; 0 when there is none."""
    with _PDFIUM:
        opened = pypdfium2.PdfDocument(pdf)
        try:
            for entry in opened.get_toc():
                target = entry.get_dest()
                if entry.get_title().startswith(opening) and target is not None:
                    return int(target.get_index())
            return 0
        finally:
            opened.close()


def page_pictures(pdf: bytes, pages: Iterable[int], scale: float) -> list[bytes]:
    """Return the pages of these numbers (from 0) as PNG; at scale 1 a point becomes a pixel, so A4 is 595 by 842."""
    pictures = []
    with _PDFIUM:
        opened = pypdfium2.PdfDocument(pdf)
        try:
            for number in pages:
                page = opened[number]
                target = BytesIO()
                page.render(scale=scale).to_pil().save(target, "PNG")
                pictures.append(target.getvalue())
                page.close()
        finally:
            opened.close()
    return pictures


def figure_picture(figure: Drawing) -> bytes:
    """Return a drawing as PNG at 200 dots per inch, from the same lines and letters as in the PDF."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=(figure.width, figure.height), invariant=1, initialFontName=Font.REGULAR.value)
    renderPDF.draw(figure, canvas, 0, 0)
    canvas.showPage()
    canvas.save()
    return page_pictures(target.getvalue(), [0], FIGURE_DPI / 72)[0]
