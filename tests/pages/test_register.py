"""The register's screens for every role, in both languages, empty and filled."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord, ServiceResult
from core.domain.register.doubts import doubts_of
from core.domain.register.judging import judged
from core.domain.register.points import ProcessPoint
from core.domain.register.telling import Teller
from core.language import Language
from core.services import registering
from pages.enterprise import register_table
from pages.widgets.writing import plain
from tests.pages.conftest import ROUTER
from tests.pages.test_enterprise import LANGUAGES, VIETNAMESE, own, words_of

MEMBERS = ["owner", "editor", "viewer"]
LINES = (
    MeasuringInstrument("C-02", "Cân bàn 60 kg", "8b", place="Kho", serial="K6-20418", verified_on=date(2025, 10, 12)),
    MeasuringInstrument("N-02", "Nhiệt kế kho lạnh", place="Kho lạnh 1"),
    MeasuringInstrument("C-03", "Cân đóng gói", "8b", verified_on=date(2025, 12, 10)),
    MeasuringInstrument("M-01", "Máy đo độ ẩm", calibrated_on=date(2026, 10, 2), interval_months=12),
    MeasuringInstrument("A-01", "Áp kế nồi hơi", "31"),
    MeasuringInstrument("X-09", "Cân cũ", in_use=False),
)


def keep(environment, sessions, *lines):
    actor, enterprise_id = own(environment, sessions)
    return registering.save_instruments(environment, actor, enterprise_id, [(None, line) for line in lines])


def register_of(environment, sessions):
    actor, enterprise_id = own(environment, sessions)
    return registering.open_register(environment, actor, enterprise_id)


def at(sessions, who, file, language=Language.VI, **choices):
    """Open a page by its whole address."""
    app = AppTest.from_file(str(ROUTER), default_timeout=20)
    app.user = {"session": sessions[who]}
    app.query_params["lang"] = language.value
    app.run()
    app.switch_page(file)
    for name, value in choices.items():
        app.query_params[name] = value
    return app.run()


def card(sessions, who, line_id, language=Language.VI):
    return at(sessions, who, "enterprise/instrument.py", language, id=str(line_id))


def opened_part(app, name, line_id):
    app.session_state[f"part_{name}_{line_id}"] = True
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", MEMBERS)
@pytest.mark.parametrize("lines", [(), LINES], ids=["empty", "filled"])
def test_the_list_opens_for_every_member(visit, environment, sessions, who, language, lines):
    if lines:
        keep(environment, sessions, *lines)

    app = visit("enterprise/register.py", language=language, session=sessions[who])

    assert not app.exception
    assert app.title[0].value == ("Phương tiện đo" if language is Language.VI else "Instruments")


def test_what_is_due_first_stands_first_and_red_is_for_the_law_alone(visit, environment, sessions):
    keep(environment, sessions, *LINES)

    app = visit("enterprise/register.py", session=sessions["viewer"])

    rows = [one.value for one in app.markdown if ":small[" in one.value and "**" in one.value]
    codes = [re.search(r"[A-Z]-\d\d", row)[0] for row in rows]
    assert codes == ["C-02", "A-01", "N-02", "C-03", "M-01", "X-09"]
    badges = [one.value for one in app.markdown if "-badge[" in one.value and "**" not in one.value]
    assert [re.match(r":(\w+)-badge", badge)[1] for badge in badges] == [
        "red",
        "red",
        "gray",
        "orange",
        "green",
        "gray",
    ]
    assert "12/10/2026" in badges[0]


def test_the_list_is_searched_without_marks_and_filtered_by_state(visit, environment, sessions):
    keep(environment, sessions, *LINES)
    app = visit("enterprise/register.py", session=sessions["viewer"])

    app.text_input(key="register_search").set_value("kho lanh").run()
    assert "N-02" in words_of(app)
    assert "C-02" not in words_of(app)

    app.text_input(key="register_search").set_value("").run()
    app.pills(key="register_filter").set_value("due_soon").run()
    assert "C-03" in words_of(app)
    assert "N-02" not in words_of(app)


def test_long_registers_are_shown_by_the_page(visit, environment, sessions):
    keep(environment, sessions, *(MeasuringInstrument(f"C-{n:02}", f"Cân {n}") for n in range(1, 46)))
    app = visit("enterprise/register.py", session=sessions["viewer"])
    assert "1–20 trong 45 phương tiện đo" in words_of(app)

    app.button(key="page_ahead").click().run()
    app.button(key="page_ahead").click().run()

    assert "41–45 trong 45 phương tiện đo" in words_of(app)
    assert app.button(key="page_ahead").disabled


def test_the_starter_makes_a_register_of_what_stays_ticked(visit, environment, sessions):
    app = visit("enterprise/register.py", session=sessions["editor"])
    ticks = [one for one in app.checkbox if one.key.startswith("starter_tick_")]
    assert len(ticks) == 16
    assert all(one.value for one in ticks)
    assert app.selectbox(key="starter_sector").value == "tea-food"

    for one in ticks[3:]:
        one.uncheck()
    app.run()
    app.number_input(key="starter_count_tea-food_leaf-platform-scale_0").set_value(2).run()
    app.button(key="starter_add").click().run()

    assert not app.exception
    kept = register_of(environment, sessions)
    assert [one.code for one in kept.instruments] == ["C-01", "C-02", "C-03", "N-01"]
    assert [one.group2_row for one in kept.instruments] == ["8b", "8b", "", ""]
    assert {(one.price_vnd, one.verified_on) for one in kept.instruments} == {(None, None)}
    assert {point.id for point in kept.points} == {one.point for one in kept.instruments}
    assert "Đã thêm 4 phương tiện đo" in "".join(one.value for one in app.success)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", MEMBERS)
def test_the_card_opens_with_all_its_parts(environment, sessions, who, language):
    for line in keep(environment, sessions, *LINES):
        app = card(sessions, who, line.id, language)
        for part in ("record", "edit", "files", "history"):
            app.session_state[f"part_{part}_{line.id}"] = True
        app.run()

        assert not app.exception
        assert app.title[0].value == line.instrument.name
        if who == "viewer":
            kinds = (app.text_input, app.checkbox, app.selectbox, app.button, app.segmented_control)
            assert [one.key for kind in kinds for one in kind if not one.disabled] == []


def test_a_card_of_somebody_else_is_not_there(environment, sessions):
    [line] = keep(environment, sessions, LINES[0])

    app = card(sessions, "stranger", line.id)

    assert not app.exception
    assert LINES[0].name not in words_of(app)


@pytest.mark.parametrize("asked", ["nothing", "00000000-0000-7000-8000-000000000000"])
def test_an_address_that_names_no_line_says_so(environment, sessions, asked):
    app = card(sessions, "owner", asked)

    assert not app.exception
    assert not app.expander


def test_a_chosen_value_keeps_itself_and_moves_what_is_due(environment, sessions):
    [line] = keep(environment, sessions, replace(LINES[3], calibrated_on=date(2024, 2, 29), interval_months=24))
    app = opened_part(card(sessions, "owner", line.id), "edit", line.id)
    assert "Hạn hiệu chuẩn theo chu kỳ của đơn vị 28/02/2026" in words_of(app)

    app.checkbox(key=f"line_end_of_month_{line.id}").check().run()
    assert "Hạn hiệu chuẩn theo chu kỳ của đơn vị 28/02/2026" in words_of(app)
    app.segmented_control(key=f"line_accredited_{line.id}").set_value(0).run()
    app.checkbox(key=f"line_in_use_{line.id}").uncheck().run()

    [kept] = register_of(environment, sessions).instruments
    assert (kept.end_of_month, kept.accredited, kept.in_use) == (True, True, False)
    assert "ngừng sử dụng, nên không tính hạn" in words_of(app)


def test_two_people_in_one_field_are_told_and_nothing_is_lost(environment, sessions):
    [line] = keep(environment, sessions, LINES[1])
    app = opened_part(card(sessions, "owner", line.id), "edit", line.id)
    other = opened_part(card(sessions, "editor", line.id), "edit", line.id)
    other.selectbox(key=f"line_use_{line.id}").set_value("safety").run()

    app.selectbox(key=f"line_use_{line.id}").set_value("trade").run()
    assert "editor" in words_of(app)
    assert register_of(environment, sessions).instruments[0].use == "safety"
    app.button(key=f"line_use_{line.id}.yours").click().run()

    assert register_of(environment, sessions).instruments[0].use == "trade"


def test_the_group_is_found_by_words_without_marks_and_the_list_says_what_the_law_asks(environment, sessions):
    [line] = keep(environment, sessions, MeasuringInstrument("C-01", "Cân ô tô"))
    app = opened_part(card(sessions, "owner", line.id), "edit", line.id)
    assert "Nhóm 1: không bắt buộc kiểm định" in words_of(app)

    app.button(key=f"line_likely_10_{line.id}").click().run()
    assert "Nhóm 2, mục 10" in words_of(app)
    assert "cần kiểm tra với Thông tư 04/2026/TT-BKHCN" in words_of(app)
    app.text_input(key=f"line_group_search_{line.id}").set_value("do am hat").run()
    choice = app.selectbox(key=f"line_group2_row_{line.id}")
    assert any("độ ẩm hạt nông sản" in option for option in choice.options)
    choice.set_value("35").run()

    [kept] = register_of(environment, sessions).instruments
    assert kept.group2_row == "35"


def test_a_new_service_becomes_the_latest_and_the_earlier_is_kept(environment, sessions):
    [line] = keep(environment, sessions, LINES[0])
    app = opened_part(card(sessions, "owner", line.id), "record", line.id)
    field = f"{line.id}_0"

    app.session_state[f"record_on_{line.id}.text"] = "10/11/2026"
    app.session_state[f"record_until_{line.id}.text"] = "10/11/2025"
    app.session_state[f"record_by_{line.id}.text"] = "Trung tâm Kỹ thuật 1"
    app.button(key=f"record_keep_{field}").click().run()
    assert "10/11/2025" in words_of(app)
    app.session_state[f"record_until_{line.id}.text"] = "10/11/2027"
    app.segmented_control(key=f"record_result_{field}").set_value(0)
    app.button(key=f"record_keep_{field}").click().run()

    assert not app.exception
    [kept] = register_of(environment, sessions).instruments
    assert kept.verified_until == date(2027, 11, 10)
    assert kept.verification_result is ServiceResult.PASSED
    assert [one.on.year for one in kept.services(ServiceKind.VERIFICATION)] == [2025, 2026]
    assert "Hạn kiểm định 10/11/2027" in words_of(app)


def test_a_calibration_keeps_its_error_and_uncertainty_as_typed(environment, sessions):
    [line] = keep(environment, sessions, LINES[3])
    app = opened_part(card(sessions, "owner", line.id), "record", line.id)
    field = f"{line.id}_0"
    typed = {"on": "01/11/2026", "error_found": "+0,12 %", "uncertainty": "0,2 %", "coverage": "2"}

    for name, text in typed.items():
        app.session_state[f"record_{name}_{line.id}.text"] = text
    app.segmented_control(key=f"record_confirmed_{field}").set_value(0)
    app.button(key=f"record_keep_{field}").click().run()

    [kept] = register_of(environment, sessions).instruments
    assert kept.calibration == ServiceRecord(
        ServiceKind.CALIBRATION,
        date(2026, 11, 1),
        error_found="+0,12 %",
        uncertainty="0,2 %",
        coverage="2",
        confirmed=True,
    )


def test_a_line_is_removed_only_after_a_question(environment, sessions):
    lines = keep(environment, sessions, *LINES[:2])
    app = card(sessions, "owner", lines[0].id)

    app.button(key="remove_line_yes").click().run()

    assert not app.exception
    assert [one.code for one in register_of(environment, sessions).instruments] == ["N-02"]


def test_a_new_line_gets_a_free_code_from_its_name_and_opens_its_card(visit, environment, sessions):
    keep(environment, sessions, MeasuringInstrument("C-01", "Cân bàn"))
    app = visit("enterprise/instrument.py", session=sessions["owner"])

    app.session_state["new_name.text"] = "Cân treo 500 kg"
    app.button(key="new_add").click().run()

    assert not app.exception
    kept = [(one.code, one.name) for one in register_of(environment, sessions).instruments]
    assert kept == [("C-01", "Cân bàn"), ("C-02", "Cân treo 500 kg")]
    assert app.title[0].value == "Cân treo 500 kg"


def test_the_code_of_a_new_line_follows_the_name_until_the_person_types_one(visit, sessions):
    app = visit("enterprise/instrument.py", session=sessions["owner"])

    def code_after(**typed):
        for name, text in typed.items():
            app.session_state[f"new_{name}.text"] = text
        app.run()
        boxes = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]
        return next(one["value"] for one in boxes if one["label"] == "Mã")

    assert code_after() == ""
    assert code_after(name="Cân treo") == "C-01"
    assert code_after(name="Nhiệt kế") == "N-01"
    assert code_after(code="NK 7") == "NK 7"
    assert code_after(name="Cân treo") == "NK 7"


def test_english_cards_hold_no_vietnamese_but_what_was_typed(environment, sessions):
    [line] = keep(environment, sessions, MeasuringInstrument("C-1", "Scale", "10", verified_on=date(2026, 3, 1)))
    app = card(sessions, "owner", line.id, Language.EN)
    for part in ("record", "edit", "files", "history"):
        app.session_state[f"part_{part}_{line.id}"] = True
    app.run()

    kinds = (app.button, app.checkbox, app.text_input, app.selectbox, app.segmented_control, app.caption, app.markdown)
    texts = [getattr(one, "label", None) or getattr(one, "value", "") for kind in kinds for one in kind]
    for text in texts:
        bare = re.sub("Tiếng Việt|Đo Chuẩn|QĐ-|Nguyễn Thị Hà|owner", "", str(text))
        assert not VIETNAMESE.search(bare), text


# The measuring points


def points_of(environment, sessions):
    return register_of(environment, sessions).points


def test_the_points_usual_in_the_trade_become_a_map_that_marks_what_nothing_measures(visit, environment, sessions):
    keep(environment, sessions, MeasuringInstrument("C-01", "Cân bàn", point="leaf-intake"))
    app = visit("enterprise/points.py", session=sessions["editor"])

    app.button(key="take_points").click().run()

    assert not app.exception
    assert len(points_of(environment, sessions)) == 13
    [picture] = [one.proto.body for one in app.get("html") if '<ol class="flow"' in one.proto.body]
    assert picture.count("<li>") == 13
    assert picture.count('class="bare"') == 12
    assert "C-01" in picture
    assert "13 điểm đo; 12 điểm chưa có phương tiện đo" in words_of(app)


def test_a_point_of_ones_own_is_added_filled_in_and_removed(visit, environment, sessions):
    app = visit("enterprise/points.py", session=sessions["owner"])
    app.button(key="add_point").click().run()
    app.button(key="add_point").click().run()
    assert points_of(environment, sessions) == (ProcessPoint("point-1"),)

    app.selectbox(key="point_criticality_point-1").set_value("trade").run()
    assert points_of(environment, sessions) == (ProcessPoint("point-1", criticality="trade"),)
    app.button(key="away_yes_point-1").click().run()
    assert points_of(environment, sessions) == ()


def test_what_people_write_into_a_point_is_shown_letter_by_letter(visit, environment, sessions):
    actor, enterprise_id = own(environment, sessions)
    wanted = ProcessPoint("a", "Rót <b>chai</b>", "**Khối** lượng", throughput=Decimal("12000.5"))
    registering.save_point(environment, actor, enterprise_id, seen=None, wanted=wanted)

    app = visit("enterprise/points.py", session=sessions["viewer"])

    assert "Rót &lt;b&gt;chai&lt;/b&gt;" in words_of(app)
    assert "\\*\\*Khối\\*\\* lượng" in words_of(app)


def test_two_people_in_one_point_are_told(visit, environment, sessions):
    actor, enterprise_id = own(environment, sessions)
    seen = registering.save_point(environment, actor, enterprise_id, seen=None, wanted=ProcessPoint("a", "Sấy"))
    app = visit("enterprise/points.py", session=sessions["editor"])
    app.button(key="open_point_a").click().run()
    theirs = ProcessPoint("a", "Sấy", criticality="cost")
    registering.save_point(environment, actor, enterprise_id, seen=seen, wanted=theirs)

    app.selectbox(key="point_criticality_a").set_value("quality").run()
    assert points_of(environment, sessions) == (theirs,)
    app.button(key="point_criticality_a.yours").click().run()

    assert points_of(environment, sessions)[0].criticality == "quality"


# The table


def test_the_table_is_kept_by_its_difference(environment, sessions):
    scale, thermometer, *_ = keep(environment, sessions, *LINES)
    lines = {one.id: one.instrument for one in register_of(environment, sessions).kept}
    edited = register_table.frame_of(lines)
    assert register_table.changes_in(lines, edited) == {}

    edited.loc[str(scale.id), "verified_until"] = pd.Timestamp(2027, 1, 31)
    edited.loc[str(scale.id), "interval_months"] = 6
    edited.loc[str(thermometer.id), "place"] = ""

    assert register_table.changes_in(lines, edited) == {
        scale.id: {"verified_until": date(2027, 1, 31), "interval_months": 6},
        thermometer.id: {"place": ""},
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", MEMBERS)
def test_the_table_opens_for_every_member(environment, sessions, who, language):
    keep(environment, sessions, *LINES)

    app = at(sessions, who, "enterprise/register.py", language, xem="bang")

    assert not app.exception
    [table] = app.get("arrow_data_frame") or app.dataframe
    assert list(table.value["code"]) == [one.code for one in LINES]


# The card and the start page say what the rules say


def test_the_card_tells_whether_the_instrument_is_good_enough_and_how_that_arose(environment, sessions):
    [line] = keep(
        environment,
        sessions,
        MeasuringInstrument(
            "C-01", "Cân bàn", range="0–60 kg", division="20 g", unit="kg", tolerance="±120 g", mpe="±30 g",
            calibrated_on=date(2026, 3, 1), error_found="+10 g", uncertainty="6 g", coverage="2",
        ),
    )  # fmt: skip
    app = opened_part(card(sessions, "viewer", line.id), "why", line.id)
    register = register_of(environment, sessions)
    told = Teller(register.catalogue, Language.VI).fitness(
        judged(register.instruments, register.points, register.catalogue, register.on)["C-01"].fitness
    )

    shown = words_of(app)
    assert plain(told.verdict) in shown
    assert plain(told.why) in shown
    assert all(plain(sentence) in shown for sentence in told.how)


def test_what_looks_odd_stands_beside_its_field(environment, sessions):
    [line] = keep(environment, sessions, MeasuringInstrument("C-01", "Cân", range="0–60 kg", tolerance="nhỏ"))

    app = opened_part(card(sessions, "viewer", line.id), "edit", line.id)

    register = register_of(environment, sessions)
    odd = doubts_of(register.instruments[0], None, register.on)
    assert "tolerance" in {doubt.field for doubt in odd}
    teller = Teller(register.catalogue, Language.VI)
    assert all(plain(teller.doubt(doubt)) in words_of(app) for doubt in odd)


def test_the_start_page_counts_the_register_what_is_overdue_first(visit, environment, sessions):
    keep(environment, sessions, *LINES)

    app = visit("enterprise/home.py", session=sessions["owner"])

    line = next(one.value for one in app.markdown if "6 phương tiện đo" in one.value)
    assert line == (
        "6 phương tiện đo · 2 nhóm 2 quá hạn hoặc chưa kiểm định"
        " · 1 quá hạn · 2 chưa có ngày · 1 sắp đến hạn · 1 còn hạn · 1 ngừng sử dụng"
    )


def test_a_service_that_was_filed_by_mistake_is_taken_away_and_the_latest_stays(environment, sessions):
    mistaken = ServiceRecord(ServiceKind.VERIFICATION, date(2024, 10, 12), by="Ghi nhầm")
    [line] = keep(environment, sessions, replace(LINES[0], history=(mistaken,)))
    app = opened_part(card(sessions, "editor", line.id), "history", line.id)
    assert "Ghi nhầm" in words_of(app)
    assert [one.key for one in app.button if one.key.startswith("forget_")] == [f"forget_1_{line.id}"]

    app.button(key=f"forget_1_{line.id}").click().run()

    assert "Ghi nhầm" not in words_of(app)
    [kept] = register_of(environment, sessions).instruments
    assert [one.on for one in kept.services(ServiceKind.VERIFICATION)] == [date(2025, 10, 12)]
