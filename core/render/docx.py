"""Documents as DOCX, to be worked on in Word: the same value as the PDF, real styles, contents filled in beforehand.

Word refreshes the contents and their page numbers on F9; until then the numbers are those of the PDF's pages.
The same document gives the same bytes: the archive's times and the file's dates come from the document.
"""

# mypy: untyped-calls-exclude="docx"

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.parts.story import StoryPart
from docx.shared import Pt
from reportlab.graphics.shapes import Drawing as Figure

from core.domain.document import (
    Align,
    Block,
    Coded,
    Document,
    Drawing,
    Heading,
    HeadLine,
    ItemList,
    Paragraph,
    ParagraphStyle,
    Part,
    PartKind,
    Signature,
    Table,
)
from core.language import clean
from core.render.composing import (
    BLANK_ROW,
    BOLD_CENTRED,
    CAPTION_ROOM,
    HEAD_LINES,
    ITALIC_CENTRED,
    LANDSCAPE,
    LEFT_SHARE,
    LONGEST_RULE,
    PORTRAIT,
    RULE_SHARE,
    SQUARE,
    SQUARE_GAP,
    TITLE_SHARE,
    Composer,
    Sheet,
    cell_size,
)
from core.render.docx_styles import BODY_STYLES, HEAD_STYLES, LANGUAGES, W, styles_xml
from core.render.docx_text import (
    BLANK,
    FIELD_END,
    bookmarked,
    columns_side_by_side,
    field,
    field_start,
    in_bottom_margin,
    narrowed,
    paragraph,
    rule,
    ruled_table,
    run,
    section_break,
    section_properties,
)
from core.render.figure_drawings import draw_figure
from core.render.fonts import one_line, text_width
from core.render.layout import fits_better_small, lay_out
from core.render.pictures import figure_picture
from core.render.squares import draw_square
from core.render.structure import (
    contents_part,
    counts_own_pages,
    entries,
    heading_key,
    heading_text,
    introduces,
    list_mark,
    orientation_groups,
    part_key,
)
from core.render.typesetting import MM, TextStyle

_JUSTIFICATIONS = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right"}
# Fits into the foot of a landscape page, too.
_FOOT_CODE_SIDE = 12 * MM
_FOOT_CODE_DOTS = 4
"""How many times finer than a figure, so that its edges stay sharp in print."""
_SECOND_ROW = ("number", "place-date", "about")


def write_docx(document: Document) -> bytes:
    """Return the document as a DOCX file."""
    return _Writer(document).write()


class _Writer:
    """Writes one document: an empty file of python-docx for parts and relations, the text as one string."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._is_small = fits_better_small(document)
        self._composer = Composer(document, is_small=self._is_small)
        self._word: WordDocument = docx.Document()
        self._bookmarks = 0

    def write(self) -> bytes:
        self._dress()
        references = self._headers()
        body = "".join(self._body(references))
        root = (
            f'<w:document xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
            ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        )
        text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{root}<w:body>{body}</w:body></w:document>'
        target = BytesIO()
        self._word.save(target)
        return self._repacked(target, text.encode())

    def _repacked(self, archive: BytesIO, text: bytes) -> bytes:
        """Put the text in and give every entry the document's date; python-docx writes the time of day."""
        made = self._document.made_on
        target = BytesIO()
        with ZipFile(archive) as source, ZipFile(target, "w", ZIP_DEFLATED) as result:
            for name in source.namelist():
                entry = ZipInfo(name, (max(made.year, 1980), made.month, made.day, 0, 0, 0))
                entry.compress_type = ZIP_DEFLATED
                result.writestr(entry, text if name == "word/document.xml" else source.read(name), compresslevel=4)
        return target.getvalue()

    # --- the parts around the text

    def _dress(self) -> None:
        part = self._word.part
        part._styles_part._element = parse_xml(styles_xml(self._document.language, is_small=self._is_small))
        for relations, unwanted in (
            (
                part.rels,
                (
                    RT.CUSTOM_XML,
                    RT.NUMBERING,
                    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
                ),
            ),
            (part.package.rels, (RT.THUMBNAIL,)),
        ):
            for key in [key for key, relation in relations.items() if relation.reltype in unwanted]:
                del relations[key]
        settings = self._word.settings.element
        for setting in settings.iter(f"{{{W}}}compatSetting"):
            if setting.get(f"{{{W}}}name") == "compatibilityMode":
                setting.set(f"{{{W}}}val", "15")
        for tongue in settings.iter(f"{{{W}}}themeFontLang"):
            tongue.set(f"{{{W}}}val", LANGUAGES[self._document.language])
        self._describe()

    def _describe(self) -> None:
        made = datetime.combine(self._document.made_on, datetime.min.time(), UTC)
        properties = self._word.core_properties
        properties.title = clean(self._document.title)[:255]
        properties.author = properties.last_modified_by = clean(self._document.author)[:255]
        properties.subject = clean(self._document.subject)[:255]
        properties.keywords = ", ".join(map(clean, self._document.keywords))[:255]
        properties.comments = ""
        properties.language = LANGUAGES[self._document.language]
        properties.created = properties.modified = made
        properties.revision = 1

    def _headers(self) -> str:
        """Fill headers and footers; return the references by which the first section, and so all, use them."""
        section = self._word.sections[0]
        section.different_first_page_header_footer = True
        stamp = ""
        if self._document.stamp:
            border = '<w:bdr w:val="single" w:sz="6" w:space="3" w:color="000000"/>'
            stamp = paragraph("Stamp", run(self._document.stamp, border))
        foot = run(self._document.foot) if self._document.foot else ""
        _fill(section.header._element, stamp + paragraph("Header", field("PAGE", "2")))
        _fill(section.first_page_header._element, stamp or paragraph("Header", ""))
        for footer in (section.footer, section.first_page_footer):
            _fill(footer._element, paragraph("Footer", foot + self._foot_code(footer.part)))
        names = (f"{{{W}}}headerReference", f"{{{W}}}footerReference")
        return "".join(
            f'<w:{child.tag.rpartition("}")[2]} w:type="{child.get(f"{{{W}}}type")}" r:id="{child.rId}"/>'
            for child in section._sectPr
            if child.tag in names
        )

    def _foot_code(self, part: StoryPart) -> str:
        """Return the QR code of the foot, which stands apart from its lines; the picture belongs to one footer."""
        address = self._document.foot_code
        if not address:
            return ""
        side = Pt(_FOOT_CODE_SIDE)
        picture = figure_picture(draw_square(address, _FOOT_CODE_DOTS * _FOOT_CODE_SIDE))
        inline = part.new_pic_inline(BytesIO(picture), side, side)
        return in_bottom_margin(inline.graphic.xml, side, address)

    # --- the text

    def _body(self, references: str) -> Iterator[str]:
        sections = list(self._sections())
        for number, (sheet, starts_run, content) in enumerate(sections):
            yield from content
            properties = section_properties(
                sheet,
                references if number == 0 else "",
                starts_run=starts_run,
                header=(4.5 if self._document.stamp else 10) * MM,
                footer=(6 if self._document.foot_code else 8) * MM,
            )
            yield properties if number == len(sections) - 1 else section_break(properties)

    def _sections(self) -> Iterator[tuple[Sheet, bool, list[str]]]:
        contents_before = contents_part(self._document)
        for part_number, part in enumerate(self._document.parts):
            if part_number == contents_before:
                yield PORTRAIT, part_number == 0, list(self._contents())
            groups = orientation_groups(part)
            for group_number, (is_landscape, blocks) in enumerate(groups):
                sheet = LANDSCAPE if is_landscape else PORTRAIT
                is_first, is_last = group_number == 0, group_number == len(groups) - 1
                content = list(self._opening(part_number, part, sheet)) if is_first else []
                for place, (block_number, block) in enumerate(blocks):
                    holds = is_last and place == len(blocks) - 1 and part.signature is not None
                    content += self._block(part_number, block_number, block, sheet, holds=holds)
                if is_last:
                    content += self._ending(part, sheet)
                if content:
                    yield sheet, is_first and (counts_own_pages(part) or part_number == 0), content

    def _bookmarked(self, content: str, key: str) -> str:
        self._bookmarks += 1
        return bookmarked(content, key, self._bookmarks)

    def _contents(self) -> Iterator[str]:
        yield paragraph("ContentsTitle", run(self._document.contents_title))
        _, numbers = lay_out(self._document, with_appendices=False)
        listed = [entry for entry in entries(self._document) if entry.is_in_contents]
        tab = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{round(PORTRAIT.room * 20)}"/></w:tabs>'
        for number, entry in enumerate(listed):
            content = field_start('TOC \\o "1-2" \\h \\z \\u') if number == 0 else ""
            content += f'<w:hyperlink w:anchor="{entry.key}" w:history="1">{run(" ".join(entry.text.split()))}'
            if entry.key in numbers:
                content += "<w:r><w:tab/></w:r>" + field(f"PAGEREF {entry.key} \\h", numbers[entry.key])
            content += "</w:hyperlink>"
            if number == len(listed) - 1:
                content += FIELD_END
            yield paragraph("TOC2" if entry.depth == 2 else "TOC1", content, tab)

    def _opening(self, part_number: int, part: Part, sheet: Sheet) -> Iterator[str]:
        if part.head_left or part.head_right:
            yield self._letter_head(part, sheet)
        yield from self._title(part_number, part, sheet)
        if part.issuer:
            yield paragraph("Issuer", run(part.issuer))
        for ground in part.grounds:
            yield paragraph("Ground", run(ground))
        if part.enacting:
            yield paragraph("Enacting", run(part.enacting))
        if len(part.addressees) == 1:
            yield paragraph("Addressee", run(f"{part.addressees_title} {part.addressees[0]}"))
        elif part.addressees:
            yield paragraph("AddresseeTitle", run(part.addressees_title))
            yield from (paragraph("AddresseeLine", run(f"- {addressee}")) for addressee in part.addressees)

    def _letter_head(self, part: Part, sheet: Sheet) -> str:
        split = LEFT_SHARE * sheet.room
        widths = (split, sheet.room - split)
        upper, lower = [], []
        for lines, width in zip((part.head_left, part.head_right), widths, strict=True):
            names = [line for line in lines if line.style not in _SECOND_ROW]
            line_under = self._rule_under(names[-1], width) if names else ""
            upper.append("".join(self._head_line(line, width) for line in names) + line_under)
            lower.append("".join(self._head_line(line, width) for line in lines if line.style in _SECOND_ROW))
        rows = [upper, lower] if any(lower) else [upper]
        return columns_side_by_side(widths, rows)

    def _head_line(self, line: HeadLine, width: float) -> str:
        style = self._composer.head_style(line, width)
        usual = self._composer.fitted(HEAD_LINES[line.style])
        size = f'<w:sz w:val="{round(style.size * 2)}"/>' if style != usual else ""
        return paragraph(HEAD_STYLES[line.style], run(line.text, size), self._narrowed(line.text, style, width, width))

    def _rule_under(self, line: HeadLine, width: float) -> str:
        longest = self._composer.longest(line.text, self._composer.head_style(line, width), width)
        return rule(width, longest if line.style == "motto" else longest * RULE_SHARE, after=6)

    def _title(self, part_number: int, part: Part, sheet: Sheet) -> Iterator[str]:
        if part.kind is PartKind.APPENDIX:
            # One paragraph, so that refreshed contents show the appendix in one line.
            title = "\n".join(text for text in (part.title, part.summary) if text)
            texts = [(title, "AppendixTitle", BOLD_CENTRED)]
        else:
            texts = [(part.title, "PartTitle", BOLD_CENTRED), (part.summary, "PartSummary", BOLD_CENTRED)]
        texts.append((part.subtitle, "PartSubtitle", ITALIC_CENTRED))
        shown = [(text, name, style) for text, name, style in texts if text]
        wide = sheet.room * TITLE_SHARE
        for number, (text, name, style) in enumerate(shown):
            content = run(text) if number else self._bookmarked(run(text), part_key(part_number))
            yield paragraph(name, content, self._narrowed(text, style, sheet.room, wide))
        if shown:
            length = self._composer.longest(shown[-1][0], shown[-1][2], wide) * RULE_SHARE
            yield rule(sheet.room, min(length, LONGEST_RULE), before=3, after=14)

    def _narrowed(self, text: str, style: TextStyle, room: float, wide: float) -> str:
        """Return indents that break a long centred text where the PDF breaks it."""
        if text_width(one_line(text), style.font, self._composer.fitted(style).size) <= wide:
            return ""
        return narrowed(room, self._composer.longest(text, style, wide))

    def _ending(self, part: Part, sheet: Sheet) -> Iterator[str]:
        if not part.recipients and part.signature is None:
            return
        left = paragraph("RecipientsTitle", run(part.recipients_title)) if part.recipients_title else ""
        left += "".join(paragraph("Recipient", run(f"- {recipient}")) for recipient in part.recipients)
        if part.countersignature:
            left = _signed(part.countersignature)
        right = _signed(part.signature) if part.signature else ""
        half = sheet.room / 2
        yield paragraph("Normal", "", "<w:keepNext/>")
        yield columns_side_by_side((half, half), [(left, right)])

    def _block(self, part_number: int, block_number: int, block: Block, sheet: Sheet, *, holds: bool) -> Iterator[str]:
        keep = "<w:keepNext/>" if holds else ""
        if isinstance(block, Heading):
            key = heading_key(part_number, block_number)
            yield paragraph(f"Heading{min(block.level, 3)}", self._bookmarked(run(heading_text(block)), key))
        elif isinstance(block, Paragraph):
            yield _paragraph(block, sheet, "<w:keepNext/>" if introduces(block) else keep)
        elif isinstance(block, ItemList):
            if block.lead:
                yield paragraph("ListLead", run(block.lead))
            for position, item in enumerate(block.items):
                mark = list_mark(block.marker, position, self._document.language)
                yield paragraph("ListItem", run(f"{mark}\u00a0{item}"), keep)
        elif isinstance(block, Table):
            if block.caption:
                yield paragraph("ListLead", run(block.caption))
            yield self._table(block, sheet)
        elif isinstance(block, Coded):
            yield self._coded(block, sheet)
        else:
            yield from self._drawing(block, sheet)

    def _table(self, table: Table, sheet: Sheet) -> str:
        text = ruled_table(
            self._composer.column_widths(table, sheet.room),
            [_JUSTIFICATIONS[column.align] for column in table.columns],
            [column.heading for column in table.columns],
            table.rows,
            total=table.total,
            blank_rows=table.blank_rows,
            blank_height=BLANK_ROW,
            suffix="" if cell_size(table) == 12 else "Small",
        )
        # Two tables that touch become one in Word.
        return text + paragraph("Rule", "", '<w:spacing w:before="0" w:after="140"/>')

    def _drawing(self, drawing: Drawing, sheet: Sheet) -> Iterator[str]:
        for figure in draw_figure(drawing.figure, sheet.room, sheet.height - sheet.top - sheet.foot - CAPTION_ROOM):
            yield paragraph("Figure", self._picture(figure, drawing.id, drawing.alt))
        yield paragraph("Caption", run(drawing.caption))

    def _coded(self, block: Coded, sheet: Sheet) -> str:
        keeps = "<w:keepNext/>"
        left = "".join(
            paragraph(
                BODY_STYLES[one.style],
                (run(one.lead, "<w:b/>") + BLANK if one.lead else "") + run(one.text),
                f'{keeps}<w:ind w:firstLine="0"/><w:jc w:val="left"/>',
            )
            for one in block.paragraphs
        )
        square = self._picture(draw_square(block.address, SQUARE), "QR", block.alt)
        widths = (sheet.room - SQUARE - SQUARE_GAP, SQUARE + SQUARE_GAP)
        return columns_side_by_side(widths, [(left, paragraph("AtRight", square, keeps))])

    def _picture(self, figure: Figure, name: str, alt: str) -> str:
        inline = self._word.part.new_pic_inline(BytesIO(figure_picture(figure)), Pt(figure.width), Pt(figure.height))
        inline.docPr.set("descr", clean(alt))
        inline.docPr.set("name", clean(name))
        return f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"


def _fill(element: Element, content: str) -> None:
    """Replace the paragraphs of a header or footer."""
    for child in list(element):
        element.remove(child)
    for child in parse_xml(f'<w:hdr xmlns:w="{W}">{content}</w:hdr>'):
        element.append(child)


def _signed(signature: Signature) -> str:
    lines = "".join(paragraph("SignatureOffice", run(line)) for line in signature.lines)
    return lines + paragraph("SignatureName", run(signature.name))


def _paragraph(block: Paragraph, sheet: Sheet, properties: str) -> str:
    lead = run(block.lead, "<w:b/>") + BLANK if block.lead else ""
    content = lead + run(block.text)
    if block.style is ParagraphStyle.BLANK_LINE:
        properties += f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{round(sheet.room * 20)}"/></w:tabs>'
        content += "<w:r><w:tab/></w:r>"
    return paragraph(BODY_STYLES[block.style], content, properties)
