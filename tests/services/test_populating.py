"""Invented enterprises stand in the database as if people had made them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from core.domain import review
from core.domain.assessment import AssessmentState
from core.domain.journey import ProgrammeState
from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.review import PointState, QueueFilter
from core.domain.scorecard import ScoreKind
from core.errors import BadInput
from core.services import auditing, counting, exchanging, populating, reviewing, selecting
from core.services.environment import reading
from core.storage.tables import (
    AnswerRow,
    AssessmentRow,
    EnterpriseRow,
    InstrumentRow,
    ProgrammeRow,
    Row,
    SubmissionRow,
    SupportRequestRow,
)
from tests.conftest import make_people

MANY = 150
SEED = 7
# What is new each time: the salt keeps a payload from being guessed, and the hashes cover it.
FRESH = {"salt", "payload_hash", "previous_hash", "hash"}


def fill(environment, count=MANY, seed=SEED):
    return list(populating.populate(environment, count, seed))


def rows_of(environment, kind):
    with environment.database.reading() as session:
        return session.execute(select(*kind.__table__.columns)).all()


def everything(environment):
    with environment.database.reading() as session:
        return {
            name: sorted(
                repr([value for column, value in row.items() if column not in FRESH])
                for row in session.execute(table.select()).mappings()
            )
            for name, table in Row.metadata.tables.items()
        }


def test_the_same_seed_gives_the_same_rows_on_both_engines(sqlite_environment, postgres_database):
    fill(sqlite_environment, 40)
    there = replace(sqlite_environment, database=postgres_database)
    fill(there, 40)
    assert everything(there) == everything(sqlite_environment)


def test_filling_goes_on_where_it_stopped(sqlite_environment, monkeypatch):
    monkeypatch.setattr(populating, "AT_ONCE", 16)
    assert fill(sqlite_environment, 20) == [16, 20]
    before = everything(sqlite_environment)
    fill(sqlite_environment, 20)
    assert everything(sqlite_environment) == before
    fill(sqlite_environment, 40)
    after = everything(sqlite_environment)
    assert len(after["enterprise"]) == 40
    assert set(before["enterprise"]) < set(after["enterprise"])
    assert auditing.check_whole_log(sqlite_environment).broken is None


def test_every_stage_of_the_journey_is_there(sqlite_environment):
    fill(sqlite_environment)
    enterprises = rows_of(sqlite_environment, EnterpriseRow)
    assessments = rows_of(sqlite_environment, AssessmentRow)
    assert {one.state for one in assessments} == set(AssessmentState)
    assert {one.state for one in rows_of(sqlite_environment, ProgrammeRow)} >= set(ProgrammeState) - {
        ProgrammeState.ENDED
    }
    assert len({one.enterprise_id for one in assessments}) < MANY
    assert len({one.province_code for one in enterprises}) > 15
    assert len({one.sector for one in enterprises}) == len(sqlite_environment.catalogue.sectors) + 1
    assert len({one.kind for one in enterprises}) == 4
    reviewed = Counter(one.enterprise_id for one in assessments if one.state == AssessmentState.REVIEWED)
    assert any(count == 2 for count in reviewed.values())
    assert len(rows_of(sqlite_environment, AnswerRow)) / MANY == pytest.approx(60, abs=6)
    assert len(rows_of(sqlite_environment, InstrumentRow)) / MANY == pytest.approx(10, abs=2.5)
    latest = max(one.state_at for one in assessments)
    assert latest < sqlite_environment.now()


def role_in(submission):
    return GrantedRole(Role.ADVISER, submission.province_code)


def test_what_was_handed_in_is_reviewed_like_any_other(sqlite_environment):
    fill(sqlite_environment)
    answers = {}
    for one in rows_of(sqlite_environment, AnswerRow):
        answers.setdefault(one.assessment_id, {})[one.question] = one.choice
    adviser = Actor(UUID(int=1), "Chuyên gia", "", {}, (GrantedRole(Role.ADVISER, "79"),))
    shown = reviewing.queue(sqlite_environment, adviser, QueueFilter())
    expected = [one for one in rows_of(sqlite_environment, SubmissionRow) if one.province_code == "79"]
    assert shown.total == sum(one.state != AssessmentState.WITHDRAWN for one in expected) > 0
    for submission in rows_of(sqlite_environment, SubmissionRow):
        with reading(sqlite_environment) as repository:
            [handed_in] = repository.reviews.rounds(submission.id)
            rulings = {name: kept.ruling for name, kept in repository.reviews.rulings(submission.id).items()}
            decisions = repository.reviews.decisions(submission.id)
            instruments = repository.instruments.of_enterprise(submission.enterprise_id)
        scored = exchanging.score_file(handed_in.content)
        assert not scored.file.notices
        facts = review.queue_facts(scored.scorecard, scored.file.register)
        assert facts == review.QueueFacts(
            submission.level, submission.score, submission.gates_failed, bool(submission.is_overdue)
        )
        exchange = scored.file.exchange
        assert {name: one.choice for name, one in exchange.answers.items()} == answers[submission.assessment_id]
        assert [one.code for one in exchange.instruments] == [one.instrument.code for one in instruments]
        progress = review.progress(scored.file.catalogue, exchange.profile, exchange.answers, rulings)
        match submission.state:
            case AssessmentState.REVIEWED:
                review.require_settled(progress)
                reviewer = replace(adviser, account_id=submission.assigned_to, roles=(role_in(submission),))
                opened = reviewing.open_review(sqlite_environment, reviewer, submission.id)
                assert opened.decision is not None
                validated = opened.scorecard(ScoreKind.VALIDATED)
                assert validated.low <= scored.scorecard.low
            case AssessmentState.CHANGES_REQUESTED:
                review.require_change_asked(progress, "")
                assert len(decisions) == 1
            case AssessmentState.IN_REVIEW:
                assert progress.in_state(PointState.OPEN)
            case _:
                assert not rulings
                assert not decisions
        for name, ruling in rulings.items():
            review.check_ruling(name, ruling)


def test_a_recount_finds_everything_counted_already(environment):
    fill(environment, 60)
    counted = ("counted_result", "enterprise_stage", "demand")
    before = everything(environment)
    assert counting.recount(environment) == 60
    after = everything(environment)
    assert [after[name] for name in counted] == [before[name] for name in counted]
    assert len(before["counted_result"]) > 40


def test_nothing_is_filled_in_among_real_enterprises(sqlite_environment):
    make_people(sqlite_environment)
    with pytest.raises(BadInput) as refused:
        fill(sqlite_environment)
    assert refused.value.code == "population-among-real"
    assert len(rows_of(sqlite_environment, EnterpriseRow)) == 2


def test_some_ask_for_support_and_are_ranked_by_their_department(sqlite_environment):
    fill(sqlite_environment)
    asked = rows_of(sqlite_environment, SupportRequestRow)
    assert MANY / 20 < len(asked) < MANY / 4
    found = []
    for province in {one.province_code for one in asked}:
        official = Actor(UUID(int=1), "Cán bộ", "", {}, (GrantedRole(Role.OFFICIAL_PROVINCE, province),))
        ranked = selecting.selection(sqlite_environment, official, province).ranked
        assert all(one.candidate.score is not None and one.candidate.wishes for one in ranked)
        found += [one.candidate.id for one in ranked]
    assert sorted(found) == sorted(one.enterprise_id for one in asked)
