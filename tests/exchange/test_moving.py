"""A firm's data go out as one file and come in again: previewed, all or nothing, nothing lost, permission asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.domain.assessment import Answer, Choice, Evidence
from core.domain.journey import ProgrammeState
from core.errors import Conflict, FileRefused, NotThere
from core.services import assessing, exchanging, issuing, reporting
from core.services.environment import reading, transaction
from core.services.exchanging import ChangeKind
from core.storage.exchange import ReportEntry, read_exchange
from tests.services.test_issuing import Firm, answer_all
from tests.services.test_programming import CAUSE, write
from tests.services.test_reporting import FOCUS, HARD


def a_file(**changes: object) -> str:
    content = {
        "format": "assessment/1",
        "catalogue": "2026.1",
        "on": "2026-11-22",
        "profile": {"name": "Hợp tác xã Chè Suối Cạn", "kind": "cooperative", "address": "Xóm 3", "uses": ["group2"]},
        "answers": {
            "named-person": {"level": 3, "note": "giấy giao việc", "evidence": "described"},
            "buying": {"unknown": True},
        },
        "instruments": [{"code": "C-01", "name": "Cân bàn", "group2_row": "8b", "verified_on": "2026-03-01"}],
        "programme": {"edits": [{"path": "organisation/head_name", "value": "Bà Mây"}]},
        **changes,
    }
    return json.dumps(content)


def bring_in(environment, people, text, who="owner"):
    actor = getattr(people, who)
    preview = exchanging.preview_import(environment, actor, people.enterprise_id, text)
    exchanging.apply_import(environment, actor, people.enterprise_id, preview)
    return preview


def answers_of(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    return {question: kept.answer for question, kept in opened.answers.items()}


def answer(environment, people, question, wanted):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assessing.save_answer(environment, people.owner, opened.id, question, seen=opened.answer(question), wanted=wanted)


def test_a_file_fills_an_empty_enterprise_and_the_export_says_the_same(environment, people):
    preview = bring_in(environment, people, a_file())
    assert preview.count(ChangeKind.NEW) == 2

    exported = exchanging.export_data(environment, people.owner, people.enterprise_id)

    wanted, got = read_exchange(a_file()), read_exchange(exported)
    assert got.answers == wanted.answers
    assert got.instruments == wanted.instruments
    assert got.edits == wanted.edits
    assert (got.profile.address, got.profile.workers) == ("Xóm 3", 30)


def test_a_file_brought_in_twice_changes_nothing_the_second_time(environment, people):
    bring_in(environment, people, a_file())
    again = exchanging.preview_import(environment, people.owner, people.enterprise_id, a_file())
    assert not again.changes_anything
    assert again.count(ChangeKind.SAME) == 2


def test_what_the_file_does_not_say_stays(environment, people):
    answer(environment, people, "named-person", Answer(Choice.LEVEL_1, note="hỏi lại"))
    answer(environment, people, "goals", Answer(Choice.LEVEL_4))
    bring_in(environment, people, a_file(answers={"named-person": {"level": 2}}))
    assert answers_of(environment, people) == {
        "named-person": Answer(Choice.LEVEL_2, note="hỏi lại"),
        "goals": Answer(Choice.LEVEL_4),
    }


def test_a_note_without_a_choice_never_takes_an_answer_away(environment, people):
    answer(environment, people, "goals", Answer(Choice.NOT_APPLICABLE, reason="không bán"))
    bring_in(environment, people, a_file(answers={"goals": {"note": "xem lại"}}))
    assert answers_of(environment, people)["goals"] == Answer(Choice.NOT_APPLICABLE, reason="không bán", note="xem lại")


def test_taking_only_what_is_new_leaves_every_answer_given_here(environment, people):
    answer(environment, people, "named-person", Answer(Choice.LEVEL_0))
    preview = exchanging.preview_import(environment, people.owner, people.enterprise_id, a_file())
    assert [one.place for one in preview.answers if one.kind is ChangeKind.CHANGED] == ["named-person"]
    exchanging.apply_import(environment, people.owner, people.enterprise_id, preview.only_new())
    kept = answers_of(environment, people)
    assert kept["named-person"] == Answer(Choice.LEVEL_0)
    assert kept["buying"] == Answer(Choice.UNKNOWN)
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assert opened.profile.address == "Xóm 3"
    assert len(opened.profile.uses) == 2


def test_an_answer_given_since_the_preview_stops_the_whole_import(environment, people):
    preview = exchanging.preview_import(environment, people.owner, people.enterprise_id, a_file())
    answer(environment, people, "buying", Answer(Choice.LEVEL_2))

    with pytest.raises(Conflict):
        exchanging.apply_import(environment, people.owner, people.enterprise_id, preview)

    assert answers_of(environment, people) == {"buying": Answer(Choice.LEVEL_2)}
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assert opened.instruments == ()
    assert opened.profile.address == ""


def test_a_reviewer_s_confirmation_outlives_the_firm_s_own_export_but_not_another_level(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    confirmed = Answer(Choice.LEVEL_3, evidence=Evidence.CONFIRMED)
    with transaction(environment, people.adviser) as repository:
        repository.assessments.save_answer(opened.id, "buying", seen=Answer(), wanted=confirmed)
    exported = exchanging.export_data(environment, people.owner, people.enterprise_id)
    assert json.loads(exported)["answers"]["buying"]["evidence"] == "confirmed"

    bring_in(environment, people, exported)
    assert answers_of(environment, people)["buying"] == confirmed

    bring_in(environment, people, exported.replace('"level": 3', '"level": 4'))
    assert answers_of(environment, people)["buying"] == Answer(Choice.LEVEL_4, evidence=Evidence.FILE)


def test_each_change_of_an_import_is_in_the_log_under_who_did_it(environment, people):
    bring_in(environment, people, a_file(), who="editor")
    with reading(environment) as repository:
        events = [
            event
            for event in repository.events.about(people.enterprise_id)
            if event.actor_id == people.editor.account_id
        ]
    actions = [event.action for event in events]
    assert actions.count("answer.saved") == 2
    assert {"profile.saved", "instrument.saved", "programme.edited"} <= set(actions)


def test_a_refused_file_leaves_everything_as_it_was(environment, people):
    with pytest.raises(FileRefused, match="exchange-unknown-id"):
        bring_in(environment, people, a_file(answers={"named-person": {"level": 3}, "weather": {"level": 1}}))
    with pytest.raises(FileRefused, match="exchange-other-edition"):
        bring_in(environment, people, a_file(catalogue="2031.1"))
    assert answers_of(environment, people) == {}


@pytest.mark.parametrize("who", ["viewer", "adviser", "official", "administrator", "stranger"])
def test_only_those_who_may_edit_bring_in_or_take_out(environment, people, who):
    bring_in(environment, people, a_file())
    actor = getattr(people, who)
    with pytest.raises(NotThere):
        exchanging.export_data(environment, actor, people.enterprise_id)
    with pytest.raises(NotThere):
        exchanging.preview_import(environment, actor, people.enterprise_id, a_file())
    preview = exchanging.preview_import(
        environment, people.owner, people.enterprise_id, a_file(answers={"goals": {"level": 1}})
    )
    with pytest.raises(NotThere):
        exchanging.apply_import(environment, actor, people.enterprise_id, preview)


def test_a_preview_of_one_enterprise_cannot_be_applied_to_another(environment, people):
    preview = exchanging.preview_import(environment, people.owner, people.enterprise_id, a_file())
    with pytest.raises(NotThere):
        exchanging.apply_import(environment, people.stranger, people.strangers_enterprise_id, preview)
    forged = replace(preview, assessment_id=_assessment_of_stranger(environment, people))
    with pytest.raises(NotThere):
        exchanging.apply_import(environment, people.owner, people.enterprise_id, forged)


def _assessment_of_stranger(environment, people):
    return assessing.open_assessment(environment, people.stranger, people.strangers_enterprise_id).id


def test_an_enterprise_without_an_assessment_exports_its_profile(environment, people):
    exported = read_exchange(exchanging.export_data(environment, people.owner, people.enterprise_id))
    assert exported.profile.name == "Hợp tác xã Chè Suối Cạn"
    assert exported.answers == {}


def test_what_became_of_a_programme_goes_along_and_only_what_was_told_comes_in(environment, people):
    answer_all(environment, people)
    firm = Firm(environment, people)
    write(environment, people, CAUSE, "Chưa ai nhận việc")
    firm.issue_all(number="05/QĐ-HTX")
    firm.do(reporting.save_entry, opened=firm.do(reporting.open_report), path=FOCUS, typed="Đào tạo", before="")
    told = replace(HARD, may_quote=True)
    firm.do(reporting.tell, feedback=told)
    firm.do(issuing.amend, reason="Mở thêm xưởng")
    exported = exchanging.export_data(environment, people.owner, people.enterprise_id)

    file = read_exchange(exported)
    assert [(one.number, one.state.value) for one in file.versions] == [(2, "draft"), (1, "issued")]
    assert [one.step.value for one in file.versions[1].steps] == ["ask_opinions", "agree", "issue", "amend"]
    assert [one.path for one in file.versions[1].edits] == [CAUSE, "organisation/opinion_givers"]
    assert (file.reports[0].entries, file.feedback) == ((ReportEntry(FOCUS, "Đào tạo"),), (told,))

    place = environment, people.stranger, people.strangers_enterprise_id
    preview = exchanging.preview_import(*place, exported)
    exchanging.apply_import(*place, preview)
    assert {"exchange-life-left", "exchange-quotes-left"} <= {one.code for one in preview.file.notices}
    assert [one.feedback for one in reporting.told(*place).feedback] == [HARD]
    assert issuing.life_of(*place).newest.state is ProgrammeState.DRAFT
    assert exchanging.preview_import(*place, exported).feedback == ()
