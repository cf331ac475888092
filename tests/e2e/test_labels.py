"""From the register to a label on a machine: printed by a member, decoded as a telephone decodes it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from core.domain.instruments import MeasuringInstrument
from core.language import Language
from core.services import accounts, registering
from core.services.environment import Environment, reading
from core.storage.content import load_catalogue
from core.storage.database import Database
from tests.e2e.steps import Person

PAGE = "/nhan-phuong-tien"


def register(server, email, *instruments):
    """Put instruments into the register of an owner and return their ids by code."""
    environment = Environment(load_catalogue(), Database(server.database_url))
    with reading(environment) as repository:
        account = repository.accounts.by_email(email)
    owner = accounts.actor_of_account(environment, account.id)
    changes = [(None, instrument) for instrument in instruments]
    kept = registering.save_instruments(environment, owner, next(iter(owner.memberships)), changes)
    return {one.instrument.code: str(one.id) for one in kept}


def decoded(file):
    """The addresses that a telephone reads from the sheets of a file."""
    pages = pypdfium2.PdfDocument(file)
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]


@pytest.mark.parametrize(("language", "phone"), [(Language.VI, True), (Language.EN, False)])
def test_labels_are_printed_from_the_page_and_decode(server, visitor, language, phone):
    person = Person(visitor(phone=phone), server.url, language)
    email = f"nhan-{language.value}@vidu.example"
    person.sign_up(email)
    person.begin("Hợp tác xã Chè Suối Cạn", "cooperative")
    ids = register(server, email, *(MeasuringInstrument(f"C-{number:02d}", name="Cân") for number in range(1, 31)))
    person.go(PAGE)
    assert person.violations() == []
    assert person.page.evaluate("document.querySelector('.stMain').scrollWidth") <= person.page.viewport_size["width"]

    person.page.get_by_role("radio", name="24", exact=True).click()
    person.settle()
    person.type(person.say("labels.right"), "1,5")
    expect(person.page.get_by_text(person.say("labels.count", labels=30, sheets=3))).to_be_visible()
    addresses = decoded(person.download("labels.download"))

    assert len(addresses) == 30
    assert {urlsplit(one).path for one in addresses} == {"/phuong-tien"}
    assert {urlsplit(one).query for one in addresses} == {f"id={one}" for one in ids.values()}


def test_an_empty_search_is_answered_in_the_language_of_the_visit(server, visitor):
    person = Person(visitor(), server.url, Language.VI)
    person.sign_up("tim-nhan@vidu.example")
    person.begin("Công ty Tìm Nhãn", "company")
    register(server, "tim-nhan@vidu.example", MeasuringInstrument("C-01", name="Cân"))
    person.go(PAGE)
    person.tick(person.say("labels.which.da-chon"))

    person.page.get_by_label(person.say("labels.codes")).first.fill("zzzz")

    nothing = person.page.locator("[data-testid=stMultiSelectDropdown] [role=option] > span")
    expect(nothing).to_have_css("font-size", "0px")
    assert person.say("frame.no-results") in nothing.evaluate("one => getComputedStyle(one, '::after').content")
