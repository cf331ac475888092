"""From the first click to both downloads in a real browser: two trades, languages and widths; axe on every screen."""

from __future__ import annotations

import io
from datetime import date

import pytest
from docx import Document
from playwright.sync_api import expect
from pypdf import PdfReader

from core.domain.assessment import Answer, Choice, RegisterFacts
from core.domain.findings import find_gaps
from core.domain.profile import EnterpriseKind, Profile
from core.domain.scoring import score
from core.language import Language
from core.storage.content import load_catalogue
from tests.e2e.steps import Person


def opening(sentence: str) -> str:
    """Return the first words of a sentence: a cell may go on over a page's end, with the header between."""
    return " ".join(sentence.split()[:4])


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

    levels: dict[str, int] = {}
    for topic in catalogue.topics:
        person.go(f"/tu-danh-gia?chu-de={topic.order}")
        for place, question in enumerate(person.questions()):
            person.answer(question, place % 3)
            label = question.get_attribute("aria-label") or question.inner_text()
            levels[next(one.id for one in topic.questions if one.text[language] in label)] = place % 3
        check(f"topic {topic.order}")
    profile = Profile(name, EnterpriseKind(kind), "19", sector, workers=30, uses=catalogue.sectors[sector].uses)
    in_scope = {one.id for topic in catalogue.topics for one in catalogue.applicable(topic, profile)}
    assert set(levels) == in_scope

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
    answers = {question: Answer(choice=Choice(str(level))) for question, level in levels.items()}
    findings = find_gaps(catalogue, profile, answers, score(catalogue, profile, answers), RegisterFacts(), date.today())
    assert len(findings) > 30
    for finding in findings:
        question = catalogue.questions[finding.question]
        assert opening(question.levels[finding.level][language]) in text, question.number
        assert opening(question.action[language]) in text, question.number
    written = Document(io.BytesIO(docx))
    assert any(name.upper() in cell.text for table in written.tables[:1] for row in table.rows for cell in row.cells)
    assert clean == []
