"""From a scored assessment to the programme that is proposed to the enterprise: items with typed fields.

Every proposed text stands in both languages; dates, numbers and choices are canonical and the same in both.
What the enterprise makes of it is programme_edits.py; the document is programme.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from math import ceil

from core.domain.assessment import Answers, RegisterFacts
from core.domain.catalogue import (
    Catalogue,
    Province,
    Question,
    RegisterRule,
    Sector,
    SectorObjective,
    SectorSolution,
    SectorTask,
    TaskKind,
)
from core.domain.findings import STRENGTH_LEVEL, targets
from core.domain.instruments import (
    InstrumentState,
    MeasuringInstrument,
    add_months,
    state_of,
)
from core.domain.profile import EnterpriseKind, Profile
from core.domain.programme_fields import (
    INCLUDED,
    NO,
    YES,
    ItemId,
    ItemKind,
    MoneySource,
    Signer,
    SolutionKind,
    parse_item_id,
)
from core.domain.programme_parsing import plain
from core.domain.register.facts import facts_of_register
from core.domain.register.findings import RegisterFinding, find
from core.domain.register.judging import judged
from core.domain.register.points import ProcessPoint, ServiceBody
from core.domain.scorecard import Finding, Mark, Scorecard
from core.domain.scoring import HIGHEST_LEVEL, VERIFICATION_QUESTION
from core.language import Language, Text, day, rounded

DEFAULT_YEARS = 3
LAST_QUARTER = 10
"""First month of the last quarter."""
MANY_GAPS = 12
"""Gaps from which the work is spread over later years."""
FIRST_GAPS = 8
"""Fewest matters taken first when there are many gaps."""
FOLLOW_UP_MONTHS = 3
LEVEL_OBJECTIVE = "level"
VERIFIED_OBJECTIVE = "verified-share"
IN_DATE_SUFFIX = "in-date"
"""Sector objectives whose id ends so are the share of group-2 instruments in date."""
MOST_CODE_LETTERS = 8
SHOWN_CODES = 5
"""Codes of instruments that a sentence names; appendix II holds them all."""
REGISTER = "register"
"""Before the rule in the id of a task that comes from the register of instruments."""
FIRM = "firm"
"""Before the id of a measuring point of the firm's own process map."""

_POINT_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,60}")
_HASH_LETTERS = 16

NOTHING = Text("", "")
HEAD_TITLES = {
    EnterpriseKind.COMPANY: "director",
    EnterpriseKind.COOPERATIVE: "director",
    EnterpriseKind.HOUSEHOLD: "household-owner",
    EnterpriseKind.PUBLIC_UNIT: "director",
}
"""The usual title of the head, by its id in content/programme/heads.toml."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day of the programme, both included."""

    start: date
    end: date

    @property
    def years(self) -> range:
        return range(self.start.year, self.end.year + 1)


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """The completed situation analysis that a programme rests on, and what is known besides.

    findings: of find_gaps, in their order. on: day of the assessment. register_on: day of the register, else `on`.
    points: the firm's own process map, empty where it has none. bodies: those that serve its instruments.
    files: documents attached, by question. adviser_body, reviewed_on, validated_scorecard: when an adviser has looked
    through.
    opinions_asked: the programme's state is "opinions asked" or later.
    """

    catalogue: Catalogue
    profile: Profile
    answers: Answers
    scorecard: Scorecard
    evidence_scorecard: Scorecard
    findings: tuple[Finding, ...]
    on: date
    instruments: tuple[MeasuringInstrument, ...] = ()
    points: tuple[ProcessPoint, ...] = ()
    bodies: tuple[ServiceBody, ...] = ()
    register_on: date | None = None
    files: Mapping[str, int] = field(default_factory=dict)
    adviser_body: str = ""
    reviewed_on: date | None = None
    validated_scorecard: Scorecard | None = None
    opinions_asked: bool = False

    @cached_property
    def register(self) -> RegisterFacts:
        """What the register proves on its day."""
        return facts_of_register(self.instruments, self.catalogue, self.register_day)

    @cached_property
    def register_findings(self) -> tuple[RegisterFinding, ...]:
        """What the register asks to be done, most pressing first."""
        judgements = judged(self.instruments, self.points, self.catalogue, self.register_day)
        return find(judgements, self.catalogue, self.register_day)

    @property
    def register_day(self) -> date:
        return self.register_on or self.on

    @cached_property
    def targets(self) -> Mapping[str, int]:
        """Target level by question."""
        return targets(self.catalogue, self.profile, self.register)

    @cached_property
    def sector(self) -> Sector | None:
        return self.catalogue.sectors.get(self.profile.sector)

    @cached_property
    def treated(self) -> tuple[Finding, ...]:
        """The findings that the programme speaks of: what was answered, or what the register proves.

        An unanswered question is no shortcoming yet; the programme says what is still to be answered instead.
        """
        return tuple(
            one for one in self.findings if one.mark in (Mark.LEVEL, Mark.UNKNOWN) or self.is_proven(one.question)
        )

    def is_proven(self, question: str) -> bool:
        """Tell whether the register shows the shortcoming, whatever was answered."""
        return question == VERIFICATION_QUESTION and bool(self.register.overdue)

    @cached_property
    def improvements(self) -> frozenset[str]:
        """Findings on what is done in full already, where the target is the level above."""
        return frozenset(
            one.question
            for one in self.treated
            if one.level is not None and one.level >= STRENGTH_LEVEL and not self.is_proven(one.question)
        )

    def word(self, key: str) -> Text:
        """A text of content/words/programme.toml."""
        return self.catalogue.word(f"programme.{key}")


@dataclass(frozen=True)
class ProposedItem:
    """One item as proposed. `origin` is the question or sector record it comes from; `hint` helps to fill it in."""

    id: str
    kind: ItemKind
    fields: Mapping[str, Text]
    origin: str = ""
    hint: Text | None = None


@dataclass(frozen=True)
class Proposal:
    """The whole proposed programme, in the order of the document."""

    analysis: Analysis
    period: Period
    items: tuple[ProposedItem, ...]


def propose(analysis: Analysis, period: Period | None = None) -> Proposal:
    """Return the proposed programme. `period`: the one the enterprise chose, by which due dates are then placed."""
    chosen = period or default_period(analysis.on)
    items = [
        _period_item(analysis),
        _follow_up_item(analysis, chosen),
        _organisation_item(analysis),
        _effect_item(),
        *_point_items(analysis),
        *(_finding_item(analysis, one.question) for one in analysis.treated),
        *_objective_items(analysis, chosen),
        *_task_items(analysis, chosen),
        *_solution_items(analysis.sector),
    ]
    return Proposal(analysis, chosen, tuple(items))


def default_period(on: date) -> Period:
    """Return three calendar years from the first of the next month, to 31 December of the third.

    One that would begin in the last quarter begins with the new year, so none is shorter than two years and a quarter.
    """
    start = add_months(on.replace(day=1), 1)
    if start.month >= LAST_QUARTER:
        start = date(start.year + 1, 1, 1)
    return Period(start, date(start.year + DEFAULT_YEARS - 1, 12, 31))


def recall(analysis: Analysis, item_id: str, period: Period) -> ProposedItem | None:
    """Return an item as it was proposed once, whose origin has vanished: the finding is closed, the sector changed.

    A task of a finding is then due at the end of the period. None when the catalogue knows no such origin any more.
    """
    parts = parse_item_id(item_id)
    if parts.is_own:
        return None
    if parts.key in analysis.catalogue.questions:
        if parts.kind is ItemKind.FINDING:
            return _finding_item(analysis, parts.key)
        if parts.kind is ItemKind.TASK:
            return _question_task(analysis, parts.key, period.end)
    if parts.kind is ItemKind.TASK and parts.key.startswith(f"{REGISTER}."):
        rule = analysis.catalogue.register_rules.get(parts.key.removeprefix(f"{REGISTER}."))
        return None if rule is None else _register_task(analysis, rule, (), period.end)
    if parts.kind is ItemKind.OBJECTIVE and parts.key == LEVEL_OBJECTIVE:
        return _level_objective(analysis, period)
    if parts.kind is ItemKind.OBJECTIVE and parts.key == VERIFIED_OBJECTIVE:
        return _verified_objective(analysis, period)
    return _recall_from_sector(analysis, parts, item_id, period)


def first_count(analysis: Analysis, period: Period) -> int:
    """Return how many of the treated findings are taken first: all, unless they are many and there are later years.

    Never fewer than a year's share of the work, and failed legal duties are always among them.
    """
    count = len(analysis.treated)
    if count < MANY_GAPS or not _later_half_years(period):
        return count
    share = ceil(Fraction(count, len(period.years)))
    return max(FIRST_GAPS, share, sum(one.gate_failed for one in analysis.treated))


def due_dates(analysis: Analysis, period: Period) -> Mapping[str, date]:
    """Return the due date of the task for each treated finding.

    Those taken first keep the date of the finding, at the latest the end of the period; a legal duty never waits.
    The others are spread in their order over the half-years after the first year.
    """
    taken_first = first_count(analysis, period)
    first, later = analysis.treated[:taken_first], analysis.treated[taken_first:]
    dates = {one.question: one.due if one.gate_failed else min(one.due, period.end) for one in first}
    slots = _later_half_years(period)
    for place, one in enumerate(later):
        dates[one.question] = slots[place * len(slots) // len(later)]
    return dates


def same(value: str) -> Text:
    """A canonical value, the same in both languages."""
    return Text(value, value)


def with_values(text: Text, values: Mapping[str, Text]) -> Text:
    """Fill the named places of a word in both languages."""
    filled = {
        language: text[language].format_map({name: value[language] for name, value in values.items()})
        for language in Language
    }
    return Text(filled[Language.VI], filled[Language.EN])


def without_opening(text: Text, opening: Text) -> Text:
    """Return a text without the words it begins with, where it begins with them."""
    return Text(text.vi.removeprefix(opening.vi), text.en.removeprefix(opening.en))


def upper_first(text: str) -> str:
    """Write the first letter as a capital."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Write the first letter small unless the word is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def initials(name: str) -> str:
    """Return the short sign of an organisation: first letters without tone marks, at most eight."""
    letters = (unicodedata.normalize("NFD", word)[0] for word in name.split() if word[0].isalnum())
    return "".join(letters).upper()[:MOST_CODE_LETTERS]


def share_in_date(analysis: Analysis) -> Fraction | None:
    """Return the share of group-2 instruments in use that are in date, from 0 to 100; None without any."""
    on, rows = analysis.register_on or analysis.on, analysis.catalogue.group2
    used = [one for one in analysis.instruments if one.in_use and one.is_group2]
    valid = (InstrumentState.IN_DATE, InstrumentState.DUE_SOON)
    good = sum(state_of(one, rows.get(one.group2_row), on) in valid for one in used)
    return Fraction(100 * good, len(used)) if used else None


def _later_half_years(period: Period) -> list[date]:
    ends = [date(year, month, day) for year in period.years[1:] for month, day in ((6, 30), (12, 31))]
    return [end for end in ends if end <= period.end]


def _end_of_month(day: date) -> date:
    return add_months(day, 0, end_of_month=True)


def _months_from_start(period: Period, months: int) -> date:
    return min(add_months(period.start, months) - timedelta(days=1), period.end)


# --- The enterprise and its dates


def _period_item(analysis: Analysis) -> ProposedItem:
    period = default_period(analysis.on)
    fields = {"start": same(period.start.isoformat()), "end": same(period.end.isoformat())}
    return ProposedItem("period", ItemKind.PERIOD, fields)


def _follow_up_item(analysis: Analysis, period: Period) -> ProposedItem:
    """Dates of the follow-up: a month or two for what is missing, a year at most until the first review."""
    begin = max(analysis.on, period.start)
    dates = {
        "complete_by": _end_of_month(analysis.on + timedelta(days=30)),
        "find_out_by": _end_of_month(analysis.on + timedelta(days=60)),
        "register_by": _end_of_month(begin),
        "budget_by": add_months(begin, 1, end_of_month=True),
        "next_review": _months_from_start(period, 12),
    }
    fields = {name: same(day.isoformat()) for name, day in dates.items()}
    return ProposedItem("follow-up", ItemKind.FOLLOW_UP, fields | {"follow_up_months": same(str(FOLLOW_UP_MONTHS))})


def _organisation_item(analysis: Analysis) -> ProposedItem:
    profile, word = analysis.profile, analysis.word
    province = analysis.catalogue.provinces.get(profile.province)
    unit = word(f"unit.{profile.kind}.within")
    fields = {
        "head_title": word(f"title-of-head.{HEAD_TITLES[profile.kind]}"),
        "head_name": NOTHING,
        "signer": same(Signer.DIRECTOR.value),
        "council_name": NOTHING,
        "deputy_title": NOTHING,
        "person_in_charge": NOTHING,
        "proposer": word("default.person-in-charge"),
        "drafting_unit": NOTHING,
        "short_code": same(initials(profile.name)),
        "parent_body": NOTHING,
        "state_owned": same(NO),
        "place": province.name if province else NOTHING,
        "department_name": _department(analysis, province),
        "sent_to_department": same(YES),
        "provincial_plan": NOTHING,
        "opinion_givers": word("default.opinion-givers"),
        "measuring_uses": _measuring_uses(analysis),
        "scope_places": with_values(word("default.scope-places"), {"unit": unit}),
    }
    return ProposedItem("organisation", ItemKind.ORGANISATION, fields)


def _department(analysis: Analysis, province: Province | None) -> Text:
    if province is None:
        return analysis.word("default.department-unknown")
    within = Text(lower_first(province.full_name.vi), province.full_name.en)
    return with_values(analysis.word("default.department"), {"province": within})


def _measuring_uses(analysis: Analysis) -> Text:
    steps = [same(point.step) for point in analysis.points]
    if not steps and analysis.sector is not None:
        steps = [point.step for point in analysis.sector.measuring_points]
    if not steps:
        return analysis.word("default.measuring-uses")
    return Text(
        "; ".join(lower_first(step.vi) for step in steps),
        "; ".join(lower_first(step.en) for step in steps),
    )


def _effect_item() -> ProposedItem:
    fields = {"loss_cut_percent": NOTHING, "environment_effect": NOTHING, "market_demand": NOTHING}
    return ProposedItem("effect", ItemKind.EFFECT, fields)


# --- What the sector gives


def _point_items(analysis: Analysis) -> list[ProposedItem]:
    """The firm's own measuring points; those usual in its trade until it has any."""
    if analysis.points:
        return [_firm_point(analysis, point) for point in analysis.points]
    return [] if analysis.sector is None else _sector_points(analysis.sector)


def _firm_point(analysis: Analysis, point: ProcessPoint) -> ProposedItem:
    """A point that was taken from the trade keeps the id that it had there, and with it what was edited."""
    sector = analysis.sector
    if sector is not None and any(point.id == usual.id for usual in sector.measuring_points):
        item_id = f"point:{sector.id}.{point.id}"
    else:
        is_word = _POINT_KEY.fullmatch(point.id) is not None
        key = point.id if is_word else sha256(point.id.encode()).hexdigest()[:_HASH_LETTERS]
        item_id = f"point:{FIRM}.{key}"
    fields = {
        "name": same(point.step),
        "quantity": same(point.quantity),
        "harm": same(point.risk),
        INCLUDED: same(YES),
    }
    return ProposedItem(item_id, ItemKind.POINT, fields, point.id, same(point.needed) if point.needed else None)


def _sector_points(sector: Sector) -> list[ProposedItem]:
    return [
        ProposedItem(
            f"point:{sector.id}.{point.id}",
            ItemKind.POINT,
            {"name": point.step, "quantity": point.quantity, "harm": point.risk, INCLUDED: same(YES)},
            origin=point.id,
            hint=point.needed,
        )
        for point in sector.measuring_points
    ]


def _solution_items(sector: Sector | None) -> list[ProposedItem]:
    if sector is None:
        return []
    items, seen = [], dict.fromkeys(SolutionKind, 0)
    for solution in sector.solutions:
        kind = _solution_kind(solution)
        seen[kind] += 1
        fields = {"kind": same(kind.value), "text": solution.text, INCLUDED: same(YES)}
        items.append(ProposedItem(f"solution:{sector.id}.{kind}-{seen[kind]}", ItemKind.SOLUTION, fields, sector.id))
    return items


def _solution_kind(solution: SectorSolution) -> SolutionKind:
    """Sectors speak of trade where Decision 510 has "information and trade promotion"."""
    if solution.kind == "trade":
        return SolutionKind.INFORMATION
    return SolutionKind(solution.kind) if solution.kind in set(SolutionKind) else SolutionKind.OTHER


# --- Findings and tasks


def _finding_item(analysis: Analysis, question_id: str) -> ProposedItem:
    cause = analysis.catalogue.findings[question_id].cause
    if question_id in analysis.improvements:
        cause = analysis.word("improvement.cause")
    return ProposedItem(f"finding:{question_id}", ItemKind.FINDING, {"cause": cause}, question_id)


def _task_items(analysis: Analysis, period: Period) -> list[ProposedItem]:
    dates = due_dates(analysis, period)
    items = [_question_task(analysis, one.question, dates[one.question]) for one in analysis.treated]
    # A rule that bears on a question with a task of its own would say the same twice.
    items += [
        _register_task(analysis, one.rule, one.codes, _register_due(one, period))
        for one in analysis.register_findings
        if one.rule.kind is not None and one.rule.question not in dates
    ]
    if analysis.sector and analysis.scorecard.has_score:
        # A task linked to a question says in the sector's words what the finding's task says already.
        items += [_sector_task(analysis.sector, task, period) for task in analysis.sector.tasks if not task.question]
    return items


def _question_task(analysis: Analysis, question_id: str, due: date) -> ProposedItem:
    question, of_finding = analysis.catalogue.questions[question_id], analysis.catalogue.findings[question_id]
    title, done_when = question.action, question.done_when
    if question_id in analysis.improvements:
        # The question's own action leads to level 3, which is reached.
        level = without_opening(question.levels[HIGHEST_LEVEL], analysis.word("improvement.as-below"))
        done_when = Text(upper_first(level.vi), upper_first(level.en))
        title = with_values(analysis.word("improvement.action"), {"object": of_finding.object, "level": level})
    fields = _task_fields(title, of_finding.kind, question.owner, due, done_when)
    return ProposedItem(
        f"task:{question_id}", ItemKind.TASK, fields, question_id, _task_hint(analysis.sector, question)
    )


def _task_hint(sector: Sector | None, question: Question) -> Text | None:
    """The sector's own task for the same matter, else what the question means in the sector."""
    if sector is None:
        return None
    own = next((task.text for task in sector.tasks if task.question == question.id), None)
    return own or sector.hint(question.id)


def _register_due(finding: RegisterFinding, period: Period) -> date:
    """A legal duty never waits; everything else is done within the programme."""
    due = finding.due or period.end
    return due if finding.gate else min(due, period.end)


def _register_task(analysis: Analysis, rule: RegisterRule, codes: Sequence[str], due: date) -> ProposedItem:
    """codes: of the instruments it is about, none where the register asks for it no more."""
    title, hint = rule.action, None
    if codes:
        title = with_values(analysis.word("register-task.title"), {"action": title, "codes": _codes(analysis, codes)})
        on = Text(*(day(analysis.register_day, language) for language in Language))
        hint = with_values(analysis.word("register-task.hint"), {"count": same(str(len(codes))), "day": on})
    kind = rule.kind or TaskKind.RULES
    fields = _task_fields(title, kind, rule.owner, due, rule.done_when)
    return ProposedItem(f"task:{REGISTER}.{rule.id}", ItemKind.TASK, fields, f"{REGISTER}.{rule.id}", hint)


def _codes(analysis: Analysis, codes: Sequence[str]) -> Text:
    shown, more = same(", ".join(codes[:SHOWN_CODES])), len(codes) - SHOWN_CODES
    if more <= 0:
        return shown
    return with_values(analysis.word("more-codes"), {"codes": shown, "count": same(str(more))})


def _sector_task(sector: Sector, task: SectorTask, period: Period) -> ProposedItem:
    fields = _task_fields(task.text, task.kind, task.owner, _months_from_start(period, task.months), task.result)
    return ProposedItem(f"task:{sector.id}.{task.id}", ItemKind.TASK, fields, task.id)


def _task_fields(title: Text, kind: TaskKind, owner: Text, due: date, done_when: Text) -> Mapping[str, Text]:
    return {
        "title": title,
        "kind": same(kind.value),
        "owner": owner,
        "due": same(due.isoformat()),
        "done_when": done_when,
        "money": NOTHING,
        "source": same(MoneySource.OWN.value),
        INCLUDED: same(YES),
    }


# --- Objectives


def _objective_items(analysis: Analysis, period: Period) -> list[ProposedItem]:
    sector = analysis.sector
    items = [_sector_objective(analysis, sector, one, period) for one in sector.objectives] if sector else []
    if analysis.register.group2_count and not any(item.id.endswith(IN_DATE_SUFFIX) for item in items):
        items.insert(0, _verified_objective(analysis, period))
    level = analysis.scorecard.level_low
    if level is None or level.level < HIGHEST_LEVEL:
        items.insert(0, _level_objective(analysis, period))
    return items


def _level_objective(analysis: Analysis, period: Period) -> ProposedItem:
    """The next level; without a score, the first."""
    level = analysis.scorecard.level_low
    now = "" if level is None else str(level.level)
    target = 1 if level is None else min(level.level + 1, HIGHEST_LEVEL)
    return _objective(
        analysis,
        LEVEL_OBJECTIVE,
        analysis.word("objective.level.name"),
        analysis.word("objective.level.unit"),
        now=now,
        target=str(target),
        by=period.end,
    )


def _verified_objective(analysis: Analysis, period: Period) -> ProposedItem:
    return _objective(
        analysis,
        VERIFIED_OBJECTIVE,
        analysis.word("objective.verified-share.name"),
        same("%"),
        now=_shown_share(analysis),
        target="100",
        by=_months_from_start(period, 3),
    )


def _sector_objective(analysis: Analysis, sector: Sector, one: SectorObjective, period: Period) -> ProposedItem:
    return _objective(
        analysis,
        f"{sector.id}.{one.id}",
        one.indicator,
        one.unit,
        now=_shown_share(analysis) if one.id.endswith(IN_DATE_SUFFIX) else "",
        target=plain(Decimal(str(one.to_value))),
        by=_months_from_start(period, one.months),
        hint=one.from_hint,
    )


def _shown_share(analysis: Analysis) -> str:
    share = share_in_date(analysis)
    return "" if share is None else plain(rounded(share))


def _objective(
    analysis: Analysis,
    key: str,
    name: Text,
    unit: Text,
    *,
    now: str,
    target: str,
    by: date,
    hint: Text | None = None,
) -> ProposedItem:
    fields = {
        "name": name,
        "unit": unit,
        "now": same(now),
        "target": same(target),
        "by": same(by.isoformat()),
        "owner": analysis.word("default.person-in-charge"),
        INCLUDED: same(YES),
    }
    return ProposedItem(f"objective:{key}", ItemKind.OBJECTIVE, fields, key, hint)


def _recall_from_sector(analysis: Analysis, parts: ItemId, item_id: str, period: Period) -> ProposedItem | None:
    sector = analysis.catalogue.sectors.get(parts.key.partition(".")[0])
    if sector is None:
        return None
    items: Sequence[ProposedItem] = (
        *_sector_points(sector),
        *(_sector_objective(analysis, sector, one, period) for one in sector.objectives),
        *(_sector_task(sector, task, period) for task in sector.tasks),
        *_solution_items(sector),
    )
    return next((item for item in items if item.id == item_id), None)
