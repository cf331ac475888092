"""The enterprise's screens for every role, in both languages and in every state of the work."""

from __future__ import annotations

import json
import re

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.explaining import contributions
from core.domain.instruments import InstrumentFileKind, MeasuringInstrument
from core.language import Language, number
from core.services import accounts, assessing, programming, registering
from core.services.environment import transaction
from tests.pages.conftest import NAME

WORK = ["home", "profile", "assessment", "result", "programme", "my_data", "members"]
WORK += ["register", "points", "plan", "labels", "register_sheet", "hand_in"]
LANGUAGES = list(Language)
VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


def own(environment, sessions):
    actor = accounts.actor_of_session(environment, sessions["owner"])
    return actor, next(iter(actor.memberships))


def answer_all(environment, sessions, answer, but=None):
    """Give one answer to every question in scope; `but`: other answers by question id."""
    actor, enterprise_id = own(environment, sessions)
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    for topic in assessing.progress(opened):
        for question in topic.questions:
            wanted = (but or {}).get(question.id, answer)
            if wanted is not None:
                seen = opened.answer(question.id)
                assessing.save_answer(environment, actor, opened.id, question.id, seen=seen, wanted=wanted)
    return assessing.result(environment, actor, enterprise_id)


def words_of(app):
    shown = [
        one.value for kind in (app.title, app.header, app.markdown, app.caption, app.error, app.info) for one in kind
    ]
    html = [one.proto.body for one in app.get("html")]
    metrics = [f"{one.label} {one.value}" for one in app.metric]
    return "\n".join([*shown, *html, *metrics])


@pytest.fixture
def answered(environment, sessions, prepared):
    """The people of `sessions` after all questions were answered with level 1."""
    prepared("answered", lambda: answer_all(environment, sessions, Answer(Choice.LEVEL_1)))
    return sessions


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_members_open_every_screen_of_their_enterprise(visit, answered, who, language):
    app = visit(language=language, session=answered[who])
    for page in WORK:
        app.switch_page(f"enterprise/{page}.py").run()

        assert not app.exception, page
        assert app.title[0].value, page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["adviser", "official", "administrator", "stranger", "nobody"])
def test_everybody_else_sees_nothing_of_it(visit, answered, who, language):
    app = visit(language=language, session=answered.get(who, ""))
    for page in WORK:
        try:
            app.switch_page(f"enterprise/{page}.py").run()
        except ValueError:
            continue  # the page is not among those that this person's router knows

        assert not app.exception, page
        assert NAME not in words_of(app), page


# What a viewer may still press: ways to look, and what belongs to the own account.
LOOKING = re.compile(
    "^(?:next_step|step_open_|topic_|open_|show_all_gaps|to_programme|what_if_|programme_section|part_|preview_|"
    "document_language|consent_|contact_|account_sure|profile_done|leave_|label_|register_filter|register_search|page_|"
    "plan_look_)"
)


@pytest.mark.parametrize("page", WORK)
def test_a_viewer_is_offered_nothing_that_changes_the_enterprise(visit, answered, page):
    app = visit(f"enterprise/{page}.py", session=answered["viewer"])
    if page == "programme":
        app.session_state["item_task:goals"] = True
        app.query_params["phan"] = "tasks"
        app.run()

    kinds = (app.radio, app.text_input, app.checkbox, app.selectbox, app.button, app.pills, app.segmented_control)
    open_ones = [one.key or one.label for kind in kinds for one in kind if not one.disabled]
    assert [key for key in open_ones if not LOOKING.match(key)] == []
    components = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]
    assert all(data.get("disabled", True) for data in components)


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_who_may_not_delete_the_enterprise_can_delete_the_own_account(visit, environment, answered, who):
    app = visit("enterprise/my_data.py", session=answered[who])
    assert "delete_name" not in [one.key for one in app.text_input]

    app.checkbox(key="account_sure").check().run()
    app.button(key="delete_own_account").click().run()

    assert not app.exception
    assert accounts.actor_of_session(environment, answered[who]) is None
    assert accounts.actor_of_session(environment, answered["owner"]).memberships


@pytest.mark.parametrize("page", WORK)
def test_english_screens_hold_no_vietnamese_but_names(visit, answered, page):
    app = visit(f"enterprise/{page}.py", language=Language.EN, session=answered["owner"])

    labels = [
        one.label for kind in (app.button, app.checkbox, app.text_input, app.selectbox, app.radio) for one in kind
    ]
    texts = [one.value for kind in (app.title, app.header, app.caption) for one in kind]
    names = (NAME, "Tiếng Việt", "Đo Chuẩn", "Thái Nguyên", "Xóm", "Bắc Kạn", "QĐ-", "NĐ-", "Đ")
    for text in [*labels, *texts]:
        bare = re.sub("|".join(map(re.escape, names)), "", text or "")
        assert not VIETNAMESE.search(bare), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_on_the_result_are_those_of_the_score_and_its_parts_add_up(visit, environment, sessions, language):
    levels = {"named-person": Answer(Choice.LEVEL_4), "goals": Answer(Choice.UNKNOWN), "legal-units": None}
    result = answer_all(environment, sessions, Answer(Choice.LEVEL_2), levels)

    app = visit("enterprise/result.py", language=language, session=sessions["owner"])

    shown = words_of(app)
    score = number(result.self_score.low, language, 1)
    assert f"{score} / 100" in shown
    assert number(result.self_score.high, language, 1) in shown
    parts = contributions(result.self_score)
    assert number(sum(part.share for part in parts), language, 1) == score
    for part in parts:
        assert f"**{number(part.share, language, 1)}**" in shown


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(Choice.LEVEL_0), "Điều luật yêu cầu"),
        (Answer(Choice.UNKNOWN), "Cần tìm hiểu"),
        (Answer(Choice.LEVEL_4), "4 · Dẫn dắt"),
        (Answer(Choice.NOT_APPLICABLE, reason="không làm"), "không có điểm"),
        (None, "Chưa có kết quả"),
    ],
)
def test_every_state_of_the_answers_has_its_result(visit, environment, sessions, answer, says):
    answer_all(environment, sessions, answer)

    app = visit("enterprise/result.py", session=sessions["owner"])

    assert not app.exception
    assert says in words_of(app)


def test_a_failed_legal_duty_is_named_where_the_level_is_shown(visit, environment, sessions):
    answer_all(environment, sessions, Answer(Choice.LEVEL_4), {"group2-verification": Answer(Choice.LEVEL_1)})

    app = visit("enterprise/result.py", session=sessions["owner"])

    assert "Điểm thuộc mức 4, nhưng mức dừng ở 1" in app.error[0].value
    assert "5\\.1" in app.error[0].value


def test_the_weakest_topic_is_named_when_it_holds_the_level(visit, environment, sessions):
    effect = {question.id: Answer(Choice.LEVEL_0) for question in environment.catalogue.topics[8].questions}
    answer_all(environment, sessions, Answer(Choice.LEVEL_4), effect)

    app = visit("enterprise/result.py", session=sessions["owner"])

    assert any("nhưng mức dừng ở 1" in one.value and "Hiệu quả dự kiến" in one.value for one in app.info)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("declared", [Answer(Choice.LEVEL_4), Answer(Choice.NOT_APPLICABLE, reason="không dùng")])
def test_a_register_that_contradicts_an_answer_is_shown(visit, environment, sessions, language, declared):
    answer_all(environment, sessions, Answer(Choice.LEVEL_3), {"group2-verification": declared})
    actor, enterprise_id = own(environment, sessions)
    with transaction(environment, actor) as repository:
        repository.instruments.save(
            enterprise_id, seen=None, wanted=MeasuringInstrument(code="C-01", name="Cân", group2_row="8b")
        )

    app = visit("enterprise/result.py", language=language, session=sessions["owner"])

    assert not app.exception
    assert "C-01" in words_of(app).replace("\\", "")
    assert "None" not in words_of(app)


def test_choosing_an_answer_keeps_it_and_moves_the_progress(visit, environment, sessions):
    app = visit("enterprise/assessment.py", session=sessions["owner"])

    app.radio(key="choice_named-person").set_value(Choice.LEVEL_3).run()

    actor, enterprise_id = own(environment, sessions)
    assert assessing.open_assessment(environment, actor, enterprise_id).answer("named-person").level == 3
    assert not app.exception


def test_an_edit_of_the_programme_is_kept_and_a_later_answer_is_pointed_out(visit, environment, answered):
    app = visit("enterprise/programme.py", session=answered["owner"])
    app.selectbox(key="field_organisation/signer").select("council").run()
    actor, enterprise_id = own(environment, answered)

    edits = programming.open_programme(environment, actor, enterprise_id).edits

    assert edits["organisation/signer"].edit.value == "council"


@pytest.mark.parametrize("section", ["organisation", "period", "analysis", "effect", "objectives", "tasks", "money"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_the_editor_opens(visit, answered, section, language):
    app = visit("enterprise/programme.py", language=language, session=answered["owner"])

    app.selectbox(key="programme_section").select(section).run()

    assert not app.exception


def test_the_start_page_names_the_next_step_in_each_state(visit, environment, sessions):
    def next_step():
        return visit("enterprise/home.py", session=sessions["owner"]).button(key="next_step").label

    assert next_step() == "Trả lời"
    answer_all(environment, sessions, Answer(Choice.LEVEL_1), {"goals": None})
    assert next_step() == "Trả lời tiếp"
    answer_all(environment, sessions, Answer(Choice.LEVEL_2))
    assert next_step() == "Soạn chương trình"


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_of_instruments_are_among_ones_data(visit, environment, sessions, language):
    actor, enterprise_id = own(environment, sessions)
    line = registering.save_instrument(
        environment, actor, enterprise_id, seen=None, wanted=MeasuringInstrument("C-01", name="Cân")
    )
    content = ("giấy <1>.pdf", b"%PDF-1.4 x")
    file = registering.attach_file(environment, actor, enterprise_id, line.id, InstrumentFileKind.CERTIFICATE, *content)

    app = visit("enterprise/my_data.py", language=language, session=sessions["owner"])

    assert not app.exception
    [link] = [one.proto.body for one in app.get("html") if "/tai-ve/phuong-tien/" in one.proto.body]
    assert f"/tai-ve/phuong-tien/{file.id}" in link
    assert "C-01 · giấy &lt;1&gt;.pdf" in link


def test_deleting_with_the_wrong_name_deletes_nothing(visit, environment, sessions):
    app = visit("enterprise/my_data.py", session=sessions["owner"])

    app.text_input(key="delete_name").set_value("tên khác").run()
    app.button(key="delete").click().run()

    assert not app.exception
    actor, enterprise_id = own(environment, sessions)
    assert assessing.open_assessment(environment, actor, enterprise_id).profile.name == NAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_corrects_their_own_name_and_an_empty_one_is_refused(visit, environment, answered, language):
    app = visit("enterprise/my_data.py", language=language, session=answered["viewer"])

    app.text_input(key="contact_name").set_value("Lý Thị Sửa").run()
    app.text_input(key="contact_phone").set_value("0912 000 111").run()
    assert accounts.actor_of_session(environment, answered["viewer"]).name == "Lý Thị Sửa"
    assert "Lý Thị Sửa" in words_of(app)

    app.text_input(key="contact_name").set_value(" ").run()
    assert environment.catalogue.word("errors.name-missing.what")[language] in words_of(app)
    assert accounts.actor_of_session(environment, answered["viewer"]).name == "Lý Thị Sửa"
    again = visit("enterprise/my_data.py", language=language, session=answered["viewer"])
    assert again.text_input(key="contact_phone").value == "0912 000 111"
