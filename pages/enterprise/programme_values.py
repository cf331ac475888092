"""How values and places of the draft programme are written on screen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.domain.programme_edits import DraftField, DraftItem, ProgrammeDraft
from core.domain.programme_fields import INCLUDED, MAIN_FIELD, FieldKind, parse_item_id, rule_of, split_path
from core.language import day, money
from pages.frame import Visit
from pages.widgets.writing import typed_number


def shown_value(visit: Visit, field: DraftField, *, proposed: bool = False) -> str:
    """Return a field's value as a person of this language writes it; empty where there is none."""
    text = field.proposed if proposed and field.proposed is not None else field.value
    return written_value(visit, field, text[visit.language])


def written_value(visit: Visit, field: DraftField, value: str) -> str:
    """Return a value that the field may hold as a person writes it: what stands in a box can be read back."""
    return value_at(visit, field.path, value)


def value_at(visit: Visit, path: str, value: str) -> str:
    """Return a value that a place may hold as a person writes it, also where the draft has the place no more."""
    if not value:
        return ""
    match rule_of(path).kind:
        case FieldKind.YES_NO:
            return visit.t(f"editor.{value}")
        case FieldKind.CHOICE:
            return visit.t(f"editor.choice.{_choice_words(path)}.{value}")
        case FieldKind.DATE:
            return day_typed(visit, date.fromisoformat(value))
        case FieldKind.MONEY:
            return money(int(value), visit.language)
        case FieldKind.FIGURE | FieldKind.PERCENT | FieldKind.COUNT:
            return typed_number(Decimal(value), visit.language)
        case _:
            return value


def _choice_words(path: str) -> str:
    """Return under which name the words of a field's choices stand."""
    item_id, name = split_path(path)
    return f"{parse_item_id(item_id).kind.value}-{name}" if name == "kind" else name


def day_typed(visit: Visit, value: date) -> str:
    """Return a date as it is typed in a field: always day/month/year, so that it can be read back."""
    return day(value, type(visit.language).VI)


def field_words(visit: Visit, path: str) -> str:
    """Return the label of a field."""
    item_id, name = split_path(path)
    if name == INCLUDED:
        return visit.t("editor.include")
    return visit.t(f"editor.field.{parse_item_id(item_id).kind.value}.{name}")


def place_words(visit: Visit, draft: ProgrammeDraft, path: str) -> str:
    """Return how a place is named to a person: what the item says, and which field of it."""
    item_id, _, name = path.rpartition("/")
    found = next((item for item in draft.items if item.id in (path, item_id)), None)
    if found is None:
        return ""
    label = field_words(visit, path) if name and found.id == item_id else ""
    return " · ".join(one for one in (item_words(visit, found), label) if one)


def item_words(visit: Visit, item: DraftItem) -> str:
    """Return what an item says of itself; empty for one that is named by its section."""
    main = MAIN_FIELD.get(item.kind)
    if main:
        return item.text(main, visit.language) or visit.t("editor.item.new")
    question = visit.catalogue.questions.get(item.origin)
    return visit.say(question.text) if question else ""
