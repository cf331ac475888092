"""Deeds around the plan of verification and calibration: open a year, hand it out as file, calendar or letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from uuid import UUID, uuid5

from core.domain.document import Document
from core.domain.instruments import MeasuringInstrument, ServiceKind
from core.domain.permissions import Actor
from core.domain.programme_edits import Edit, draft_programme
from core.domain.programme_proposal import Analysis
from core.domain.register.papers import PlanWriter, chosen_services, plan_document
from core.domain.register.papers import request_letter as letter_document
from core.domain.register.plan import Plan, PlannedService, make_plan, next_services
from core.domain.scoring import score
from core.errors import BadInput
from core.language import VIETNAM, Language
from core.render.calendar import ALARM_DAYS, CalendarEntry, write_calendar
from core.services import registering
from core.services.environment import Environment, reading
from core.services.exchanging import WRITERS, DraftForm, OpenedFile
from core.services.registering import OpenRegister

YEARS_AHEAD = 5
"""Years for which a plan can be opened, this one included."""
CALENDAR_SERVICES = 2
"""Services of each kind that a calendar file tells of one instrument: the next one and the one after it.

The count never depends on dates: so every later file speaks of the same entries and moves them, whatever was changed.
"""
_KEPT_FILES = 8


@dataclass(frozen=True)
class OpenPlan:
    """The plan of one year, the register it comes from, and the years that can be chosen."""

    register: OpenRegister
    plan: Plan
    years: tuple[int, ...]

    @cached_property
    def ids(self) -> Mapping[str, UUID]:
        """Code → stable id of the line."""
        return {one.instrument.code: one.id for one in self.register.kept}

    @property
    def may_edit(self) -> bool:
        return self.register.may_edit


def open_plan(environment: Environment, actor: Actor, enterprise_id: UUID, year: int | None = None) -> OpenPlan:
    """Return the plan of a year, of this one without.

    Raises BadInput("plan-year-out"), NotThere.
    """
    register = registering.open_register(environment, actor, enterprise_id)
    return OpenPlan(register, _plan_of(register, _chosen_year(register.on, year)), _years(register.on))


def file_plan(file: OpenedFile, year: int | None = None) -> Plan:
    """Return the plan of a year, of the file's own without, from the register of an exchange file.

    Raises BadInput("plan-year-out").
    """
    exchange = file.exchange
    chosen = _chosen_year(exchange.on, year)
    return make_plan(exchange.instruments, file.catalogue.group2, exchange.bodies, chosen, exchange.on)


def plan_file(
    environment: Environment, actor: Actor, enterprise_id: UUID, year: int, form: DraftForm, language: Language
) -> bytes:
    """Return the plan of a year as a paper, or its tables as XLSX. Raises BadInput("plan-year-out"), NotThere."""
    opened = open_plan(environment, actor, enterprise_id, year)
    register = opened.register
    return _written(plan_document(register.catalogue, register.profile, opened.plan, language), form)


def calendar_file(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> bytes:
    """Return the coming services as a calendar file; the same register on the same day gives the same bytes.

    Raises NotThere.
    """
    register = registering.open_register(environment, actor, enterprise_id)
    writer = PlanWriter(register.catalogue, language)
    ids = {one.instrument.code: one.id for one in register.kept}
    entries = [_entry(writer, ids[one.code], one) for one in _coming(register)]
    midnight = datetime.combine(register.on, time(), VIETNAM)
    name = writer.word("calendar.name", name=register.profile.name)
    return write_calendar(name, entries, language, max([midnight, *(one.updated_at for one in register.kept)]))


def request_letter(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    *,
    body: str,
    year: int,
    months: tuple[int, int],
    with_unknown: bool,
    form: DraftForm,
    language: Language,
) -> bytes:
    """Return the letter that asks a body for its services of some months, first and last (1 to 12).

    with_unknown: also for the services whose body is not known yet.
    Raises BadInput("letter-body-missing", "letter-months-wrong", "letter-empty", "plan-year-out"), NotThere.
    """
    opened = open_plan(environment, actor, enterprise_id, year)
    register = opened.register
    first, last = months
    if not body:
        raise BadInput("letter-body-missing", field="body")
    if not 1 <= first <= last <= 12:
        raise BadInput("letter-months-wrong", field="months", seen=f"{first}–{last}")
    request = chosen_services(opened.plan, body, first, last, with_unknown=with_unknown)
    if not request.services:
        raise BadInput("letter-empty", field="months", body=body)
    with reading(environment) as repository:
        programme = next(iter(repository.programmes.of_enterprise(enterprise_id)), None)
        kept = repository.programmes.edits(programme.id) if programme else {}
    # Only who the enterprise is and who signs for it: no answer is needed for a letter.
    edits = [
        Edit(path, one.edit.value, one.edit.base) for path, one in kept.items() if path.startswith("organisation/")
    ]
    draft = draft_programme(_analysis(register), edits)
    return _written(letter_document(draft, request, register.instruments, language, register.on), form)


def _years(on: date) -> tuple[int, ...]:
    return tuple(range(on.year, on.year + YEARS_AHEAD))


def _chosen_year(on: date, year: int | None) -> int:
    years = _years(on)
    chosen = years[0] if year is None else year
    if chosen not in years:
        raise BadInput("plan-year-out", field="year", seen=chosen, expected=f"{years[0]}–{years[-1]}")
    return chosen


def _plan_of(register: OpenRegister, year: int) -> Plan:
    return make_plan(register.instruments, register.catalogue.group2, register.bodies, year, register.on)


def _coming(register: OpenRegister) -> Iterator[PlannedService]:
    """Yield the services of a calendar, on the days on which the plans of their years have them."""
    wanted = [one for instrument in register.instruments if instrument.in_use for one in _next(register, instrument)]
    near = register.on.year + YEARS_AHEAD
    plans = {year: _plan_of(register, year) for year in {one.latest.year for one in wanted} if year < near}
    planned = {_key(one): one for plan in plans.values() for one in plan.services}
    for one in wanted:
        yield planned.get(_key(one), one)


def _next(register: OpenRegister, instrument: MeasuringInstrument) -> Iterator[PlannedService]:
    row = register.row_of(instrument)
    yield from next_services(instrument, row, register.bodies, register.on, count=CALENDAR_SERVICES)


def _key(one: PlannedService) -> tuple[str, ServiceKind, int]:
    return (one.code, one.kind, one.number)


def _entry(writer: PlanWriter, instrument_id: UUID, one: PlannedService) -> CalendarEntry:
    """Only the instrument and the body are named: calendars are shared with people who see nothing else here."""
    summary = writer.word(
        "calendar.summary", service=writer.service(one.kind), instrument=writer.name(one), code=one.code
    )
    due = "calendar.overdue" if one.is_overdue else "calendar.due"
    lines = [
        writer.word(due, day=writer.day(one.due), reason=writer.word(f"reason.{one.reason}")),
        writer.word("calendar.body", body=writer.body(one.body)),
    ]
    if one.is_doubtful:
        lines.append(writer.word("calendar.doubt"))
    return CalendarEntry(
        uid=uuid5(instrument_id, f"{one.kind}/{one.number}"),
        day=one.planned,
        summary=summary,
        description="\n".join(lines),
        alarms=tuple(writer.word("calendar.alarm", days=days, summary=summary) for days in ALARM_DAYS),
    )


def _analysis(register: OpenRegister) -> Analysis:
    scorecard = score(register.catalogue, register.profile, {})
    return Analysis(
        catalogue=register.catalogue,
        profile=register.profile,
        answers={},
        scorecard=scorecard,
        evidence_scorecard=scorecard,
        findings=(),
        on=register.on,
        instruments=register.instruments,
    )


@lru_cache(maxsize=_KEPT_FILES)
def _written(document: Document, form: DraftForm) -> bytes:
    return WRITERS[form](document)
