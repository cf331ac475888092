"""Pieces of WordprocessingML as text: runs, paragraphs, tables, fields, sections.

Strings, because a table of 5,000 rows takes half a second this way and hours cell by cell. All texts are escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from core.language import clean
from core.render.composing import CELL_PADDING, Sheet
from core.render.docx_styles import twips

BLANK = '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_LONG_CELL = 1500
"""Letters from which a row may break across pages."""


def run(text: str, properties: str = "") -> str:
    """Return a run; line breaks stay line breaks."""
    shown = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = escape(clean(text), quote=False).replace("\t", " ").split("\n")
    body = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{shown}{body}</w:r>"


def paragraph(style: str, content: str, properties: str = "") -> str:
    """Return a paragraph of a style; `properties` overrule it."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def bookmarked(content: str, key: str, number: int) -> str:
    """Return content between the ends of a bookmark."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{key}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def field_start(instruction: str) -> str:
    """Return the opening of a field; what follows is shown as its result, up to FIELD_END."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def field(instruction: str, shown: str) -> str:
    """Return a field with the result that is shown until somebody refreshes it."""
    return field_start(instruction) + run(shown) + FIELD_END


def narrowed(room: float, length: float) -> str:
    """Return the indents that leave a centred text no more than its balanced width."""
    side = max(twips((room - length - 12) / 2), 0)
    return f'<w:ind w:left="{side}" w:right="{side}"/>'


def rule(room: float, length: float, *, before: float = 2, after: float = 0) -> str:
    """Return a short centred line: the border of an almost empty paragraph."""
    side = twips((room - length) / 2)
    return paragraph(
        "Rule",
        "",
        '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="{twips(before)}" w:after="{twips(after)}" w:line="60" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/>',
    )


def columns_side_by_side(widths: Sequence[float], rows: Sequence[Sequence[str]]) -> str:
    """Return a table without lines, for letter heads and signatures; every cell holds whole paragraphs."""
    filled = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            _open_cell(width) + (content or paragraph("Normal", "")) + "</w:tc>"
            for width, content in zip(widths, row, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{_table_properties(widths, '', 0)}{filled}</w:tbl>"


def ruled_table(
    widths: Sequence[float],
    alignments: Sequence[str],
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    total: Sequence[str],
    blank_rows: int,
    blank_height: float,
    suffix: str,
) -> str:
    """Return a table with lines and a header row that repeats; `suffix` picks the styles of its size."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    opened = [_open_cell(width) for width in widths]
    starts = [
        f'{cell}<w:p><w:pPr><w:pStyle w:val="Cell{suffix}"/><w:jc w:val="{alignment}"/></w:pPr>'
        for cell, alignment in zip(opened, alignments, strict=True)
    ]
    heading_start = f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="CellHeading{suffix}"/></w:pPr>'
    parts = [
        f"<w:tbl>{_table_properties(widths, borders, CELL_PADDING)}<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>",
        *(
            f"{cell.removesuffix('</w:tcPr>')}{heading_start}{run(heading)}</w:p></w:tc>"
            for cell, heading in zip(opened, headings, strict=True)
        ),
        "</w:tr>",
    ]
    parts += [_row(starts, row, "") for row in rows]
    blank = f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{twips(blank_height)}" w:hRule="atLeast"/></w:trPr>'
    parts += [blank + "".join(f"{start}</w:p></w:tc>" for start in starts) + "</w:tr>"] * blank_rows
    if total:
        parts.append(_row(starts, total, "<w:b/>"))
    parts.append("</w:tbl>")
    return "".join(parts)


def _row(starts: Sequence[str], texts: Sequence[str], properties: str) -> str:
    whole = "" if max(map(len, texts), default=0) > _LONG_CELL else "<w:trPr><w:cantSplit/></w:trPr>"
    cells = "".join(f"{start}{run(text, properties)}</w:p></w:tc>" for start, text in zip(starts, texts, strict=True))
    return f"<w:tr>{whole}{cells}</w:tr>"


def _open_cell(width: float) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr>'


def _table_properties(widths: Sequence[float], borders: str, padding: float) -> str:
    # Widths stand here and in every cell; without both, and a fixed layout, the nation's name breaks in two.
    side = twips(padding)
    sides = (("top", side // 2), ("left", side), ("bottom", side // 2), ("right", side))
    margins = "".join(f'<w:{name} w:w="{room}" w:type="dxa"/>' for name, room in sides)
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    lines = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    return (
        f'<w:tblPr><w:tblW w:w="{sum(map(twips, widths))}" w:type="dxa"/><w:jc w:val="center"/>{lines}'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )


def in_bottom_margin(graphic: str, side: int, alt: str) -> str:
    """Return a run with a square picture at the right of the bottom margin, whatever the way the page lies.

    graphic: the element that holds the picture. side: in English Metric Units.
    """
    names = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    distances = 'distT="0" distB="0" distL="0" distR="0"'
    return (
        f"<w:r><w:drawing><wp:anchor {names} {distances}"
        ' simplePos="0" relativeHeight="1" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="margin"><wp:align>right</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="bottomMargin"><wp:align>center</wp:align></wp:positionV>'
        f'<wp:extent cx="{side}" cy="{side}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="1" name="QR" descr="{escape(alt)}"/><wp:cNvGraphicFramePr/>{graphic}'
        "</wp:anchor></w:drawing></w:r>"
    )


def section_properties(sheet: Sheet, references: str, *, starts_run: bool, header: float, footer: float) -> str:
    """Return the properties of a section; one that starts a run counts from 1 and hides its first number."""
    turned = ' w:orient="landscape"' if sheet.width > sheet.height else ""
    numbering, first = ('<w:pgNumType w:start="1"/>', "<w:titlePg/>") if starts_run else ("", "")
    return (
        f'<w:sectPr>{references}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{twips(sheet.width)}" w:h="{twips(sheet.height)}"{turned}/>'
        f'<w:pgMar w:top="{twips(sheet.top)}" w:right="{twips(sheet.right)}" w:bottom="{twips(sheet.foot)}"'
        f' w:left="{twips(sheet.left)}" w:header="{twips(header)}" w:footer="{twips(footer)}" w:gutter="0"/>'
        f"{numbering}{first}</w:sectPr>"
    )


def section_break(properties: str) -> str:
    """Return the end of a section: a paragraph too small to start a page of its own."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Rule"/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        f"{properties}</w:pPr></w:p>"
    )
