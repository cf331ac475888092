"""From a draft programme to the document: the decision of the head, the programme I–IX and appendices I–IV.

Also the outline of the draft for the editing screen. What is said stands in content/programme/, what stands in the
braces in programme_values.py, when it is shown in programme_conditions.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.domain.check_code import CODE_PARAMETER, bare_check_code
from core.domain.document import Block, Document, Drawing, Part
from core.domain.programme_conditions import evaluate
from core.domain.programme_drawings import figures
from core.domain.programme_edits import DraftItem, ProgrammeDraft
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import FIELDS, ItemKind
from core.domain.programme_template import programme_template
from core.domain.programme_values import Writer, collections, values
from core.domain.templating import Filling, PartWords, render_template
from core.language import Language, day

_NUMBER = re.compile(r"\d+")
_DECISION_NUMBER = re.compile(r"(?P<number>.+?)\s*/\s*QĐ(?:\s*-\s*(?P<sign>.+))?")
_MONTHS_WITH_ZERO = 2
_MONEY_FIELDS = ("money", "source")


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """One section of the editing screen: its items, which of their fields it shows, and what may be added.

    number: Roman number of the programme's section. adds: prefixes of new item ids, such as "own-task".
    """

    id: str
    number: str
    items: tuple[DraftItem, ...]
    fields: Mapping[ItemKind, tuple[str, ...]]
    adds: tuple[str, ...] = ()


_SECTIONS: tuple[tuple[str, str, tuple[ItemKind, ...], tuple[ItemKind, ...]], ...] = (
    ("organisation", "I", (ItemKind.ORGANISATION, ItemKind.POINT), (ItemKind.POINT,)),
    ("period", "I", (ItemKind.PERIOD, ItemKind.FOLLOW_UP), ()),
    ("analysis", "III", (ItemKind.FINDING, ItemKind.MEANS), (ItemKind.MEANS,)),
    ("effect", "IV", (ItemKind.EFFECT, ItemKind.LOSS), (ItemKind.LOSS,)),
    ("objectives", "V", (ItemKind.OBJECTIVE,), (ItemKind.OBJECTIVE,)),
    ("tasks", "VI", (ItemKind.TASK,), (ItemKind.TASK,)),
    ("solutions", "VII", (ItemKind.SOLUTION,), (ItemKind.SOLUTION,)),
    ("money", "VIII", (ItemKind.TASK,), ()),
)


def outline(draft: ProgrammeDraft) -> tuple[OutlineSection, ...]:
    """Return the draft by sections of the editing screen; ids are those of content/words/editor.toml, "part.<id>"."""
    return tuple(
        OutlineSection(
            id=section,
            number=number,
            items=tuple(
                item for kind in kinds for item in draft.of_kind(kind) if section != "money" or item.is_included
            ),
            fields={kind: _shown_fields(section, kind) for kind in kinds},
            adds=tuple(f"own-{kind}" for kind in added),
        )
        for section, number, kinds, added in _SECTIONS
    )


@dataclass(frozen=True, slots=True)
class CheckMark:
    """Under which code a draft is handed out, and where anybody may check it: the address of the page, without code."""

    code: str
    address: str


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """Number and day of the decision as the head signed it, such as "05/QĐ-HTX"."""

    number: str
    day: date

    @property
    def parts(self) -> tuple[str, str]:
        """What stands before "/QĐ" and after the hyphen; the latter empty where the number has another form."""
        found = _DECISION_NUMBER.fullmatch(self.number)
        return (found["number"], found["sign"] or "") if found else (self.number, "")


def build_programme(
    draft: ProgrammeDraft,
    language: Language,
    made_on: date,
    check: CheckMark | None = None,
    signed: SignedDecision | None = None,
) -> Document:
    """Return the pair of decision and programme as one document; the same inputs give an equal document.

    Number, date and signature stay blank and the stamp says that it is a draft, until it is `signed`.
    check: of a draft that was handed out.
    """
    analysis = draft.analysis
    writer = Writer(DraftFacts(draft), language)
    filling = filling_of(writer)
    if signed is not None:
        filling = with_decision(filling, signed)
    parts = (
        *render_template(analysis.catalogue.templates["decision"], filling),
        *render_template(programme_template(analysis.catalogue), filling),
    )
    name, period = filling.values["enterprise_name"], filling.values["period_phrase"]
    return Document(
        id="programme",
        language=language,
        title=writer.word("document.title", name=name, period=period),
        author=name,
        subject=writer.word("document.subject"),
        made_on=made_on,
        parts=_with_counted_figures(without_blank_names(part) for part in parts),
        stamp="" if signed else writer.word("stamp"),
        foot=_foot(writer, made_on, check),
        foot_code=f"{check.address}?{CODE_PARAMETER}={bare_check_code(check.code)}" if check else "",
        contents_title=writer.word("contents"),
        keywords=tuple(writer.word("document.keywords").split("; ")),
    )


def with_decision(filling: Filling, signed: SignedDecision) -> Filling:
    """Return the filling with the number and the day of the signed decision in the place of the blanks."""
    number, sign = signed.parts
    # Days under 10 and the first two months get a 0: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    month = f"{signed.day.month:02d}" if signed.day.month <= _MONTHS_WITH_ZERO else str(signed.day.month)
    known = {
        "number_blank": number,
        "day_blank": f"{signed.day.day:02d}",
        "month_blank": month,
        "year_blank": str(signed.day.year),
        "short_code": sign or filling.values["short_code"],
    }
    return replace(filling, values={**filling.values, **known})


def filling_of(writer: Writer) -> Filling:
    """Return everything that the templates of decision and programme may name."""
    return Filling(
        language=writer.language,
        values=values(writer),
        collections=collections(writer),
        conditions=evaluate(writer.facts),
        words=PartWords(*(writer.word(key) for key in ("article", "appendix", "recipients", "addressees"))),
        figures=figures(writer),
    )


def _shown_fields(section: str, kind: ItemKind) -> tuple[str, ...]:
    """Money has a section of its own; the tasks there show nothing else."""
    if section == "money":
        return _MONEY_FIELDS
    return tuple(name for name in FIELDS[kind] if kind is not ItemKind.TASK or name not in _MONEY_FIELDS)


def _foot(writer: Writer, made_on: date, check: CheckMark | None) -> str:
    edition = writer.facts.analysis.scorecard.edition
    shown = day(made_on, writer.language)
    foot = writer.word("foot", edition=edition, day=shown)
    if check is None:
        return foot
    address = check.address.partition("://")[2]
    return f"{foot}\n{writer.word('foot-check', code=check.code, address=address)}"


def without_blank_names(part: Part) -> Part:
    """Return a part without dots under its signature. Room to sign stays empty where no name was given."""
    if part.signature is None or part.signature.name.strip("….") != "":
        return part
    return replace(part, signature=replace(part.signature, name=""))


def _with_counted_figures(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Figures are numbered in the order in which they are shown, as some are left out when there is nothing to draw."""
    counted = 0
    numbered = []
    for part in parts:
        blocks: list[Block] = []
        for block in part.blocks:
            if isinstance(block, Drawing):
                counted += 1
                blocks.append(replace(block, caption=_NUMBER.sub(str(counted), block.caption, count=1)))
            else:
                blocks.append(block)
        numbered.append(replace(part, blocks=tuple(blocks)))
    return tuple(numbered)
