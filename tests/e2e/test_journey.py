"""From the first click to both downloads, in a real browser: two trades, two languages, two widths; axe on every screen."""

from __future__ import annotations

import io

import pytest
from docx import Document
from playwright.sync_api import expect
from pypdf import PdfReader

from core.language import Language
from core.storage.content import load_catalogue
from tests.e2e.steps import Person

CASES = [
    pytest.param("tea-food", "cooperative", "Hợp tác xã Chè Suối Cạn", Language.VI, True, id="tea-vi-phone"),
    pytest.param("petroleum", "company", "Cửa hàng Xăng Dầu Thử", Language.EN, False, id="fuel-en-desktop"),
    pytest.param("tea-food", "cooperative", "Hợp tác xã Chè Đồi Gió", Language.EN, True, id="tea-en-phone"),
    pytest.param("petroleum", "company", "Cửa hàng Xăng Dầu Ví Dụ", Language.VI, False, id="fuel-vi-desktop"),
]


@pytest.mark.parametrize(("sector", "kind", "name", "language", "phone"), CASES)
def test_an_enterprise_goes_from_the_first_click_to_a_draft(
    server, visitor, request, sector, kind, name, language, phone
):
    catalogue = load_catalogue()
    person = Person(visitor(phone=phone), server.url, language)
    clean: list[str] = []

    def check(screen: str) -> None:
        clean.extend(f"{screen}: {one}" for one in person.violations())
        width = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{screen} scrolls sideways by {width} px"

    person.go("/")
    check("home")
    person.go("/kiem-tra-nhanh")
    check("quick check")
    person.page.goto(f"{server.url}/dang-ky?lang={language.value}")
    check("sign-up")

    person.sign_up(f"{request.node.callspec.id}@vidu.example")
    check("first enterprise")
    person.begin(name, kind)
    check("start")

    person.go("/ho-so")
    person.type(person.say("profile.field.tax_code"), "0100233480")
    expect(person.page.get_by_text(person.say("profile.warning.tax-code-check"))).to_be_visible()
    person.choose(person.say("profile.field.province"), catalogue.provinces["19"].name[language])
    person.choose(person.say("profile.field.sector"), catalogue.sectors[sector].title[language])
    person.type(person.say("profile.field.address"), "Xóm 3, xã Đồi Gió")
    person.type(person.say("profile.field.workers"), "30")
    person.press("profile.use.take")
    check("profile")

    actions = []
    for topic in catalogue.topics:
        person.go(f"/tu-danh-gia?chu-de={topic.order}")
        for place, question in enumerate(person.questions()):
            person.answer(question, place % 3)
            label = question.get_attribute("aria-label") or question.inner_text()
            found = next(one for one in topic.questions if one.text[language] in label)
            actions.append(found)
        check(f"topic {topic.order}")
    assert len(actions) > 50

    person.go("/ket-qua")
    expect(person.page.get_by_role("heading", level=1)).to_have_text(person.say("result.title"))
    person.page.locator("canvas, .vega-embed svg").first.wait_for()
    check("result")

    person.go("/chuong-trinh")
    person.page.locator(".st-key-paper img").wait_for()
    check("programme")
    pdf = person.download("editor.download-pdf").read_bytes()
    docx = person.download("editor.download-docx").read_bytes()
    person.go("/du-lieu")
    check("my data")

    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert name in text
    missing = [one.number for one in actions if " ".join(one.action[language].split()) not in text]
    # A level that reaches its target is no finding; everything lower must stand in the draft with its action.
    assert len(missing) < len(actions) / 2, missing
    written = Document(io.BytesIO(docx))
    assert any(name.upper() in cell.text for table in written.tables[:1] for row in table.rows for cell in row.cells)
    assert clean == []
