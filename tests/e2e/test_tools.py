"""The metrology bench on a phone: typed with a thumb, computed, attached to an instrument, kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.domain.instruments import MeasuringInstrument
from core.language import Language
from core.services import registering
from tests.e2e.steps import Person
from tests.e2e.test_labels import environment_of, owner_of, register

PAGE = "/cong-cu"
TOOLS = ("budget", "decision", "study", "lot")


def fits(person):
    return person.page.evaluate("document.querySelector('.stMain').scrollWidth") <= person.page.viewport_size["width"]


def test_a_budget_is_made_on_a_phone_and_attached(server, visitor):
    person = Person(visitor(phone=True), server.url, Language.VI)
    person.sign_up("cong-cu@vidu.example")
    person.begin("Hợp tác xã Công Cụ", "cooperative")
    register(server, "cong-cu@vidu.example", MeasuringInstrument("C-01", name="Cân", note="Mua năm 2020"))
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

    member, enterprise_id = owner_of(server, "cong-cu@vidu.example")
    [kept] = registering.open_register(environment_of(server), member, enterprise_id).instruments
    first, line = kept.note.split("\n")
    assert first == "Mua năm 2020"
    assert re.fullmatch(r"\d\d/\d\d/\d{4} · Công cụ: .*U = 0,10 g, với k = 2 .*", line)


@pytest.mark.parametrize(("language", "phone"), [(Language.VI, True), (Language.EN, False)])
def test_every_example_is_drawn_whole_and_accessible(server, visitor, language, phone):
    person = Person(visitor(phone=phone), server.url, language)
    email = f"vi-du-{language.value}@vidu.example"
    person.sign_up(email)
    person.begin("Công ty Ví Dụ", "company")
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
