"""Reading a PDF back, as a person or a printer would see it."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as raw
import zxingcpp

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Letter:
    """An inked letter with its box in millimetres from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    foot: float
    size: float


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page: size in millimetres, its text in the order of writing, its letters."""

    width: float
    height: float
    text: str
    letters: tuple[Letter, ...]

    @property
    def head(self) -> list[Letter]:
        """Letters in the top margin."""
        return [letter for letter in self.letters if letter.foot < 19.5]

    @property
    def page_number(self) -> str:
        return "".join(letter.text for letter in self.head if letter.text.isdigit())

    @property
    def body(self) -> list[Letter]:
        """Letters between the margins' own texts."""
        return [letter for letter in self.letters if letter.foot >= 19.5 and letter.top < self.height - 13]

    def lines(self) -> list[str]:
        return self.text.splitlines()


def squeezed(text: str) -> str:
    """Return a text without blanks, to find it whatever its line breaks."""
    return "".join(text.split())


def running_text(pages: list[SeenPage], *margin_texts: str) -> str:
    """Return the text of all pages without blanks, page numbers and those texts of the margins."""
    kept = []
    for page in pages:
        lines = page.text.splitlines()
        while lines and (lines[0] in margin_texts or lines[0].isdigit()):
            lines.pop(0)
        kept += lines
    return squeezed("".join(kept))


def read_pages(pdf: bytes, *, letters: bool = True) -> list[SeenPage]:
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        textpage = page.get_textpage()
        text = textpage.get_text_range()
        boxes = tuple(_letters(textpage, height)) if letters else ()
        pages.append(SeenPage(width / MM, height / MM, text, boxes))
    document.close()
    return pages


def qr_codes(picture):
    """What a scanner finds in a picture."""
    # Among thousands of codes the decoder now and then takes a corner of one for a Micro QR code, which we never draw.
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCodeModel2)


def _letters(textpage, height):
    for index in range(raw.FPDFText_CountChars(textpage.raw)):
        if raw.FPDFText_IsGenerated(textpage.raw, index) == 1:
            continue
        text = chr(raw.FPDFText_GetUnicode(textpage.raw, index))
        left, foot, right, top = textpage.get_charbox(index)
        if text.isspace() or right <= left:
            continue
        size = raw.FPDFText_GetFontSize(textpage.raw, index)
        yield Letter(text, left / MM, (height - top) / MM, right / MM, (height - foot) / MM, size)
