"""The register out to a spreadsheet and in again: what a sheet would change is shown first, and taken on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from core.domain.catalogue import Catalogue
from core.domain.instruments import MeasuringInstrument, ServiceResult
from core.domain.permissions import Actor
from core.domain.register.points import ProcessPoint
from core.domain.register.sheet import (
    COLUMNS,
    CellFault,
    CellKind,
    JudgedRow,
    KnownLine,
    RegisterTemplate,
    RowKind,
    SheetChoice,
    SheetColumn,
    SheetRow,
    SheetVocabulary,
    TemplateColumn,
    TemplateRow,
    compare,
    mark_of,
)
from core.domain.register.sheet_cells import judge
from core.errors import BadInput, Conflict, NotThere
from core.language import Language, Text, day, number
from core.render.register_sheet import write_register_sheet
from core.services import counting, registering
from core.services.environment import Environment, transaction
from core.services.registering import OpenRegister
from core.storage.exchange import INSTRUMENT_LIMIT
from core.storage.register_sheet import SIZE_LIMIT, read_register_sheet

FILE_LIMIT = SIZE_LIMIT
"""Most bytes of a sheet that is sent back."""
USES = ("trade", "safety", "quality", "cost", "environment")
_TRUTHS = ("type_approved", "adjusted", "accredited", "confirmed", "end_of_month")
_RESULTS = ("verification_result", "calibration_result")
_LISTED = {"use": "use", "in_use": "in_use", "group2_row": "group2_row", "point": "point"} | {
    name: kind for kind, names in (("truth", _TRUTHS), ("result", _RESULTS)) for name in names
}
"""Field → the list it chooses from; several fields share one."""


@dataclass(frozen=True)
class SheetPreview:
    """What a sheet would change, row by row; nothing is kept yet.

    is_own: whether it was written from this register, so that an emptied cell empties the field. foreign: headings of
    columns that are not taken. missing: lines of the register that the sheet does not hold.
    """

    enterprise_id: UUID
    file_name: str
    sheet: str
    is_own: bool
    foreign: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    missing: tuple[KnownLine, ...]
    vocabulary: SheetVocabulary

    def of(self, kind: RowKind) -> tuple[SheetRow, ...]:
        return tuple(row for row in self.rows if row.kind is kind)

    @property
    def good(self) -> tuple[SheetRow, ...]:
        """The rows that can be taken as they are: new ones and changed ones."""
        return tuple(row for row in self.rows if row.kind in (RowKind.NEW, RowKind.CHANGED))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person decides row by row: conflicts in which the file is right, by row number; lines to be removed."""

    taken: frozenset[int] = frozenset()
    removed: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rows were taken and how many lines were removed."""

    rows: int
    removed: int


def export_sheet(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> bytes:
    """Return the register as a spreadsheet to be filled in. Raises NotThere."""
    opened = registering.open_register(environment, actor, enterprise_id)
    return write_register_sheet(_template(opened, language))


def preview_sheet(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    content: bytes,
    *,
    name: str = "",
    language: Language = Language.VI,
) -> SheetPreview:
    """Return what a spreadsheet would change; nothing is kept yet. `language`: how numbers turn into texts.

    Raises FileRefused as `read_register_sheet` does, BadInput("register-full"), NotThere.
    """
    opened = registering.open_register(environment, actor, enterprise_id)
    if not opened.may_edit:
        raise NotThere
    vocabulary = _vocabulary(opened)
    sheet = read_register_sheet(name, content, vocabulary)
    is_own = sheet.origin == str(enterprise_id)
    rows = [judge(row, vocabulary, sheet.letters, language) for row in sheet.rows]
    if not is_own:
        rows = [replace(row, origin="", mark="") for row in rows]

    def refuse_twice(row: JudgedRow) -> CellFault:
        place = f"{sheet.letters['code']}{row.number}"
        return CellFault("sheet-code-twice", place, "code", row.code, vocabulary.expected["code"])

    compared = compare(
        rows,
        [KnownLine(one.id, one.instrument) for one in opened.kept],
        sheet.marked_fields if is_own else (),
        refuse_twice=refuse_twice,
    )
    preview = SheetPreview(
        enterprise_id, name, sheet.name, is_own, sheet.foreign, compared.rows, compared.missing, vocabulary
    )
    _check_room(len(opened.kept) + len(preview.of(RowKind.NEW)))
    return preview


def apply_sheet(environment: Environment, actor: Actor, preview: SheetPreview, chosen: Chosen = Chosen()) -> Taken:
    """Keep the good rows of a preview and what was chosen, all or nothing; wrong rows are left out.

    Raises Conflict when a line was changed since the preview, BadInput("register-full"), NotThere.
    """
    rows = [*preview.good, *(row for row in preview.of(RowKind.CONFLICT) if row.number in chosen.taken)]
    changes = [(row.line.instrument if row.line else None, row.wanted) for row in rows if row.wanted is not None]
    with transaction(environment, actor) as repository:
        registering.require_edit(repository, actor, preview.enterprise_id)
        leaving = [line for line in preview.missing if line.id in chosen.removed]
        for line in leaving:
            kept = repository.instruments.get(preview.enterprise_id, line.instrument.code).instrument
            if kept != line.instrument:
                raise Conflict("line-changed-meanwhile", seen=line.instrument.code)
            repository.instruments.remove(preview.enterprise_id, line.instrument.code)
        kept_count = repository.instruments.count(preview.enterprise_id)
        _check_room(kept_count + sum(seen is None for seen, _ in changes))
        repository.instruments.save_all(preview.enterprise_id, changes)
        counting.renew_needs(environment, repository, preview.enterprise_id)
    return Taken(len(changes), len(leaving))


def _check_room(count: int) -> None:
    if count > INSTRUMENT_LIMIT:
        raise BadInput("register-full", seen=count, expected=INSTRUMENT_LIMIT)


# --- The file ---


def _template(opened: OpenRegister, language: Language) -> RegisterTemplate:
    vocabulary, catalogue = _vocabulary(opened), opened.catalogue

    def say(key: str, **values: object) -> str:
        return catalogue.word(f"sheet.{key}")[language].format(**values)

    about = {"firm": opened.profile.name, "day": day(opened.on, language), "edition": catalogue.edition}
    lists: dict[str, tuple[str, ...]] = {}
    for name, listed in _LISTED.items():
        choices = vocabulary.choices[name]
        if choices and listed not in lists:
            # A list that several columns share goes by none of their names.
            heading = vocabulary.headings[name][language] if listed == name else ""
            lists[f"list_{listed}"] = (heading, *dict.fromkeys(one.words[language] for one in choices))
    return RegisterTemplate(
        origin=str(opened.enterprise_id),
        title=say("file.title"),
        firm=opened.profile.name,
        made_on=opened.on,
        sheet_names=(say("file.register"), say("file.guide"), say("file.lists")),
        columns=tuple(
            TemplateColumn(
                column,
                heading=vocabulary.headings[column.field][language],
                help=say(f"column.{column.field}.help"),
                expected=vocabulary.expected[column.field][language],
                list_name=name if (name := f"list_{_LISTED.get(column.field)}") in lists else "",
            )
            for column in COLUMNS
        ),
        rows=tuple(
            TemplateRow(
                id=str(kept.id),
                mark=mark_of(kept.instrument),
                cells=tuple(
                    vocabulary.written(column.field, getattr(kept.instrument, column.field), language)
                    for column in COLUMNS
                ),
            )
            for kept in opened.kept
        ),
        lists=lists,
        guide=tuple(say("file.guide-text", **about).strip().split("\n")),
        guide_heads=(say("file.head.column"), say("file.head.help"), say("file.head.expected")),
        refusal=catalogue.word("sheet.file.refusal")[language],
        foot=say("file.foot", **about),
    )


# --- Words ---


def _vocabulary(opened: OpenRegister) -> SheetVocabulary:
    catalogue = opened.catalogue
    choices = _choices(opened)
    return SheetVocabulary(
        headings={column.field: catalogue.word(f"sheet.column.{column.field}.heading") for column in COLUMNS},
        also={column.field: _parted(catalogue, f"column.{column.field}.also") for column in COLUMNS},
        choices=choices,
        expected={column.field: _expected(catalogue, column, choices) for column in COLUMNS},
    )


def _choices(opened: OpenRegister) -> Mapping[str, tuple[SheetChoice, ...]]:
    catalogue = opened.catalogue

    def choice(value: object, key: str) -> SheetChoice:
        return SheetChoice(value, catalogue.word(f"sheet.{key}"), _parted(catalogue, f"{key}-also"))

    truths = (choice(True, "yes"), choice(False, "no"))
    results = tuple(choice(result, f"result.{result.value}") for result in ServiceResult)
    rows = tuple(
        SheetChoice(row.row, Text(f"{row.row} – {row.name.vi}", f"{row.row} – {row.name.en}"), (row.row,))
        for row in catalogue.group2.values()
    )
    return {
        "use": tuple(choice(use, f"use.{use}") for use in USES),
        "in_use": (choice(True, "in-use"), choice(False, "out-of-use")),
        "group2_row": (*rows, *_unlisted("group2_row", opened.instruments, {one.value for one in rows})),
        "point": (
            *_point_choices(opened.points),
            *_unlisted("point", opened.instruments, {one.id for one in opened.points}),
        ),
        **dict.fromkeys(_TRUTHS, truths),
        **dict.fromkeys(_RESULTS, results),
    }


def _point_choices(points: Iterable[ProcessPoint]) -> Iterator[SheetChoice]:
    named = [(one, " – ".join(filter(None, (one.step, one.quantity))) or one.id) for one in points]
    counted = Counter(name for _, name in named)
    for one, name in named:
        words = name if counted[name] == 1 else f"{name} ({one.id})"
        yield SheetChoice(one.id, Text(words, words), (one.id,))


def _unlisted(name: str, instruments: Iterable[MeasuringInstrument], listed: set[object]) -> Iterator[SheetChoice]:
    """Values that the register holds although the list does not know them (any more): they come back as they went."""
    kept = dict.fromkeys(str(getattr(one, name)) for one in instruments)
    yield from (SheetChoice(value, Text(value, value)) for value in kept if value and value not in listed)


def _parted(catalogue: Catalogue, key: str) -> tuple[str, ...]:
    words = catalogue.word(f"sheet.{key}")
    return tuple(one.strip() for language in Language for one in words[language].split(";"))


def _expected(catalogue: Catalogue, column: SheetColumn, choices: Mapping[str, tuple[SheetChoice, ...]]) -> Text:
    listed = choices.get(column.field, ())
    if column.field in ("code", "group2_row", "point"):
        key = column.field
        listed = listed[:1]
    elif column.kind is CellKind.SUGGESTED:
        key = CellKind.TEXT.value
    else:
        key = column.kind.value
    word = catalogue.word(f"sheet.expected.{key}")

    def said(language: Language) -> str:
        return word[language].format(
            least=number(column.least, language),
            most=number(column.most, language),
            choices=", ".join(one.words[language] for one in listed),
        )

    return Text(said(Language.VI), said(Language.EN))
