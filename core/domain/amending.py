"""What an amendment changes, place by place, and the decision on it.

The wording stands in content/programme/amendment.toml; here are the values that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.domain.document import Document
from core.domain.programme import SignedDecision, filling_of, outline, with_decision, without_blank_names
from core.domain.programme_edits import DraftField, DraftItem, ProgrammeDraft
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import INCLUDED, MAIN_FIELD, FieldKind, parse_item_id, rule_of, split_path
from core.domain.programme_values import Writer, without_end
from core.domain.templating import Row, render_template
from core.language import Language, day, money


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; a side is None where the item is not in that version."""

    item: DraftItem
    section: str
    before: DraftField | None
    after: DraftField | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """What the decision is about: the version it makes, why, and the decision that it amends."""

    number: int
    reason: str
    earlier: SignedDecision
    signed: SignedDecision | None = None


def changes_between(earlier: ProgrammeDraft, later: ProgrammeDraft) -> tuple[Change, ...]:
    """Return what differs between two versions, in the order of the later one; what it leaves out stands last."""
    before = {item.id: item for item in earlier.items if item.is_included}
    after = {item.id: item for item in later.items if item.is_included}
    section_of = {item.id: one.id for draft in (earlier, later) for one in outline(draft) for item in one.items}
    found: list[Change] = []
    for item in after.values():
        section = section_of.get(item.id, "")
        there = before.get(item.id)
        if there is None:
            found += [Change(item, section, None, item.fields[name]) for name in _main(item)]
        else:
            found += _differences(item, section, there)
    for item in before.values():
        if item.id not in after:
            found += [Change(item, section_of.get(item.id, ""), item.fields[name], None) for name in _main(item)]
    return tuple(found)


def amendment_paper(
    earlier: ProgrammeDraft, later: ProgrammeDraft, amendment: Amendment, language: Language, made_on: date
) -> Document:
    """Return the decision on an amendment; equal inputs give an equal document."""
    writer = Writer(DraftFacts(later), language)
    filling = filling_of(writer)
    before = Writer(DraftFacts(earlier), language)
    filling = replace(
        filling,
        values={
            **filling.values,
            "period_phrase": before.period_phrase(),
            "issued_number": amendment.earlier.number,
            "issued_on": writer.day(amendment.earlier.day),
            "amendment_reason": without_end(amendment.reason),
            "programme_version": str(amendment.number),
        },
        collections={
            **filling.collections,
            "changes": [_row(writer, one) for one in changes_between(earlier, later)],
        },
    )
    if amendment.signed is not None:
        filling = with_decision(filling, amendment.signed)
    name = filling.values["enterprise_name"]
    return Document(
        id="amendment",
        language=language,
        title=writer.word("amendment.title", name=name, number=str(amendment.number)),
        author=name,
        subject=writer.word("amendment.subject"),
        made_on=made_on,
        parts=tuple(
            without_blank_names(part) for part in render_template(writer.catalogue.templates["amendment"], filling)
        ),
        stamp="" if amendment.signed else writer.word("stamp"),
        keywords=tuple(writer.word("document.keywords").split("; ")),
    )


def _main(item: DraftItem) -> tuple[str, ...]:
    return (MAIN_FIELD[item.kind],) if item.kind in MAIN_FIELD else ()


def _differences(item: DraftItem, section: str, before: DraftItem) -> Iterator[Change]:
    for name, field in item.fields.items():
        if name != INCLUDED and field.value != before.fields[name].value:
            yield Change(item, section, before.fields[name], field)


def _row(writer: Writer, change: Change) -> Row:
    field = change.after or change.before
    assert field is not None
    return {
        "change_place": named_place(writer, change.item, change.section, field.path),
        "change_before": _side(writer, change.before, "amendment.added"),
        "change_after": _side(writer, change.after, "amendment.left-out"),
        "change_reason": writer.word("amendment.reason-below"),
    }


def _side(writer: Writer, field: DraftField | None, missing: str) -> str:
    if field is None:
        return writer.word(missing)
    return written_field(writer, field) or writer.word("none")


def named_place(writer: Writer, item: DraftItem, section: str, path: str) -> str:
    """Return how a paper names a place: section ("" for none), what the item says, label of the field."""
    language = writer.language
    _, name = split_path(path)
    label = (
        writer.catalogue.word("editor.include")[language]
        if name == INCLUDED
        else writer.catalogue.word(f"editor.field.{item.kind.value}.{name}")[language]
    )
    main = MAIN_FIELD.get(item.kind)
    about = item.text(main, language) if main and name != main else ""
    titled = writer.catalogue.word(f"editor.part.{section}")[language] if section else ""
    return ". ".join(without_end(part) for part in (titled, about, label) if part)


def written_field(writer: Writer, field: DraftField) -> str:
    """Return a field's value as it stands in a document; empty where nothing is given."""
    return written_value(writer, field.path, field.value[writer.language])


def written_value(writer: Writer, path: str, value: str) -> str:
    """Return a canonical value of a place as it stands in a document; empty where nothing is given."""
    if not value:
        return ""
    match rule_of(path).kind:
        case FieldKind.DATE:
            return day(date.fromisoformat(value), writer.language)
        case FieldKind.MONEY:
            return money(int(value), writer.language)
        case FieldKind.FIGURE | FieldKind.PERCENT | FieldKind.COUNT:
            return writer.figure(Decimal(value), "")
        case FieldKind.YES_NO:
            return writer.catalogue.word(f"editor.{value}")[writer.language]
        case FieldKind.CHOICE:
            item_id, name = split_path(path)
            words = f"{parse_item_id(item_id).kind.value}-{name}" if name == "kind" else name
            return writer.catalogue.word(f"editor.choice.{words}.{value}")[writer.language]
        case _:
            return value
