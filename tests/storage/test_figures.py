"""Random populations: every figure against counting by hand, and an attacker who knows all that is published."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import permutations, product
from uuid import UUID

import pytest
from sqlmodel import select

from core.domain.instruments import ServiceKind
from core.domain.statistics.counting import CountedResult, Place
from core.domain.statistics.figures import (
    CHECKED,
    NOT_REVIEWED,
    OWN,
    PAIR_MEAN_GROUP,
    QUANTILE_GROUP,
    SCORE,
    Demand,
    Dimension,
    Stage,
    Subject,
)
from core.domain.statistics.needs import Need, written
from core.domain.statistics.suppression import MINIMUM_GROUP, is_small
from core.language import rounded
from core.storage.database import Database, migrate
from core.storage.figures import EARLIER, MOST_SHARE, NO_DATE, NOT_YET, OVERDUE, TREND_MONTHS, Axis, Figures, month_name
from core.storage.population import load
from core.storage.repository import Repository
from core.storage.repository_counting import ReachedStages
from core.storage.repository_events import Stamp
from core.storage.tables import CountedResultRow, DemandRow, EnterpriseRow, new_id
from tests.storage.attacking import Attacker

NOW = datetime(2026, 11, 22, 3, 42, tzinfo=UTC)
MONTH = 12 * 2026 + 10
YEARS = (2025, 2026)
SERVICES = {ServiceKind.VERIFICATION, ServiceKind.CALIBRATION}
ATTACKED_STAGES = (Stage.STARTED, Stage.ISSUED)
PAIRS = tuple(permutations(Dimension, 2))


@dataclass
class Firm:
    """An invented enterprise as a row of each table."""

    id: UUID
    place: Place
    results: dict[int, CountedResult] = field(default_factory=dict)
    months: dict[Stage, int | None] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)

    @property
    def stage(self) -> Stage:
        return [stage for stage, month in self.months.items() if month is not None][-1]


def invent(seed, catalogue):
    """A population with many small groups, the same for each seed."""
    draw = random.Random(seed)
    provinces = dict(zip(("01", "19", "20", "22", "24"), draw.choices((1, 2, 6, 20), k=5), strict=True))
    sectors = dict(zip(("tea-food", "steel", "water", ""), draw.choices((1, 4, 12), k=4), strict=True))
    questions = len(catalogue.questions)

    def some(weights):
        return draw.choices(list(weights), list(weights.values()))[0]

    firms = []
    for _ in range((30, 120, 60)[seed % 3]):
        place = Place(
            some(provinces), some(sectors), some({"micro": 9, "small": 4, "": 1}), some({"company": 5, "household": 1})
        )
        firm = Firm(new_id(), place)
        for year in YEARS:
            if draw.random() < (0.4 if year == 2025 else 0.8):
                score, level = draw.randrange(10001), some({"0": 4, "1": 6, "2": 3, "4": 1})
                is_reviewed = draw.random() < 0.4
                firm.results[year] = CountedResult(
                    place,
                    catalogue.edition,
                    year,
                    some({2: 5, 3: 2, 11: 1}),
                    score,
                    int(level),
                    draw.randrange(10001) if is_reviewed else None,
                    draw.randrange(3) if is_reviewed else None,
                    "".join(
                        f"{draw.randrange(10001):05}" if draw.random() < 0.8 else " " * 5 for _ in catalogue.topics
                    ),
                    "2" * questions,
                    "".join(draw.choices("012.", (6, 2, 1, 1), k=questions)),
                )
        reached = draw.choices(range(len(Stage)), (3, 5, 8, 2, 1, 1))[0]
        month = MONTH - draw.randrange(30)
        firm.months = {stage: month if place <= reached else None for place, stage in enumerate(Stage)}
        lines = {
            (some({"8b": 5, "12a": 1, "other": 8}), service, draw.choice((0, MONTH - 3, MONTH, MONTH + 1, MONTH + 9)))
            for service in SERVICES
            for _ in range(draw.randrange(4))
        }
        firm.needs = sorted(
            Need(kind, service, due, draw.randrange(1, 9), draw.randrange(2), draw.randrange(10**6))
            for kind, service, due in lines
        )
        firms.append(firm)
    return firms


def keep(database, firms):
    """Write the rows as they are once everything has been counted."""
    with database.writing() as session:
        counting = Repository(session, Stamp(None, NOW)).counting
        for firm in firms:
            session.add(EnterpriseRow(id=firm.id, name="x", kind=firm.place.kind, created_at=NOW, updated_at=NOW))
            session.flush()
            counting.keep_results(firm.id, firm.results.values())
            counting.keep_stages(firm.id, ReachedStages(firm.place, firm.months))
            counting.keep_needs(firm.id, firm.place.province, written(firm.needs))
        for row in (*session.exec(select(CountedResultRow)), *session.exec(select(DemandRow))):
            row.batch = firms[0].id
            if isinstance(row, CountedResultRow):
                row.waiting = False
            else:
                row.province_code, row.lines, row.waiting = row.waiting_province, row.waiting or "", None


def figures_of(database, firms, catalogue):
    keep(database, firms)
    with database.reading() as session:
        return Figures(load(session, lambda _: catalogue, NOW), NOW, MONTH)


@pytest.fixture(scope="module", params=range(3))
def seed(request):
    return request.param


@pytest.fixture(scope="module")
def firms(seed, catalogue):
    return invent(seed, catalogue)


@pytest.fixture(scope="module")
def figures(tmp_path_factory, firms, catalogue):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('figures') / 'do-chuan.sqlite'}")
    migrate(database)
    yield figures_of(database, firms, catalogue)
    database.dispose()


def test_both_engines_tell_the_same(database, catalogue):
    firms = invent(1, catalogue)
    figures = figures_of(database, firms, catalogue)
    for dimension in Dimension:
        table = figures.stages(dimension)
        check(table, table_by_hand(firms, dimension, table.columns, lambda firm: firm.stage))
    table = figures.results(2026, Subject.SELF_LEVEL, Dimension.SECTOR)
    assert table.total == len(with_result(firms, 2026))
    assert figures.demand(ServiceKind.VERIFICATION, Axis.KIND, Axis.MONTH).total is not None


def test_what_changed_is_read_and_what_went_is_noticed(database, catalogue):
    firms = invent(2, catalogue)
    keep(database, firms)

    def read(before=None, minutes=0):
        with database.reading() as session:
            return load(session, lambda _: catalogue, NOW + timedelta(minutes=minutes), before)

    first = read()
    with database.writing() as session:
        moved = replace(firms[0].place, province="79")
        later = Repository(session, Stamp(None, NOW + timedelta(minutes=2))).counting
        later.keep_stages(firms[0].id, ReachedStages(moved, firms[0].months))
        session.delete(session.get(EnterpriseRow, firms[1].id))
    population = read(read(first, 1), 3)
    stages = Figures(population, NOW, MONTH).stages(Dimension.PROVINCE)
    assert "79" in stages.rows
    assert len(population.stages) == len(firms) - 1
    assert stages.total == len(firms) - 1
    assert set(population.needs.keys.tolist()) <= set(population.with_needs.tolist())
    whole = read()
    for name in ("results", "stages", "needs"):
        assert sorted(getattr(population, name).keys.tolist()) == sorted(getattr(whole, name).keys.tolist())


# --- By hand


def groups(firms, dimension):
    return sorted({firm.place.value(dimension) for firm in firms})


def with_result(firms, year):
    return [firm for firm in firms if year in firm.results]


def said(result, subject, about, catalogue):
    """The column in which a result stands."""
    if subject is Subject.SELF_LEVEL:
        return str(result.self_level)
    if subject is Subject.VALIDATED_LEVEL:
        return NOT_REVIEWED if result.validated_level is None else str(result.validated_level)
    if subject is Subject.MONTH:
        return f"{result.month:02}"
    marks = dict(zip(catalogue.questions, result.marks, strict=True))
    if subject is Subject.TOPIC_GAP:
        topic = next(one for one in catalogue.topics if one.id == about)
        return "yes" if any(marks[one.id] in "12" for one in topic.questions) else "no"
    return "yes" if marks[about] in ("2" if subject is Subject.GATE else "12") else "no"


def score_of(result, column, catalogue):
    """In hundredths; None where the enterprise does not enter the mean."""
    checked = result.validated_score
    if column in (SCORE, OWN, CHECKED):
        counted = result.self_score if checked is None else checked
        own = None if checked is None else result.self_score
        return {SCORE: counted, OWN: own, CHECKED: checked}[column]
    place = [topic.id for topic in catalogue.topics].index(column)
    text = result.topics[5 * place : 5 * place + 5]
    return int(text) if text.strip() else None


def mean(values):
    return int(rounded(Fraction(sum(values), 100 * len(values)), 0))


def subjects(catalogue):
    questions = list(catalogue.questions)
    gates = [one.id for one in catalogue.questions.values() if one.gate]
    return (
        *((subject, "") for subject in (Subject.SELF_LEVEL, Subject.VALIDATED_LEVEL, Subject.MONTH)),
        *((Subject.GAP, question) for question in (questions[0], questions[7], gates[0])),
        *((Subject.GATE, gate) for gate in gates[:2]),
        (Subject.TOPIC_GAP, catalogue.topics[2].id),
    )


def table_by_hand(firms, dimension, columns, column_of):
    counts = Counter((firm.place.value(dimension), column_of(firm)) for firm in firms)
    return [[counts[row, column] for column in columns] for row in groups(firms, dimension)]


def check(table, truth):
    for line, shown, total in zip(truth, table.counts, table.row_totals, strict=True):
        assert all(one is None or one == count for one, count in zip(shown, line, strict=True))
        assert total is None or total == sum(line)
    for column, total in zip(zip(*truth, strict=True), table.column_totals, strict=True):
        assert total is None or total == sum(column)
    assert table.total is None or table.total == sum(map(sum, truth))
    shown = [*(one for line in table.counts for one in line), *table.row_totals, *table.column_totals, table.total]
    assert not any(one is not None and is_small(one) for one in shown)


def test_every_count_is_that_of_counting_by_hand(figures, firms, catalogue):
    for year, dimension in product(YEARS, Dimension):
        there = with_result(firms, year)
        totals = set()
        for subject, about in subjects(catalogue):
            table = figures.results(year, subject, dimension, about)
            assert list(table.rows) == groups(there, dimension)
            truth = table_by_hand(
                there,
                dimension,
                table.columns,
                lambda firm: said(firm.results[year], subject, about, catalogue),  # noqa: B023
            )
            check(table, truth)
            totals.add((table.total, table.row_totals))
        assert len(totals) == 1, "every table of a dimension has the same margin"
    for dimension in Dimension:
        table = figures.stages(dimension)
        check(table, table_by_hand(firms, dimension, table.columns, lambda firm: firm.stage))


def test_every_other_figure_is_that_of_counting_by_hand(figures, firms, catalogue):
    there = with_result(firms, 2026)
    for dimension in Dimension:
        means, quartiles = figures.means(2026, dimension), figures.quartiles(2026, dimension)
        for row in means.rows:
            group = [firm.results[2026] for firm in there if firm.place.value(dimension) == row]
            for column, shown in zip(means.columns, means.line(row), strict=True):
                values = [one for result in group if (one := score_of(result, column, catalogue)) is not None]
                assert shown is None or (shown == mean(values) and len(values) >= MINIMUM_GROUP)
            [found] = quartiles.line(row)
            if found is not None:
                scores = sorted(score_of(one, SCORE, catalogue) for one in group)
                assert len(scores) >= QUANTILE_GROUP
                assert sum(one <= scores[-(-len(scores) // 4) - 1] for one in scores) * 4 >= len(scores)
                assert found.lower == mean([scores[-(-len(scores) // 4) - 1]])
                assert found.lower <= found.median <= found.upper
        changes = figures.changes(2025, 2026, dimension)
        for row in changes.rows:
            [found] = changes.line(row)
            panel = [one for one in there if one.place.value(dimension) == row and 2025 in one.results]
            if found is not None:
                before, after = ([score_of(one.results[y], SCORE, catalogue) for one in panel] for y in YEARS)
                assert (found.firms, found.before, found.after) == (len(panel), mean(before), mean(after))
                assert found.firms >= MINIMUM_GROUP


# --- The attacker


def margin(of):
    return lambda name: (of, name)


def attack_results(figures, firms, catalogue, year):
    attacker = Attacker()
    there = with_result(firms, year)
    attacker.unknown("all", len(there))
    lines = []
    for dimension in Dimension:
        first = figures.results(year, Subject.SELF_LEVEL, dimension)
        counts = Counter(firm.place.value(dimension) for firm in there)
        for row, total in zip(first.rows, first.row_totals, strict=True):
            attacker.unknown((dimension, row), counts[row], total)
        attacker.adds_up([(dimension, row) for row in first.rows], "all")
        if first.total is not None:
            attacker.unknown("all", len(there), first.total)
        lines.append([(dimension, row) for row in first.rows])
        for subject, about in subjects(catalogue):
            table = figures.results(year, subject, dimension, about)
            truth = table_by_hand(
                there,
                dimension,
                table.columns,
                lambda firm: said(firm.results[year], subject, about, catalogue),  # noqa: B023
            )
            name = (subject, about)
            for column, total, true in zip(
                table.columns, table.column_totals, zip(*truth, strict=True) if truth else (), strict=bool(truth)
            ):
                attacker.unknown((name, column), sum(true), total)
            if not truth:
                continue
            attacker.adds_up([(name, column) for column in table.columns], "all")
            lines.append([(name, column) for column in table.columns])
            attacker.table(
                (dimension, name), table.rows, table.columns, truth, table.counts,
                row_margin=margin(dimension), column_margin=margin(name),
            )  # fmt: skip
            lines += [[((dimension, name), row, column) for column in table.columns] for row in table.rows]
            lines += [[((dimension, name), row, column) for row in table.rows] for column in table.columns]
    for dimension, other in PAIRS[:6]:
        table = figures.pairs(year, dimension, other)
        truth = table_by_hand(there, dimension, table.columns, lambda firm: firm.place.value(other))  # noqa: B023
        name = (dimension, other)
        attacker.table(
            name, table.rows, table.columns, truth, table.counts,
            row_margin=margin(dimension), column_margin=margin(other),
        )  # fmt: skip
        lines += [[(name, row, column) for column in table.columns] for row in table.rows]
        lines += [[(name, row, column) for row in table.rows] for column in table.columns]
    return attacker, lines


def small(attacker, lines):
    settled = attacker.settled(attacker.parts(lines))
    return [one for one in settled if is_small(sum(attacker.truth[name] for name in one))]


def test_no_small_group_follows_from_all_results_together(figures, firms, catalogue):
    attacker, lines = attack_results(figures, firms, catalogue, 2026)
    assert small(attacker, lines) == []


def test_no_small_group_follows_from_stages_and_trends_together(figures, firms):
    attacker, lines = Attacker(), []
    first = MONTH - TREND_MONTHS + 1
    attacker.unknown("all", len(firms))

    def column_of(stage):
        def named(firm):
            month = firm.months[stage]
            return NOT_YET if month is None else EARLIER if month < first else month_name(month)

        return named

    for dimension in Dimension:
        stages = figures.stages(dimension)
        counts = Counter(firm.place.value(dimension) for firm in firms)
        for row, total in zip(stages.rows, stages.row_totals, strict=True):
            attacker.unknown((dimension, row), counts[row], total)
        attacker.adds_up([(dimension, row) for row in stages.rows], "all")
        lines.append([(dimension, row) for row in stages.rows])
        if stages.total is not None:
            attacker.unknown("all", len(firms), stages.total)
        tables = {"stage": (stages, lambda firm: firm.stage)}
        tables |= {stage: (figures.stage_months(stage, dimension), column_of(stage)) for stage in ATTACKED_STAGES}
        for name, (table, named) in tables.items():
            truth = table_by_hand(firms, dimension, table.columns, named)
            check(table, truth)
            for column, total, true in zip(table.columns, table.column_totals, zip(*truth, strict=True), strict=True):
                attacker.unknown((name, column), sum(true), total)
            for row, total, true in zip(table.rows, table.row_totals, truth, strict=True):
                attacker.unknown((dimension, row), sum(true), total)
            attacker.adds_up([(name, column) for column in table.columns], "all")
            lines.append([(name, column) for column in table.columns])
            attacker.table(
                (dimension, name), table.rows, table.columns, truth, table.counts,
                row_margin=margin(dimension), column_margin=margin(name),
            )  # fmt: skip
            lines += [[((dimension, name), row, column) for column in table.columns] for row in table.rows]
            lines += [[((dimension, name), row, column) for row in table.rows] for column in table.columns]
        # Who has not come to a stage yet stands at an earlier one.
        for stage in ATTACKED_STAGES:
            place = list(Stage).index(stage)
            for row in stages.rows:
                earlier = [((dimension, "stage"), row, one) for one in list(Stage)[:place]]
                attacker.adds_up(earlier, ((dimension, stage), row, NOT_YET))
            attacker.adds_up([("stage", one) for one in list(Stage)[:place]], (stage, NOT_YET))
    assert small(attacker, lines) == []


def test_no_mean_of_a_small_group_follows(figures, firms, catalogue):
    """As if means were told exactly, with the number they are of: rounding is not what protects."""
    there = with_result(firms, 2026)
    for (dimension, other), of in product(PAIRS[:6], (SCORE, catalogue.topics[0].id)):
        table = figures.pair_means(2026, dimension, other, of)
        entering = [firm for firm in there if score_of(firm.results[2026], of, catalogue) is not None]
        attacker = Attacker()
        truth = table_by_hand(entering, dimension, groups(there, other), lambda firm: firm.place.value(other))  # noqa: B023
        counts = dict(zip(groups(entering, dimension), truth, strict=True))
        truth = [counts.get(row, [0] * len(table.columns)) for row in groups(there, dimension)]
        whole = len(entering)
        attacker.unknown("all", whole, None if table.total is None else whole)
        for axis, names, totals, true in (
            (dimension, table.rows, table.row_totals, [sum(line) for line in truth]),
            (other, table.columns, table.column_totals, [sum(line) for line in zip(*truth, strict=True)]),
        ):
            for name, total, count in zip(names, totals, true, strict=True):
                attacker.unknown((axis, name), count, None if total is None and count else count)
            attacker.adds_up([(axis, name) for name in names], "all")
        told = figures.pairs(2026, dimension, other).counts
        cells = [
            [
                count if figure is not None or told_of == 0 else None
                for figure, count, told_of in zip(*lines, strict=True)
            ]
            for lines in zip(table.figures, truth, told, strict=True)
        ]
        for shown, line in zip(table.figures, truth, strict=True):
            assert all(figure is None or count >= PAIR_MEAN_GROUP for figure, count in zip(shown, line, strict=True))
        attacker.table(
            "mean", table.rows, table.columns, truth, cells, row_margin=margin(dimension), column_margin=margin(other)
        )
        lines = [[(dimension, row) for row in table.rows], [(other, column) for column in table.columns]]
        lines += [[("mean", row, column) for column in table.columns] for row in table.rows]
        lines += [[("mean", row, column) for row in table.rows] for column in table.columns]
        assert small(attacker, lines) == []


def test_what_is_mostly_of_one_enterprise_is_hidden(sqlite_database, catalogue):
    firms = invent(1, catalogue)[:12]
    for number, firm in enumerate(firms):
        firm.place = Place("19", "", "", "company")
        cost = 10**9 if number == 0 else 100_000
        firm.needs = [Need("8b", ServiceKind.VERIFICATION, MONTH, 1, 0, cost)]
    table = figures_of(sqlite_database, firms, catalogue).demand(ServiceKind.VERIFICATION, Axis.PROVINCE, Axis.KIND)
    assert table.total == Demand(12, None, 0)


@pytest.mark.parametrize("amount", ["services", "cost_vnd"])
def test_no_needs_of_a_small_group_follow(figures, firms, amount):
    """Here an enterprise may stand in many cells: what follows must be of five different ones at least."""
    for service in SERVICES:
        attacker, lines, of_each = Attacker(), [], defaultdict(Counter)
        for firm in firms:
            for need in firm.needs:
                if need.service is service:
                    due = NO_DATE if not need.month else OVERDUE if need.month < MONTH else month_name(need.month)
                    at = {Axis.PROVINCE: firm.place.province, Axis.KIND: need.kind, Axis.MONTH: due}
                    pairs = ((one, other, at[one], at[other]) for one, other in permutations(at, 2))
                    for place in ("all", *at.items(), *pairs):
                        of_each[place][firm.id] += getattr(need, amount)

        def told(name, cell):
            shown, own = getattr(cell, amount) if cell else None, of_each[name]  # noqa: B023
            attacker.unknown(name, own.total(), shown)  # noqa: B023
            if shown:
                assert sum(one > 0 for one in own.values()) >= MINIMUM_GROUP
                assert 100 * max(own.values()) <= MOST_SHARE * shown

        for rows, columns in ((Axis.PROVINCE, Axis.KIND), (Axis.PROVINCE, Axis.MONTH), (Axis.KIND, Axis.MONTH)):
            table = figures.demand(service, rows, columns)
            told("all", table.total)
            margins = ((rows, table.rows, table.row_totals), (columns, table.columns, table.column_totals))
            for axis, names, totals in margins:
                for name, total in zip(names, totals, strict=True):
                    told((axis, name), total)
                attacker.adds_up([(axis, name) for name in names], "all")
                lines.append([(axis, name) for name in names])
            for row, line in zip(table.rows, table.figures, strict=True):
                for column, cell in zip(table.columns, line, strict=True):
                    told((rows, columns, row, column), cell)
                lines.append([(rows, columns, row, column) for column in table.columns])
                attacker.adds_up(lines[-1], (rows, row))
            for column in table.columns:
                lines.append([(rows, columns, row, column) for row in table.rows])
                attacker.adds_up(lines[-1], (columns, column))
        for settled in attacker.settled(attacker.parts(lines, most=2)):
            together = sum((of_each[name] for name in settled), Counter())
            assert len(together) >= MINIMUM_GROUP, settled
