"""The plan in a real browser: what is typed stays, its files hold its numbers, axe finds nothing, 360 px suffice."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from core.domain.instruments import MeasuringInstrument
from core.domain.register.points import ProcessPoint
from core.language import Language, money
from core.services import planning, registering
from tests.e2e.test_labels import register

CENTRE = "Trung tâm Đo lường Bình Nguyên"
PARTS = ("letter", "bodies", "costs")


def instruments(this_year):
    """Group-2 scales whose verification ends in the months of the next year, and one that is overdue."""
    for month in range(1, 13):
        yield MeasuringInstrument(
            f"C-{month:02d}",
            name="Cân bàn",
            group2_row="8b",
            unit="kg",
            error_found="0,5 %",
            point="intake",
            verified_on=date(this_year, 1, 1),
            verified_until=date(this_year + 1, month, 10),
            verified_by=CENTRE,
            verification_price_vnd=450_000,
        )
    yield MeasuringInstrument("C-99", group2_row="8b", verified_on=date(this_year - 3, 1, 1))


@pytest.mark.parametrize(("language", "phone"), [(Language.VI, True), (Language.EN, False)])
def test_a_year_is_planned_priced_and_taken_along(server, at_work, language, phone):
    person, member = at_work(language, phone=phone)
    owner, enterprise_id = member.actor, member.enterprise_id
    environment = server.environment_behind
    this_year = environment.today().year
    register(server, member, *instruments(this_year))
    point = ProcessPoint("intake", step="Cân nhận chè", unit="kg")
    registering.save_point(environment, owner, enterprise_id, seen=None, wanted=point)

    person.go(f"/ke-hoach?nam={this_year + 1}")
    for part in PARTS:
        person.page.locator(f".st-key-plan_look_{part} summary").first.click()
        person.settle()
    assert person.violations() == []
    assert person.page.evaluate("document.querySelector('.stMain').scrollWidth") <= person.page.viewport_size["width"]
    expect(person.page.locator(".stVegaLiteChart canvas, .stVegaLiteChart svg")).to_have_count(2)

    person.press("plan.bodies-take", count=1)
    person.type(person.say("plan.body-visit_price_vnd"), "500.000")
    quantity = person.say("plan.costs-throughput", unit="kg")
    person.type(quantity, "năm tấn")
    expect(person.page.get_by_text("number-unreadable")).to_be_visible()
    expect(person.page.get_by_label(quantity, exact=True)).to_have_value("năm tấn")
    person.type(quantity, "50.000")
    person.type(person.say("plan.costs-unit_price_vnd", unit="kg"), "8.000")
    expect(person.page.get_by_text(money(2_000_000, language)).first).to_be_visible()

    total = planning.open_plan(environment, owner, enterprise_id, this_year + 1).plan.total
    assert total.transport.known_vnd == 500_000 * total.visits - 500_000 * total.transport.unknown
    shown = money(total.cost.known_vnd, language)
    expect(person.page.get_by_test_id("stMetricValue").filter(has_text=shown)).to_be_visible()
    assert shown in text_of(person.download("plan.download-pdf"))
    assert CENTRE in text_of(person.download("plan.letter-pdf"))
    calendar = Calendar.from_ical(person.download("plan.download-calendar").read_bytes())
    assert len(calendar.walk("VEVENT")) == 2 * 13


def text_of(file):
    pages = pypdfium2.PdfDocument(file)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
