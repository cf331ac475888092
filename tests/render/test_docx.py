"""The DOCX, opened again: real styles, repeated headers, contents, pictures, and the same words as the PDF."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image

from core.domain.document import Paragraph, PartKind
from core.language import Language, clean
from core.render.docx import write_docx
from core.render.pdf import write_pdf
from tests.render.reading import read_pages, running_text, squeezed
from tests.render.samples import HOSTILE, SECTIONS, hostile_document, long_note, sample_document, texts_of


@pytest.fixture(scope="module")
def document():
    return sample_document(50, repeats=2)


@pytest.fixture(scope="module")
def data(document):
    return write_docx(document)


@pytest.fixture(scope="module")
def word(data):
    return docx.Document(BytesIO(data))


def part_of(data, name):
    with ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def text_of(word):
    return squeezed("".join(node.text or "" for node in word.element.body.iter(qn("w:t"))))


def test_every_text_is_there_in_order(document, word):
    seen = text_of(word)
    place = seen.index(squeezed(document.parts[0].head_left[0].text))
    for block_text in texts_of(document):
        assert squeezed(block_text) in seen[place:], block_text


def test_headings_are_real_headings(word):
    levels = {1: [], 2: []}
    for paragraph in word.paragraphs:
        name = paragraph.style.style_id
        if name in ("Heading1", "Heading2"):
            levels[int(name[-1])].append(paragraph.text)
    assert [text.partition(". ")[2] for text in levels[1]] == list(SECTIONS)
    assert len(levels[2]) == 4 * len(SECTIONS)


def test_body_has_the_measures_of_decree_30(word):
    body = word.styles["Body Text"]
    assert body.font.size == Pt(14)
    assert abs(body.paragraph_format.first_line_indent - Mm(10)) < Mm(0.1)
    assert body.paragraph_format.space_after == Pt(6)
    assert body.element.pPr.jc.val is not None


def test_nothing_that_inherits_from_normal_is_indented_by_it(word):
    normal = word.styles["Normal"]
    assert normal.paragraph_format.first_line_indent in (None, 0)
    for name in ("header", "Table Cell", "Table Heading", "Head number", "Head place-date"):
        assert word.styles[name].paragraph_format.first_line_indent == 0


def test_only_times_new_roman_is_named(data):
    for name in ("word/styles.xml", "word/document.xml"):
        text = part_of(data, name)
        fonts = re.findall(r"<w:rFonts ([^>]*)/>", text)
        assert set(re.findall(r'="([^"]*)"', " ".join(fonts))) <= {"Times New Roman"}
        assert "Theme=" not in text
    assert "Times New Roman" in part_of(data, "word/styles.xml")


@pytest.mark.parametrize(("language", "tongue"), [(Language.VI, "vi-VN"), (Language.EN, "en-GB")])
def test_language_is_set_for_the_whole_file(language, tongue):
    made = write_docx(sample_document(1, repeats=0, language=language))
    defaults = part_of(made, "word/styles.xml").partition("</w:docDefaults>")[0]
    assert f'<w:lang w:val="{tongue}"' in defaults
    assert docx.Document(BytesIO(made)).core_properties.language == tongue


def test_every_ruled_table_repeats_its_header_row(word):
    ruled = [table for table in word.tables if table._tbl.tblPr.find(qn("w:tblBorders")) is not None]
    assert len(ruled) == 6
    for table in ruled:
        properties = table._tbl.tr_lst[0].trPr
        assert properties.find(qn("w:tblHeader")) is not None
        assert properties.find(qn("w:cantSplit")) is not None


def test_column_widths_stand_in_the_grid_and_in_every_cell(word):
    for table in word.tables:
        assert table._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        for row in table._tbl.tr_lst:
            cells = [int(cell.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for cell in row.tc_lst]
            assert cells == grid


def test_sections_turn_for_the_register_only(word):
    turned = [section.orientation == WD_ORIENT.LANDSCAPE for section in word.sections]
    assert turned == [False, False, False, False, True, False, False]
    for section in word.sections:
        sides = sorted((round(section.page_width.mm), round(section.page_height.mm)))
        assert sides == [210, 297]
        if section.orientation == WD_ORIENT.PORTRAIT:
            margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
            assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]


def test_page_numbers_start_again_with_every_appendix_and_hide_there(word):
    starts = []
    for section in word.sections:
        numbering = section._sectPr.find(qn("w:pgNumType"))
        begins = numbering is not None and numbering.get(qn("w:start")) == "1"
        assert begins == section.different_first_page_header_footer
        starts.append(begins)
    # The contents and the programme go on from the decision.
    assert starts == [True, False, False, True, True, True, True]


def test_header_carries_the_page_number_and_the_stamp(word):
    section = word.sections[0]
    assert " PAGE " in [node.text for node in section.header._element.iter(qn("w:instrText"))]
    assert "DỰ THẢO" in [paragraph.text for paragraph in section.header.paragraphs]
    first = section.first_page_header
    assert [paragraph.text for paragraph in first.paragraphs] == ["DỰ THẢO"]
    assert not list(first._element.iter(qn("w:instrText")))
    assert "7K2M-QX4D" in section.footer.paragraphs[0].text
    assert all(later.header.is_linked_to_previous for later in list(word.sections)[1:])


def test_a_document_that_is_no_draft_has_no_stamp():
    word = docx.Document(BytesIO(write_docx(sample_document(0, repeats=0, stamp=""))))
    header = word.sections[0].header
    assert "DỰ THẢO" not in "".join(paragraph.text for paragraph in header.paragraphs)


def test_contents_are_filled_in_with_the_pages_of_the_pdf(document, word):
    contents = [paragraph for paragraph in word.paragraphs if paragraph.style.style_id in ("TOC1", "TOC2")]
    assert len(contents) == 9 + 36 + 4
    instructions = [node.text for node in contents[0]._p.iter(qn("w:instrText"))]
    assert instructions[0].strip().startswith("TOC ")
    fields = [node.get(qn("w:fldCharType")) for paragraph in contents for node in paragraph._p.iter(qn("w:fldChar"))]
    assert fields.count("begin") == fields.count("end") == 1 + 45
    pages = read_pages(write_pdf(document))
    for paragraph in contents:
        texts = [node.text for node in paragraph._p.iter(qn("w:t"))]
        if len(texts) == 2:
            assert any(page.page_number == texts[1] and texts[0] in page.text for page in pages), texts


def test_every_link_of_the_contents_has_its_bookmark(word):
    body = word.element.body
    marks = [node.get(qn("w:name")) for node in body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    assert {node.get(qn("w:anchor")) for node in body.iter(qn("w:hyperlink"))} <= set(marks)


def test_figures_are_sharp_pictures_with_alternative_text(document, word):
    alternatives = [block.alt for part in document.parts for block in part.blocks if hasattr(block, "alt")]
    pictures = list(word.element.body.iter(qn("wp:inline")))
    assert [picture.docPr.get("descr") for picture in pictures] == alternatives
    for shape in word.inline_shapes:
        blip = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        picture = Image.open(BytesIO(word.part.related_parts[blip].blob))
        assert picture.width == pytest.approx(shape.width.inches * 200, abs=2)


def test_the_last_lines_stay_with_the_signature(word):
    last = next(paragraph for paragraph in word.paragraphs if paragraph.text.startswith("Điều 3."))
    assert last._p.pPr.keepNext is not None


def test_a_line_to_fill_in_by_hand_ends_in_dots(word):
    line = next(paragraph for paragraph in word.paragraphs if paragraph.text.startswith("Ý kiến khác:"))
    assert line.paragraph_format.tab_stops[0].leader is not None
    assert line.text.endswith("\t")


# The order in which Word insists to find the children of these elements.
ORDER = {
    "pPr": "pStyle keepNext keepLines widowControl pBdr tabs spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rFonts b i color sz szCs bdr lang",
    "tblPr": "tblW jc tblInd tblBorders tblLayout tblCellMar",
    "tcPr": "tcW vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType titlePg",
    "style": "name basedOn qFormat pPr rPr tblPr",
}


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml"])
def test_elements_stand_in_the_order_that_word_insists_on(data, name):
    with ZipFile(BytesIO(data)) as archive:
        root = docx.oxml.parse_xml(archive.read(name))
    for parent, order in ORDER.items():
        ranks = {qn(f"w:{child}"): rank for rank, child in enumerate(order.split())}
        for element in root.iter(qn(f"w:{parent}")):
            places = [ranks[child.tag] for child in element]
            assert places == sorted(places), (parent, [child.tag for child in element])


def test_every_part_is_well_formed_and_related(data):
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                docx.oxml.parse_xml(archive.read(name))
        relations = archive.read("word/_rels/document.xml.rels").decode()
        used = set(re.findall(r'r:(?:id|embed)="(rId\d+)"', archive.read("word/document.xml").decode()))
    assert used <= set(re.findall(r'Id="(rId\d+)"', relations))


def test_file_says_what_it_is(document, word):
    properties = word.core_properties
    assert properties.title == document.title
    assert properties.author == document.author
    assert properties.created.date() == properties.modified.date() == document.made_on


def test_the_same_document_gives_the_same_bytes(document, data):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write_docx, [document] * 4)) == [data] * 4


def test_pdf_and_docx_say_the_same():
    document = sample_document(40, repeats=1)
    word = docx.Document(BytesIO(write_docx(document)))
    pdf = running_text(read_pages(write_pdf(document), letters=False), document.stamp, document.foot)
    for table in word.tables:
        for row in table._tbl.tr_lst:
            for cell in row.tc_lst:
                text = squeezed("".join(node.text or "" for node in cell.iter(qn("w:t"))))
                assert text in pdf
    for paragraph in word.paragraphs:
        if not paragraph.style.style_id.startswith("TOC"):
            assert squeezed(paragraph.text) in pdf


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_people_write_is_only_text(name):
    text = HOSTILE[name]
    data = write_docx(hostile_document(text))
    word = docx.Document(BytesIO(data))
    assert squeezed(clean(text)) in text_of(word)
    with ZipFile(BytesIO(data)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert "External" not in relations


def test_line_breaks_that_people_type_stay(document):
    part = replace(document.parts[1], kind=PartKind.REPORT, blocks=(Paragraph("một\nhai"),))
    word = docx.Document(BytesIO(write_docx(replace(document, parts=(part,), contents_title=""))))
    assert "một\nhai" in [paragraph.text for paragraph in word.paragraphs]


def test_a_row_with_a_very_long_note_may_break_across_pages(document):
    register = document.parts[3]
    table = register.blocks[0]
    long_row = (*table.rows[0][:2], long_note(), *table.rows[0][3:])
    part = replace(register, blocks=(replace(table, rows=(long_row, table.rows[1])),))
    word = docx.Document(BytesIO(write_docx(replace(document, parts=(part,), contents_title=""))))
    rows = word.tables[0]._tbl.tr_lst
    assert [row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows] == [
        True,
        False,
        True,
    ]


def test_points_and_leads_read_as_in_the_pdf(word):
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert any(text.startswith("Điều 1. Ban hành") for text in texts)
    marks = {text[:2] for text in texts if text[1:2] == ")" or text[:2] in ("- ", "+ ")}
    assert {"a)", "đ)"} <= marks
