"""The officials' sheets: the same numbers in the sheet, its table and its files."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.domain.document import Table, TableColumn
from core.domain.permissions import GrantedRole, Role
from core.domain.statistics.figures import Dimension, Stage
from core.domain.statistics.sheets import SheetTeller
from core.errors import NotThere
from core.language import Language
from core.render.csv import write_csv
from core.services import official_sheets
from core.services.official_sheets import Asked, SheetName
from tests.services.test_officials import Firms


@pytest.fixture
def nation(environment, clock):
    """A country of eleven results, and an official who may see it."""
    firms = Firms(environment)
    for place in range(11):
        firms.hand_in(level=place % 5, sector="tea-food" if place < 6 else "petroleum")
    clock.pass_time(seconds=61)
    return firms.person(GrantedRole(Role.OFFICIAL_NATION))


@given(
    st.builds(
        Asked,
        by=st.sampled_from(Dimension),
        value=st.sampled_from(["", "19", "tea-food"]),
        year=st.one_of(st.none(), st.integers(2020, 2099)),
        stage=st.sampled_from(Stage),
    )
)
def test_what_is_asked_is_read_back_from_its_address(asked):
    found = Asked.from_address(asked.address())
    assert (found.by, found.value, found.year, found.stage) == (asked.by, asked.value, asked.year, asked.stage)
    assert found.other is not found.by


@pytest.mark.parametrize(
    "address", [{"theo": "x"}, {"nam": "٢٠٢٦a"}, {"buoc": "'; --"}, {"theo": "size", "va": "size"}]
)
def test_an_address_that_says_nothing_falls_back_to_the_first(address):
    found = Asked.from_address(address)
    assert found.by is not found.other
    assert found.year is None
    assert found.stage is Stage.SUBMITTED


@pytest.mark.parametrize("language", list(Language))
def test_each_sheet_says_the_same_in_its_table_and_in_its_files(environment, nation, language):
    teller = SheetTeller(environment.catalogue, language)
    asked = Asked(by=Dimension.SECTOR, other=Dimension.SIZE)
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
