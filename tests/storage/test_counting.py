"""Days of the figures: results come, change and go; no two days differ by a single enterprise in what is shown."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from core.domain.statistics.counting import CountedResult, Place, groups_of
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.storage.repository import Repository
from core.storage.repository_counting import Counting
from core.storage.repository_events import Stamp
from core.storage.tables import CountedResultRow, EnterpriseRow, new_id

PLAIN = CountedResult(
    Place("19", "tea-food", "micro", "company"),
    "2026.1",
    2026,
    11,
    5000,
    2,
    None,
    None,
    "05000" * 9,
    "2" * 60,
    "0" * 60,
)


class Days:
    """A database in which results come and go, and what was counted on each day."""

    def __init__(self, database, now, seed):
        self.database, self.now, self.draw = database, now, random.Random(seed)
        self.results: dict = {}
        self.days = [self.counted()]

    def _counting(self, session) -> Counting:
        return Repository(session, Stamp(None, self.now)).counting

    def counted(self):
        with self.database.reading() as session:
            rows = session.exec(select(CountedResultRow).where(CountedResultRow.waiting == False))  # noqa: E712
            return {
                row.enterprise_id: replace(
                    PLAIN,
                    place=Place(row.province_code, row.sector, row.size, row.kind),
                    self_score=row.self_score,
                )
                for row in rows
            }

    def _drawn(self):
        place = Place(
            self.draw.choice(("19", "19", "01")),
            self.draw.choice(("tea-food", "tea-food", "steel", "water")),
            self.draw.choice(("micro", "micro", "small")),
            "company",
        )
        return replace(PLAIN, place=place, self_score=self.draw.randrange(10001))

    def step(self):
        with self.database.writing() as session:
            counting, what = self._counting(session), self.draw.random()
            if what < 0.75 or not self.results:
                enterprise_id = new_id()
                session.add(
                    EnterpriseRow(id=enterprise_id, name="x", kind="company", created_at=self.now, updated_at=self.now)
                )
                session.flush()
                self.results[enterprise_id] = self._drawn()
            else:
                enterprise_id = self.draw.choice(sorted(self.results))
                if what < 0.9:
                    self.results[enterprise_id] = self._drawn()
                else:
                    del self.results[enterprise_id]
            wanted = self.results.get(enterprise_id)
            counting.keep_results(enterprise_id, [wanted] if wanted else [])
        self.now += timedelta(seconds=61)
        self.look()
        with self.database.writing() as session:
            self._counting(session).close({})
        self.look()

    def look(self):
        counted = self.counted()
        if counted != self.days[-1]:
            self.days.append(counted)


def differing(before, after):
    """How many enterprises differ in each group, and how many stood there before."""
    sizes = Counter(group for one in before.values() for group in groups_of(one))
    changed: Counter = Counter()
    for enterprise_id in before.keys() | after.keys():
        one, other = before.get(enterprise_id), after.get(enterprise_id)
        if one != other:
            changed.update({group for result in (one, other) if result for group in groups_of(result)})
    return changed, sizes


@pytest.mark.parametrize("seed", range(2))
def test_a_day_differs_from_the_next_by_five_or_not_at_all(sqlite_database, now, seed):
    days = Days(sqlite_database, now, seed)
    for _ in range(100):
        days.step()
    assert len(days.days) > 3
    for before, after in pairwise(days.days):
        changed, sizes = differing(before, after)
        alone = {group for group, count in changed.items() if count < MINIMUM_GROUP <= sizes[group]}
        assert not alone
    assert days.days[-1].keys() <= days.results.keys(), "what was taken away is never counted"
