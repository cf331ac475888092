"""What the enterprise makes of the proposal: edits, how they are checked, and the draft that comes of both.

An edit belongs to a place and is never lost: when answers change, the proposal moves and the edit stays, pointed out.
A typed value is one text used in the documents of both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from core.domain.instruments import add_months
from core.domain.programme_fields import (
    FIELDS,
    INCLUDED,
    LINE_LIMIT,
    MAIN_FIELD,
    NO,
    TEXT_LIMIT,
    YES,
    FieldKind,
    FieldRule,
    ItemKind,
    own_default,
    parse_item_id,
    rule_of,
    split_path,
)
from core.domain.programme_proposal import (
    Analysis,
    Period,
    Proposal,
    ProposedItem,
    default_period,
    propose,
    recall,
    same,
)
from core.errors import ProgrammeRefused
from core.language import Language, Text

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
LONGEST_YEARS = 10
LEAST_OBJECTIVES = 3
MOST_MONEY = 1_000_000_000_000
"""Most đồng of one task or loss; beyond that a digit too many was typed."""
MOST_FIGURE = Decimal(10) ** 12
MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Edit:
    """Own words at one place. `base` is the canonical value proposed when they were typed, "" where there was none."""

    path: str
    value: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class DraftField:
    """One field of the draft. `proposed` is None for own items and for items whose origin vanished.

    changed_underneath: the proposal has moved away from the one that the edit replaced.
    """

    path: str
    rule: FieldRule
    value: Text
    proposed: Text | None
    is_edited: bool = False
    changed_underneath: bool = False


@dataclass(frozen=True)
class DraftItem:
    """One item of the draft. `origin_vanished`: it was edited, then the finding was closed or the sector changed."""

    id: str
    kind: ItemKind
    fields: Mapping[str, DraftField]
    origin: str = ""
    hint: Text | None = None
    is_own: bool = False
    origin_vanished: bool = False

    def text(self, field: str, language: Language) -> str:
        return self.fields[field].value[language]

    def value(self, field: str) -> str:
        """The canonical value."""
        return canonical(self.fields[field].value)

    def day(self, field: str) -> date | None:
        value = self.value(field)
        return date.fromisoformat(value) if value else None

    def set_day(self, field: str) -> date:
        """The date of a field that is never empty."""
        return date.fromisoformat(self.value(field))

    def money(self, field: str = "money") -> int | None:
        """Whole đồng; None while there is no price, which is not 0."""
        value = self.value(field)
        return int(value) if value else None

    def figure(self, field: str) -> Decimal | None:
        value = self.value(field)
        return Decimal(value) if value else None

    @property
    def is_included(self) -> bool:
        """True when the item goes into the documents: not left out, and saying something."""
        if INCLUDED not in self.fields:
            return True
        return self.value(INCLUDED) == YES and bool(self.value(MAIN_FIELD[self.kind]))


@dataclass(frozen=True)
class ProgrammeDraft:
    """The proposal with the enterprise's edits, in the order of the document."""

    analysis: Analysis
    items: tuple[DraftItem, ...]

    def item(self, item_id: str) -> DraftItem:
        return next(item for item in self.items if item.id == item_id)

    def of_kind(self, kind: ItemKind) -> tuple[DraftItem, ...]:
        """Items of a kind, those left out too."""
        return tuple(item for item in self.items if item.kind is kind)

    def included(self, kind: ItemKind) -> tuple[DraftItem, ...]:
        """Items of a kind that go into the documents."""
        return tuple(item for item in self.of_kind(kind) if item.is_included)

    @property
    def period(self) -> Period:
        item = self.item("period")
        return Period(item.set_day("start"), item.set_day("end"))

    def fields(self) -> Iterator[DraftField]:
        """Every field of every item."""
        for item in self.items:
            yield from item.fields.values()


@dataclass(frozen=True, slots=True)
class DraftWarning:
    """Something to look at again; `code` names a sentence, `path` the place ("" for the whole draft)."""

    code: str
    path: str = ""


def canonical(value: Text) -> str:
    """Return the canonical text of a value: that of the source language."""
    return value.vi


def draft_programme(analysis: Analysis, edits: Iterable[Edit] = ()) -> ProgrammeDraft:
    """Return the draft for an analysis and the edits kept so far; due dates are proposed within the chosen period."""
    kept = tuple(edits)
    return merge(propose(analysis, _chosen_period(analysis, kept)), kept)


def merge(proposal: Proposal, edits: Iterable[Edit]) -> ProgrammeDraft:
    """Lay the edits over the proposal. The order of the edits does not matter; of two at one place the last counts.

    Raises ProgrammeRefused("unknown-path") for a place that no item has.
    """
    by_item: dict[str, dict[str, Edit]] = {}
    for edit in edits:
        rule_of(edit.path)
        item_id, field = split_path(edit.path)
        by_item.setdefault(item_id, {})[field] = edit
    items = [_draft_item(item, by_item.pop(item.id, {})) for item in proposal.items]
    # What is left was typed by the enterprise, or has lost its origin.
    items += [_item_without_proposal(proposal, item_id, by_item[item_id]) for item_id in sorted(by_item)]
    return ProgrammeDraft(proposal.analysis, tuple(items))


def check_edit(path: str, value: str, draft: ProgrammeDraft) -> None:
    """Refuse a canonical value that cannot stand at its place. A date in the past is no refusal: see `warnings`.

    Raises ProgrammeRefused with the path and what bounds it: unknown-path, text-missing, text-too-long, choice-unknown,
    date-unreadable, date-out-of-range, number-unreadable, money-out-of-range, money-not-whole, percent-out-of-range,
    figure-out-of-range, months-out-of-range, period-reversed, period-too-short, period-too-long, review-too-late.
    """
    check_edits({path: value}, draft)


def check_edits(values: Mapping[str, str], draft: ProgrammeDraft) -> None:
    """Refuse values that are kept together, such as both ends of the period. Raises as `check_edit`."""
    for path, value in values.items():
        check_value(path, value, rule_of(path))
    _check_units(values, draft)
    if any(split_path(path)[0] in ("period", "follow-up") for path in values):
        _check_period(values, draft)


def warnings(draft: ProgrammeDraft, on: date) -> tuple[DraftWarning, ...]:
    """Return what the enterprise should look at again before it asks for opinions, in the order of the draft."""
    found = [
        DraftWarning("date-past", item.fields[name].path)
        for item in draft.items
        if item.is_included
        for name, field in item.fields.items()
        if field.rule.kind is FieldKind.DATE and (day := item.day(name)) is not None and day < on
    ]
    period = draft.period
    found += _period_warnings(period)
    for item in draft.included(ItemKind.TASK):
        found += _task_warnings(item, period)
    objectives = draft.included(ItemKind.OBJECTIVE)
    for item in objectives:
        by = item.day("by")
        if by is not None and by > period.end:
            found.append(DraftWarning("after-end", f"{item.id}/by"))
        found += [DraftWarning(f"no-{name}", f"{item.id}/{name}") for name in ("target", "by") if not item.value(name)]
    if len(objectives) < LEAST_OBJECTIVES:
        found.append(DraftWarning("few-objectives"))
    found += [DraftWarning("changed-underneath", field.path) for field in draft.fields() if field.changed_underneath]
    found += [
        DraftWarning("origin-vanished", item.id) for item in draft.items if item.origin_vanished and item.is_included
    ]
    return tuple(found)


def _period_warnings(period: Period) -> list[DraftWarning]:
    """The proposed end may move under an edited beginning when the assessment is made anew."""
    if period.end < period.start:
        return [DraftWarning("period-reversed", "period/end")]
    return [] if _is_a_year(period.start, period.end) else [DraftWarning("period-too-short", "period/end")]


def _is_a_year(start: date, end: date) -> bool:
    return end >= add_months(start, 12) - timedelta(days=1)


def _task_warnings(item: DraftItem, period: Period) -> list[DraftWarning]:
    found = [DraftWarning(f"no-{name}", f"{item.id}/{name}") for name in ("owner", "due") if not item.value(name)]
    due = item.day("due")
    if due is not None and due > period.end:
        found.append(DraftWarning("after-end", f"{item.id}/due"))
    return found


# --- Merging


def _chosen_period(analysis: Analysis, edits: Iterable[Edit]) -> Period:
    """The period as edited, so that what is proposed fits into it."""
    chosen = {
        edit.path: date.fromisoformat(edit.value) for edit in edits if edit.path in ("period/start", "period/end")
    }
    default = default_period(analysis.on)
    return Period(chosen.get("period/start", default.start), chosen.get("period/end", default.end))


def _draft_item(item: ProposedItem, edits: Mapping[str, Edit], *, vanished: bool = False) -> DraftItem:
    fields = {
        name: _draft_field(f"{item.id}/{name}", rule, item.fields[name], edits.get(name), vanished=vanished)
        for name, rule in FIELDS[item.kind].items()
    }
    return DraftItem(item.id, item.kind, fields, item.origin, item.hint, origin_vanished=vanished)


def _draft_field(path: str, rule: FieldRule, proposed: Text, edit: Edit | None, *, vanished: bool) -> DraftField:
    shown = None if vanished else proposed
    if edit is None:
        return DraftField(path, rule, proposed, shown)
    moved = not vanished and canonical(proposed) != edit.base
    return DraftField(path, rule, same(edit.value), shown, is_edited=True, changed_underneath=moved)


def _item_without_proposal(proposal: Proposal, item_id: str, edits: Mapping[str, Edit]) -> DraftItem:
    known = recall(proposal.analysis, item_id, proposal.period)
    if known is not None:
        return _draft_item(known, edits, vanished=True)
    parts = parse_item_id(item_id)
    fields = {
        name: DraftField(
            f"{item_id}/{name}",
            rule,
            same(edits[name].value if name in edits else own_default(parts.kind, name)),
            None,
            is_edited=name in edits,
        )
        for name, rule in FIELDS[parts.kind].items()
    }
    return DraftItem(item_id, parts.kind, fields, is_own=parts.is_own, origin_vanished=not parts.is_own)


# --- Checking


def check_value(path: str, value: str, rule: FieldRule) -> None:
    """Refuse a canonical value that a field cannot take, whatever stands beside it. Raises as `check_edit`."""
    if not value:
        if rule.required:
            raise ProgrammeRefused("text-missing", path=path)
        return
    limit = TEXT_LIMIT if rule.kind is FieldKind.TEXT else LINE_LIMIT
    if len(value) > limit:
        raise ProgrammeRefused("text-too-long", path=path, length=len(value), limit=limit)
    if rule.kind is FieldKind.DATE:
        _check_date(path, value)
    elif rule.kind is FieldKind.CHOICE:
        _check_choice(path, value, rule.choices)
    elif rule.kind is FieldKind.YES_NO:
        _check_choice(path, value, (YES, NO))
    elif rule.kind not in (FieldKind.LINE, FieldKind.TEXT):
        _check_number(path, value, rule.kind)


def _check_choice(path: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ProgrammeRefused("choice-unknown", path=path, value=value, choices=", ".join(choices))


def _check_date(path: str, value: str) -> None:
    try:
        day = date.fromisoformat(value)
    except ValueError as unreal:
        raise ProgrammeRefused("date-unreadable", path=path, value=value) from unreal
    if day.isoformat() != value:
        raise ProgrammeRefused("date-unreadable", path=path, value=value)
    if not EARLIEST <= day <= LATEST:
        raise ProgrammeRefused("date-out-of-range", path=path, value=value, least=EARLIEST, most=LATEST)


def _check_number(path: str, value: str, kind: FieldKind) -> None:
    number = _number(path, value)
    if kind is FieldKind.MONEY:
        _check_range("money-out-of-range", path, number, 0, MOST_MONEY)
    elif kind is FieldKind.COUNT:
        _check_range("months-out-of-range", path, number, 1, MOST_MONTHS)
    elif kind is FieldKind.PERCENT:
        _check_range("percent-out-of-range", path, number, 0, 100)
    else:
        _check_range("figure-out-of-range", path, number, -MOST_FIGURE, MOST_FIGURE)
    if kind in (FieldKind.MONEY, FieldKind.COUNT) and not value.isdecimal():
        raise ProgrammeRefused(
            "money-not-whole" if kind is FieldKind.MONEY else "months-out-of-range", path=path, value=value
        )


def _number(path: str, value: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation as unreadable:
        raise ProgrammeRefused("number-unreadable", path=path, value=value) from unreadable
    if not number.is_finite() or "e" in value.lower():
        raise ProgrammeRefused("number-unreadable", path=path, value=value)
    return number


def _check_range(code: str, path: str, number: Decimal, least: Decimal | int, most: Decimal | int) -> None:
    if not least <= number <= most:
        raise ProgrammeRefused(code, path=path, value=str(number), least=least, most=most)


def _check_units(values: Mapping[str, str], draft: ProgrammeDraft) -> None:
    """A share is a share: figures of an objective counted in percent lie between 0 and 100."""
    for path, value in values.items():
        item_id, field = split_path(path)
        if value and field in ("now", "target") and _unit_of(item_id, values, draft).startswith("%"):
            _check_range("percent-out-of-range", path, Decimal(value), 0, 100)


def _unit_of(item_id: str, values: Mapping[str, str], draft: ProgrammeDraft) -> str:
    typed = values.get(f"{item_id}/unit")
    if typed is not None:
        return typed
    return next((item.value("unit") for item in draft.items if item.id == item_id), "")


def _check_period(values: Mapping[str, str], draft: ProgrammeDraft) -> None:
    """At least one year, and a first review no later than a year after the beginning.

    Source: Decision 510 as it is practised, content/programme/sources.toml.
    """
    period, follow_up = draft.item("period"), draft.item("follow-up")
    start = date.fromisoformat(values.get("period/start") or period.value("start"))
    end = date.fromisoformat(values.get("period/end") or period.value("end"))
    path = next(iter(values))
    if end < start:
        raise ProgrammeRefused("period-reversed", path=path, start=start, end=end)
    if not _is_a_year(start, end):
        raise ProgrammeRefused("period-too-short", path=path, start=start, end=end)
    if end >= add_months(start, 12 * LONGEST_YEARS):
        raise ProgrammeRefused("period-too-long", path=path, start=start, end=end, years=LONGEST_YEARS)
    review = date.fromisoformat(values.get("follow-up/next_review") or follow_up.value("next_review"))
    is_own_review = "follow-up/next_review" in values or follow_up.fields["next_review"].is_edited
    if is_own_review and review > add_months(start, 12):
        raise ProgrammeRefused("review-too-late", path=path, start=start, review=review)
