"""The plan handed out: the same numbers everywhere, a calendar that doubles nothing, a letter."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from zipfile import ZipFile

import pypdfium2
import pytest
from docx import Document as read_docx
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord
from core.domain.profile import EnterpriseKind
from core.domain.register.plan import PlannedService
from core.domain.register.points import ServiceBody
from core.errors import BadInput, NotThere
from core.language import Language, money
from core.services import as_data, enterprises, exchanging, planning, registering
from core.services.exchanging import DraftForm

CENTRE = "Trung tâm Đo lường Bình Nguyên"
LAB = "Phòng hiệu chuẩn Ví Dụ"
INSTRUMENTS = (
    MeasuringInstrument(
        "C-01",
        name="Cân bàn; 150 kg, “số 1”",
        group2_row="8b",
        model="BW-150",
        serial="K6-20418",
        range="1–150 kg",
        division="50 g",
        owner="Lường Thị Mây",
        verified_on=date(2026, 3, 1),
        verified_by=CENTRE,
        verification_price_vnd=450_000,
    ),
    MeasuringInstrument("C-02", name="Cân đồng hồ", group2_row="8a", verified_on=date(2026, 3, 20), verified_by=CENTRE),
    MeasuringInstrument(
        "N-01",
        name="Nhiệt kế tủ sấy",
        calibrated_on=date(2026, 8, 31),
        calibrated_by=LAB,
        interval_months=6,
        price_vnd=350_000,
    ),
    MeasuringInstrument(
        "C-03",
        name="Cân treo",
        group2_row="8b",
        verified_on=date(2025, 3, 1),
        verified_by=CENTRE,
        verification_price_vnd=600_000,
    ),
    MeasuringInstrument("C-04", group2_row="8b"),
)


def take_in(environment, people, *instruments):
    changes = [(None, one) for one in instruments]
    registering.save_instruments(environment, people.owner, people.enterprise_id, changes)


@pytest.fixture
def register(sqlite_environment, sqlite_people):
    take_in(sqlite_environment, sqlite_people, *INSTRUMENTS)
    registering.save_body(
        sqlite_environment,
        sqlite_people.owner,
        sqlite_people.enterprise_id,
        seen=None,
        wanted=ServiceBody(CENTRE, visit_price_vnd=500_000),
    )


@pytest.fixture
def ask(sqlite_environment, sqlite_people):
    """Call a deed of planning as the owner: `ask(planning.open_plan, 2027)`."""

    def call(deed, *args, who="owner", **kwargs):
        return deed(sqlite_environment, getattr(sqlite_people, who), sqlite_people.enterprise_id, *args, **kwargs)

    return call


@pytest.fixture
def letter(ask):
    def write(form=DraftForm.PDF, language=Language.VI, **changes):
        asked = {"body": CENTRE, "year": 2027, "months": (1, 12), "with_unknown": False}
        return ask(planning.request_letter, form=form, language=language, **{**asked, **changes})

    return write


def text_of_pdf(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))


def sheets_of(xlsx: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


# --- One set of numbers


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("year", [2026, 2027])
def test_paper_sheet_and_json_hold_the_same_sums_as_the_rows(ask, register, language, year):
    plan = ask(planning.open_plan, year).plan
    total = plan.total
    priced = [one.price_vnd for one in plan.services if one.price_vnd is not None]
    coming = [one.transport_vnd for one in plan.visits if one.transport_vnd is not None]
    assert total.cost.known_vnd == sum(priced) + sum(coming)

    data = as_data.year_plan_data(plan)
    assert sum(one["price_vnd"] or 0 for one in data["services"]) == data["total"]["service_cost_vnd"] == sum(priced)
    assert sum(one["transport_vnd"] or 0 for one in data["visits"]) == data["total"]["transport_vnd"] == sum(coming)
    for part in ("months", "bodies"):
        for key in ("services", "visits", "service_cost_vnd", "transport_vnd", "cost_vnd", "without_price"):
            assert sum(one[key] for one in data[part]) == data["total"][key], (part, key)

    sheets = list(sheets_of(ask(planning.plan_file, year, DraftForm.XLSX, language)).values())
    months, bodies, rows = (
        [row for row in sheets[place] if any(isinstance(cell, float) for cell in row)] for place in (1, 2, -1)
    )
    assert sum(row[6] for row in rows) == sum(priced)
    for table in (months, bodies):
        *lines, last = table
        for column, key in ((1, "services"), (2, "visits"), (3, "service_cost_vnd"), (5, "cost_vnd")):
            assert sum(row[column] or 0 for row in lines if row[column] != "") == last[column] == data["total"][key]

    text = text_of_pdf(ask(planning.plan_file, year, DraftForm.PDF, language))
    shown = money(total.cost.known_vnd, language)
    assert text.count(shown) >= 3
    for amount in priced:
        assert money(amount, language) in text


def test_the_exported_file_gives_the_same_plan_on_the_command_line(ask, register):
    file = exchanging.open_file(ask(exchanging.export_data))
    assert as_data.year_plan_data(planning.file_plan(file, 2027)) == as_data.year_plan_data(
        ask(planning.open_plan, 2027).plan
    )


def test_a_missing_price_is_said_and_named_with_what_to_do(ask, register):
    text = text_of_pdf(ask(planning.plan_file, 2027, DraftForm.PDF, Language.VI))
    assert "chưa có giá" in text
    assert "chưa gồm thuế" in text
    assert "C-04" in text
    assert "Không dùng phương tiện này cho đến khi kiểm định xong" in text


def test_the_paper_of_a_later_year_says_what_is_overdue_now(ask, register):
    text = text_of_pdf(ask(planning.plan_file, 2028, DraftForm.PDF, Language.VI))
    assert "tại ngày 22/11/2026: 1 lượt (C-03)" in text


@pytest.mark.parametrize("year", [2025, 2031, 0])
def test_a_year_that_cannot_be_planned_is_refused(ask, register, year):
    with pytest.raises(BadInput, match="plan-year-out"):
        ask(planning.open_plan, year)


@pytest.mark.parametrize("who", ["stranger", "adviser", "official", "administrator"])
def test_nobody_else_opens_the_plan(ask, register, who):
    for call in (
        lambda: ask(planning.open_plan, 2027, who=who),
        lambda: ask(planning.plan_file, 2027, DraftForm.PDF, Language.VI, who=who),
        lambda: ask(planning.calendar_file, Language.VI, who=who),
    ):
        with pytest.raises(NotThere):
            call()


def test_a_viewer_sees_the_plan_and_may_not_edit(ask, register):
    opened = ask(planning.open_plan, 2027, who="viewer")
    assert opened.plan.services
    assert not opened.may_edit


# --- The calendar


def events_of(file: bytes):
    return {str(event["UID"]): event for event in Calendar.from_ical(file).walk("VEVENT")}


def imported(*files: bytes):
    """What a calendar holds after reading files one after another: a later event takes the place of its UID."""
    kept = {}
    for file in files:
        for uid, event in events_of(file).items():
            assert uid not in kept or event["SEQUENCE"] >= kept[uid]["SEQUENCE"]
            kept[uid] = event
    return kept


def days_of(events, code):
    return sorted(event.decoded("DTSTART") for event in events.values() if f"({code})" in str(event["SUMMARY"]))


@pytest.mark.parametrize("language", list(Language))
def test_the_calendar_is_read_back_with_whole_days_and_alarms(ask, register, language):
    events = events_of(ask(planning.calendar_file, language))

    assert days_of(events, "C-01") == [date(2027, 3, 1), date(2028, 3, 1)]
    assert days_of(events, "N-01") == [date(2027, 2, 28), date(2027, 8, 31)]
    scale = next(
        one for one in events.values() if one.decoded("DTSTART") == date(2027, 3, 1) and "C-01" in one["SUMMARY"]
    )
    service = "Kiểm định" if language is Language.VI else "Verification"
    assert str(scale["SUMMARY"]) == f"{service}: Cân bàn; 150 kg, “số 1” (C-01)"
    assert CENTRE in str(scale["DESCRIPTION"])
    assert scale.decoded("DTEND") - scale.decoded("DTSTART") == timedelta(days=1)
    assert [alarm.decoded("TRIGGER") for alarm in scale.walk("VALARM")] == [timedelta(days=-30), timedelta(days=-7)]


def test_the_calendar_names_nobody(ask, register, sqlite_people):
    file = ask(planning.calendar_file, Language.VI).decode().replace("\r\n ", "")
    for name in ("Lường Thị Mây", sqlite_people.owner.name, sqlite_people.owner.email):
        assert name not in file


def test_the_same_register_on_the_same_day_gives_the_same_bytes(ask, register):
    assert ask(planning.calendar_file, Language.VI) == ask(planning.calendar_file, Language.VI)


def test_importing_twice_doubles_nothing(ask, register):
    file = ask(planning.calendar_file, Language.VI)
    assert imported(file, file).keys() == events_of(file).keys()


def test_after_a_service_the_next_file_moves_every_date_and_leaves_none_behind(
    ask, register, sqlite_environment, sqlite_people
):
    before = ask(planning.calendar_file, Language.VI)
    opened = ask(registering.open_register)
    thermometer = next(one for one in opened.kept if one.instrument.code == "N-01")
    registering.record_service(
        sqlite_environment,
        sqlite_people.owner,
        sqlite_people.enterprise_id,
        thermometer.id,
        ServiceRecord(ServiceKind.CALIBRATION, on=date(2026, 11, 20), by=LAB),
    )
    changed = ask(registering.open_register).of_id(thermometer.id).instrument
    registering.save_instrument(
        sqlite_environment,
        sqlite_people.owner,
        sqlite_people.enterprise_id,
        seen=changed,
        wanted=replace(changed, interval_months=12, code="N-01"),
    )
    after = ask(planning.calendar_file, Language.VI)

    assert after != before
    assert days_of(imported(before, after), "N-01") == [date(2027, 11, 20), date(2028, 11, 20)]
    assert imported(before, after).keys() == events_of(after).keys()


def test_the_calendar_shows_the_days_of_the_plan(ask, register):
    days = {
        (str(event["SUMMARY"]), event.decoded("DTSTART"))
        for event in events_of(ask(planning.calendar_file, Language.VI)).values()
    }

    def is_shown(one: PlannedService) -> bool:
        return any(f"({one.code})" in summary and day == one.planned for summary, day in days)

    planned = [one for one in ask(planning.open_plan, 2027).plan.services if one.number <= planning.CALENDAR_SERVICES]
    assert planned
    assert all(is_shown(one) for one in planned)


# --- The letter


def test_the_letter_lists_what_the_body_is_asked_for(letter, register):
    text = text_of_pdf(letter())

    assert "đề nghị kiểm định, hiệu chuẩn phương tiện đo" in text
    assert f"Kính gửi: {CENTRE}" in text
    assert "K6-20418" in text
    assert "01/03/2027" in text
    assert "quyết định chỉ định" in text
    assert "Nhiệt kế" not in text
    assert "{" not in text


def test_the_letter_holds_the_months_and_the_instruments_without_a_body_where_wanted(
    letter, register, sqlite_environment, sqlite_people
):
    take_in(
        sqlite_environment,
        sqlite_people,
        MeasuringInstrument("X-01", name="Áp kế lò hơi", calibrated_on=date(2026, 3, 5), interval_months=12),
    )
    assert "Áp kế" not in text_of_pdf(letter(months=(3, 3)))

    text = text_of_pdf(letter(months=(2, 4), with_unknown=True))
    assert "Áp kế lò hơi" in text
    assert "tháng 02–04/2027" in text
    assert "độ không đảm bảo đo" in text


@pytest.mark.parametrize("kind", list(EnterpriseKind))
@pytest.mark.parametrize("language", list(Language))
def test_every_kind_of_enterprise_signs_in_its_own_way(
    letter, register, sqlite_environment, sqlite_people, kind, language
):
    owner, enterprise_id = sqlite_people.owner, sqlite_people.enterprise_id
    seen = enterprises.open_profile(sqlite_environment, owner, enterprise_id).profile
    enterprises.save_profile(sqlite_environment, owner, enterprise_id, seen=seen, wanted=replace(seen, kind=kind))

    text = text_of_pdf(letter(language=language))

    owner_signs = "CHỦ HỘ KINH DOANH" if language is Language.VI else "OWNER OF THE HOUSEHOLD BUSINESS"
    assert (owner_signs in text) is (kind is EnterpriseKind.HOUSEHOLD)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": ""}, "letter-body-missing"),
        ({"months": (0, 3)}, "letter-months-wrong"),
        ({"months": (4, 3)}, "letter-months-wrong"),
        ({"months": (12, 12)}, "letter-empty"),
    ],
)
def test_a_letter_that_would_say_nothing_is_refused(letter, register, changes, code):
    with pytest.raises(BadInput, match=code):
        letter(**changes)


@pytest.mark.parametrize("language", list(Language))
def test_the_letter_says_the_same_as_a_word_file(letter, register, language):
    content = letter(form=DraftForm.DOCX, language=language)
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
    (table,) = [one for one in read_docx(io.BytesIO(content)).tables if len(one.columns) == 5]
    pdf = text_of_pdf(letter(language=language))
    assert len(table.rows) == 3
    for row in table.rows:
        for cell in row.cells:
            assert re.sub(r"\s+", " ", cell.text) in pdf


def test_the_plan_as_json_is_json(ask, register):
    assert json.loads(json.dumps(as_data.year_plan_data(ask(planning.open_plan).plan)))["year"] == 2026
