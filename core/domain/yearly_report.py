"""The yearly result report in eight parts: what the enterprise writes, what is computed for it, and the document.

The wording stands in content/programme/report.toml; here are the values that it names. What is computed is one value,
so that a finished report says the same for ever, whatever is answered, registered or marked afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from core.domain.carrying_out import TaskMark, TaskStanding, TaskState, standing_of
from core.domain.document import Document
from core.domain.feedback import Feedback, FeedbackKind
from core.domain.instruments import InstrumentState, MeasuringInstrument, is_verification_overdue, state_of
from core.domain.programme import filling_of, without_blank_names
from core.domain.programme_edits import DraftItem, ProgrammeDraft
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import INCLUDED, FieldKind, FieldRule
from core.domain.programme_proposal import IN_DATE_SUFFIX, LEVEL_OBJECTIVE, VERIFIED_OBJECTIVE
from core.domain.programme_values import Row, Writer, sentence, without_end
from core.domain.scorecard import Scorecard
from core.domain.templating import render_template
from core.errors import ReportRefused
from core.language import Language

_LINE, _TEXT, _DATE = FieldRule(FieldKind.LINE), FieldRule(FieldKind.TEXT), FieldRule(FieldKind.DATE)
_MONEY, _FIGURE = FieldRule(FieldKind.MONEY), FieldRule(FieldKind.FIGURE)
_YES_NO = FieldRule(FieldKind.YES_NO, required=True)

GENERAL, EFFECT, CONCLUSION = "general", "effect", "conclusion"
OWN_EFFECT, OWN_CORRECTIVE = "own-effect", "own-corrective"
FIELDS: Mapping[str, Mapping[str, FieldRule]] = {
    GENERAL: {"author": _LINE, "stopped_on": _DATE},
    "objective": {"reached": _FIGURE, "remark": _LINE},
    "loss": {"after": _MONEY, "how": _LINE},
    OWN_EFFECT: {"name": _LINE, "before": _LINE, "after": _LINE, "how": _LINE, INCLUDED: _YES_NO},
    EFFECT: {"other": _TEXT},
    OWN_CORRECTIVE: {"text": _TEXT, "owner": _LINE, "due": _DATE, INCLUDED: _YES_NO},
    CONCLUSION: {"next_focus": _TEXT, "amendment": _TEXT},
}
"""What the enterprise writes: kind of item → its fields.

A place is "<item>/<field>", an item "<kind>" or "<kind>:<id>". Objectives and losses keep the ids of the programme.
"""

Entries = Mapping[str, str]
"""Place → what was written there, as canonical text."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """How a task of the programme went within the time of the report."""

    task: str
    standing: TaskStanding
    evidence: str = ""
    spent_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class ReportMatter:
    """All that is computed for a report. first, last: the days it covers. score: exact, as a fraction in text.

    group2, valid, overdue: group-2 instruments in use, those in date, and those overdue or never verified.
    """

    year: int
    first: date
    last: date
    version: int
    was_amended: bool
    assessed_on: date
    score: str = ""
    level: int | None = None
    instruments: int = 0
    group2: int = 0
    valid: int = 0
    overdue: int = 0
    tasks: tuple[TaskResult, ...] = ()
    feedback: tuple[Feedback, ...] = ()

    def count(self, standing: TaskStanding) -> int:
        return sum(one.standing is standing for one in self.tasks)


def rule_of(path: str) -> FieldRule:
    """Return what the place of a report takes. Raises ReportRefused("report-place-unknown")."""
    item, _, field = path.rpartition("/")
    kind = item.partition(":")[0]
    rule = FIELDS.get(kind if kind in FIELDS else kind.removeprefix("own-"), {}).get(field)
    if rule is None:
        raise ReportRefused("report-place-unknown", path=path)
    return rule


def days_of_year(year: int, issued_on: date, until: date) -> tuple[date, date]:
    """Return the first and the last day of a report: the part of the year in which the programme was in force.

    Raises ReportRefused("report-year-out") for a year before the issue or still to come.
    """
    first, last = max(date(year, 1, 1), issued_on), min(date(year, 12, 31), until)
    if last < first:
        raise ReportRefused("report-year-out", path="year", year=year, first=issued_on.year, last=until.year)
    return first, last


def task_results(
    draft: ProgrammeDraft, marks: Mapping[str, TaskMark], first: date, last: date
) -> tuple[TaskResult, ...]:
    """Return the tasks that fell due until the last day or were done in the time, but for those done earlier."""
    found = []
    for item in DraftFacts(draft).tasks:
        mark = marks.get(item.id)
        due, done = item.day("due"), mark.day if mark and mark.state is TaskState.DONE else None
        was_done_before = done is not None and done < first
        is_of_this_time = (due is not None and due <= last) or (done is not None and first <= done <= last)
        if is_of_this_time and not was_done_before:
            evidence, spent = (mark.evidence, mark.spent_vnd) if mark else ("", None)
            found.append(TaskResult(item.id, standing_of(item, mark, last), evidence, spent))
    return tuple(found)


def with_register(
    matter: ReportMatter, instruments: Sequence[MeasuringInstrument], draft: ProgrammeDraft
) -> ReportMatter:
    """Return the matter with the counts of a register on the report's last day."""
    rows = draft.analysis.catalogue.group2
    group2 = [one for one in instruments if one.in_use and one.is_group2]
    overdue = [one for one in group2 if is_verification_overdue(one, rows.get(one.group2_row), matter.last)]
    in_date = (InstrumentState.IN_DATE, InstrumentState.DUE_SOON)
    valid = [
        one for one in group2 if one not in overdue and state_of(one, rows.get(one.group2_row), matter.last) in in_date
    ]
    return replace(matter, instruments=len(instruments), group2=len(group2), valid=len(valid), overdue=len(overdue))


def with_score(matter: ReportMatter, scorecard: Scorecard) -> ReportMatter:
    """Return the matter with the score at the end of the time."""
    low = scorecard.level_low
    return replace(matter, score="" if scorecard.low is None else str(scorecard.low), level=low.level if low else None)


def computed_figure(item: DraftItem, matter: ReportMatter) -> Decimal | None:
    """Return what an objective has come to where that can be computed: the level, the share of group 2 in date."""
    key = item.id.rpartition(":")[2]
    if item.id.startswith("own-"):
        return None
    if key == LEVEL_OBJECTIVE:
        return None if matter.level is None else Decimal(matter.level)
    if (key == VERIFIED_OBJECTIVE or key.endswith(IN_DATE_SUFFIX)) and matter.group2:
        return (Decimal(100 * matter.valid) / matter.group2).quantize(Decimal("0.1")).normalize()
    return None


def reached_figure(item: DraftItem, matter: ReportMatter, entries: Entries) -> Decimal | None:
    """Return the figure that was written for an objective, else the computed one; None where there is neither."""
    written = entries.get(f"{item.id}/reached", "")
    return Decimal(written) if written else computed_figure(item, matter)


def is_reached(item: DraftItem, figure: Decimal | None) -> bool:
    """Tell whether an objective is reached: at its target or beyond, in the direction in which it was to move."""
    target, start = item.figure("target"), item.figure("now")
    if target is None or figure is None:
        return False
    return figure <= target if start is not None and target < start else figure >= target


def own_items(entries: Entries, kind: str) -> tuple[str, ...]:
    """Return the ids of the rows of the enterprise's own, in the order in which they were added."""
    return tuple(sorted({path.rpartition("/")[0] for path in entries if path.startswith(f"{kind}:")}))


def result_report(
    draft: ProgrammeDraft, matter: ReportMatter, entries: Entries, language: Language, made_on: date, *, is_draft: bool
) -> Document:
    """Return the report as a document; equal inputs give an equal document. is_draft: it is not finished yet."""
    writer = Writer(DraftFacts(draft), language)
    report = _Report(writer, matter, entries)
    filling = filling_of(writer)
    filling = replace(
        filling,
        values={**filling.values, **report.values()},
        collections={**filling.collections, **report.collections()},
        conditions={**filling.conditions, **report.conditions()},
    )
    name = filling.values["enterprise_name"]
    return Document(
        id="report",
        language=language,
        title=writer.word("report.title", name=name, year=str(matter.year)),
        author=name,
        subject=writer.word("report.subject"),
        made_on=made_on,
        parts=tuple(
            without_blank_names(part) for part in render_template(writer.catalogue.templates["report"], filling)
        ),
        stamp=writer.word("stamp") if is_draft else "",
        keywords=tuple(writer.word("document.keywords").split("; ")),
    )


@dataclass(frozen=True)
class _Report:
    """Writes a report in one language."""

    writer: Writer
    matter: ReportMatter
    entries: Entries

    def said(self, path: str) -> str:
        return self.entries.get(path, "")

    def day(self, path: str) -> str:
        written = self.said(path)
        return self.writer.day(date.fromisoformat(written) if written else None)

    def values(self) -> Mapping[str, str]:
        matter, writer = self.matter, self.writer
        objectives = writer.facts.objectives
        reached = [one for one in objectives if is_reached(one, reached_figure(one, matter, self.entries))]
        return {
            "report_year": str(matter.year),
            "report_from": writer.day(matter.first),
            "report_to": writer.day(matter.last),
            "programme_version": str(matter.version),
            "report_author": self.said(f"{GENERAL}/author") or writer.blank,
            "amendment_reference": writer.word("report.amendment-reference"),
            "assessed_on": writer.day(matter.assessed_on),
            "score_before": writer.score(writer.facts.analysis.scorecard.low),
            "score": writer.score(Fraction(matter.score) if matter.score else None),
            "level_name": writer.level_name(matter.level),
            "objective_count": str(len(objectives)),
            "objective_reached_count": str(len(reached)),
            "task_count": str(len(matter.tasks)),
            "task_done_count": str(matter.count(TaskStanding.DONE)),
            "task_doing_count": str(matter.count(TaskStanding.DOING)),
            "task_late_count": str(matter.count(TaskStanding.LATE)),
            "group2_count": str(matter.group2),
            "group2_valid_count": str(matter.valid),
            "overdue_count": str(matter.overdue),
            "stopped_on": self.day(f"{GENERAL}/stopped_on"),
            "effect_other": without_end(self.said(f"{EFFECT}/other")),
            "amendment_reason": without_end(self.said(f"{CONCLUSION}/amendment")),
            "next_focus": without_end(self.said(f"{CONCLUSION}/next_focus")) or writer.blank,
        }

    def conditions(self) -> Mapping[str, bool]:
        return {
            "amended": self.matter.was_amended,
            "amendment_proposed": bool(self.said(f"{CONCLUSION}/amendment")),
            "has_effect_other": bool(self.said(f"{EFFECT}/other")),
            "has_group2": self.matter.group2 > 0,
            "no_register": self.matter.instruments == 0,
            "has_overdue": self.matter.overdue > 0,
            "no_score": not self.matter.score,
        }

    def collections(self) -> Mapping[str, Sequence[Row]]:
        return {
            "objective_results": [self.objective(item) for item in self.writer.facts.objectives],
            "task_results": [self.task(one) for one in self.matter.tasks],
            "effects": [*self.losses(), *self.own_effects()],
            "difficulties": self.told(FeedbackKind.DIFFICULTY, self.difficulty),
            "correctives": list(self.correctives()),
            "proposals": self.told(FeedbackKind.PROPOSAL, self.proposal),
        }

    def objective(self, item: DraftItem) -> Row:
        writer, language = self.writer, self.writer.language
        unit = item.text("unit", language)
        figure = reached_figure(item, self.matter, self.entries)
        return {
            "objective_name": item.text("name", language),
            "objective_target": _with_unit(writer.figure(item.figure("target"), writer.blank), unit),
            "objective_reached": _with_unit(writer.figure(figure, writer.word("not-measured")), unit if figure else ""),
            "objective_remark": self.said(f"{item.id}/remark"),
        }

    def task(self, one: TaskResult) -> Row:
        writer = self.writer
        item = writer.facts.draft.item(one.task)
        return {
            "task_title": item.text("title", writer.language),
            "due": writer.day(item.day("due")),
            "task_state": writer.catalogue.word(f"issuing.standing.{one.standing.value}")[writer.language],
            "evidence": one.evidence or writer.word("none"),
            "task_money": writer.word("none") if one.spent_vnd is None else writer.money(one.spent_vnd),
        }

    def losses(self) -> Iterator[Row]:
        """The losses that the programme estimated, where the enterprise wrote what they have come to."""
        writer = self.writer
        for item in writer.facts.losses:
            after = self.said(f"{item.id}/after")
            before = item.money()
            if after:
                yield {
                    "effect_name": item.text("name", writer.language),
                    "effect_before": writer.word("not-measured") if before is None else writer.money(before),
                    "effect_after": writer.money(int(after)),
                    "effect_how": self.said(f"{item.id}/how") or writer.word("none"),
                }

    def own_effects(self) -> Iterator[Row]:
        for item in own_items(self.entries, OWN_EFFECT):
            if self.said(f"{item}/name"):
                yield {f"effect_{name}": self.said(f"{item}/{name}") for name in ("name", "before", "after", "how")}

    def correctives(self) -> Iterator[Row]:
        for item in own_items(self.entries, OWN_CORRECTIVE):
            if self.said(f"{item}/text"):
                yield {
                    "corrective_text": self.said(f"{item}/text"),
                    "owner": self.said(f"{item}/owner") or self.writer.blank,
                    "due": self.day(f"{item}/due"),
                }

    def told(self, kind: FeedbackKind, row: Callable[[Feedback], Row]) -> list[Row]:
        return [row(one) for one in self.matter.feedback if one.kind is kind]

    def difficulty(self, one: Feedback) -> Row:
        cause = sentence(one.cause) or sentence(self.writer.word("not-known"))
        return {"difficulty_text": sentence(one.text), "difficulty_cause": cause}

    def proposal(self, one: Feedback) -> Row:
        to = f"report.to-{one.addressee.value}" if one.addressee else "report.to-nobody"
        return {"proposal_text": self.writer.word(to, text=sentence(one.text))}


def _with_unit(figure: str, unit: str) -> str:
    return f"{figure} {unit}".rstrip()
