"""How templates become blocks: what is shown, what is filled, how lists end, and what is a fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.document import Bar, Bars, Drawing, Heading, ItemList, Marker, Paragraph, ParagraphStyle, Table
from core.domain.template import (
    Article,
    Cells,
    ChartBlock,
    Column,
    FixedRow,
    Ground,
    HeadingBlock,
    Line,
    ListBlock,
    ListItem,
    ParagraphBlock,
    Section,
    SignatureBlock,
    SignatureVariant,
    SubBlock,
    TableBlock,
    Template,
)
from core.domain.templating import Filling, PartWords, render_blocks, render_template
from core.language import Language, Text

WORDS = PartWords("Điều {number}.", "Phụ lục {number}", "Nơi nhận:", "Kính gửi:")
FILLING = Filling(
    language=Language.VI,
    values={"name": "Chè Đồi", "odd": "{name} {x} <b>"},
    collections={"tasks": [{"title": "một"}, {"title": "hai"}], "none": []},
    conditions={"yes": True, "no": False},
    words=WORDS,
    figures={"bars": Bars((Bar("2027", 1, "1"),)), "nothing": None},
)


def both(text: str) -> Text:
    return Text(text, text)


def render(*blocks):
    return render_blocks(blocks, FILLING, "test")


def test_all_of_when_and_none_of_unless_must_hold():
    shown = [
        ParagraphBlock(text=both("a"), when=("yes",)),
        ParagraphBlock(text=both("b"), when=("yes", "no")),
        ParagraphBlock(text=both("c"), unless=("no",)),
        ParagraphBlock(text=both("d"), unless=("no", "yes")),
        ParagraphBlock(text=both("e"), nonempty="tasks"),
        ParagraphBlock(text=both("f"), nonempty="none"),
        ParagraphBlock(text=both("g"), isempty="none"),
        ParagraphBlock(text=both("h"), isempty="tasks"),
    ]
    assert [block.text for block in render(*shown)] == ["a", "c", "e", "g"]


def test_each_repeats_with_the_row_and_its_number():
    assert render(ParagraphBlock(text=both("{row_number}. {title} của {name}"), each="tasks")) == (
        Paragraph("1. một của Chè Đồi"),
        Paragraph("2. hai của Chè Đồi"),
    )


def test_what_is_put_in_is_plain_text_and_never_filled_again():
    assert render(ParagraphBlock(text=both("{odd}"))) == (Paragraph("{name} {x} <b>"),)


def test_the_last_item_shown_ends_the_sentence():
    items = (
        ListItem(text=both("a;")),
        ListItem(text=both("{title};"), each="tasks"),
        ListItem(text=both("c."), when=("no",)),
    )
    assert render(ListBlock(items=items, text=both("Gồm:"), marker="letter")) == (
        ItemList(("a;", "một;", "hai."), Marker.LETTER, "Gồm:"),
    )


def test_lists_tables_and_parts_that_turn_out_empty_are_left_out():
    empty_list = ListBlock(items=(ListItem(text=both("{title};"), each="none"),), text=both("Gồm:"))
    column = Column(key="a", heading=both("A"), width=10, cell=both("{title}"))
    empty_table = TableBlock(id="t", columns=(column,), each="none")
    assert render(empty_list, empty_table, SubBlock(text=both("Phần"), number="1.", blocks=(empty_list,))) == ()


def test_an_empty_table_says_so_where_the_template_has_words_for_it():
    column = Column(key="a", heading=both("A"), width=10, cell=both("{title}"))
    table = TableBlock(id="t", columns=(column,), each="none", empty=both("Chưa có."))
    assert render(table) == (Paragraph("Chưa có."),)
    assert isinstance(render(replace(table, blank_rows=3))[0], Table)


def test_a_table_keeps_fixed_rows_that_are_shown_then_the_rows_of_its_collection_and_the_total():
    columns = (
        Column(key="a", heading=both("A"), width=10, cell=both("{row_number}"), align="centre"),
        Column(key="b", heading=both("B"), width=20, cell=both("{title}")),
    )
    rows = (
        FixedRow(cells=Cells(("x", "{name}"), ("x", "{name}"))),
        FixedRow(cells=Cells(("y", "z"), ("y", "z")), when=("no",)),
    )
    total = Cells(("Cộng", "2"), ("Total", "2"))
    (table,) = render(
        TableBlock(id="t", columns=columns, rows=rows, each="tasks", total=total, orientation="landscape")
    )
    assert table.rows == (("x", "Chè Đồi"), ("1", "một"), ("2", "hai"))
    assert table.total == ("Cộng", "2")
    assert table.is_landscape


def test_auto_numbers_count_the_parts_that_are_shown():
    inside = (ParagraphBlock(text=both("x")),)
    subs = (
        SubBlock(text=both("a"), number="auto", blocks=inside),
        SubBlock(text=both("b"), number="auto", blocks=inside, when=("no",)),
        SubBlock(text=both("c"), number="auto", blocks=inside),
        SubBlock(text=both("d"), blocks=inside),
    )
    headings = [block for block in render(*subs) if isinstance(block, Heading)]
    assert [(one.number, one.text, one.level) for one in headings] == [("1.", "a", 2), ("2.", "c", 2), ("", "d", 2)]


def test_a_heading_without_a_number_is_of_the_third_level():
    assert render(HeadingBlock(text=both("a"))) == (Heading("a", 3),)


def test_a_drawing_without_a_figure_is_left_out():
    chart = ChartBlock(id="c", chart="bars", text=both("Hình 1"), alt=both("cột"))
    assert render(chart) == (Drawing("c", FILLING.figures["bars"], "Hình 1", "cột"),)
    assert render(replace(chart, chart="nothing")) == ()


@pytest.mark.parametrize(
    "block, named",
    [
        (ParagraphBlock(text=both("{unheard_of}")), "placeholder 'unheard_of'"),
        (ParagraphBlock(text=both("a"), when=("unheard_of",)), "condition 'unheard_of'"),
        (ParagraphBlock(text=both("a"), each="unheard_of"), "collection 'unheard_of'"),
        (ChartBlock(id="c", chart="unheard_of", text=both("a"), alt=both("a")), "figure 'unheard_of'"),
    ],
)
def test_an_unknown_name_stops_the_document_with_its_place(block, named):
    with pytest.raises(LookupError, match=f"test, block 1.*unknown {named}"):
        render(block)


TEMPLATE = Template(
    id="decision",
    form="decision",
    title=both("QUYẾT ĐỊNH"),
    grounds=(
        Ground(id="a", text=both("Căn cứ A"), source="a"),
        Ground(id="b", text=both("Căn cứ B"), source="b", when=("no",)),
        Ground(id="c", text=both("Căn cứ C"), source="c"),
    ),
    articles=(
        Article(id="one", number=1, blocks=(ParagraphBlock(text=both("a")), ParagraphBlock(text=both("b")))),
        Article(id="two", number=2, blocks=(ParagraphBlock(text=both("c")),), when=("no",)),
    ),
    sections=(
        Section(id="s", number="I", heading=both("MỤC"), blocks=(ParagraphBlock(text=both("d"), when=("no",)),)),
    ),
    appendices=(
        Section(id="x", number="I", heading=both("DANH MỤC"), blocks=(ParagraphBlock(text=both("e")),)),
        Section(id="y", number="II", heading=both("TRỐNG"), blocks=(ParagraphBlock(text=both("f"), when=("no",)),)),
    ),
    recipients=(Line(text=both("Như Điều 3;")), Line(text=both("{name};"))),
    signature=SignatureBlock(
        id="head",
        variants=(
            SignatureVariant(lines=Cells(("GIÁM ĐỐC",), ("DIRECTOR",)), name=both("{name}"), when=("yes",)),
            SignatureVariant(lines=Cells(("CHỦ HỘ",), ("OWNER",)), name=both("{name}"), when=("no",)),
        ),
    ),
)


def test_a_template_becomes_its_part_and_the_appendices_that_say_something():
    main, appendix = render_template(TEMPLATE, FILLING)
    assert main.grounds == ("Căn cứ A;", "Căn cứ C.")
    assert main.blocks == (Paragraph("a", ParagraphStyle.ARTICLE, "Điều 1."), Paragraph("b"))
    assert main.recipients_title == "Nơi nhận:"
    assert main.recipients == ("Như Điều 3;", "Chè Đồi.")
    assert main.signature.lines == ("GIÁM ĐỐC",)
    assert (appendix.title, appendix.summary) == ("Phụ lục I", "DANH MỤC")


@pytest.mark.parametrize("conditions", [{"yes": True, "no": True}, {"yes": False, "no": False}])
def test_exactly_one_way_of_signing_must_hold(conditions):
    with pytest.raises(LookupError, match="ways of signing"):
        render_template(
            replace(TEMPLATE, grounds=(), articles=(), sections=(), appendices=()),
            replace(FILLING, conditions=conditions),
        )
