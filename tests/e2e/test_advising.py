"""Two browsers: a firm and an adviser fill in together and see each other; then a scanned code opens its point."""

from __future__ import annotations

from playwright.sync_api import expect

from core.domain.assessment import Choice
from core.language import day
from core.services import advising, assessing
from tests.e2e.steps import Person, eventually
from tests.e2e.test_review import QUESTION, REVIEW, card, make_case

FAR = "yearly-schedule"


def test_a_firm_and_an_adviser_fill_in_together_and_the_sheets_lead_to_a_point(server, visitor):
    case = make_case(server, "Hợp tác xã Chè Ngồi Cùng")
    firm = Person.signed_in(visitor(phone=True), server, case.owner)
    adviser = Person.signed_in(visitor(), server, case.adviser)

    def kept():
        return assessing.open_assessment(case.environment, case.owner.actor, case.owner.enterprise_id).answers[QUESTION]

    firm.go("/lam-cung-chuyen-gia")
    firm.type(firm.say("visit.session.email"), case.adviser.email)
    firm.press("visit.session.offer")
    expect(firm.page.get_by_role("button", name=firm.say("visit.session.end"))).to_be_visible()
    assert firm.violations() == []

    adviser.go("/ho-so-cho")
    adviser.press("visit.session.join")
    adviser.page.get_by_role("link", name=adviser.say("visit.session.open")).click()
    adviser.page.locator(f".st-key-qcard_{QUESTION}").wait_for()
    adviser.settle()
    adviser.answer(adviser.questions()[0], 4)
    eventually(lambda: kept().answer.choice, Choice.LEVEL_4)
    assert adviser.violations() == []

    firm.go("/tu-danh-gia?chu-de=1")
    on = day(kept().advised.on, firm.language)
    mark = firm.say("visit.session.mark", who="Phạm Văn Chuyên", day=on)
    expect(firm.page.locator(f".st-key-qcard_{QUESTION}")).to_contain_text(mark)
    assert firm.violations() == []
    firm.press("visit.session.end")
    eventually(lambda: advising.open_at_firms(case.environment, case.owner.actor), ())
    adviser.page.reload()
    expect(adviser.page.get_by_role("heading", level=1)).to_have_text(adviser.say("frame.not-there.title"))

    case.submit()
    adviser.go(f"{REVIEW}?id={case.submission_id}&cau={FAR}")
    expect(card(adviser, FAR)).to_be_in_viewport()
    expect(card(adviser, FAR)).to_be_focused()
    assert adviser.violations() == []
