"""Where the register and the answers meet: a quiet suggestion on the card, and a disagreement on the result."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.instruments import MeasuringInstrument
from core.language import Language
from core.services import accounts, assessing, registering
from tests.pages.test_enterprise import answer_all, own, words_of

# Kept at a measuring point, of group 1: one in date, one long overdue.
GAUGES = [
    MeasuringInstrument("T-1", point="drying", calibrated_on=date(2026, 6, 1), interval_months=12),
    MeasuringInstrument("T-2", point="drying", calibrated_on=date(2020, 1, 1), interval_months=12),
]


@pytest.fixture
def with_register(environment, sessions):
    actor, enterprise_id = own(environment, sessions)
    registering.save_instruments(environment, actor, enterprise_id, [(None, one) for one in GAUGES])
    return accounts.actor_of_session(environment, sessions["owner"]), enterprise_id


@pytest.mark.parametrize(
    "language, says", [(Language.VI, "1 trong 2 phương tiện đo nhóm 1"), (Language.EN, "1 of 2 group-1 instruments")]
)
def test_an_answer_above_the_register_is_shown_with_a_way_to_both(
    visit, environment, sessions, with_register, language, says
):
    result = answer_all(environment, sessions, Answer(Choice.LEVEL_3))
    assert [one.question for one in result.above_register] == ["group1-calibration"]
    app = visit("enterprise/result.py", session=sessions["owner"], language=language)
    assert not app.exception
    assert says in words_of(app)
    assert app.button(key="open_above_group1-calibration")


def test_an_answer_that_the_register_bears_out_is_no_disagreement(visit, environment, sessions, with_register):
    answer_all(environment, sessions, Answer(Choice.LEVEL_3), but={"group1-calibration": Answer(Choice.LEVEL_1)})
    app = visit("enterprise/result.py", session=sessions["owner"])
    assert "1 trong 2" not in words_of(app)


def test_the_card_of_a_question_suggests_what_the_register_shows_and_fills_in_nothing(
    visit, environment, sessions, with_register
):
    actor, enterprise_id = with_register
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    topic = opened.catalogue.topic_of["group1-calibration"]
    app = visit("enterprise/assessment.py", session=sessions["owner"])
    app.button(key=f"topic_wide_{topic.id}").click().run()
    assert not app.exception
    assert "Danh mục cho thấy 1 trong 2 phương tiện đo nhóm 1" in words_of(app)
    assert assessing.open_assessment(environment, actor, enterprise_id).answers == {}
    app.radio(key="choice_group1-calibration").set_value(Choice.LEVEL_2).run()
    assert "Danh mục cho thấy 1 trong 2 phương tiện đo nhóm 1" not in words_of(app)


@pytest.mark.parametrize("language", list(Language))
def test_the_register_says_what_it_asks_for_when_it_is_asked(visit, environment, sessions, with_register, language):
    app = visit("enterprise/register.py", session=sessions["owner"], language=language)
    assert not app.exception
    app.session_state["register_whole"] = True
    app.run()
    assert not app.exception
    shown = words_of(app)
    rule = environment.catalogue.register_rules["overdue-calibration"]
    assert f"{rule.action[language]}: T-2" in shown.replace("\\", "")
    assert environment.catalogue.word("register-rules.kpi.days_late")[language] in shown
    assert "50 %" in shown
