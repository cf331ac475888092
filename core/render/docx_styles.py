"""The styles of the DOCX: the same sizes, indents and distances as in the PDF, under names that can be changed in Word.

The typeface is named Times New Roman, which Word has; Tinos has its widths, so lines and pages fall alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

from core.domain.document import ParagraphStyle
from core.language import Language
from core.render.composing import (
    ADDRESSEE,
    BODY,
    BOLD_CENTRED,
    CAPTION,
    CELL_LEADING,
    CONTENTS,
    CONTENTS_INDENT,
    CONTENTS_PARTING,
    CONTENTS_TITLE,
    ENACTING,
    HEAD_LINES,
    HEADINGS,
    ISSUER,
    ITALIC_CENTRED,
    ITEM,
    LETTER_HEADING,
    LETTER_LINE,
    NUMBER_SIZE,
    PARAGRAPHS,
    PLAIN,
    RECIPIENT,
    RECIPIENTS_TITLE,
    SIGNING_ROOM,
    TITLE,
    smaller,
)
from core.render.fonts import Font
from core.render.typesetting import Alignment, TextStyle

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPEFACE = "Times New Roman"
LANGUAGES = {Language.VI: "vi-VN", Language.EN: "en-GB"}
_OWN_LINE = 1.149
"""Height of a single-spaced line of Times New Roman in sizes: ascent, descent and gap."""
_ALIGNMENTS = {
    Alignment.LEFT: "left",
    Alignment.CENTRE: "center",
    Alignment.RIGHT: "right",
    Alignment.JUSTIFIED: "both",
}


def twips(points: float) -> int:
    """Return a length in twentieths of a point."""
    return round(points * 20)


@dataclass(frozen=True, slots=True)
class WordStyle:
    """A paragraph style: identifier, name in Word, how it is set, depth in the outline (from 0), ties to the next."""

    id: str
    name: str
    style: TextStyle
    outline: int | None = None
    keeps_with_next: bool = False


CELL = TextStyle(size=12, leading=12 * CELL_LEADING, alignment=Alignment.LEFT, after=0)
BODY_STYLES = {
    ParagraphStyle.BODY: "Body",
    ParagraphStyle.ARTICLE: "Body",
    ParagraphStyle.BLANK_LINE: "BlankLine",
    ParagraphStyle.GROUND: "Ground",
    ParagraphStyle.NOTE: "Note",
    ParagraphStyle.CENTRE: "Centred",
    ParagraphStyle.RIGHT: "AtRight",
}
HEAD_STYLES = {name: "Head" + name.title().replace("-", "") for name in HEAD_LINES}
STYLES = (
    # Everything is based on Normal, so it has no indent: heads and cells would inherit it.
    WordStyle("Normal", "Normal", replace(PLAIN, after=0)),
    WordStyle("Body", "Body Text", BODY),
    WordStyle("Heading1", "heading 1", HEADINGS[1], outline=0, keeps_with_next=True),
    WordStyle("Heading2", "heading 2", HEADINGS[2], outline=1, keeps_with_next=True),
    WordStyle("Heading3", "heading 3", HEADINGS[3], outline=2, keeps_with_next=True),
    WordStyle("Note", "Note", PARAGRAPHS[ParagraphStyle.NOTE]),
    WordStyle("Ground", "Ground", PARAGRAPHS[ParagraphStyle.GROUND]),
    WordStyle("Centred", "Centred", PARAGRAPHS[ParagraphStyle.CENTRE]),
    WordStyle("AtRight", "At Right", PARAGRAPHS[ParagraphStyle.RIGHT]),
    WordStyle("BlankLine", "Blank Line", replace(BODY, alignment=Alignment.LEFT)),
    WordStyle("ListItem", "List Item", ITEM),
    WordStyle("ListLead", "List Lead", ITEM, keeps_with_next=True),
    WordStyle("PartTitle", "Part Title", TITLE, keeps_with_next=True),
    WordStyle("AppendixTitle", "Appendix Title", TITLE, outline=0, keeps_with_next=True),
    WordStyle("PartSummary", "Part Summary", BOLD_CENTRED, keeps_with_next=True),
    WordStyle("PartSubtitle", "Part Subtitle", ITALIC_CENTRED, keeps_with_next=True),
    WordStyle("Issuer", "Issuer", ISSUER, keeps_with_next=True),
    WordStyle("Enacting", "Enacting", ENACTING, keeps_with_next=True),
    WordStyle("Addressee", "Addressee", ADDRESSEE),
    WordStyle("AddresseeTitle", "Addressee Title", LETTER_HEADING, keeps_with_next=True),
    WordStyle("AddresseeLine", "Addressee Line", LETTER_LINE),
    *(WordStyle(HEAD_STYLES[name], f"Head {name}", replace(style, after=0)) for name, style in HEAD_LINES.items()),
    WordStyle("Rule", "Rule", replace(PLAIN, size=2, leading=3, after=0, alignment=Alignment.CENTRE)),
    WordStyle("RecipientsTitle", "Recipients Title", RECIPIENTS_TITLE),
    WordStyle("Recipient", "Recipient", RECIPIENT),
    WordStyle("SignatureOffice", "Signature Office", BOLD_CENTRED, keeps_with_next=True),
    WordStyle("SignatureName", "Signature Name", replace(BOLD_CENTRED, before=SIGNING_ROOM)),
    WordStyle("Cell", "Table Cell", CELL),
    WordStyle("CellSmall", "Table Cell Small", replace(CELL, size=11, leading=11 * CELL_LEADING)),
    WordStyle("CellHeading", "Table Heading", replace(CELL, font=Font.BOLD, alignment=Alignment.CENTRE)),
    WordStyle(
        "CellHeadingSmall",
        "Table Heading Small",
        replace(CELL, font=Font.BOLD, alignment=Alignment.CENTRE, size=11, leading=11 * CELL_LEADING),
    ),
    WordStyle("Figure", "Figure", replace(PLAIN, alignment=Alignment.CENTRE, before=6, after=4), keeps_with_next=True),
    WordStyle("Caption", "caption", CAPTION),
    WordStyle("ContentsTitle", "Contents Title", CONTENTS_TITLE, keeps_with_next=True),
    WordStyle("TOC1", "toc 1", replace(CONTENTS, before=CONTENTS_PARTING)),
    WordStyle("TOC2", "toc 2", replace(CONTENTS, left_indent=CONTENTS_INDENT)),
    WordStyle(
        "Stamp", "Stamp", replace(PLAIN, font=Font.BOLD, size=10, leading=14, alignment=Alignment.CENTRE, after=4)
    ),
    WordStyle("Header", "header", replace(PLAIN, size=NUMBER_SIZE, leading=16, alignment=Alignment.CENTRE, after=0)),
    WordStyle(
        "Footer", "footer", replace(PLAIN, font=Font.ITALIC, size=9, leading=11, alignment=Alignment.CENTRE, after=0)
    ),
)


def styles_xml(language: Language, *, is_small: bool) -> str:
    """Return the part word/styles.xml; a small document has 13 points instead of 14."""
    styles = [replace(one, style=smaller(one.style)) if is_small else one for one in STYLES]
    fonts = f'<w:rFonts w:ascii="{TYPEFACE}" w:hAnsi="{TYPEFACE}" w:cs="{TYPEFACE}" w:eastAsia="{TYPEFACE}"/>'
    tongue = LANGUAGES[language]
    return (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:color w:val="000000"/>'
        f'<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="{tongue}" w:eastAsia="{tongue}"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        + "".join(map(_style_xml, styles))
        + '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )


def _style_xml(style: WordStyle) -> str:
    is_base = style.id == "Normal"
    setting = style.style
    default, based = (' w:default="1"', "") if is_base else ("", '<w:basedOn w:val="Normal"/>')
    keeps = "<w:keepNext/>" if style.keeps_with_next else ""
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    bold = "<w:b/>" if setting.font in (Font.BOLD, Font.BOLD_ITALIC) else ""
    italic = "<w:i/>" if setting.font in (Font.ITALIC, Font.BOLD_ITALIC) else ""
    before, after = twips(setting.before), twips(setting.after)
    size = round(setting.size * 2)
    # In parts of the typeface's own line, so that a reader who changes the size keeps the proportion.
    line = round(240 * setting.leading / (setting.size * _OWN_LINE))
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{style.id}"><w:name w:val={quoteattr(style.name)}/>{based}'
        f"<w:qFormat/><w:pPr>{keeps}<w:widowControl/>"
        f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'
        f'<w:ind w:left="{twips(setting.left_indent)}" w:right="{twips(setting.right_indent)}"'
        f' w:firstLine="{twips(setting.first_indent)}"/>'
        f'<w:jc w:val="{_ALIGNMENTS[setting.alignment]}"/>{outline}</w:pPr>'
        f'<w:rPr>{bold}{italic}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        "</w:style>"
    )
