"""From the register to a label on a machine: printed by a member, decoded as a telephone decodes it."""

from __future__ import annotations

import io
from urllib.parse import urlsplit
from uuid import uuid4

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.domain.instruments import InstrumentFileKind, MeasuringInstrument
from core.domain.permissions import Role
from core.language import Language
from core.services import labelling, registering
from core.services.environment import Settings
from core.services.labelling import LabelOrder
from tests.e2e.protocol import shown
from tests.e2e.steps import PASSWORD, Person
from tests.render.reading import qr_codes

PAGE = "/nhan-phuong-tien"


SECRET = "Cân bí mật"


def register(server, owner, *instruments):
    """Put instruments into the register of an owner and return their ids by code."""
    changes = [(None, instrument) for instrument in instruments]
    kept = registering.save_instruments(server.environment_behind, owner.actor, owner.enterprise_id, changes)
    return {one.instrument.code: one.id for one in kept}


def decoded(file):
    """The addresses that a telephone reads from the sheets of a file."""
    pages = pypdfium2.PdfDocument(file)
    return [found.text for page in pages for found in qr_codes(page.render(scale=2).to_pil())]


@pytest.mark.parametrize(("language", "phone"), [(Language.VI, True), (Language.EN, False)])
def test_labels_are_printed_from_the_page_and_decode(server, at_work, language, phone):
    person, owner = at_work(language, phone=phone)
    ids = register(server, owner, *(MeasuringInstrument(f"C-{number:02d}", name="Cân") for number in range(1, 31)))
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


def test_an_empty_search_is_answered_in_the_language_of_the_visit(server, at_work):
    person, owner = at_work()
    register(server, owner, MeasuringInstrument("C-01", name="Cân"))
    person.go(PAGE)
    person.tick(person.say("labels.which.da-chon"))

    person.page.get_by_label(person.say("labels.codes")).first.fill("zzzz")

    nothing = person.page.locator("[data-testid=stMultiSelectDropdown] [role=option] > span")
    expect(nothing).to_have_css("font-size", "0px")
    assert person.say("frame.no-results") in nothing.evaluate("one => getComputedStyle(one, '::after').content")


@pytest.fixture(scope="module")
def owner(server):
    return server.add_owner("Lan", "Hợp tác xã Quét Nhãn")


@pytest.fixture(scope="module")
def label(server, owner):
    """The address on a label that an owner printed for their only instrument, without the part that names the site."""
    [line_id] = register(server, owner, MeasuringInstrument("C-01", name=SECRET)).values()
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(photo, "PNG")
    who, kind = (server.environment_behind, owner.actor, owner.enterprise_id), InstrumentFileKind.PHOTO
    registering.attach_file(*who, line_id, kind, "nhãn.png", photo.getvalue())
    [address] = decoded(labelling.label_sheet(*who, LabelOrder(), Language.VI))
    assert address == f"{Settings().public_address}/phuong-tien?id={line_id}"
    return address.removeprefix(Settings().public_address)


def test_scanning_shows_a_guest_the_way_in_and_then_the_card_with_its_photo(server, visitor, owner, label):
    guest = Person(visitor(phone=True), server.url, Language.VI)
    guest.go(label)
    expect(guest.page.get_by_role("heading", level=1)).to_have_text(guest.say("frame.sign-in-needed.title"))
    expect(guest.page.get_by_text(SECRET)).to_have_count(0)

    guest.page.locator(".stMain a.action.primary").click()
    guest.page.fill("[name=email]", owner.email)
    guest.page.fill("[name=password]", PASSWORD)
    guest.page.locator("button[type=submit]").last.click()

    expect(guest.page.get_by_role("heading", level=1)).to_have_text(SECRET)
    guest.settle()
    assert guest.page.url.startswith(server.url + label)
    guest.page.get_by_text(guest.say("register.part.files", count=1)).click()
    guest.page.wait_for_function("() => document.querySelector('img.plate')?.naturalWidth === 40")


def test_scanning_shows_a_stranger_what_an_unknown_label_shows(at_work, label):
    stranger, _ = at_work()
    seen = []
    for address in (label, f"/phuong-tien?id={uuid4()}", "/phuong-tien?id=C-01"):
        stranger.go(address)
        expect(stranger.page.get_by_role("heading", level=1)).to_have_text(stranger.say("frame.not-there.title"))
        seen.append(stranger.page.locator(".stMain").inner_text())

    assert len(set(seen)) == 1
    assert SECRET not in seen[0]


@pytest.mark.parametrize("role", [Role.ADVISER, Role.OFFICIAL_PROVINCE, Role.ADMINISTRATOR, None])
def test_scanning_shows_nothing_to_other_accounts_and_guests(server, label, role):
    cookie = ""
    if role:
        cookie = server.add_officer("Ai", role, "" if role is Role.ADMINISTRATOR else "19").cookie

    text = shown(server.url, "phuong-tien", cookie, query=urlsplit(label).query)

    assert SECRET not in text
    assert ("/dang-nhap" in text) is (role is None)
