"""Random populations that tell of difficulties: counting by hand, and an attacker who knows all that is published."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from sqlmodel import select

from core.domain.feedback import Feedback, FeedbackKind, Theme
from core.domain.statistics.counting import Place
from core.domain.statistics.figures import Dimension
from core.domain.statistics.suppression import is_small
from core.domain.statistics.told import counted_feedback
from core.storage.figures import Figures
from core.storage.population import load
from core.storage.repository import Repository
from core.storage.repository_events import Stamp
from core.storage.tables import CountedFeedbackRow, EnterpriseRow, new_id
from tests.storage.attacking import Attacker
from tests.storage.test_figures import MONTH, NOW

YEAR = 2026


def told_by(draw):
    """Who told what: (place, kind → themes), with many small groups."""
    themes = draw.sample(list(Theme), k=len(Theme))
    for _ in range(draw.choice((12, 40, 120))):
        place = Place(
            draw.choices(("19", "01", "20", "22"), (12, 5, 2, 1))[0],
            draw.choices(("tea-food", "steel", ""), (6, 2, 1))[0],
            draw.choices(("micro", "small"), (9, 1))[0],
            "company",
        )
        count = {kind: draw.choices((0, 1, 2), (2, 5, 1))[0] for kind in FeedbackKind}
        yield place, {kind: set(draw.choices(themes, (9, 4, 2, 1, 1), k=count[kind])) for kind in FeedbackKind}


def one_of_one_theme_only():
    """Twenty tell of money, five of law: four tell of both, so one tells of law only."""
    place = Place("19", "tea-food", "micro", "company")
    told = [{Theme.MONEY}] * 16 + [{Theme.MONEY, Theme.LAW}] * 4 + [{Theme.LAW}]
    return [(place, dict.fromkeys(FeedbackKind, themes)) for themes in told]


def figures_of(database, catalogue, firms):
    with database.writing() as session:
        counting = Repository(session, Stamp(None, NOW)).counting
        for place, told in firms:
            firm = EnterpriseRow(id=new_id(), name="x", kind=place.kind, created_at=NOW, updated_at=NOW)
            session.add(firm)
            session.flush()
            said = [Feedback(kind, theme, "…", YEAR) for kind, themes in told.items() for theme in themes]
            counting.keep_told(firm.id, [counted_feedback(place, YEAR, [(str(n), one) for n, one in enumerate(said)])])
        for row in session.exec(select(CountedFeedbackRow)):
            row.waiting, row.batch = False, firm.id
    with database.reading() as session:
        return Figures(load(session, lambda _: catalogue, NOW), NOW, MONTH)


@pytest.mark.parametrize(
    "firms", [one_of_one_theme_only(), *(list(told_by(random.Random(seed))) for seed in range(5))], ids=range(6)
)
def test_no_small_group_follows_from_what_was_told(sqlite_database, catalogue, firms):
    figures = figures_of(sqlite_database, catalogue, firms)
    for kind in FeedbackKind:
        attacker, lines = Attacker(), []
        atoms = Counter(frozenset(told[kind]) for _, told in firms if told[kind])
        for atom, count in atoms.items():
            attacker.unknown(atom, count)
        everybody = {figures.told(YEAR, kind, dimension).total for dimension in Dimension}
        assert len(everybody) == 1
        attacker.unknown("all", atoms.total(), everybody.pop())
        attacker.adds_up(atoms, "all")
        for dimension in Dimension:
            table = figures.told(YEAR, kind, dimension)
            for place, theme in enumerate(table.columns):
                counts = Counter(one.value(dimension) for one, told in firms if Theme(theme) in told[kind])
                attacker.unknown(theme, counts.total(), table.column_totals[place])
                attacker.adds_up([atom for atom in atoms if Theme(theme) in atom], theme)
                shown = {row: line[place] for row, line in zip(table.rows, table.figures, strict=True)}
                assert counts.keys() <= shown.keys()
                for row, value in shown.items():
                    attacker.unknown((dimension, row, theme), counts[row], value)
                lines.append([(dimension, row, theme) for row in shown])
                attacker.adds_up(lines[-1], theme)
        # Who told of one theme but not of another, of several, or of just one.
        wanted = [dict.fromkeys(some, 1) for theme in Theme if (some := [one for one in atoms if theme not in one])]
        wanted.append({atom: len(atom) - 1 for atom in atoms if len(atom) > 1})
        settled = attacker.settled(
            [*attacker.parts(lines), *attacker.parts([list(atoms)], most=2), *filter(None, wanted)]
        )
        sums = [sum(attacker.truth[name] * factor for name, factor in one.items()) for one in settled]
        assert not [one for one in sums if is_small(one)]
