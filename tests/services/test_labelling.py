"""Labels: who may print them, for which instruments, and that a code holds the address of a card and nothing else."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import pypdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instruments import MeasuringInstrument
from core.domain.profile import Profile
from core.errors import BadInput, NotThere
from core.language import Language
from core.render.labels import PER_SHEET, Placement
from core.services import labelling, registering
from core.services.environment import Settings, transaction
from core.services.labelling import Chosen, LabelOrder, read_order
from tests.render.reading import qr_codes

TODAY = date(2026, 11, 22)
SCALE = MeasuringInstrument("C-01", name="Cân bàn", group2_row="8b", serial="SN-77", verified_on=date(2026, 3, 1))
REGISTER = (
    replace(SCALE, verified_until=TODAY + timedelta(days=100)),
    replace(SCALE, code="C-02", verified_until=TODAY + timedelta(days=10)),
    replace(SCALE, code="C-03", verified_until=TODAY - timedelta(days=1)),
    replace(SCALE, code="C-04", in_use=False, verified_until=TODAY),
    MeasuringInstrument("C-05", name="Nhiệt kế"),
)


@pytest.fixture
def kept(sqlite_environment, sqlite_people):
    """The lines of a register in every state, by code."""
    saved = registering.save_instruments(
        sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, [(None, one) for one in REGISTER]
    )
    return {one.instrument.code: one for one in saved}


def sheet(environment, people, order=None, actor=None, language=Language.VI):
    order = order or LabelOrder()
    return labelling.label_sheet(environment, actor or people.owner, people.enterprise_id, order, language)


def codes(pdf):
    pages = pypdfium2.PdfDocument(pdf)
    return {one.text for page in pages for one in qr_codes(page.render(scale=2).to_pil())}


def text(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("order", "printed"),
    [
        (LabelOrder(), {"C-01", "C-02", "C-03", "C-05"}),
        (LabelOrder(Chosen.DUE), {"C-02", "C-03"}),
        (LabelOrder(Chosen.TICKED, ("C-04", "C-01", "C-04")), {"C-04", "C-01"}),
    ],
)
def test_a_label_holds_the_address_of_its_card_and_nothing_else(
    sqlite_environment, sqlite_people, kept, order, printed
):
    environment = replace(sqlite_environment, settings=Settings(public_address="https://can.suoican.example"))

    found = codes(sheet(environment, sqlite_people, order))

    assert found == {f"https://can.suoican.example/phuong-tien?id={kept[code].id}" for code in printed}


@pytest.mark.parametrize(
    ("language", "says", "group1"),
    [
        (Language.VI, ["C-02", "Cân bàn", "Số máy: SN-77", "Nhóm 2", "Hạn: 02/12/2026", "HTX Chè Suối Cạn"], "Nhóm 1"),
        (Language.EN, ["C-02", "Serial: SN-77", "Group 2", "Due: 2 December 2026"], "Group 1"),
    ],
)
def test_a_label_says_what_is_known_and_leaves_out_what_is_not(
    sqlite_environment, sqlite_people, kept, language, says, group1
):
    whole = text(sheet(sqlite_environment, sqlite_people, LabelOrder(Chosen.TICKED, ("C-02",)), language=language))
    bare = text(sheet(sqlite_environment, sqlite_people, LabelOrder(Chosen.TICKED, ("C-05",)), language=language))

    assert [part for part in says if part not in whole] == []
    assert bare.split() == ["C-05", "Nhiệt", "kế", *group1.split(), "HTX", "Chè", "Suối", "Cạn"]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Công ty Trách nhiệm hữu hạn Một thành viên An Cân", "Công ty TNHH MTV An Cân"),
        ("CÔNG TY CỔ PHẦN THÉP VÍ DỤ", "CÔNG TY CP THÉP VÍ DỤ"),
        ("Cơ sở Giò chả Út", "Cơ sở Giò chả Út"),
    ],
)
def test_the_name_of_the_firm_stands_in_its_short_form(sqlite_environment, sqlite_people, kept, name, short):
    with transaction(sqlite_environment, sqlite_people.owner) as repository:
        profile = repository.enterprises.get(sqlite_people.enterprise_id).profile
        repository.enterprises.save_profile(sqlite_people.enterprise_id, seen=profile, wanted=Profile(name))

    assert short in text(sheet(sqlite_environment, sqlite_people))


def test_the_firms_own_people_print_and_others_learn_nothing(sqlite_environment, sqlite_people, kept):
    for own in (sqlite_people.owner, sqlite_people.editor, sqlite_people.viewer):
        assert sheet(sqlite_environment, sqlite_people, actor=own).startswith(b"%PDF")
    people = sqlite_people
    for other in (people.stranger, people.adviser, people.official, people.administrator):
        with pytest.raises(NotThere):
            sheet(sqlite_environment, sqlite_people, actor=other)


def test_nothing_to_print_and_unknown_codes_are_told(sqlite_environment, sqlite_people):
    with pytest.raises(BadInput, match="labels-none"):
        sheet(sqlite_environment, sqlite_people)
    with pytest.raises(BadInput, match="label-code-unknown"):
        sheet(sqlite_environment, sqlite_people, LabelOrder(Chosen.TICKED, ("C-99",)))


def test_the_preview_is_the_first_sheet_only(sqlite_environment, sqlite_people, kept):
    opened = labelling.open_labels(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id)

    picture = labelling.preview(sqlite_environment, opened, LabelOrder(placement=Placement(PER_SHEET)), Language.VI)

    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert labelling.preview(sqlite_environment, opened, LabelOrder(Chosen.TICKED), Language.VI) is None


@pytest.mark.parametrize(("address", "is_local"), [(Settings().public_address, True), ("https://vidu.example", False)])
def test_an_address_that_was_never_set_is_noticed(sqlite_environment, address, is_local):
    environment = replace(sqlite_environment, settings=Settings(public_address=address))

    assert labelling.is_for_this_computer_only(environment) is is_local


def test_sheets_are_counted_from_the_start_position():
    counted = {(labels, start): labelling.sheet_count(labels, start) for labels, start in [(24, 1), (24, 2), (1, 24)]}

    assert counted == {(24, 1): 1, (24, 2): 2, (1, 24): 1}


millimetres = st.integers(-100, 100).map(lambda tenths: Decimal(tenths) / 10)
orders = st.builds(
    LabelOrder,
    chosen=st.sampled_from(Chosen),
    codes=st.lists(st.text(min_size=1, max_size=12), max_size=5).map(tuple),
    placement=st.builds(Placement, start=st.integers(1, PER_SHEET), right=millimetres, down=millimetres),
)


@given(orders)
def test_an_address_carries_the_whole_order(order):
    fields = parse_qs(order.query(), keep_blank_values=True)

    read = read_order({name: values[-1] for name, values in fields.items()}, fields.get("ma", []))

    assert read == (order if order.chosen is Chosen.TICKED else replace(order, codes=()))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"chon": "moi-thu"}, "label-choice-unknown"),
        *(({"vi-tri": text}, "label-start-unusable") for text in ("0", "25", "-1", "", "1.5", "²", "a", "9" * 99)),
        *(({"phai": text}, "label-offset-unusable") for text in ("10.5", "-11", "nan", "inf", "1e3", "mm", "1.200")),
        ({"xuong": "vô cùng"}, "label-offset-unusable"),
    ],
)
def test_an_order_that_cannot_be_used_is_refused_with_its_field(fields, code):
    with pytest.raises(BadInput, match=code) as refused:
        read_order(fields)
    assert refused.value.details["field"] == next(iter(fields))


@pytest.mark.parametrize(
    ("text", "value"), [("1,5", "1.5"), ("−2.5", "-2.5"), (" 3 mm ", "3"), ("", "0"), ("10", "10")]
)
def test_millimetres_are_read_as_people_write_them(text, value):
    assert read_order({"phai": text}).placement.right == Decimal(value)


def test_too_many_ticked_instruments_are_refused_at_once():
    with pytest.raises(BadInput, match="labels-too-many"):
        read_order({"chon": "da-chon"}, ["C"] * (labelling.TICKED_LIMIT + 1))
