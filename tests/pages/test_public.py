"""The public pages, in both languages, as a guest sees them; and what stands around every page."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from core.domain.permissions import Role
from core.domain.quick_check import quick_questions
from core.language import Language
from core.services import accounts
from core.services.environment import transaction
from core.storage.repository_accounts import RoleGrant
from pages.public.glossary import bare

PUBLIC = ["", "public/quick_check.py", "public/glossary.py", "public/privacy.py"]
LANGUAGES = list(Language)


def html_of(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def text_of(app):
    shown = [element.value for kind in (app.title, app.header, app.markdown, app.caption) for element in kind]
    return "\n".join([*shown, html_of(app)])


def choose(app, question, words):
    """Choose a pill by its words."""
    return app.pills(key=f"quick_answer_{question}").set_value(words).run()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", PUBLIC)
def test_a_guest_can_read_every_public_page(visit, file, language):
    app = visit(file, language=language)

    assert not app.exception
    assert app.title[0].value


@pytest.mark.parametrize("file", PUBLIC)
def test_each_language_shows_its_own_words(visit, file):
    shown = {language: text_of(visit(file, language=language)) for language in LANGUAGES}

    assert shown[Language.VI] != shown[Language.EN]
    assert not re.search(
        "[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", visit(file, language=Language.EN).title[0].value
    )


def test_the_home_page_says_who_sees_what_and_how_to_begin(visit):
    app = visit()

    shown = text_of(app)
    assert "chỉ người của đơn vị" in shown
    assert "từ 5 đơn vị trở lên" in shown
    assert shown.count('href="/dang-nhap') >= 4
    app.button(key="home.quick").click().run()
    assert app.title[0].value == "Kiểm tra nhanh"


def test_the_quick_check_asks_nine_questions_and_shows_nothing_before_the_first(visit, environment):
    app = visit("public/quick_check.py")

    assert len(app.pills) == len(quick_questions(environment.catalogue)) == 9
    assert "/dang-ky" not in html_of(app)


def test_does_not_apply_is_offered_only_where_a_question_depends_on_the_profile(visit):
    app = visit("public/quick_check.py")

    offering = [pills.key for pills in app.pills if len(pills.options) == 5]
    assert offering == ["quick_answer_group2-verification"]


def test_the_result_comes_with_the_first_answer_and_names_the_law(visit, environment):
    app = choose(visit("public/quick_check.py"), "group2-verification", "Chưa")

    action = environment.catalogue.questions["group2-verification"].action.vi
    shown = text_of(app).replace("\\", "")
    assert action in shown
    assert ":red-badge[:material/gavel: Luật yêu cầu]" in shown
    assert "1/9 câu" in shown


def test_a_failed_legal_duty_holds_the_level_down(visit, environment):
    app = visit("public/quick_check.py")
    for question in quick_questions(environment.catalogue):
        app = choose(app, question.id, "Chưa" if question.gate else "Đầy đủ")

    assert "Ước chừng: Mức 1 · Khởi đầu" in text_of(app)
    assert "mức không quá 1" in text_of(app)


def test_nine_full_answers_leave_no_range_and_nothing_the_law_misses(visit, environment):
    app = visit("public/quick_check.py")
    for question in quick_questions(environment.catalogue):
        app = choose(app, question.id, "Đầy đủ")

    shown = text_of(app)
    assert "Ước chừng: Mức 3 · Kiểm soát" in shown
    assert "9/9 câu" in shown
    assert ":red" not in shown


def test_the_answers_go_along_into_a_new_account_as_the_services_read_them(visit, environment):
    app = visit("public/quick_check.py")
    app.selectbox(key="quick_trade").set_value("tea-food").run()
    app = choose(app, "instrument-list", "Một phần")
    app = choose(app, "group2-verification", "Không áp dụng")

    address = unquote(re.search(r'href="(/dang-ky[^"]*)"', html_of(app)).group(1).replace("&amp;", "&"))
    carried = parse_qs(urlsplit(address).query)["quick"][0]
    assert json.loads(carried) == {
        "sector": "tea-food",
        "answers": {"instrument-list": "2", "group2-verification": "not_applicable"},
    }
    assert accounts.quick_answers(environment.catalogue, carried)


def test_an_answer_can_be_taken_back(visit):
    app = choose(visit("public/quick_check.py"), "named-person", "Chưa")
    app = choose(app, "named-person", None)

    assert "hiện ra ở đây ngay khi trả lời câu đầu tiên" in text_of(app)


def test_the_trade_says_what_a_question_means_there(visit, environment):
    app = visit("public/quick_check.py")
    app.selectbox(key="quick_trade").set_value("tea-food").run()

    hints = [environment.catalogue.sectors["tea-food"].hint(one.id) for one in quick_questions(environment.catalogue)]
    known = [hint.vi for hint in hints if hint]
    assert known
    assert all(hint in text_of(app).replace("\\", "") for hint in known)


def test_the_glossary_is_searched_with_and_without_marks(visit):
    for text in ("kiểm định", "KIEM DINH"):
        app = visit("public/glossary.py")
        every = len(app.expander)
        app.text_input(key="glossary_search").set_value(text).run()
        assert 0 < len(app.expander) < every
    app.text_input(key="glossary_search").set_value("xyzxyz *không*").run()
    assert not app.expander
    assert "xyzxyz \\*không\\*" in text_of(app)


def test_marks_and_capitals_are_set_aside_for_searching():
    assert bare("Đảm bảo ĐO lường") == "dam bao do luong"


def test_the_privacy_notice_is_filled_with_the_settings(visit, environment):
    shown = text_of(visit("public/privacy.py"))

    assert f"{environment.settings.draft_days} ngày" in shown
    assert "chưa có" in shown  # the operator is not named in this installation
    assert "{" not in shown.replace(html_of(visit("public/privacy.py")), "")


def test_a_guest_is_not_even_given_the_pages_of_an_enterprise(visit):
    with pytest.raises(ValueError, match="result"):
        visit("enterprise/result.py")


def test_who_is_signed_in_is_sent_to_their_own_work(visit, signed_up):
    app = visit(session=signed_up())

    assert not app.exception
    assert app.title[0].value != "Cân, đo của đơn vị mình đang ở đâu?"


def test_the_account_menu_shows_the_name_letter_by_letter_and_signs_out_by_a_form(visit, signed_up):
    app = visit(session=signed_up(name="Hà *đậm* [x](http://y)"))

    assert any("\\*đậm\\*" in block.proto.popover.label for block in app.get("popover"))
    assert '<form method="post" action="/dang-xuat">' in html_of(app)


def test_a_session_that_ended_has_no_pages(visit, environment, signed_up):
    key = signed_up()
    accounts.sign_out(environment, key)

    assert visit(session=key).title[0].value == "Cân, đo của đơn vị mình đang ở đâu?"


@pytest.mark.parametrize(
    ("role", "file", "title"),
    [
        (Role.ADVISER, "adviser/queue.py", "Hồ sơ chờ"),
        (Role.OFFICIAL_NATION, "official/overview.py", "Toàn cảnh"),
        (Role.ADMINISTRATOR, "admin/administration.py", "Quản trị"),
    ],
)
def test_each_role_comes_to_its_own_start_page_and_no_other(visit, environment, signed_up, role, file, title):
    key = signed_up()
    account = accounts.actor_of_session(environment, key).account_id
    with transaction(environment) as repository:
        repository.accounts.grant(account, RoleGrant(role.value, "19" if role is Role.ADVISER else ""))

    app = visit(session=key)
    assert app.title[0].value == title
    with pytest.raises(ValueError, match="result"):
        app.switch_page("enterprise/result.py")
