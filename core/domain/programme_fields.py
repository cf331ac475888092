"""What the enterprise can edit in its draft programme: kinds of item, their fields, and what each field takes.

An item has a stable id ("organisation", "task:named-person", "own-task:1"); a place is "<item id>/<field>".
A value is canonical text: ISO dates, plain integers, decimals with a point, "yes" or "no", ids of choices; "" where
nothing is given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.catalogue import TaskKind
from core.errors import ProgrammeRefused

LINE_LIMIT = 300
"""Most characters of a one-line field."""
TEXT_LIMIT = 4_000
"""Most characters of a field of several lines; a document of its own belongs in a file."""

YES = "yes"
NO = "no"
INCLUDED = "included"
"""The field by which an item is left out of the programme and taken back."""


class FieldKind(StrEnum):
    """What a field takes."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    PERCENT = "percent"
    FIGURE = "figure"
    COUNT = "count"
    CHOICE = "choice"
    YES_NO = "yes-no"


class ItemKind(StrEnum):
    """Kinds of item that the draft is made of."""

    PERIOD = "period"
    FOLLOW_UP = "follow-up"
    ORGANISATION = "organisation"
    EFFECT = "effect"
    POINT = "point"
    FINDING = "finding"
    MEANS = "means"
    LOSS = "loss"
    OBJECTIVE = "objective"
    TASK = "task"
    SOLUTION = "solution"


class Signer(StrEnum):
    """Who signs the decision: the head, the head for a council, or a deputy for the head."""

    DIRECTOR = "director"
    COUNCIL = "council"
    DEPUTY = "deputy"


class MoneySource(StrEnum):
    """Where the money of a task comes from: own funds, state support applied for, other lawful sources."""

    OWN = "own"
    SUPPORT = "support"
    OTHER = "other"


class SolutionKind(StrEnum):
    """Kinds of solution of Decision 510, Article 9."""

    MANAGEMENT = "management"
    COOPERATION = "cooperation"
    KNOWLEDGE = "knowledge"
    INFORMATION = "information"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What one field takes; a required field cannot be emptied."""

    kind: FieldKind
    required: bool = False
    choices: tuple[str, ...] = ()


_LINE = FieldRule(FieldKind.LINE)
_NAME = FieldRule(FieldKind.LINE, required=True)
_TEXT = FieldRule(FieldKind.TEXT)
_WORDING = FieldRule(FieldKind.TEXT, required=True)
_DATE = FieldRule(FieldKind.DATE)
_SET_DATE = FieldRule(FieldKind.DATE, required=True)
_MONEY = FieldRule(FieldKind.MONEY)
_FIGURE = FieldRule(FieldKind.FIGURE)
_YES_NO = FieldRule(FieldKind.YES_NO, required=True)


def _choice(choices: type[StrEnum]) -> FieldRule:
    return FieldRule(FieldKind.CHOICE, required=True, choices=tuple(choice.value for choice in choices))


FIELDS: Mapping[ItemKind, Mapping[str, FieldRule]] = {
    ItemKind.PERIOD: {"start": _SET_DATE, "end": _SET_DATE},
    ItemKind.FOLLOW_UP: {
        "complete_by": _SET_DATE,
        "find_out_by": _SET_DATE,
        "register_by": _SET_DATE,
        "budget_by": _SET_DATE,
        "next_review": _SET_DATE,
        "follow_up_months": FieldRule(FieldKind.COUNT, required=True),
    },
    ItemKind.ORGANISATION: {
        "head_title": _NAME,
        "head_name": _LINE,
        "signer": _choice(Signer),
        "council_name": _LINE,
        "deputy_title": _LINE,
        "person_in_charge": _LINE,
        "proposer": _NAME,
        "drafting_unit": _LINE,
        "short_code": _LINE,
        "parent_body": _LINE,
        "state_owned": _YES_NO,
        "place": _LINE,
        "department_name": _NAME,
        "sent_to_department": _YES_NO,
        "provincial_plan": _LINE,
        "opinion_givers": _NAME,
        "measuring_uses": _WORDING,
        "scope_places": _NAME,
    },
    ItemKind.EFFECT: {
        "loss_cut_percent": FieldRule(FieldKind.PERCENT),
        "environment_effect": _TEXT,
        "market_demand": _TEXT,
    },
    ItemKind.POINT: {"name": _NAME, "quantity": _LINE, "harm": _TEXT, INCLUDED: _YES_NO},
    ItemKind.FINDING: {"cause": _WORDING},
    ItemKind.MEANS: {"text": _WORDING, INCLUDED: _YES_NO},
    ItemKind.LOSS: {"name": _NAME, "formula": _TEXT, "money": _MONEY, INCLUDED: _YES_NO},
    ItemKind.OBJECTIVE: {
        "name": _WORDING,
        "unit": _LINE,
        "now": _FIGURE,
        "target": _FIGURE,
        "by": _DATE,
        "owner": _LINE,
        INCLUDED: _YES_NO,
    },
    ItemKind.TASK: {
        "title": _WORDING,
        "kind": _choice(TaskKind),
        "owner": _LINE,
        "due": _DATE,
        "done_when": _TEXT,
        "money": _MONEY,
        "source": _choice(MoneySource),
        INCLUDED: _YES_NO,
    },
    ItemKind.SOLUTION: {"kind": _choice(SolutionKind), "text": _WORDING, INCLUDED: _YES_NO},
}
"""Fields of each kind of item, in the order in which a screen shows them."""

MAIN_FIELD: Mapping[ItemKind, str] = {
    ItemKind.POINT: "name",
    ItemKind.MEANS: "text",
    ItemKind.LOSS: "name",
    ItemKind.OBJECTIVE: "name",
    ItemKind.TASK: "title",
    ItemKind.SOLUTION: "text",
}
"""The field without which an item of the enterprise's own says nothing."""

_ITEM_ID = re.compile(r"(?P<own>own-)?(?P<kind>[a-z-]+?)(?::(?P<key>[A-Za-z0-9][A-Za-z0-9.-]{0,79}))?")
_SINGLE = frozenset({ItemKind.PERIOD, ItemKind.FOLLOW_UP, ItemKind.ORGANISATION, ItemKind.EFFECT})
_OWN = frozenset(MAIN_FIELD)


@dataclass(frozen=True, slots=True)
class ItemId:
    """An item id in its parts: "own-task:1" is an own task with key "1"."""

    kind: ItemKind
    key: str = ""
    is_own: bool = False


def parse_item_id(item_id: str) -> ItemId:
    """Take an item id apart. Raises ProgrammeRefused("unknown-path")."""
    found = _ITEM_ID.fullmatch(item_id)
    if found is None or found["kind"] not in set(ItemKind):
        raise ProgrammeRefused("unknown-path", path=item_id)
    parts = ItemId(ItemKind(found["kind"]), found["key"] or "", found["own"] is not None)
    is_well_formed = bool(parts.key) != (parts.kind in _SINGLE) and (not parts.is_own or parts.kind in _OWN)
    if not is_well_formed:
        raise ProgrammeRefused("unknown-path", path=item_id)
    return parts


def split_path(path: str) -> tuple[str, str]:
    """Return the item id and the field of a place."""
    item_id, _, field = path.rpartition("/")
    return item_id, field


def rule_of(path: str) -> FieldRule:
    """Return what the field at a place takes. Raises ProgrammeRefused("unknown-path")."""
    item_id, field = split_path(path)
    rule = FIELDS[parse_item_id(item_id).kind].get(field)
    if rule is None:
        raise ProgrammeRefused("unknown-path", path=path)
    return rule


def own_default(kind: ItemKind, field: str) -> str:
    """Return the value of a field that a new item of the enterprise's own begins with."""
    if field == INCLUDED:
        return YES
    if field == "source":
        return MoneySource.OWN.value
    if field == "kind":
        return TaskKind.RULES.value if kind is ItemKind.TASK else SolutionKind.OTHER.value
    return ""
