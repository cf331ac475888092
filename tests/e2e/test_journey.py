"""From the first click to both downloads in a real browser: two trades, languages and widths; axe on every screen."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest
from docx import Document
from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from core.domain.assessment import Answer, Choice, RegisterFacts
from core.domain.catalogue import Question, Topic
from core.domain.findings import find_gaps
from core.domain.profile import EnterpriseKind, Profile
from core.domain.scoring import score
from core.language import Language
from core.services import accounts, assessing
from core.services.environment import reading
from core.storage.content import load_catalogue
from tests.e2e.server import Server
from tests.e2e.steps import Person


def opening(sentence: str) -> str:
    """Return the first words of a sentence: a cell may go on over a page's end, with the header between."""
    return " ".join(sentence.split()[:4])


TEA = ("tea-food", "cooperative", "Hợp tác xã Chè Suối Cạn")
FUEL = ("petroleum", "company", "Cửa hàng Xăng Dầu Thử")


# Every two of trade, language and width meet. By hand: every question is answered by a press on its own screen; where
# it is not, the answers of all topics but the first and the last are put in behind the screen, which is looked at.
def answer_behind(server: Server, email: str, topics: Sequence[Topic]) -> dict[str, int]:
    """Answer topics without their screens and return the levels by question."""
    environment = server.environment_behind
    with reading(environment) as repository:
        account = repository.accounts.by_email(email)
    assert account is not None
    owner = accounts.actor_of_account(environment, account.id)
    opened = assessing.open_assessment(environment, owner, next(iter(owner.memberships)))
    levels: dict[str, int] = {}
    for one in assessing.progress(opened):
        for place, question in enumerate(one.questions if one.topic in topics else ()):
            wanted = Answer(Choice(str(place % 3)))
            assessing.save_answer(environment, owner, opened.id, question.id, seen=Answer(), wanted=wanted)
            levels[question.id] = place % 3
    return levels


def card(person: Person, question: Question, language: Language) -> Locator:
    """Return the radio of a question."""
    return person.page.get_by_role("radiogroup", name=question.text[language])


CASES = [
    pytest.param(TEA, Language.VI, True, True, id="tea-vi-phone"),
    pytest.param(FUEL, Language.EN, False, True, id="fuel-en-desktop"),
    pytest.param(TEA, Language.EN, False, False, id="tea-en-desktop"),
    pytest.param(FUEL, Language.VI, True, False, id="fuel-vi-phone"),
]


@pytest.mark.parametrize(("firm", "language", "phone", "by_hand"), CASES)
def test_an_enterprise_goes_from_the_first_click_to_a_draft(server, visitor, request, firm, language, phone, by_hand):
    sector, kind, name = firm
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

    email = f"{request.node.callspec.id}@vidu.example"
    person.sign_up(email)
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

    profile = Profile(name, EnterpriseKind(kind), "19", sector, workers=30, uses=catalogue.sectors[sector].uses)
    levels = {} if by_hand else answer_behind(server, email, catalogue.topics[1:-1])
    person.go("/tu-danh-gia?chu-de=1")
    for topic in catalogue.topics:
        expect(person.page.get_by_role("heading", level=1)).to_contain_text(topic.title[language])
        asked = catalogue.applicable(topic, profile)
        # The heading of a topic comes before its questions: until the last has come, those of the one before stand.
        expect(card(person, asked[-1], language)).to_be_visible()
        person.settle()
        assert len(person.questions()) == len(asked)
        for place, question in enumerate(asked):
            if question.id not in levels:
                person.answer(card(person, question, language), place % 3)
                levels[question.id] = place % 3
        if by_hand or topic in (catalogue.topics[0], catalogue.topics[-1]):
            check(f"topic {topic.order}")
        if topic is not catalogue.topics[-1]:
            person.press("assessment.next")

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
