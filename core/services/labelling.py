"""Labels for the instruments of a register: which ones, where on the sheet, and what stands on each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from core.domain.instruments import InstrumentState
from core.domain.permissions import Actor
from core.errors import BadInput, NotThere
from core.language import Language, Text, day
from core.render.labels import PER_SHEET, Label, Placement, write_labels
from core.render.pictures import page_pictures
from core.services import registering
from core.services.environment import Environment
from core.services.registering import OpenRegister
from core.storage.repository_instruments import KeptInstrument

CARD_PATH = "/phuong-tien"
"""Where the card of an instrument is opened, with its row's id as `id`."""
OFFSET_LIMIT = 10
"""Most millimetres by which a sheet is moved; what is farther off is fed in wrongly."""
TICKED_LIMIT = 200
"""Most instruments ticked one by one: their codes travel in the address of the file."""
PREVIEW_SCALE = 1.2
"""Pixels of the preview for each point of paper."""
# Short forms of the Law on Enterprises 59/2020/QH14, Article 37; MTV and HTX are what firms and cooperatives write.
_SHORT_FORMS = {
    "trách nhiệm hữu hạn": "TNHH",
    "một thành viên": "MTV",
    "doanh nghiệp tư nhân": "DNTN",
    "cổ phần": "CP",
    "hợp tác xã": "HTX",
}
_LONG_FORM = re.compile("|".join(_SHORT_FORMS), re.IGNORECASE)
_MILLIMETRES = re.compile(r"([-−]?[0-9]{1,2}(?:[.,][0-9]{1,2})?)\s*(?:mm)?", re.IGNORECASE)
_FROM_THE_FIRST = Placement()


class Chosen(StrEnum):
    """Which instruments get a label; the values stand in addresses."""

    ALL = "tat-ca"
    DUE = "den-han"
    TICKED = "da-chon"


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """What is to be printed. codes: the ticked instruments, for Chosen.TICKED."""

    chosen: Chosen = Chosen.ALL
    codes: tuple[str, ...] = ()
    placement: Placement = _FROM_THE_FIRST

    def query(self) -> str:
        """Return the order as the query of an address, for `read_order`."""
        fields = [("chon", self.chosen.value), ("vi-tri", str(self.placement.start))]
        fields += [("phai", str(self.placement.right)), ("xuong", str(self.placement.down))]
        return urlencode([*fields, *(("ma", code) for code in self.codes if self.chosen is Chosen.TICKED)])


def read_order(fields: Mapping[str, str], codes: Sequence[str] = ()) -> LabelOrder:
    """Read an order from texts: chon, vi-tri, phai, xuong; what is missing is as usual.

    Raises BadInput: label-choice-unknown, label-start-unusable, label-offset-unusable, labels-too-many.
    """
    chosen, start = fields.get("chon", Chosen.ALL), fields.get("vi-tri", "1")
    if chosen not in set(Chosen):
        raise BadInput("label-choice-unknown", field="chon", seen=chosen)
    if not (start.isascii() and start.isdigit() and len(start) < 3 and 1 <= int(start) <= PER_SHEET):
        raise BadInput("label-start-unusable", field="vi-tri", seen=start, expected=PER_SHEET)
    if len(codes) > TICKED_LIMIT:
        raise BadInput("labels-too-many", field="ma", seen=len(codes), expected=TICKED_LIMIT)
    placement = Placement(int(start), *(_millimetres(name, fields.get(name, "")) for name in ("phai", "xuong")))
    return LabelOrder(Chosen(chosen), tuple(codes), placement)


def open_labels(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenRegister:
    """Return the register for printing labels, for the firm's own people. Raises NotThere."""
    if enterprise_id not in actor.memberships:
        raise NotThere
    return registering.open_register(environment, actor, enterprise_id)


def chosen_instruments(opened: OpenRegister, order: LabelOrder) -> tuple[KeptInstrument, ...]:
    """Return what gets a label, in the order of the register; may be empty.

    All are all in use; due are those due soon or overdue. Raises BadInput("label-code-unknown").
    """
    if order.chosen is Chosen.TICKED:
        unknown = next((code for code in order.codes if code not in opened.standings), None)
        if unknown is not None:
            raise BadInput("label-code-unknown", field="ma", seen=unknown)
        return tuple(kept for kept in opened.kept if kept.instrument.code in order.codes)
    states = set(InstrumentState) - {InstrumentState.OUT_OF_USE}
    if order.chosen is Chosen.DUE:
        states = {InstrumentState.DUE_SOON, InstrumentState.OVERDUE}
    return tuple(kept for kept in opened.kept if opened.standings[kept.instrument.code].state in states)


def label_sheet(
    environment: Environment, actor: Actor, enterprise_id: UUID, order: LabelOrder, language: Language
) -> bytes:
    """Return the label sheets as PDF. Raises NotThere, BadInput("labels-none") and as `chosen_instruments` does."""
    opened = open_labels(environment, actor, enterprise_id)
    kept = chosen_instruments(opened, order)
    if not kept:
        raise BadInput("labels-none")
    return _written(environment, opened, kept, order.placement, language)


def preview(environment: Environment, opened: OpenRegister, order: LabelOrder, language: Language) -> bytes | None:
    """Return the first sheet as a PNG picture with the edges of its labels; None without instruments.

    Raises as `chosen_instruments` does.
    """
    kept = chosen_instruments(opened, order)[: PER_SHEET + 1 - order.placement.start]
    if not kept:
        return None
    sheet = _written(environment, opened, kept, order.placement, language, is_outlined=True)
    return page_pictures(sheet, [0], PREVIEW_SCALE)[0]


def is_for_this_computer_only(environment: Environment) -> bool:
    """Tell whether the codes would lead to the computer that reads them, because the public address was never set."""
    return urlsplit(environment.settings.public_address).hostname in ("127.0.0.1", "localhost", "::1")


def sheet_count(labels: int, start: int) -> int:
    """Return how many sheets so many labels take from a start position."""
    return -(-(start - 1 + labels) // PER_SHEET)


def _written(
    environment: Environment,
    opened: OpenRegister,
    kept: Sequence[KeptInstrument],
    placement: Placement,
    language: Language,
    *,
    is_outlined: bool = False,
) -> bytes:
    def words(key: str) -> Text:
        return environment.catalogue.word(f"labels.{key}")

    firm = _LONG_FORM.sub(lambda found: _SHORT_FORMS[found[0].lower()], opened.profile.name)
    labels = []
    for one in kept:
        instrument, due = one.instrument, opened.standings[one.instrument.code].due
        serial = words("on.serial")[language].format(serial=instrument.serial) if instrument.serial else ""
        labels.append(
            Label(
                address=f"{environment.settings.public_address}{CARD_PATH}?id={one.id}",
                code=instrument.code,
                name=instrument.name,
                lines=(serial, words("on.group2" if instrument.is_group2 else "on.group1")[language]),
                due=words("on.due")[language].format(day=day(due, language)) if due else "",
                firm=firm,
            )
        )
    title = words("title")[language]
    return write_labels(labels, placement, title=title, language=language, made_on=opened.on, is_outlined=is_outlined)


def _millimetres(name: str, text: str) -> Decimal:
    bare = text.strip()
    found = _MILLIMETRES.fullmatch(bare)
    value = Decimal(found[1].replace(",", ".").replace("−", "-")) if found else Decimal(0)
    if (bare and not found) or abs(value) > OFFSET_LIMIT:
        raise BadInput("label-offset-unusable", field=name, seen=text, expected=OFFSET_LIMIT)
    return value
