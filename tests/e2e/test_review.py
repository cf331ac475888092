"""Two browsers at once: a firm hands in, an adviser asks, the firm changes, the adviser accepts, the draft says so."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from core.domain.assessment import Answer, Choice
from core.domain.permissions import Role
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.review import RulingKind
from core.domain.scorecard import ScoreKind
from core.language import Language, number
from core.services import assessing, reviewing
from core.services.environment import Environment
from tests.e2e.server import Member, Server
from tests.e2e.steps import Person, eventually

QUESTION = "named-person"
QUEUE, REVIEW, HAND_IN = "/ho-so-cho", "/xem-ho-so", "/gui-ho-so"


@dataclass(frozen=True)
class Case:
    """A firm with all its answers, and two advisers of its province."""

    environment: Environment
    name: str
    owner: Member
    adviser: Member
    colleague: Member

    @property
    def submission_id(self):
        found = reviewing.hand_in_of(self.environment, self.owner.actor, self.owner.enterprise_id)
        return found.submission.id

    def opened(self):
        return reviewing.open_review(self.environment, self.adviser.actor, self.submission_id)

    def standing(self, question: str = QUESTION):
        ruling = self.opened().standing.get(question)
        return (ruling.kind, ruling.reason) if ruling else None

    def submit(self) -> None:
        reviewing.submit(self.environment, self.owner.actor, self.owner.enterprise_id)

    def accept_the_rest(self) -> None:
        """Accept behind the screen what the test does not look at."""
        opened = self.opened()
        rest = [question for question in opened.progress.unsettled if question != QUESTION]
        reviewing.accept_together(self.environment, self.adviser.actor, opened, rest)


def make_case(server: Server, name: str) -> Case:
    environment = server.environment_behind
    profile = Profile(
        name, EnterpriseKind.COOPERATIVE, province="19", sector="tea-food", workers=30, uses=frozenset({Use.GROUP2})
    )
    owner = server.add_owner("Lê Thị Chủ", profile)
    opened = assessing.open_assessment(environment, owner.actor, owner.enterprise_id)
    for topic in assessing.progress(opened):
        for question in topic.questions:
            seen, wanted = opened.answer(question.id), Answer(Choice.LEVEL_2)
            assessing.save_answer(environment, owner.actor, opened.id, question.id, seen=seen, wanted=wanted)
    advisers = [server.add_officer(who, Role.ADVISER, "19") for who in ("Phạm Văn Chuyên", "Ma Thị Gia")]
    return Case(environment, name, owner, *advisers)


def card(person: Person, question: str = QUESTION) -> Locator:
    return person.page.locator(f".st-key-point_{question}")


def choose(person: Person, kind: RulingKind, question: str = QUESTION) -> None:
    card(person, question).get_by_text(person.say(f"review.ruling.{kind.value}"), exact=True).click()
    person.settle()


def write(person: Person, box: Locator, text: str) -> None:
    box.click()
    person.page.keyboard.type(text)
    person.page.keyboard.press("Tab")
    person.settle()


def press(person: Person, place: Locator, key: str) -> None:
    place.get_by_role("button", name=person.say(key), exact=False).first.click()
    person.settle()


@pytest.mark.parametrize(("language", "firm_phone"), [(Language.VI, True), (Language.EN, False)])
def test_from_handing_in_to_a_draft_that_states_the_reviewed_score(server, visitor, language, firm_phone):
    case = make_case(server, f"Hợp tác xã Chè Hai Bên {language}")
    firm = Person.signed_in(visitor(phone=firm_phone), server, case.owner, language)
    adviser = Person.signed_in(visitor(phone=not firm_phone), server, case.adviser, language)

    firm.go(HAND_IN)
    assert firm.violations() == []
    firm.press("review.hand-in.submit")
    expect(firm.page.get_by_text(firm.say("review.hand-in.sent"))).to_be_visible()
    expect(firm.page.get_by_label(firm.say("review.hand-in.receipt.hash"), exact=True)).to_have_value(
        re.compile("^[0-9a-f]{64}$")
    )
    firm.go("/tu-danh-gia?chu-de=1")
    state = firm.say("review.state.submitted")
    expect(firm.page.get_by_text(firm.say("assessment.locked", state=state))).to_be_visible()

    adviser.go(QUEUE)
    assert adviser.violations() == []
    row = adviser.page.locator(f".st-key-row_{case.submission_id}")
    expect(row).to_contain_text(case.name)
    press(adviser, row, "review.queue.take")
    press(adviser, row, "review.queue.open")
    expect(adviser.page.get_by_role("heading", level=1)).to_have_text(case.name)
    assert adviser.violations() == []

    choose(adviser, RulingKind.CHANGE_ASKED)
    reason = adviser.page.get_by_label(adviser.say("review.page.reason.change_asked"), exact=True)
    write(adviser, reason, "Gửi quyết định phân công")
    eventually(case.standing, (RulingKind.CHANGE_ASKED, "Gửi quyết định phân công"))
    case.accept_the_rest()
    adviser.go(f"{REVIEW}?id={case.submission_id}&phan=ket-luan")
    expect(adviser.page.get_by_role("button", name=adviser.say("review.decision.reviewed"))).to_be_disabled()
    write(adviser, adviser.page.get_by_label(adviser.say("review.remark.write"), exact=True), "Hồ sơ gọn")
    adviser.press("review.remark.send")
    expect(adviser.page.get_by_text("Hồ sơ gọn")).to_be_visible()
    assert adviser.violations() == []
    write(adviser, adviser.page.get_by_label(adviser.say("review.decision.reason"), exact=True), "Còn một câu")
    adviser.press("review.decision.changes_requested")
    expect(adviser.page.locator(".stMarkdownBadge").first).to_have_text(adviser.say("review.state.changes_requested"))

    firm.go(HAND_IN)
    for words in ("Gửi quyết định phân công", "Hồ sơ gọn", "Còn một câu"):
        expect(firm.page.get_by_text(words)).to_be_visible()
    assert firm.violations() == []
    place = case.environment.catalogue.questions[QUESTION].number
    box = firm.page.get_by_label(firm.say("review.remark.write-at", number=place), exact=True)
    write(firm, box, "Đã ký hôm qua")
    press(firm, card(firm), "review.remark.send")
    expect(card(firm)).to_contain_text("Đã ký hôm qua")
    firm.page.get_by_role("link", name=firm.say("review.hand-in.open-question", number=place)).click()
    firm.page.locator(f".st-key-qcard_{QUESTION}").wait_for()
    firm.settle()
    firm.answer(firm.questions()[0], 3)
    firm.go(HAND_IN)
    firm.press("review.hand-in.submit-again")
    expect(firm.page.get_by_text(firm.say("review.hand-in.sent"))).to_be_visible()

    adviser.go(f"{REVIEW}?id={case.submission_id}")
    question = case.environment.catalogue.questions[QUESTION]
    for words in (question.levels[2][language], question.levels[3][language], "Đã ký hôm qua"):
        expect(card(adviser)).to_contain_text(words)
    assert adviser.violations() == []
    choose(adviser, RulingKind.ACCEPTED)
    eventually(case.standing, (RulingKind.ACCEPTED, ""))
    adviser.press("review.page.to-outcome")
    adviser.press("review.decision.reviewed")
    expect(adviser.page.locator(".stMarkdownBadge").first).to_have_text(adviser.say("review.state.reviewed"))

    firm.go("/ket-qua")
    expect(firm.page.get_by_role("heading", name=firm.say("review.score.reviewed"))).to_be_visible()
    assert firm.violations() == []
    firm.go("/chuong-trinh")
    pdf = firm.download("editor.download-pdf").read_bytes()
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    score = number(case.opened().scorecard(ScoreKind.VALIDATED).low, language, 1)
    states = {Language.VI: f"ghi nhận, điểm chung là {score}", Language.EN: f"noted, the overall score is {score}"}
    assert states[language] in text


def test_two_advisers_on_one_question_are_told_of_each_other_and_lose_no_words(server, visitor):
    case = make_case(server, "Hợp tác xã Chè Hai Người Xem")
    case.submit()
    address = f"{REVIEW}?id={case.submission_id}&loc=tat-ca"
    first = Person.signed_in(visitor(), server, case.adviser)
    second = Person.signed_in(visitor(phone=True), server, case.colleague)
    for person in (first, second):
        person.go(address)
        choose(person, RulingKind.CHANGE_ASKED)
    label = first.say("review.page.reason.change_asked")
    write(first, first.page.get_by_label(label, exact=True), "Gửi bản chụp quyết định")
    eventually(case.standing, (RulingKind.CHANGE_ASKED, "Gửi bản chụp quyết định"))

    write(second, second.page.get_by_label(label, exact=True), "Ghi rõ ngày ký")

    conflict = second.page.locator(f".st-key-conflict_ruling_reason_{QUESTION}")
    expect(conflict).to_contain_text("Phạm Văn Chuyên")
    expect(conflict).to_contain_text("Gửi bản chụp quyết định")
    expect(second.page.get_by_label(label, exact=True)).to_have_value("Ghi rõ ngày ký")
    assert second.violations() == []
    assert case.standing() == (RulingKind.CHANGE_ASKED, "Gửi bản chụp quyết định")
    press(second, conflict, "widgets.conflict.keep-yours")
    eventually(case.standing, (RulingKind.CHANGE_ASKED, "Ghi rõ ngày ký"))


def test_a_tab_left_over_from_before_the_decision_keeps_its_words_and_says_so(server, visitor):
    case = make_case(server, "Hợp tác xã Chè Thẻ Cũ")
    case.submit()
    left_over = Person.signed_in(visitor(), server, case.colleague)
    left_over.go(f"{REVIEW}?id={case.submission_id}&loc=tat-ca")
    choose(left_over, RulingKind.CHANGE_ASKED)
    case.accept_the_rest()
    opened = case.opened()
    reviewing.accept_together(case.environment, case.adviser.actor, opened, [QUESTION])
    reviewing.finish(case.environment, case.adviser.actor, opened.id, "Đạt", on_round=1)

    box = left_over.page.get_by_label(left_over.say("review.page.reason.change_asked"), exact=True)
    write(left_over, box, "một lời dài đã viết")

    expect(card(left_over)).to_contain_text(left_over.say("errors.step-not-allowed.what"))
    expect(box).to_have_value("một lời dài đã viết")
    assert case.standing() == (RulingKind.ACCEPTED, "")
