"""The check page as anybody sees it, and the firm's own list of drafts with a check code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.assessment import Choice
from core.domain.check_code import bare_check_code, make_check_code
from core.language import Language
from core.services import accounts, assessing, handing_out, own_data
from pages import frame
from pages.public import check
from tests.pages.conftest import NAME

LANGUAGES = list(Language)
PUBLIC = "public/check.py"
OWN = "enterprise/handed_out.py"


def actor_of(environment, sessions, who="owner"):
    return accounts.actor_of_session(environment, sessions[who])


@pytest.fixture
def enterprise_id(environment, sessions, prepared):
    return prepared("check: begun", lambda: _begin(environment, actor_of(environment, sessions)))


def _begin(environment, owner):
    [found] = owner.memberships
    opened = assessing.open_assessment(environment, owner, found)
    seen = opened.answer("named-person")
    assessing.save_answer(
        environment, owner, opened.id, "named-person", seen=seen, wanted=replace(seen, choice=Choice.LEVEL_1)
    )
    return found


@pytest.fixture
def kept(environment, sessions, enterprise_id, prepared):
    actor = actor_of(environment, sessions)
    return prepared("check: kept", lambda: handing_out.hand_out(environment, actor, enterprise_id))


def words_of(app):
    html = [element.proto.body for element in app.get("html")]
    return "\n".join([*(one.value for kind in (app.header, app.markdown, app.caption) for one in kind), *html])


def look_up(app, typed):
    app.text_input(key="check_code").set_value(typed).run()
    return app.button(key="check_look_up").click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_checks_a_code_and_is_told_of_no_firm(visit, environment, kept, language):
    app = look_up(visit(PUBLIC, language=language), kept.draft.code.lower())

    shown = words_of(app)
    assert not app.exception
    assert environment.catalogue.word("check.standing")[language] in shown
    assert kept.draft.code in shown
    assert "2026.1" in shown
    assert NAME not in shown


def test_a_scanned_code_is_looked_up_on_arrival_and_a_revoked_one_says_so(visit, environment, sessions, kept):
    handing_out.revoke(environment, actor_of(environment, sessions), kept.id, "Sai số máy")
    app = visit()
    app.query_params["ma"] = bare_check_code(kept.draft.code)
    app.switch_page(PUBLIC).run()

    shown = words_of(app)
    assert "Đã bị thu hồi ngày 22/11/2026" in shown
    assert "Sai số máy" not in shown


def test_an_unknown_code_and_one_of_a_deleted_firm_look_the_same(visit, environment, sessions, enterprise_id, kept):
    own_data.erase(environment, actor_of(environment, sessions), enterprise_id, NAME)

    unknown, gone = (words_of(look_up(visit(PUBLIC), code)) for code in (make_check_code(7), kept.draft.code))

    assert unknown == gone
    assert "Không có bản nào mang mã này" in gone


def test_a_slip_is_told_as_a_slip_and_one_question_counts_once(visit, environment, kept, monkeypatch):
    monkeypatch.setattr(frame, "network_address", lambda: "203.0.113.7")
    app = visit(PUBLIC)
    for _ in range(2 * handing_out.ATTEMPTS_PER_ADDRESS):
        app = look_up(app, kept.draft.code[:-1] + "-")
        assert "gõ nhầm" in words_of(app)
    for number in range(handing_out.ATTEMPTS_PER_ADDRESS):
        assert "Không có bản nào" in words_of(look_up(app, make_check_code(number)))

    # Another tab is no way round.
    assert "Thử lại sau 15 phút" in words_of(look_up(visit(PUBLIC), kept.draft.code))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_compared_and_the_answer_names_what_it_equals(visit, environment, sessions, kept, language):
    word = environment.catalogue.word
    owner = actor_of(environment, sessions)
    for file in kept.files[:1]:
        _, content = handing_out.handed_out_file(environment, owner, kept.id, file.language, file.form)
    for sent, expected in ((content, "check.file.same"), (content + b"\n", "check.file.differs")):
        app = visit(PUBLIC, language=language)
        app.session_state[check._COMPARED] = ("*bản*.pdf", handing_out.check_file(environment, sent))
        shown = words_of(app.run())
        kind = word("check.file-kind.pdf.vi")[language]
        assert word(expected)[language].format(name="\\*bản\\*.pdf", kind=kind, code=kept.draft.code) in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_members_see_what_was_handed_out_and_some_may_revoke(visit, environment, sessions, kept, who, language):
    app = visit(OWN, language=language, session=sessions[who])

    assert not app.exception
    shown = words_of(app)
    assert kept.draft.code in shown
    assert f"/tai-ve/ban-co-ma/{kept.id}/chuong-trinh-vi.pdf" in shown
    assert f"/tai-ve/ban-co-ma/{kept.id}/chuong-trinh-en.docx" in shown
    keys = {one.key for one in app.button}
    assert ({"hand_out", f"revoke_yes_{kept.draft.code}"} <= keys) is (who != "viewer")


def test_the_firm_makes_one_and_revokes_it_with_a_reason(visit, environment, sessions, enterprise_id):
    app = visit(OWN, session=sessions["editor"])
    assert "Chưa lập bản nào" in words_of(app)
    app.button(key="hand_out").click().run()
    [kept] = handing_out.handed_out(environment, actor_of(environment, sessions), enterprise_id).drafts
    code = kept.draft.code
    assert f"Đã có bản mang mã {code}" in app.success[0].value

    app.button(key=f"revoke_yes_{code}").click().run()
    assert "Chưa ghi lý do thu hồi" in words_of(app)
    app.session_state[f"reason_{code}.text"] = "Sai *số máy*"
    app.button(key=f"revoke_yes_{code}").click().run()

    shown = words_of(app)
    assert "Đã bị thu hồi ngày 22/11/2026" in shown
    assert "editor thu hồi lúc 10:42 22/11/2026: Sai \\*số máy\\*" in shown
    assert f"revoke_yes_{code}" not in {one.key for one in app.button}


def test_others_are_not_given_the_page_of_the_firm(visit, sessions, kept):
    for session in ("", sessions["adviser"], sessions["official"], sessions["administrator"]):
        with pytest.raises(ValueError, match="handed_out"):
            visit(OWN, session=session)
    assert kept.draft.code not in words_of(visit(OWN, session=sessions["stranger"]))


def test_the_first_page_leads_to_the_check_page(visit):
    assert any(one.proto.page == "kiem-tra" for one in visit().get("page_link"))
