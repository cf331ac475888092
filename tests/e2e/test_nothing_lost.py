"""What was given is in the database: after a reload, a cut line, kill -9, two tabs and two people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from core.domain.assessment import Answer, Choice, Evidence
from core.domain.profile import EnterpriseKind
from core.language import Language
from core.services import assessing, enterprises, programming, registering
from core.storage.database import migrate
from tests.e2e.server import Member, Server
from tests.e2e.steps import Person, eventually

QUESTION, NEXT_QUESTION = "named-person", "measuring-points"
CONNECTED = "() => document.querySelector('.stApp').getAttribute('data-test-connection-state') === 'CONNECTED'"
TOLD_OF_THE_LOSS = (
    "() => getComputedStyle(document.querySelector('.stApp'), '::before').content.includes('Mất kết nối')"
)


class Work:
    """An enterprise with two people: what the database holds of it, and deeds of the colleague behind the screen."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.environment = server.environment_behind
        self.owner: Member = server.add_owner("Lan", "Hợp tác xã Chè Suối Cạn")
        self.colleague: Member = server.add_colleague(self.owner, "Bình")

    def answer(self, question: str = QUESTION) -> Answer:
        return self._open(self.owner).answer(question)

    def profile(self):
        return enterprises.open_profile(self.environment, self.owner.actor, self.owner.enterprise_id).profile

    def wording(self, path: str) -> str:
        """Return own words of the programme at a place, empty where there are none."""
        kept = self._programme(self.owner).edits.get(path)
        return kept.edit.value if kept else ""

    def instruments(self):
        return registering.open_register(self.environment, self.owner.actor, self.owner.enterprise_id).instruments

    def colleague_answers(self, **fields: object) -> None:
        opened = self._open(self.colleague)
        seen = opened.answer(QUESTION)
        assessing.save_answer(
            self.environment, self.colleague.actor, opened.id, QUESTION, seen=seen, wanted=replace(seen, **fields)
        )

    def colleague_writes(self, path: str, typed: str) -> None:
        opened = self._programme(self.colleague)
        field = next(field for field in opened.draft.fields() if field.path == path)
        programming.save_wording(self.environment, self.colleague.actor, opened, field, typed)

    def colleague_describes(self, **fields: object) -> None:
        who, enterprise_id = self.colleague.actor, self.colleague.enterprise_id
        seen = enterprises.open_profile(self.environment, who, enterprise_id).profile
        enterprises.save_profile(self.environment, who, enterprise_id, seen=seen, wanted=replace(seen, **fields))

    def _open(self, member: Member):
        return assessing.open_assessment(self.environment, member.actor, member.enterprise_id)

    def _programme(self, member: Member):
        return programming.open_programme(self.environment, member.actor, member.enterprise_id)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One server for all tests here; the one that kills it starts it again."""
    server = Server(tmp_path_factory.mktemp("nothing-lost"))
    migrate(server.environment_behind.database)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def work(running):
    return Work(running)


@pytest.fixture
def lan(work, visitor) -> Person:
    """The owner at the first topic."""
    person = Person.signed_in(visitor(), work.server, work.owner)
    person.go("/tu-danh-gia?chu-de=1")
    return person


def note_of(person: Person) -> Locator:
    """Open the first card's extras and return its note."""
    person.page.locator(f".st-key-more_{QUESTION} summary").click()
    return person.page.get_by_label(person.say("assessment.note"))


def reload(person: Person) -> None:
    person.page.reload()
    person.page.locator(".st-key-foot_line").wait_for()
    person.settle()


# A reload in the middle


def test_a_reload_in_the_middle_loses_neither_answer_nor_words(work, lan):
    lan.answer(lan.questions()[0], 2)
    note_of(lan).click()
    lan.page.keyboard.type("giấy giao việc số 03")
    reload(lan)

    expect(lan.questions()[0].get_by_role("radio").nth(2)).to_be_checked()
    expect(note_of(lan)).to_have_value("giấy giao việc số 03")
    eventually(work.answer, Answer(choice=Choice.LEVEL_2, note="giấy giao việc số 03"))


def test_a_reload_loses_no_reason_why_a_question_does_not_apply(work, lan):
    lan.answer(lan.questions()[0], 6)
    lan.page.get_by_label(lan.say("assessment.reason")).click()
    lan.page.keyboard.type("không có cân")
    reload(lan)

    expect(lan.page.get_by_label(lan.say("assessment.reason"))).to_have_value("không có cân")
    eventually(work.answer, Answer(choice=Choice.NOT_APPLICABLE, reason="không có cân"))


def test_a_reload_loses_no_field_of_the_profile(work, lan):
    lan.go("/ho-so")
    for field, typed, kept in (
        ("name", "Chè Đồi Gió", "Chè Đồi Gió"),
        ("address", "Xóm 3, xã Đồi Gió", "Xóm 3, xã Đồi Gió"),
        ("workers", "1200", 1200),
    ):
        box = lan.page.get_by_label(lan.say(f"profile.field.{field}"), exact=True)
        box.fill("")
        lan.page.keyboard.type(typed)
        reload(lan)

        expect(box).to_have_value(typed)
        eventually(partial(lambda field: getattr(work.profile(), field), field), kept)


def test_a_reload_loses_no_field_of_the_programme(work, lan):
    work.colleague_answers(choice=Choice.LEVEL_1)
    for part, path, typed, kept in (
        ("organisation", "organisation/head_name", "Nguyễn Thị Ví Dụ", "Nguyễn Thị Ví Dụ"),
        ("organisation", "organisation/measuring_uses", "cân chè tươi", "cân chè tươi"),
        ("period", "period/end", "31/12/2030", "2030-12-31"),
    ):
        if f"phan={part}" not in lan.page.url:
            lan.go(f"/chuong-trinh?phan={part}")
        box = lan.page.get_by_label(lan.say(f"editor.field.{path.replace('/', '.')}"), exact=True)
        box.fill("")
        lan.page.keyboard.type(typed)
        reload(lan)

        expect(box).to_have_value(typed)
        eventually(partial(work.wording, path), kept)


def test_a_reload_loses_nothing_of_a_form_that_waits_for_its_button(work, lan):
    """The new instrument: its code is proposed until one is typed, and once it is added the tab forgets it all."""
    lan.go("/phuong-tien")
    name, code, place = (lan.page.get_by_label(lan.say(f"register.field.{one}")) for one in ("name", "code", "place"))
    name.click()
    lan.page.keyboard.type("Cân treo")
    reload(lan)
    expect(name).to_have_value("Cân treo")
    expect(code).to_have_value("C-01")
    code.fill("CT 7")
    place.click()
    lan.page.keyboard.type("Kho búp")
    reload(lan)
    for box, text in ((name, "Cân treo"), (code, "CT 7"), (place, "Kho búp")):
        expect(box).to_have_value(text)
    assert lan.violations() == []
    lan.press("register.new.add")
    expect(lan.page.get_by_role("heading", level=1)).to_have_text("Cân treo")
    lan.settle()
    reload(lan)
    lan.go("/phuong-tien")
    for box in (name, code, place):
        expect(box).to_have_value("")

    # Pressed at once: the code was proposed to nobody yet.
    name.fill("Nhiệt kế")
    lan.press("register.new.add")
    expect(lan.page.get_by_role("heading", level=1)).to_have_text("Nhiệt kế")
    assert [one.code for one in work.instruments()] == ["CT 7", "N-01"]


def test_a_reload_loses_no_name_of_the_first_enterprise(work, visitor):
    newcomer = Person.signed_in(visitor(phone=True), work.server, work.server.add_newcomer("Mai"))
    newcomer.go("/ho-so")
    name = newcomer.page.get_by_label(newcomer.say("profile.field.name"))
    name.click()
    newcomer.page.keyboard.type("Tổ chè Đồi Gió")
    reload(newcomer)

    expect(name).to_have_value("Tổ chè Đồi Gió")
    assert newcomer.violations() == []
    newcomer.press("start.begin.action")
    expect(newcomer.page.get_by_role("heading", level=1)).not_to_have_text(newcomer.say("start.begin.title"))
    expect(newcomer.page.get_by_label(newcomer.say("profile.field.name"))).to_have_value("Tổ chè Đồi Gió")


# A line that is cut, a server that dies


class Line:
    """The line between a browser and the server, which can be cut and mended."""

    def __init__(self, page: Page) -> None:
        self._is_cut = False
        self._open: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/_stcore/stream"), self._connect)

    def _connect(self, line: WebSocketRoute) -> None:
        if self._is_cut:
            line.close()
        else:
            line.connect_to_server()
            self._open.append(line)

    def cut(self) -> None:
        self._is_cut = True
        for line in self._open:
            line.close()
        self._open.clear()

    def mend(self) -> None:
        self._is_cut = False


def test_a_cut_line_loses_neither_what_was_saved_nor_what_is_typed_meanwhile(work, visitor):
    page = visitor()
    line = Line(page)
    lan = Person.signed_in(page, work.server, work.owner)
    lan.go("/tu-danh-gia?chu-de=1")
    lan.answer(lan.questions()[0], 2)
    note = note_of(lan)
    note.click()
    line.cut()
    page.keyboard.type("viết lúc mất mạng")
    page.wait_for_function(TOLD_OF_THE_LOSS)
    # By now the words were sent into the void more than once.
    told = page.get_by_text(lan.say("widgets.unsaved"))
    expect(told).to_be_visible(timeout=15_000)
    assert work.answer().note == ""
    line.mend()

    expect(told).to_have_count(0, timeout=30_000)
    assert work.answer().note == "viết lúc mất mạng"
    lan.settle()
    expect(lan.questions()[0].get_by_role("radio").nth(2)).to_be_checked()
    lan.answer(lan.questions()[0], 4)
    eventually(work.answer, Answer(choice=Choice.LEVEL_4, note="viết lúc mất mạng"))


def test_kill_9_between_two_answers_loses_nothing_and_the_page_comes_back(work, lan):
    lan.answer(lan.questions()[0], 3)
    eventually(lambda: work.answer().choice, Choice.LEVEL_3)
    work.server.kill()
    lan.page.wait_for_function(TOLD_OF_THE_LOSS)
    work.server.start()

    lan.page.wait_for_function(CONNECTED)
    # The first run after coming back draws everything anew; the page looks quiet for a moment before it begins.
    lan.page.wait_for_timeout(2_000)
    lan.settle()
    lan.answer(lan.questions()[1], 1)
    eventually(lambda: work.answer(NEXT_QUESTION).choice, Choice.LEVEL_1)
    assert work.answer().choice is Choice.LEVEL_3
    expect(lan.questions()[0].get_by_role("radio").nth(3)).to_be_checked()


# Two tabs, two people


def test_a_second_tab_is_told_before_it_overwrites_the_first(work, lan):
    other = Person(lan.page.context.new_page(), lan.url, Language.VI)
    other.go("/tu-danh-gia?chu-de=1")
    other.questions()
    lan.answer(lan.questions()[0], 3)
    eventually(lambda: work.answer().choice, Choice.LEVEL_3)

    other.answer(other.questions()[0], 1)

    box = other.page.locator("[class*=st-key-conflict_]")
    expect(box).to_contain_text("Lan")
    expect(box).to_contain_text("Có giấy giao việc")
    assert work.answer().choice is Choice.LEVEL_3
    other.page.get_by_role("button", name=other.say("widgets.conflict.keep-yours")).click()
    eventually(lambda: work.answer().choice, Choice.LEVEL_1)
    expect(other.questions()[0].get_by_role("radio").nth(1)).to_be_checked()


def test_two_people_in_two_browsers_and_languages_meet_at_one_question(work, visitor, lan):
    editor = Person.signed_in(visitor(phone=True), work.server, work.colleague, Language.EN)
    editor.go("/tu-danh-gia?chu-de=1")
    editor.questions()
    lan.answer(lan.questions()[0], 4)
    eventually(lambda: work.answer().choice, Choice.LEVEL_4)

    editor.answer(editor.questions()[0], 0)

    expect(editor.page.locator("[class*=st-key-conflict_]")).to_contain_text("Lan")
    assert work.answer().choice is Choice.LEVEL_4
    editor.page.get_by_role("button", name="Keep Lan").click()
    expect(editor.questions()[0].get_by_role("radio").nth(4)).to_be_checked()
    assert work.answer().choice is Choice.LEVEL_4


def meet(lan: Person, theirs: str, yours: str, give: Callable[[], None], look: Callable[[], object]) -> None:
    """Give a value over a colleague's: both must be shown, and nothing is kept before the person has chosen."""
    before = look()
    give()
    box = lan.page.locator("[class*=st-key-conflict_]")
    expect(box).to_contain_text("Bình")
    expect(box).to_contain_text(theirs)
    expect(box).to_contain_text(yours)
    assert look() == before


def settle_conflict(lan: Person, key: str) -> None:
    lan.page.get_by_role("button", name=lan.say(f"widgets.conflict.{key}", who="Bình")).click()
    expect(lan.page.locator("[class*=st-key-conflict_]")).to_have_count(0)


def test_two_texts_of_one_answer_are_both_shown_and_the_person_chooses(work, lan):
    lan.answer(lan.questions()[0], 6)
    for field in ("reason", "note"):
        box = note_of(lan) if field == "note" else lan.page.get_by_label(lan.say("assessment.reason"))
        expect(box).to_have_value("")
        look = partial(lambda field: getattr(work.answer(), field), field)

        work.colleague_answers(**{field: "của Bình"})
        meet(lan, "của Bình", "của Lan", partial(box.fill, "của Lan"), look)
        settle_conflict(lan, "keep-theirs")
        expect(box).to_have_value("của Bình")
        assert look() == "của Bình"

        work.colleague_answers(**{field: "Bình lần hai"})
        meet(lan, "Bình lần hai", "Lan lần hai", partial(box.fill, "Lan lần hai"), look)
        settle_conflict(lan, "keep-yours")
        eventually(look, "Lan lần hai")
        expect(box).to_have_value("Lan lần hai")


def test_two_kinds_of_evidence_are_both_shown_and_the_person_chooses(work, lan):
    lan.answer(lan.questions()[0], 2)
    note_of(lan)
    described, none, file = (lan.say(f"assessment.evidence-choice.{one}") for one in ("described", "none", "file"))

    def choose(words):
        lan.page.get_by_test_id("stButtonGroup").get_by_role("radio", name=words, exact=True).click()

    work.colleague_answers(evidence=Evidence.FILE)
    meet(lan, file, described, lambda: choose(described), lambda: work.answer().evidence)
    settle_conflict(lan, "keep-yours")
    eventually(lambda: work.answer().evidence, Evidence.DESCRIBED)
    work.colleague_answers(evidence=Evidence.FILE)
    meet(lan, file, none, lambda: choose(none), lambda: work.answer().evidence)
    settle_conflict(lan, "keep-theirs")
    expect(lan.page.get_by_test_id("stButtonGroup").get_by_role("radio", name=file)).to_be_checked()
    assert work.answer().evidence is Evidence.FILE


def test_two_profiles_are_both_shown_in_words_and_the_person_chooses(work, lan):
    lan.go("/ho-so")
    label = lan.say("profile.field.address")
    box = lan.page.get_by_label(label, exact=True)
    work.colleague_describes(address="Xóm của Bình")
    meet(
        lan,
        "Xóm của Bình",
        "Xóm của Lan",
        lambda: lan.type(label, "Xóm của Lan"),
        lambda: work.profile().address,
    )
    settle_conflict(lan, "keep-theirs")
    expect(box).to_have_value("Xóm của Bình")
    assert work.profile().address == "Xóm của Bình"

    household, cooperative = (lan.say(f"profile.kind.{kind}") for kind in ("household", "cooperative"))
    work.colleague_describes(kind=EnterpriseKind.HOUSEHOLD)
    meet(
        lan,
        household,
        cooperative,
        lan.page.get_by_text(cooperative, exact=True).click,
        lambda: work.profile().kind,
    )
    settle_conflict(lan, "keep-yours")
    eventually(lambda: work.profile().kind, EnterpriseKind.COOPERATIVE)
    assert work.profile().address == "Xóm của Bình"


def test_two_wordings_of_the_programme_are_both_shown_and_the_person_chooses(work, lan):
    work.colleague_answers(choice=Choice.LEVEL_1)
    lan.go("/chuong-trinh?phan=organisation")
    label = lan.say("editor.field.organisation.head_name")
    path = "organisation/head_name"
    work.colleague_writes(path, "Trần Văn Bình")
    meet(lan, "Trần Văn Bình", "Nguyễn Thị Lan", lambda: lan.type(label, "Nguyễn Thị Lan"), lambda: work.wording(path))
    settle_conflict(lan, "keep-yours")
    eventually(lambda: work.wording(path), "Nguyễn Thị Lan")
    expect(lan.page.get_by_label(label, exact=True)).to_have_value("Nguyễn Thị Lan")

    lan.go("/chuong-trinh?phan=period")
    end = lan.say("editor.field.period.end")
    work.colleague_writes("period/end", "31/12/2030")
    meet(lan, "31/12/2030", "30/06/2030", lambda: lan.type(end, "30/06/2030"), lambda: work.wording("period/end"))
    settle_conflict(lan, "keep-theirs")
    expect(lan.page.get_by_label(end, exact=True)).to_have_value("31/12/2030")
    assert work.wording("period/end") == "2030-12-31"


def test_words_remembered_by_the_tab_never_overwrite_what_a_colleague_wrote_meanwhile(work, lan):
    lan.go("/ho-so")
    box = lan.page.get_by_label(lan.say("profile.field.address"), exact=True)
    box.click()
    # The line is dead: only the tab knows these words, and it believes that the field was empty.
    lan.page.evaluate("() => { WebSocket.prototype.send = () => {} }")
    lan.page.keyboard.type("Xóm của Lan")
    work.colleague_describes(address="Xóm của Bình")
    reload(lan)

    conflict = lan.page.locator("[class*=st-key-conflict_]")
    expect(conflict).to_contain_text("Xóm của Bình")
    expect(conflict).to_contain_text("Xóm của Lan")
    assert work.profile().address == "Xóm của Bình"
