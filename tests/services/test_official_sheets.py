"""The officials' sheets: the same numbers in the sheet, its table and its files."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.domain.document import Table, TableColumn
from core.domain.feedback import Addressee, Feedback, FeedbackKind, Theme
from core.domain.instruments import MeasuringInstrument, ServiceKind
from core.domain.permissions import GrantedRole, Role
from core.domain.statistics.figures import Dimension, Stage
from core.domain.statistics.sheets import SheetTeller
from core.errors import NotThere
from core.language import Language
from core.render.csv import write_csv
from core.services import official_sheets, registering, reporting
from core.services.official_sheets import Asked, SheetName, TypedCourse
from tests.services.test_officials import Firms


@pytest.fixture
def nation(environment, clock):
    """A country of eleven results whose firms tell of difficulties and proposals, and an official who may see it."""
    firms = Firms(environment)
    year = environment.today().year
    for place in range(11):
        firm = firms.hand_in(level=place % 5, sector="tea-food" if place < 6 else "petroleum")
        for kind in FeedbackKind:
            addressee = Addressee.DEPARTMENT if kind is FeedbackKind.PROPOSAL else None
            told = Feedback(kind, Theme.INSTRUMENTS, f"Chuyện {place}", year, addressee=addressee)
            reporting.tell(environment, *firm, told)
    clock.pass_time(seconds=61)
    return firms.person(GrantedRole(Role.OFFICIAL_NATION))


@given(
    st.builds(
        Asked,
        by=st.sampled_from(Dimension),
        value=st.sampled_from(["", "19", "tea-food"]),
        year=st.one_of(st.none(), st.integers(2020, 2099)),
        stage=st.sampled_from(Stage),
        service=st.sampled_from(ServiceKind),
        budget_vnd=st.one_of(st.none(), st.integers(0, 10**14 - 1)),
        courses=st.lists(
            st.builds(
                TypedCourse, st.sampled_from(["people", "records"]), st.integers(1, 10**12), st.integers(1, 9999)
            ),
            unique_by=lambda one: one.topic,
        ).map(tuple),
    )
)
def test_what_is_asked_is_read_back_from_its_address(asked):
    found = Asked.from_address(asked.address())
    assert (found.by, found.value, found.year, found.stage) == (asked.by, asked.value, asked.year, asked.stage)
    assert (found.service, found.budget_vnd, found.courses) == (asked.service, asked.budget_vnd, asked.courses)
    assert found.other is not found.by


@pytest.mark.parametrize(
    "address",
    [
        {"khoa": "people:0:3,records:-1:2,:5:5,people:2", "ngan-sach": "1e9"},
        {"theo": "x"},
        {"nam": "٢٠٢٦a"},
        {"buoc": "'; --"},
        {"theo": "size", "va": "size"},
    ],
)
def test_an_address_that_says_nothing_falls_back_to_the_first(address):
    found = Asked.from_address(address)
    assert found.by is not found.other
    assert found.year is None
    assert found.stage is Stage.SUBMITTED
    assert (found.budget_vnd, found.courses) == (None, ())


@pytest.mark.parametrize("language", list(Language))
def test_each_sheet_says_the_same_in_its_table_and_in_its_files(environment, nation, language):
    teller = SheetTeller(environment.catalogue, language)
    courses = (TypedCourse("people", 5_000_000, 10), TypedCourse("records", 1_000_000, 3))
    asked = Asked(by=Dimension.SECTOR, other=Dimension.SIZE, budget_vnd=12_345_678, courses=courses)
    for name in SheetName:
        if name is SheetName.CHANGES:
            with pytest.raises(NotThere):
                official_sheets.sheet(environment, nation, name, asked, language)
            continue
        sheet = official_sheets.sheet(environment, nation, name, asked, language)
        cells = [
            [row.label, *(teller.shown(value, sheet.unit) for value in (*row.values, *([row.total] * sheet.has_total)))]
            for row in (*sheet.rows, sheet.whole)
        ]
        table = teller.table(sheet)
        assert [list(row) for row in (*table.rows, table.total)] == cells

        taken = official_sheets.sheet_file(environment, nation, name, asked, "csv", language).content
        lines = list(csv.reader(StringIO(taken.decode("utf-8-sig")), delimiter=";"))
        assert lines[0] == [sheet.title]
        plain = [[cell.replace(".", "").replace(",", "") for cell in row] for row in cells]
        assert [[cell.replace(".", "").replace(",", "") for cell in line] for line in lines[-len(cells) :]] == plain

        taken = official_sheets.sheet_file(environment, nation, name, asked, "xlsx", language).content
        book = CalamineWorkbook.from_filelike(BytesIO(taken))
        found = [[str(cell) for cell in line] for line in book.get_sheet_by_index(1).to_python()]
        assert any(sheet.whole.label == line[0] for line in found)

        pictures = {official_sheets.sheet_file(environment, nation, name, asked, "png", language).content for _ in "ab"}
        assert [one[:4] for one in pictures] == [b"\x89PNG"], "the same sheet is the same picture"


def test_demand_names_kinds_and_says_what_has_no_price(environment, clock):
    """Five firms of one province: each a scale of the list whose price is known, and one thermometer without one."""
    firms = Firms(environment)
    for _ in range(5):
        owner, enterprise_id = firms.add()
        for line in (
            MeasuringInstrument("C-1", group2_row="8b", verification_price_vnd=450_000),
            MeasuringInstrument("C-2", group2_row="8b"),
        ):
            registering.save_instrument(environment, owner, enterprise_id, seen=None, wanted=line)
    clock.pass_time(seconds=61)
    nation, province, other = (
        firms.person(GrantedRole(*role))
        for role in ((Role.OFFICIAL_NATION,), (Role.OFFICIAL_PROVINCE, "19"), (Role.OFFICIAL_PROVINCE, "01"))
    )

    def sheet(actor, name, value="19"):
        return official_sheets.sheet(environment, actor, name, Asked(value=value), Language.VI)

    for actor in (nation, province):
        kinds = sheet(actor, SheetName.DEMAND_KINDS)
        assert [(row.id, row.values) for row in kinds.rows] == [("8b", (10, 5, 10, 5))]
        assert "Cân" in kinds.rows[0].label
        assert kinds.whole.values == (10, 5, 10, 5)
        assert sheet(actor, SheetName.DEMAND_COST).whole.values == (2_250_000, 2_250_000)
        assert sheet(actor, SheetName.DEMAND_MONTHS).row("19").total == 10
        assert sheet(actor, SheetName.DEMAND_KIND_MONTHS).whole.total == 10
    assert sheet(other, SheetName.DEMAND_MONTHS, "01").rows == ()
    assert sheet(other, SheetName.DEMAND_KINDS, "19").column_ids == ("whole", "whole-unpriced")


def test_courses_add_up_to_the_gaps_that_are_told(environment, nation):
    """Eleven results with the first question answered only: a topic's gaps are those of its questions."""
    asked = Asked(by=Dimension.SECTOR)
    gaps = official_sheets.sheet(environment, nation, SheetName.GAPS, asked, Language.VI)
    training = official_sheets.sheet(environment, nation, SheetName.TRAINING, asked, Language.VI)
    courses = official_sheets.sheet(environment, nation, SheetName.COURSES, asked, Language.VI)
    assert courses.rows
    for row in courses.rows:
        asked_in_topic = {
            one.id for topic in environment.catalogue.topics if topic.id == row.id for one in topic.questions
        }
        assert row.values[1] == training.row(row.id).values[0]
        told = sum(one.values[0] or 0 for one in gaps.rows if one.id in asked_in_topic)
        assert row.values[0] == (max(told, row.values[1]) if row.values[1] is not None else None)
    assert courses.whole.values[0] == sum(row.values[0] or 0 for row in courses.rows)

    first = courses.rows[0]
    typed = Asked(by=Dimension.SECTOR, budget_vnd=10**9, courses=(TypedCourse(first.id, 1_000_000, 4),))
    found = official_sheets.sheet(environment, nation, SheetName.ALLOTMENT, typed, Language.VI)
    assert found.rows[0].values == (first.values[0], first.values[1], -(-first.values[1] // 4), found.whole.values[3])
    with pytest.raises(NotThere):
        official_sheets.sheet(environment, nation, SheetName.ALLOTMENT, asked, Language.VI)


def test_the_sheets_are_for_officials_only(environment, nation):
    firms = Firms(environment)
    firms.count = 100
    owner, _ = firms.add()
    for name in SheetName:
        with pytest.raises(NotThere):
            official_sheets.sheet_file(environment, owner, name, Asked(), "csv", Language.VI)


def test_csv_is_safe_against_formulas():

    table = Table("t", (TableColumn("=1+1", 10), TableColumn("n", 10)), (("@x", "1.234"), ("-2", "<5"), ("+a", "-3")))
    lines = write_csv(table, ["=cmd"]).decode("utf-8-sig").split("\r\n")
    assert lines[:5] == ["'=cmd", "'=1+1;n", "'@x;1234", "-2;<5", "'+a;-3"]
