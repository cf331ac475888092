"""Documents as PDF in the form of Decree 30/2020, Annex I.

The same document gives the same bytes, whenever and wherever it is written: dates come from the document, fonts from
content/fonts/. Writing needs no shared state, so documents may be written in several threads at once.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

from datetime import date
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from core.domain.document import Document
from core.language import Language
from core.render.composing import NUMBER_SIZE
from core.render.fonts import Font, one_line, text_width
from core.render.layout import Page, lay_out
from core.render.pen import Pen
from core.render.squares import QUIET, square_of
from core.render.structure import Entry, entries
from core.render.typesetting import MM

LANGUAGE_TAGS = {Language.VI: "vi-VN", Language.EN: "en-GB"}
"""How a file names its language to readers aloud."""
# From the upper edge of the sheet, in the top margin: the stamp above, the page number below it, both centred.
_STAMP_TOP = 4.5 * MM
_STAMP_SIZE = 10
_NUMBER_BASELINE = 15 * MM
# From the lower edge of the sheet: one line of the foot, or the last of two.
_FOOT_BASELINE = 9 * MM
_LOWER_FOOT_BASELINE = 7 * MM
_FOOT_SIZE = 9
_FOOT_LEADING = 11
_FOOT_CODE = "foot-code"
_FOOT_CODE_SIDE = 14 * MM
# Many printers print nothing nearer to the edge than 4.2 mm.
_FOOT_CODE_INK = 4.5 * MM


def write_pdf(document: Document) -> bytes:
    """Return the document as a PDF file."""
    target = BytesIO()
    canvas = Canvas(
        target,
        pageCompression=1,
        invariant=1,
        initialFontName=Font.REGULAR.value,
        lang=LANGUAGE_TAGS[document.language],
    )
    _describe(canvas, document)
    pages, _ = lay_out(document)
    outline = {entry.key: entry for entry in entries(document)}
    pen = Pen(canvas)
    if document.foot_code:
        # Drawn once for all pages.
        canvas.beginForm(_FOOT_CODE, 0, 0, _FOOT_CODE_SIDE, _FOOT_CODE_SIDE)
        pen.square(document.foot_code, 0, _FOOT_CODE_SIDE, _FOOT_CODE_SIDE)
        canvas.endForm()
    depth = -1
    for number, page in enumerate(pages):
        canvas.setPageSize((page.sheet.width, page.sheet.height))
        if number == 0 or page.number == 1:
            canvas.addPageLabel(number, style="ARABIC", start=1)
        _draw_margins(pen, document, page)
        if page.part_key:
            depth = _bookmark(canvas, outline[page.part_key], page.sheet.height, depth)
        for y, box in page.boxes:
            if box.key in outline:
                depth = _bookmark(canvas, outline[box.key], y + 6, depth)
            box.draw(pen, page.sheet.left, y)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _describe(canvas: Canvas, document: Document) -> None:
    canvas.setTitle(one_line(document.title))
    canvas.setAuthor(one_line(document.author))
    canvas.setSubject(one_line(document.subject))
    canvas.setKeywords(", ".join(map(one_line, document.keywords)))
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.showOutline()
    set_date(canvas, document.made_on)


def set_date(canvas: Canvas, made_on: date) -> None:
    """Date a file that is written with `invariant=1`."""
    # ReportLab knows today or the year 2000 and nothing between; a file dated as its text is more useful than either.
    canvas._doc._timeStamp.YMDhms = (made_on.year, made_on.month, made_on.day, 0, 0, 0)


def _bookmark(canvas: Canvas, entry: Entry, top: float, depth: int) -> int:
    """Bind a bookmark to the current page and add it to the outline; return its depth there."""
    depth = min(entry.depth, depth + 1)
    canvas.bookmarkPage(entry.key, fit="XYZ", left=0, top=top)
    canvas.addOutlineEntry(one_line(entry.text), entry.key, depth)
    return depth


def _draw_margins(pen: Pen, document: Document, page: Page) -> None:
    sheet, middle = page.sheet, page.sheet.width / 2
    if document.stamp:
        stamp = one_line(document.stamp)
        half = text_width(stamp, Font.BOLD, _STAMP_SIZE) / 2 + 2 * MM
        top, foot = sheet.height - _STAMP_TOP, sheet.height - _STAMP_TOP - 4.8 * MM
        pen.text(middle - half + 2 * MM, foot + 1.35 * MM, stamp, Font.BOLD, _STAMP_SIZE)
        pen.rules(
            [
                (middle - half, foot, middle + half, foot),
                (middle - half, top, middle + half, top),
                (middle - half, foot, middle - half, top),
                (middle + half, foot, middle + half, top),
            ],
            0.6,
        )
    if page.shows_number:
        number = str(page.number)
        x = middle - text_width(number, Font.REGULAR, NUMBER_SIZE) / 2
        pen.text(x, sheet.height - _NUMBER_BASELINE, number, Font.REGULAR, NUMBER_SIZE)
    room = sheet.room
    if document.foot_code:
        quiet = _FOOT_CODE_SIDE * QUIET / square_of(document.foot_code).side
        left = sheet.width - sheet.right
        if sheet.right < _FOOT_CODE_SIDE + _FOOT_CODE_INK:
            # Below the text, its ink as far right as the text.
            left -= _FOOT_CODE_SIDE - quiet
            room -= 2 * _FOOT_CODE_SIDE
        pen.add(f"q 1 0 0 1 {left:.2f} {_FOOT_CODE_INK - quiet:.2f} cm")
        pen.canvas.doForm(_FOOT_CODE)
        pen.add("Q")
    lines = document.foot.splitlines()
    baseline = _FOOT_BASELINE if len(lines) < 2 else _LOWER_FOOT_BASELINE + (len(lines) - 1) * _FOOT_LEADING
    for line in map(one_line, lines):
        size = min(_FOOT_SIZE, _FOOT_SIZE * room / max(text_width(line, Font.ITALIC, _FOOT_SIZE), 1))
        x = sheet.left + (sheet.room - text_width(line, Font.ITALIC, size)) / 2
        pen.text(x, baseline, line, Font.ITALIC, size)
        baseline -= _FOOT_LEADING
