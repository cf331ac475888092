"""The metrology bench on a phone: typed with a thumb, computed, attached to an instrument, kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.domain.instruments import MeasuringInstrument
from core.language import Language
from core.services import registering
from tests.e2e.test_labels import register

PAGE = "/cong-cu"
TOOLS = ("budget", "decision", "study", "lot")


def fits(person):
    return person.page.evaluate("document.querySelector('.stMain').scrollWidth") <= person.page.viewport_size["width"]


def test_a_budget_is_made_on_a_phone_and_attached(server, at_work):
    person, owner = at_work(phone=True)
    register(server, owner, MeasuringInstrument("C-01", name="Cân", note="Mua năm 2020"))
    person.go(PAGE)

    person.type(person.say("tools.budget.field.unit"), "g")
    person.type(person.say("tools.budget.field.value-certificate"), "1.250")
    expect(person.page.get_by_text("number-ambiguous")).to_be_visible()
    assert person.violations() == []
    person.type(person.say("tools.budget.field.value-certificate"), "0,1")
    result = person.page.get_by_text("U = 0,10 g, với k = 2")
    expect(result).to_be_visible()
    person.page.get_by_text(person.say("tools.attach.title")).click()
    person.settle()
    person.choose(person.say("tools.attach.instrument"), "C-01 · Cân")
    person.press("tools.attach.do.note")
    expect(person.page.get_by_text("Đã gắn vào C-01")).to_be_visible()
    assert person.violations() == []
    assert fits(person)

    [kept] = registering.open_register(server.environment_behind, owner.actor, owner.enterprise_id).instruments
    first, line = kept.note.split("\n")
    assert first == "Mua năm 2020"
    assert re.fullmatch(r"\d\d/\d\d/\d{4} · Công cụ: .*U = 0,10 g, với k = 2 .*", line)


@pytest.mark.parametrize(("language", "phone"), [(Language.VI, True), (Language.EN, False)])
def test_every_example_is_drawn_whole_and_accessible(at_work, language, phone):
    person, _ = at_work(language, phone=phone)
    person.go(PAGE)
    for tool in TOOLS:
        person.page.get_by_text(person.say(f"tools.{tool}.name"), exact=True).first.click()
        person.settle()
        person.press("tools.example.show")
        expect(person.page.locator("[data-testid=stVegaLiteChart] :is(canvas, svg)").first).to_be_visible()
        person.page.get_by_text(person.say("tools.formula")).click()
        expect(person.page.locator(".katex-display").first).to_be_visible()
        assert person.violations() == []
        assert fits(person)
