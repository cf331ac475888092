"""How values and places of the draft programme are written on screen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.domain.programme_edits import DraftField, DraftItem
from core.domain.programme_fields import MAIN_FIELD, FieldKind
from core.language import day, money, number
from core.services.programming import OpenProgramme
from pages.frame import Visit


def shown_value(visit: Visit, field: DraftField, *, proposed: bool = False) -> str:
    """Return a field's value as a person of this language writes it; empty where there is none."""
    text = field.proposed if proposed and field.proposed is not None else field.value
    value = text[visit.language]
    if not value:
        return ""
    match field.rule.kind:
        case FieldKind.DATE:
            return day_typed(visit, date.fromisoformat(value))
        case FieldKind.MONEY:
            return money(int(value), visit.language)
        case FieldKind.FIGURE | FieldKind.PERCENT | FieldKind.COUNT:
            exact = Decimal(value)
            places = max(0, -int(exact.normalize().as_tuple().exponent))
            return number(exact, visit.language, places)
        case _:
            return value


def day_typed(visit: Visit, value: date) -> str:
    """Return a date as it is typed in a field: always day/month/year, so that it can be read back."""
    return day(value, type(visit.language).VI)


def place_words(visit: Visit, opened: OpenProgramme, path: str) -> str:
    """Return how a place is named to a person: what the item says, and which field of it."""
    item_id, _, name = path.rpartition("/")
    found = next((item for item in opened.draft.items if item.id in (path, item_id)), None)
    if found is None:
        return ""
    item = _item_words(visit, found)
    label = visit.t(f"editor.field.{found.kind.value}.{name}") if name and found.id == item_id else ""
    return " · ".join(one for one in (item, label) if one)


def _item_words(visit: Visit, item: DraftItem) -> str:
    main = MAIN_FIELD.get(item.kind)
    if main:
        return item.text(main, visit.language) or visit.t("editor.item.new")
    question = visit.catalogue.questions.get(item.origin)
    return visit.say(question.text) if question else ""
