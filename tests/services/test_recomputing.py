"""A preview of another method tells what scoring each firm by itself tells, and writes nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from core.domain import review
from core.domain.assessment import AssessmentState
from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.scorecard import ScoreKind
from core.domain.scoring import score
from core.domain.statistics.figures import protected
from core.errors import ContentError, NotThere
from core.services import exchanging, populating, recomputing
from core.services.environment import reading
from core.storage.content import CONTENT
from core.storage.tables import EventRow, SubmissionRow

ADMINISTRATOR = Actor(UUID(int=1), "", "", {}, (GrantedRole(Role.ADMINISTRATOR),))
METHOD = (CONTENT / "method.toml").read_text(encoding="utf-8")
STRICTER = METHOD.replace("thresholds = [20, 40, 60, 80]", "thresholds = [25, 48, 66, 88]").replace(
    "organisation = 10\npeople = 8", "organisation = 2\npeople = 16"
)


def one_by_one(environment, thresholds, weights):
    """The moves, each submission opened and scored by itself."""
    with reading(environment) as repository:
        rows = repository.session.scalars(select(SubmissionRow).order_by(SubmissionRow.id)).all()
        latest = {one.enterprise_id: one for one in rows if one.state != AssessmentState.WITHDRAWN}
        found = {ScoreKind.SELF: Counter(), ScoreKind.VALIDATED: Counter()}
        for one in latest.values():
            file = exchanging.open_file(repository.reviews.rounds(one.id)[-1].content)
            rulings = {name: kept.ruling for name, kept in repository.reviews.rulings(one.id).items()}
            other = replace(
                file.catalogue,
                method=replace(file.catalogue.method, thresholds=thresholds),
                topics=tuple(
                    replace(topic, weight=weights.get(topic.id, topic.weight)) for topic in file.catalogue.topics
                ),
            )
            answers = {ScoreKind.SELF: file.exchange.answers}
            if one.state == AssessmentState.REVIEWED:
                answers[ScoreKind.VALIDATED] = review.validated(file.exchange.answers, rulings)
            for kind, given in answers.items():
                before, after = (
                    score(edition, file.exchange.profile, given, file.register, kind).level_low.level
                    for edition in (file.catalogue, other)
                )
                found[kind][file.exchange.profile.sector, before, after] += 1
    return found


def test_the_preview_counts_what_scoring_one_by_one_counts(environment):
    list(populating.populate(environment, 120, 3))
    with environment.database.reading() as session:
        events = len(session.execute(select(EventRow.sequence)).all())
    moves = recomputing.preview_method(environment, ADMINISTRATOR, STRICTER.encode(), "proposal.toml")
    expected = one_by_one(environment, (25, 48, 66, 88), {"organisation": 2, "people": 16})
    places = range(5)
    for kind, counts in expected.items():
        levels = Counter()
        for (_, before, after), count in counts.items():
            levels[before, after] += count
        assert any(before != after for before, after in levels)
        brute = [[levels[before, after] for after in places] for before in places]
        assert moves[kind].levels == protected(recomputing.LEVELS, recomputing.LEVELS, brute)
        sectors = Counter()
        for (sector, before, after), count in counts.items():
            sectors[sector, (after > before) - (after < before)] += count
        names = moves[kind].sectors.rows
        assert set(names) >= {sector for sector, _, _ in counts}
        brute = [[sectors[name, way] for way in (-1, 0, 1)] for name in names]
        assert moves[kind].sectors == protected(names, (recomputing.DOWN, recomputing.SAME, recomputing.UP), brute)
        assert all(one >= 5 for line in moves[kind].levels.counts for one in line if one)
    with environment.database.reading() as session:
        assert len(session.execute(select(EventRow.sequence)).all()) == events


def test_the_same_method_moves_nobody(sqlite_environment):
    list(populating.populate(sqlite_environment, 60, 3))
    moves = recomputing.preview_method(sqlite_environment, ADMINISTRATOR, METHOD.encode(), "method.toml")
    down, same, up = moves[ScoreKind.SELF].sectors.column_totals
    assert (down, up) == (0, 0)
    assert same == moves[ScoreKind.SELF].sectors.total > 0


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("nothing = [", ""),
        ("", "method"),
        (METHOD.replace("gate_days", "gate_dayz"), "gate_days"),
        (re.sub(r"\npeople = 8", "", METHOD), "topic_weights"),
        (METHOD.replace("[20, 40, 60, 80]", "[40, 20, 60, 80]"), "thresholds"),
    ],
)
def test_a_method_that_does_not_fit_is_refused_with_its_place(sqlite_environment, text, field):
    with pytest.raises(ContentError) as refused:
        recomputing.preview_method(sqlite_environment, ADMINISTRATOR, text.encode(), "proposal.toml")
    assert (refused.value.details["file"], refused.value.details["field"]) == ("proposal.toml", field)


def test_only_an_administrator_may_preview(sqlite_environment):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        somebody = replace(ADMINISTRATOR, roles=(GrantedRole(role, "19"),))
        with pytest.raises(NotThere):
            recomputing.preview_method(sqlite_environment, somebody, METHOD.encode(), "method.toml")
