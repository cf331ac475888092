"""The shared widgets and the frame: nothing of a person's text is ever taken for markup, refusals are told in words."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from string import Formatter

import pytest
import streamlit
from hypothesis import example, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.programme_parsing import parse_figure, parse_whole
from core.language import Language, Text
from core.storage.content import load_catalogue
from core.storage.tables import new_id
from pages import frame
from pages.frame import Audience, Visit, audiences
from pages.router import LOOK, style
from pages.widgets.writing import Details, in_html, plain, typed_number, written

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "pages").rglob("*.py"))
UNSAFE = '**bold** [x](http://y) ![p](http://z) :red[r] <b onclick="e">h</b> $m$ `c`'


def person(*roles: Role, member: bool = False) -> Actor:
    return Actor(
        new_id(),
        "Hà",
        "ha@suoican.example",
        memberships={new_id(): Role.OWNER} if member else {},
        roles=tuple(GrantedRole(role) for role in roles),
    )


@pytest.fixture
def visitor(environment) -> Visit:
    return Visit(environment, None, Language.VI)


def drawn(script) -> AppTest:
    app = AppTest.from_function(script, default_timeout=20).run()
    assert not app.exception
    return app


def html_of(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


# Writing


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.sampled_from(Language))
@example(Decimal("1.234"), Language.VI)
@example(Decimal(1200), Language.EN)
def test_a_number_shown_in_a_field_is_read_back_as_itself(value, language):
    assert parse_figure(typed_number(value, language)) == value
    whole = value.to_integral_value()
    assert parse_whole(typed_number(whole, language)) == whole


@given(st.text(alphabet=st.sampled_from("ab1 đ.:-+#=*_`[]<>$|~\\&;/w@\n"), max_size=40))
@settings(max_examples=300)
def test_markdown_shows_every_text_letter_by_letter(text):
    lines = [line.lstrip() for line in text.split("\n")]
    assert shown_by_markdown(plain(text)) == "\n".join(lines)


def shown_by_markdown(text: str) -> str:
    """Read escapes and hard line ends as Markdown does, and insist that nothing else means anything."""
    found = []
    for line in text.split("  \n"):
        bare = re.sub(r"\\[!-/:-@\[-`{-~]", "\0", line)
        assert not re.search(r"[*_`\[\]<>$|~\\]|:[A-Za-z/+-]|&[#A-Za-z]", bare), line
        assert not re.match(r"[#+=-]|\d{1,3}[.)]", bare), line
        found.append(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line))
        assert not re.search(r":[\w+-]+(/\w+)?:", found[-1]), line
    return "\n".join(found).replace("\u2060", "")


@pytest.mark.parametrize("text", ["10:40", "54,6 / 100", "C-02, C-07", "Hợp tác xã (Suối Cạn)", "a@b.example"])
def test_usual_text_is_left_as_it_is(text):
    assert plain(text) == text


@given(st.text(max_size=60))
@settings(max_examples=100)
def test_html_holds_no_markup_of_a_person(text):
    assert not set("<>\"'") & set(in_html(text))


def test_values_are_written_in_the_language_of_the_visit(now):
    assert written(Fraction(1091, 20), Language.VI) == "54,6"
    assert written(Fraction(1091, 20), Language.EN) == "54.6"
    assert written(now, Language.VI) == "10:42 22/11/2026"
    assert written(Text("một", "one"), Language.EN) == "one"


def test_a_missing_detail_never_breaks_a_sentence():
    assert "{a} {b}".format_map(Details({"a": "x"}, "chưa rõ")) == "x chưa rõ"


# Who sees which pages


def test_who_belongs_nowhere_yet_is_about_to_enter_an_enterprise():
    assert audiences(None) == ()
    assert audiences(person()) == (Audience.ENTERPRISE,)
    assert audiences(person(Role.ADVISER)) == (Audience.ADVISER,)
    assert audiences(person(Role.LEAD_ADVISER, member=True)) == (Audience.ENTERPRISE, Audience.ADVISER)


def test_every_role_has_pages():
    for role in Role:
        assert audiences(person(role, member=role in (Role.OWNER, Role.EDITOR, Role.VIEWER)))


# Refusals


def test_a_refusal_in_a_callback_waits_for_its_place_and_goes_with_the_next_success(environment):
    def script():
        import streamlit as st

        from core.errors import AnswerRefused
        from pages import frame

        def deed(visit, how):
            if how == "refuse":
                raise AnswerRefused("note-too-long", question="named-person", length=10_050, limit=10_000)

        with frame.refreshed() as visit:
            frame.refusal(visit, "here")
        st.button("no", key="no", on_click=frame.attempt, args=("here", deed, "refuse"))
        st.button("yes", key="yes", on_click=frame.attempt, args=("here", deed, "do"))

    app = drawn(script)
    assert not app.caption
    app.button(key="no").click().run()
    shown = " ".join(one.value for one in app.markdown)
    assert "10050 ký tự" in shown
    assert "note-too-long" in app.caption[0].value
    app.button(key="yes").click().run()
    assert not app.caption


def test_an_unknown_code_is_still_told_in_words(environment):
    def script():
        from core.errors import OutOfOrder
        from pages import frame

        with frame.open_page():
            raise OutOfOrder("never-heard-of", state="draft")

    app = drawn(script)
    assert "Việc vừa rồi chưa làm được" in " ".join(one.value for one in app.markdown)
    assert "never-heard-of" in app.caption[0].value


def test_what_is_not_there_offers_a_way_back(environment):
    def script():
        from core.errors import NotThere
        from pages import frame

        with frame.open_page():
            raise NotThere

    app = drawn(script)
    assert app.title[0].value == "Không mở được trang này"
    assert app.button(key="frame.way-back").label == "Về trang đầu"


def test_a_page_for_an_audience_shows_a_guest_the_way_in_and_nothing_else(environment):
    def script():
        import streamlit as st

        from pages import frame
        from pages.frame import Audience

        with frame.open_page(needs=Audience.ENTERPRISE):
            st.markdown("secret")

    app = drawn(script)
    assert app.title[0].value == "Xin đăng nhập"
    assert 'href="/dang-nhap?next=' in html_of(app)
    assert "secret" not in " ".join(one.value for one in app.markdown)


def test_a_fault_shows_a_number_that_stands_in_the_log(environment, caplog):
    def script():
        from pages import frame

        frame.answer_fault(ZeroDivisionError("by zero"))

    app = drawn(script)
    number = re.search("[0-9A-F]{8}", app.caption[0].value).group()
    assert number in caplog.text
    assert "by zero" not in " ".join(one.value for one in app.markdown)


# Widgets


def test_the_level_strip_says_in_words_what_it_draws(environment):
    def script():
        from fractions import Fraction

        from pages import frame
        from pages.widgets.levels import level_strip

        with frame.refreshed() as visit:
            level_strip(visit, Fraction(482, 10), Fraction(679, 10))
            level_strip(visit, Fraction(50), label='5 < "6"')

    shown = html_of(drawn(script))
    assert 'aria-label="Thang điểm từ 0 đến 100, chia năm mức 0 đến 4. Điểm từ 48,2 đến 67,9."' in shown
    assert "left:48.20%;width:19.70%" in shown
    assert 'aria-label="5 &lt; &quot;6&quot;"' in shown


def test_the_conflict_box_shows_both_values_and_does_what_was_chosen(environment):
    def script():
        from datetime import UTC, datetime

        import streamlit as st

        from core.errors import Conflict
        from pages import frame
        from pages.widgets.boxes import conflict_box

        error = Conflict(
            "answer-changed", who="Hà *", at=datetime(2026, 11, 22, 3, 40, tzinfo=UTC), theirs="mức 3", yours=""
        )
        with frame.refreshed() as visit:
            conflict_box(
                visit,
                error,
                "q1",
                keep_theirs=lambda: st.session_state.update(kept="theirs"),
                keep_yours=lambda: st.session_state.update(kept="yours"),
            )

    app = drawn(script)
    shown = " ".join(one.value for one in app.markdown)
    assert "Hà \\* vừa sửa mục này lúc 10:40" in shown
    assert "mức 3" in shown
    assert "để trống" in shown
    app.button(key="q1.yours").click().run()
    assert app.session_state["kept"] == "yours"


def test_the_conflict_box_tells_what_was_emptied_from_what_was_never_written(environment):
    def script():
        from core.errors import Conflict
        from pages import frame
        from pages.widgets.boxes import conflict_box

        error = Conflict("changed-meanwhile", who="Hà", at=None, theirs=None, yours="")
        with frame.refreshed() as visit:
            conflict_box(
                visit,
                error,
                "q1",
                keep_theirs=lambda: None,
                keep_yours=lambda: None,
                show=lambda value: f"shown {value}",
                nothing="lời đề xuất",
            )

    shown = " ".join(one.value for one in drawn(script).markdown)
    assert "lời đề xuất" in shown
    assert "để trống" in shown
    assert "shown" not in shown


def test_the_law_mark_is_red_only_while_the_duty_fails(environment):
    def script():
        from core.domain.assessment import Answer, Choice
        from pages import frame
        from pages.widgets.questions import question_card

        with frame.refreshed() as visit:
            question = visit.catalogue.questions["group2-verification"]
            for answer in (None, Answer(Choice.LEVEL_2), Answer(Choice.UNKNOWN), Answer(Choice.LEVEL_3)):
                with question_card(visit, question, answer):
                    pass
            with question_card(visit, visit.catalogue.questions["named-person"], None):
                pass

    colours = [re.search("(red|gray)", one.value).group() for one in drawn_with_repeats(script).markdown]
    assert colours == ["gray", "red", "red", "gray"]


def drawn_with_repeats(script) -> AppTest:
    """Draw a script that shows one card several times, which a page never does."""
    import streamlit as streamlit_module

    real = streamlit_module.container

    def without_key(*args, **options):
        options.pop("key", None)
        return real(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streamlit_module, "container", without_key)
        return drawn(script)


def test_the_seven_rows_of_a_question_are_its_levels_and_two_more(environment):
    def script():
        from core.domain.assessment import Choice
        from pages import frame
        from pages.widgets.questions import choice_radio

        with frame.refreshed() as visit:
            question = visit.catalogue.questions["named-person"]
            chosen = choice_radio(visit, question, Choice.LEVEL_2, lambda: None)
            frame.st.markdown(str(chosen))

    app = drawn(script)
    radio = app.radio[0]
    assert len(radio.options) == 7
    assert radio.label.startswith("1.1. ")
    assert app.markdown[-1].value == "2"
    radio.set_value(None).run()


def test_pairs_say_what_is_unknown(environment):
    def script():
        from pages import frame
        from pages.widgets.boxes import pairs

        with frame.refreshed() as visit:
            pairs(visit, [("Số máy", "<b>"), ("Hiệu chuẩn", None), ("Số lượng", 0)])

    shown = html_of(drawn(script))
    assert "<dd>&lt;b&gt;</dd>" in shown
    assert "<dd>chưa có</dd>" in shown
    assert "<dd>0</dd>" in shown


def test_a_step_without_a_line_waits_and_one_with_an_action_can_be_opened(environment):
    def script():
        import streamlit as st

        from pages.widgets.boxes import STEP_NOW, Step, step_list

        steps = [
            Step("profile", "Hồ sơ"),
            Step("answers", "Tự đánh giá", icon=STEP_NOW, line="còn 21 câu", action="Mở"),
        ]
        st.markdown(f"pressed {step_list(steps)}")

    app = drawn(script)
    assert len(app.expander) == 2
    app.button(key="step_open_answers").click().run()
    assert app.markdown[-1].value == "pressed answers"


# Words and look


CATALOGUE = load_catalogue()


def calls_for_words(path: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("t", "md")
        and node.args
    ]


def words_for(key: ast.expr) -> list[Text] | None:
    """Return the words that a call may ask for; None where the key comes from elsewhere."""
    if isinstance(key, ast.Constant):
        return [CATALOGUE.words[key.value]] if key.value in CATALOGUE.words else []
    if isinstance(key, ast.JoinedStr):
        parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in key.values)
        pattern = re.compile("".join(parts))
        return [text for key, text in CATALOGUE.words.items() if pattern.fullmatch(key)]
    return None


def missing_in(call: ast.Call) -> str | set[str]:
    """Return the word that a call asks for in vain, or the values that it leaves out."""
    key, given = call.args[0], {keyword.arg for keyword in call.keywords}
    found = words_for(key)
    if found == []:
        return ast.unparse(key)
    if found is None or not isinstance(key, ast.Constant) or None in given:
        return set()
    return {name for text in (found[0].vi, found[0].en) for _, name, _, _ in Formatter().parse(text) if name} - given


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "pages").as_posix())
def test_every_word_that_a_page_asks_for_is_there_with_all_its_values(path):
    missing = {call.lineno: missing_in(call) for call in calls_for_words(path)}
    assert {line: what for line, what in missing.items() if what} == {}


def test_the_style_names_only_keys_that_the_pages_use():
    rules = (LOOK / "style.css").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for key in set(re.findall(r"st-key-([a-z_]+[a-z])_?", rules)):
        assert re.search(rf'key=f?"{key}', code), f"style.css names {key}, no page does"


def test_streamlit_still_draws_every_part_that_the_style_names():
    rules = (LOOK / "style.css").read_text(encoding="utf-8")
    scripts = Path(streamlit.__file__).parent.glob("static/static/js/*.js")
    drawn_by_streamlit = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    named = set(re.findall(r'data-testid="([A-Za-z]+)"', rules)) | {"data-test-connection-state", "PINGING_SERVER"}
    missing = {name for name in named if name not in drawn_by_streamlit}
    assert not missing


@pytest.mark.parametrize("language", list(Language))
def test_the_style_speaks_the_language_of_the_visit(environment, language):
    shown = style(Visit(environment, None, language))

    assert f'--menu:"{CATALOGUE.words["frame.menu.drawer"][language]}"' in shown
    assert "\\A " in shown
    assert shown.count("<") == 2


def test_frames_and_pages_hold_no_vietnamese_of_their_own():
    for path in SOURCES:
        assert not re.search("[à-ỹđĐ]", path.read_text(encoding="utf-8")), path


def test_who_is_here_is_read_once_in_a_run_and_again_in_the_next(visit, environment, signed_up, monkeypatch):
    read = []
    real = frame.accounts.actor_of_session
    monkeypatch.setattr(frame.accounts, "actor_of_session", lambda *asked: read.append(1) or real(*asked))
    app = visit("public/glossary.py", session=signed_up())
    read.clear()

    app.run()
    assert len(read) == 1
    app.run()
    assert len(read) == 2
