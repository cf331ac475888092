"""The status report says what the sheets say, in each of its files, and leaves blank what nobody told."""

from __future__ import annotations

import re
from io import BytesIO

import docx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from core.domain.permissions import GrantedRole, Role
from core.domain.statistics.figures import Dimension
from core.domain.statistics.sheets import SheetTeller
from core.errors import NotThere
from core.language import Language
from core.services import official_sheets, status_reports
from core.services.exchanging import DraftForm
from core.services.official_sheets import Asked, SheetName
from core.services.status_reports import NATION
from tests.services.test_officials import Firms

YEAR = 2026


@pytest.fixture
def officials(environment, clock):
    """Two provinces with results, one of them with a trade too small to show; the officials of nation and province."""
    firms = Firms(environment)
    for place in range(9):
        firms.hand_in(level=place % 5, sector="tea-food" if place < 6 else "petroleum")
    for _ in range(6):
        firms.hand_in(province="01", sector="petroleum")
    clock.pass_time(seconds=61)
    return {
        "nation": firms.person(GrantedRole(Role.OFFICIAL_NATION)),
        "province": firms.person(GrantedRole(Role.OFFICIAL_PROVINCE, "19")),
    }


def words(text):
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def pdf_words(content):
    opened = pypdfium2.PdfDocument(content)
    return words(" ".join(page.get_textpage().get_text_range() for page in opened))


def docx_tables(content):
    opened = docx.Document(BytesIO(content))
    return [[[words(cell.text) for cell in row.cells] for row in table.rows] for table in opened.tables]


def xlsx_rows(content):
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [
        [str(cell).removesuffix(".0") for cell in line]
        for name in book.sheet_names
        for line in book.get_sheet_by_name(name).to_python()
    ]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("who", "place"), [("nation", NATION), ("province", "19")])
def test_the_files_say_what_the_sheets_say(environment, officials, who, place, language):
    actor = officials[who]
    teller = SheetTeller(environment.catalogue, language)
    asked = Asked(by=Dimension.PROVINCE, value=place, year=YEAR)
    pdf, docx_file, xlsx = (
        status_reports.report_file(environment, actor, place, YEAR, form, language).content
        for form in (DraftForm.PDF, DraftForm.DOCX, DraftForm.XLSX)
    )
    text, tables, rows = pdf_words(pdf), docx_tables(docx_file), xlsx_rows(xlsx)
    for name in (SheetName.STAGES, SheetName.LEVELS):
        table = teller.table(official_sheets.sheet(environment, actor, name, asked, language))
        for line in (*table.rows, table.total):
            expected = [words(cell) for cell in line]
            assert " ".join(expected) in text
            assert any(expected in found for found in tables)
            assert any(row[: len(expected)] == expected for row in rows)
    stages = official_sheets.sheet(environment, actor, SheetName.STAGES, asked, language)
    line = stages.row(place) if place else stages.whole
    numbered = [
        [str(n), name, teller.shown(value, stages.unit)]
        for n, (name, value) in enumerate(zip(stages.columns, line.values, strict=True), start=1)
    ]
    assert any(found[1:] == numbered for found in tables)
    assert "……" in text
    for secret in ("Cơ sở", "0100109106", "Ghi chú riêng"):
        assert secret not in text


def test_a_report_of_a_province_holds_its_line_alone(environment, officials):
    for who in officials:
        document = status_reports.report_of(environment, officials[who], "19", YEAR, Language.VI)
        labels = {row[0] for block in document.parts[-1].blocks for row in getattr(block, "rows", ())}
        assert "Thái Nguyên" in labels
        assert "Hà Nội" not in labels


def test_reports_are_for_officials_and_their_places_only(environment, officials, people):
    asked = [("province", "01"), ("province", NATION), ("nation", "99")]
    refused = [(officials[who], place) for who, place in asked]
    refused += [(one, "19") for one in (people.owner, people.adviser, people.administrator, people.stranger)]
    for actor, place in refused:
        with pytest.raises(NotThere):
            status_reports.report_file(environment, actor, place, YEAR, DraftForm.PDF, Language.VI)
    with pytest.raises(NotThere):
        status_reports.report_file(environment, officials["nation"], NATION, 1999, DraftForm.PDF, Language.VI)


def test_a_country_without_results_has_a_report_of_its_stages(environment):
    firms = Firms(environment)
    document = status_reports.report_of(
        environment, firms.person(GrantedRole(Role.OFFICIAL_NATION)), NATION, YEAR, Language.VI
    )
    assert [block.id for block in document.parts[-1].blocks if hasattr(block, "rows")] == ["stages"]
