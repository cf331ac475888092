"""Two browsers: an adviser writes what should stand in the programme, the firm takes it over into its draft."""

from __future__ import annotations

from playwright.sync_api import expect

from core.domain.assessment import Answer
from core.domain.review import Ruling, RulingKind
from core.services import programming, redlining, reviewing
from tests.e2e.steps import Person, eventually
from tests.e2e.test_review import QUESTION, make_case

PLACE = "organisation/head_title"
PROPOSED = "Chủ tịch hội đồng quản trị"


def test_a_proposal_goes_from_the_advisers_box_into_the_draft_of_the_firm(server, visitor):
    case = make_case(server, "Hợp tác xã Chè Sửa Chữ")
    case.submit()
    environment, actor = case.environment, case.adviser.actor
    adviser = Person.signed_in(visitor(), server, case.adviser)

    def proposals():
        opened = redlining.open_redline(environment, actor, case.submission_id)
        return {path: (kept.change.value, kept.change.reason) for path, kept in opened.proposals.items()}

    def drafted():
        opened = programming.open_programme(environment, case.owner.actor, case.owner.enterprise_id)
        return opened.draft.item("organisation").value("head_title")

    adviser.go(f"/sua-chuong-trinh?id={case.submission_id}&phan=organisation")
    adviser.page.get_by_role("button", name=adviser.say("redline.propose")).first.click()
    adviser.settle()
    field = adviser.say("editor.field.organisation.head_title")
    adviser.type(adviser.say("redline.proposal", field=field), PROPOSED)
    eventually(proposals, {PLACE: (PROPOSED, "")})
    adviser.type(adviser.say("redline.reason", field=field), "Theo điều lệ")
    eventually(proposals, {PLACE: (PROPOSED, "Theo điều lệ")})
    expect(adviser.page.locator(".redline ins")).to_contain_text(PROPOSED)
    adviser.settle()
    assert adviser.violations() == []

    change = Ruling(RulingKind.CHANGE_ASKED, Answer(), reason="Xem đề nghị sửa")
    reviewing.rule(environment, actor, case.submission_id, QUESTION, on_round=1, seen=None, wanted=change)
    reviewing.request_changes(environment, actor, case.submission_id, "", on_round=1)
    firm = Person.signed_in(visitor(phone=True), server, case.owner)
    firm.go("/chuong-trinh")
    firm.page.get_by_role("link", name=firm.say("redline.firm.link", count=1)).click()
    firm.page.locator(".redline ins").wait_for()
    firm.settle()
    assert firm.violations() == []
    firm.press("redline.firm.accepted")
    eventually(drafted, PROPOSED)
    expect(firm.page.get_by_text(firm.say("redline.firm.all-answered"))).to_be_visible()

    # What is typed in a tab left over from before the decision stays in its box, and the tab says why.
    box = adviser.page.get_by_label(adviser.say("redline.proposal", field=field), exact=True)
    adviser.type(adviser.say("redline.proposal", field=field), "Giám đốc hợp tác xã")
    expect(adviser.page.get_by_text(adviser.say("errors.step-not-allowed.what"))).to_be_visible()
    expect(box).to_have_value("Giám đốc hợp tác xã")
