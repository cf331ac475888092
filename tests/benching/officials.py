"""A country of invented enterprises: filling it, the officials' sheets and their page, and what another method moves.

The floor of a sheet is plain SQL that asks the database for the same numbers, on the same narrow tables.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.statistics.figures import Dimension, Stage
from core.domain.statistics.needs import COST_WIDTH, COUNT_WIDTH, KIND_WIDTH, LINE_WIDTH, MONTH_WIDTH
from core.domain.statistics.sheets import SheetTeller
from core.language import Language
from core.services import officials as official_figures
from core.services import populating, recomputing
from core.services.environment import Environment
from core.services.official_sheets import Asked, SheetName, TypedCourse, sheet_of
from core.services.officials import OpenFigures
from core.storage.bulk import let_it_last
from core.storage.content import CONTENT, load_catalogue
from core.storage.database import Database
from core.storage.figures import Figures
from tests.benching.people import databases, own_database
from tests.benching.rows import Row, best_of, highest_memory, in_fresh_process, shown_time
from tests.benching.running import Side, page_complete
from tests.e2e.server import Server

SEED = 996
WHOLE = 100_000
RUNS = 3
OVERVIEW = "toan-canh"
_CHARTS = 3
"""Drawn by the overview."""
_NATION = Actor(UUID(int=996), "", "", roles=(GrantedRole(Role.OFFICIAL_NATION),))
_ADMINISTRATOR = Actor(UUID(int=996), "", "", roles=(GrantedRole(Role.ADMINISTRATOR),))
_TOLD = (
    SheetName.DIFFICULTIES,
    SheetName.DIFFICULTY_GROUPS,
    SheetName.PROPOSALS,
    SheetName.PROPOSAL_GROUPS,
)
"""What invented enterprises tell nothing of."""
_DEMAND = tuple(one for one in SheetName if one.value.startswith("demand"))
"""The same whatever enterprises are grouped by."""
_COLUMNS = {
    Dimension.PROVINCE: "province_code",
    Dimension.SECTOR: "sector",
    Dimension.SIZE: "size",
    Dimension.KIND: "kind",
}
_SCORE = "COALESCE(validated_score, self_score)"
_COUNTED = "FROM counted_result WHERE year = {year} AND NOT waiting"
_REACHED = " ".join(f"WHEN {stage.value} IS NOT NULL THEN '{stage.value}'" for stage in reversed(Stage))
_QUARTILES = """SELECT {by}, place, {score} FROM (
    SELECT {by}, {score}, row_number() OVER (PARTITION BY {by} ORDER BY {score}) AS place,
           count(*) OVER (PARTITION BY {by}) AS firms
    FROM (SELECT {by}, COALESCE(validated_score, self_score) AS {score} {counted}) AS scores
) AS ordered WHERE place IN ((firms + 3) / 4, (firms + 1) / 2, (3 * firms + 3) / 4)"""


_LINES = f"""WITH RECURSIVE place(start) AS (
    SELECT 1 UNION ALL SELECT start + {LINE_WIDTH} FROM place WHERE start < (SELECT max(length(lines)) FROM demand)
) SELECT {{by}}, count(*), sum(CAST(substr(lines, start + {KIND_WIDTH + 1 + MONTH_WIDTH}, {COUNT_WIDTH}) AS INTEGER)),
    sum(CAST(substr(lines, start + {KIND_WIDTH + 1 + MONTH_WIDTH + COUNT_WIDTH}, {COUNT_WIDTH}) AS INTEGER)),
    sum(CAST(substr(lines, start + {LINE_WIDTH - COST_WIDTH}, {COST_WIDTH}) AS BIGINT))
FROM demand JOIN place ON start < length(lines)
WHERE batch IS NOT NULL AND substr(lines, start + {KIND_WIDTH}, 1) = 'v' GROUP BY {{by}}"""
"""Needs are kept as lines of one text (core/domain/statistics/needs.py): plain SQL parts them first."""
_KIND = f"substr(lines, start, {KIND_WIDTH})"
_MONTH = f"substr(lines, start + {KIND_WIDTH + 1}, {MONTH_WIDTH})"


def officials(enterprises: int) -> Iterator[Row]:
    """Everything that officials wait for, on both engines."""
    for engine, url in databases():
        with own_database(url) as environment:
            yield from _filling(environment, engine, enterprises)
            yield from _figures(environment, engine, url)
            yield from _sheets(environment, engine)
            yield from _page(engine, url)
            yield from _recomputing(environment, engine)


def _filling(environment: Environment, engine: str, enterprises: int) -> Iterator[Row]:
    begin, busy = time.perf_counter(), time.process_time()
    for _ in populating.populate(environment, enterprises, SEED):
        pass
    seconds, processor = time.perf_counter() - begin, time.process_time() - busy
    rows = _rows(environment)
    yield Row(
        f"{enterprises:,} enterprises filled in, {engine}",
        seconds,
        budget=600 * enterprises / WHOLE,
        remark=f"{rows:,} rows, {rows / seconds:,.0f}/s; {processor:.0f} s of a core in this process",
    )


def _rows(environment: Environment) -> int:
    tables = ("enterprise", "assessment", "answer", "submission", "submission_round", "ruling", "instrument", "event")
    with environment.database.reading() as session:
        return sum(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables)


def _figures(environment: Environment, engine: str, url: str) -> Iterator[Row]:
    begin = time.perf_counter()
    official_figures.open_figures(environment, _NATION)
    loaded = time.perf_counter() - begin
    later = Environment(
        environment.catalogue, environment.database, now=lambda: environment.now() + timedelta(minutes=2)
    )
    later.__dict__["figures"] = environment.figures
    renewed = best_of(lambda: official_figures.open_figures(later, _NATION), runs=1)
    memory = in_fresh_process(memory_of_figures, url)
    yield Row(f"figures loaded, {engine}", loaded, remark=f"+{memory:.0f} MB with all sheets (< 300)")
    yield Row(f"figures renewed, nothing new, {engine}", renewed)


def memory_of_figures(url: str) -> float:
    """Return by how many MB a process grows at its highest while it loads the figures and makes every sheet."""
    environment = Environment(load_catalogue(), Database(url))
    before = highest_memory()
    for make in _makers(environment).values():
        make()
    environment.database.dispose()
    return highest_memory() - before


def _sheets(environment: Environment, engine: str) -> Iterator[Row]:
    makers = _makers(environment)
    times: dict[SheetName, list[float]] = {}
    floors: dict[SheetName, list[float]] = {}
    for (name, by), make in makers.items():
        times.setdefault(name, []).extend(_times(make))
        with environment.database.reading() as session:
            let_it_last(session)
            plain = partial(_asked_plainly, session, _plain(environment, name, by))
            floors.setdefault(name, []).extend(_times(plain))
    for name, found in times.items():
        yield Row(
            f"sheet {name.value}, p95, {engine}",
            _p95(found),
            budget=0.3,
            floor=_p95(floors[name]),
            most_ratio=1.5,
            remark=f"p50 {shown_time(median(found))} against {shown_time(median(floors[name]))}",
        )
    every = sum(median(found) for found in times.values())
    yield Row(f"all {len(times)} sheets of one moment, {engine}", every, budget=2.0)


def _asked_plainly(session: Session, statement: str) -> object:
    return session.execute(text(statement)).all()


def _makers(environment: Environment) -> dict[tuple[SheetName, Dimension], Callable[[], object]]:
    """Each sheet by each dimension, made anew each time: what a moment's figures keep is not counted."""
    opened = official_figures.open_figures(environment, _NATION)
    kept = opened._figures
    teller = SheetTeller(environment.catalogue, Language.VI)

    def make(name: SheetName, asked: Asked) -> object:
        fresh = Figures(kept._population, kept.at, kept._month)
        return sheet_of(OpenFigures(opened.at, opened.edition, opened.years, None, fresh), teller, name, asked)

    courses = tuple(TypedCourse(topic.id, 8_000_000, 20) for topic in environment.catalogue.topics)

    def asked(by: Dimension) -> Asked:
        return Asked(by=by, other=_other(by), budget_vnd=10_000_000_000, courses=courses)

    return {
        (name, by): partial(make, name, asked(by))
        for name in SheetName
        if name not in _TOLD
        for by in (list(Dimension)[:1] if name in _DEMAND else Dimension)
    }


def _other(by: Dimension) -> Dimension:
    return Dimension.SECTOR if by is not Dimension.SECTOR else Dimension.SIZE


def _times(deed: Callable[[], object]) -> list[float]:
    return [best_of(deed, runs=1) for _ in range(RUNS)]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def _plain(environment: Environment, name: SheetName, dimension: Dimension) -> str:
    """Return the statement that asks for the numbers of a sheet."""
    with environment.database.reading() as session:
        year = session.execute(text("SELECT max(year) FROM counted_result")).scalar_one()
    by, other, counted = _COLUMNS[dimension], _COLUMNS[_other(dimension)], _COUNTED.format(year=year)
    catalogue = environment.catalogue
    topics = ", ".join(
        f"sum(CAST(NULLIF(substr(topics, {1 + 5 * place}, 5), '     ') AS INTEGER))"
        for place in range(len(catalogue.topics))
    )
    places = {question: place for place, question in enumerate(catalogue.questions, 1)}
    gates = [places[one.id] for one in catalogue.questions.values() if one.gate is not None]
    in_topics = ", ".join(_any_gap([places[one.id] for one in topic.questions]) for topic in catalogue.topics)

    def marked(letters: str, wanted: list[int]) -> str:
        sums = ", ".join(
            f"sum(CASE WHEN substr(marks, {place}, 1) IN ({letters}) THEN 1 ELSE 0 END)" for place in wanted
        )
        return f"SELECT {by}, count(*), {sums} {counted} GROUP BY {by}"

    match name:
        case SheetName.STAGES:
            return f"SELECT {by}, CASE {_REACHED} END AS stage, count(*) FROM enterprise_stage GROUP BY {by}, stage"
        case SheetName.TREND:
            return f"SELECT {by}, submitted, count(*) FROM enterprise_stage GROUP BY {by}, submitted"
        case SheetName.LEVELS:
            return f"SELECT {by}, self_level, count(*) {counted} GROUP BY {by}, self_level"
        case SheetName.VALIDATED_LEVELS:
            return f"SELECT {by}, validated_level, count(*) {counted} GROUP BY {by}, validated_level"
        case SheetName.TOPICS:
            return f"SELECT {by}, count(*), sum({_SCORE}), {topics} {counted} GROUP BY {by}"
        case SheetName.OWN_AND_CHECKED:
            sums = "count(*), sum(self_score), sum(validated_score)"
            return f"SELECT {by}, {sums} {counted} AND validated_score IS NOT NULL GROUP BY {by}"
        case SheetName.QUARTILES:
            return _QUARTILES.format(by=by, score="score", counted=counted)
        case SheetName.CHANGES:
            scores = "sum(COALESCE(a.validated_score, a.self_score)), sum(COALESCE(b.validated_score, b.self_score))"
            both = f"a.year = {year - 1} AND b.year = {year} AND NOT a.waiting AND NOT b.waiting"
            return (
                f"SELECT b.{by}, count(*), {scores} FROM counted_result a "
                f"JOIN counted_result b ON a.enterprise_id = b.enterprise_id WHERE {both} GROUP BY b.{by}"
            )
        case SheetName.PAIRS:
            return f"SELECT {by}, {other}, count(*) {counted} GROUP BY {by}, {other}"
        case SheetName.PAIR_MEANS:
            return f"SELECT {by}, {other}, count(*), sum({_SCORE}) {counted} GROUP BY {by}, {other}"
        case SheetName.GATES:
            return marked("'2'", gates)
        case SheetName.GAPS:
            return marked("'1', '2'", list(places.values()))
        case SheetName.DEMAND_KINDS:
            return _LINES.format(by=_KIND)
        case SheetName.DEMAND_MONTHS | SheetName.DEMAND_PROVINCES:
            return _LINES.format(by=f"province_code, {_MONTH}")
        case SheetName.DEMAND_KIND_MONTHS:
            return _LINES.format(by=f"{_KIND}, {_MONTH}")
        case SheetName.DEMAND_COST:
            return _LINES.format(by=f"{_KIND}, province_code")
        case SheetName.TRAINING:
            return f"SELECT {by}, count(*), {in_topics} {counted} GROUP BY {by}"
        case SheetName.COURSES | SheetName.ALLOTMENT:
            gaps = marked("'1', '2'", list(places.values()))
            return gaps.replace("count(*),", f"count(*), {in_topics},")
        case SheetName.SUPPORT:
            return f"SELECT size, kind, count(*) {counted} GROUP BY size, kind"


def _any_gap(places: list[int]) -> str:
    gap = " OR ".join(f"substr(marks, {place}, 1) IN ('1', '2')" for place in places)
    return f"sum(CASE WHEN {gap} THEN 1 ELSE 0 END)"


def _page(engine: str, url: str) -> Iterator[Row]:
    """The overview in a browser, from the request until its last chart stands; the first of a process loads figures."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), url)
        member = server.add_officer("Cán bộ", Role.OFFICIAL_NATION)
        server.start()
        try:
            side = Side(server, [member.cookie])
            cold, *warm = page_complete(side, OVERVIEW, _CHARTS, RUNS + 1)
            memory = side.highest_memory()
        finally:
            server.stop()
        server.environment_behind.database.dispose()
    yield Row(f"overview complete in a browser, first, {engine}", cold, remark="figures loaded meanwhile")
    yield Row(
        f"overview complete in a browser, {engine}",
        median(warm),
        budget=2.0,
        remark=f"server at its highest {memory:.0f} MB",
    )


def _recomputing(environment: Environment, engine: str) -> Iterator[Row]:
    method = Path(CONTENT / "method.toml").read_bytes()
    stricter = method.replace(b"thresholds = [20, 40, 60, 80]", b"thresholds = [25, 45, 65, 85]")
    begin, busy = time.perf_counter(), time.process_time()
    moves = recomputing.preview_method(environment, _ADMINISTRATOR, stricter, "proposal.toml")
    seconds, processor = time.perf_counter() - begin, time.process_time() - busy
    firms = sum(one.levels.total or 0 for one in moves.values())
    yield Row(
        f"another method for 100,000, {engine}",
        seconds * WHOLE / firms,
        budget=60,
        remark=f"from {firms:,} scores; {processor * WHOLE / firms:.0f} s of a core in this process",
    )
