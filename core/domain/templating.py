"""From templates to document blocks: which parts are shown, what stands in the braces, how lists end.

Knows nothing of programmes: values, collections, conditions and figures are handed in. A name that was not handed in
is a fault of ours and stops the document with its place (LookupError); nothing is left blank in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.domain.document import (
    Align,
    Block,
    Drawing,
    Figure,
    Heading,
    HeadLine,
    ItemList,
    Marker,
    Paragraph,
    ParagraphStyle,
    Part,
    PartKind,
    Signature,
    Table,
    TableColumn,
)
from core.domain.template import (
    Article,
    ChartBlock,
    HeadingBlock,
    Line,
    ListBlock,
    ParagraphBlock,
    Section,
    Shown,
    SignatureBlock,
    SubBlock,
    TableBlock,
    Template,
)
from core.domain.template import Block as TemplateBlock
from core.language import Language, Text

Value = TypeVar("Value")
Row = Mapping[str, str]

ROW_NUMBER = "row_number"
AUTO = "auto"
_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
_NO_ROW: Row = {}


@dataclass(frozen=True, slots=True)
class PartWords:
    """Words that belong to the form and not to a template; article and appendix hold {number}."""

    article: str
    appendix: str
    recipients: str
    addressees: str


@dataclass(frozen=True, slots=True)
class Filling:
    """Everything that templates may name, in one language. A figure of None is not drawn: there is nothing to show."""

    language: Language
    values: Mapping[str, str]
    collections: Mapping[str, Sequence[Row]]
    conditions: Mapping[str, bool]
    words: PartWords
    figures: Mapping[str, Figure | None] = field(default_factory=dict)


def render_template(template: Template, filling: Filling) -> tuple[Part, ...]:
    """Return the parts of a document: its main part, then one for each appendix that says something.

    Raises LookupError with the place when a template names what was not handed in, or not exactly one signature holds.
    """
    place = template.id
    main = Part(
        kind=PartKind(template.form),
        title=_optional(template.title, filling, f"{place}, title"),
        summary=_optional(template.summary, filling, f"{place}, summary"),
        subtitle=_optional(template.subtitle, filling, f"{place}, subtitle"),
        head_left=_head(template.masthead.left if template.masthead else (), filling, place),
        head_right=_head(template.masthead.right if template.masthead else (), filling, place),
        issuer=_optional(template.issuer, filling, f"{place}, issuer"),
        grounds=_grounds(template, filling),
        enacting=_optional(template.enacting, filling, f"{place}, enacting"),
        addressees_title=filling.words.addressees if template.addressees else "",
        addressees=_lines(template.addressees, filling, f"{place}, addressees"),
        blocks=(
            *_articles(template.articles, filling, place),
            *render_blocks(template.blocks, filling, place),
            *_sections(template.sections, filling, place),
        ),
        recipients_title=filling.words.recipients if template.recipients else "",
        recipients=_ended(_lines(template.recipients, filling, f"{place}, recipients")),
        signature=_signature(template.signature, filling) if template.signature else None,
    )
    return (main, *(part for one in template.appendices if (part := _appendix(one, filling, place)) is not None))


def render_blocks(
    blocks: Iterable[TemplateBlock], filling: Filling, place: str, row: Row = _NO_ROW
) -> tuple[Block, ...]:
    """Return the blocks that are shown, filled. Parts, lists and tables that turn out empty are left out."""
    shown: list[Block] = []
    counted = 0
    for number, block in enumerate(blocks, start=1):
        here = f"{place}, block {number}"
        if not is_shown(block, filling, here):
            continue
        if isinstance(block, SubBlock):
            for one in _rows(block.each, filling, here, row):
                inner = render_blocks(block.blocks, filling, here, one)
                if inner:
                    counted += 1
                    title = fill(block.text, filling, here, one)
                    shown.append(Heading(title, 2, f"{counted}." if block.number == AUTO else block.number))
                    shown += inner
        elif isinstance(block, ParagraphBlock):
            style = ParagraphStyle(block.style)
            shown += [
                Paragraph(fill(block.text, filling, here, one), style) for one in _rows(block.each, filling, here, row)
            ]
        elif isinstance(block, HeadingBlock):
            shown.append(Heading(fill(block.text, filling, here, row), 3))
        elif isinstance(block, ListBlock):
            shown += _list(block, filling, here, row)
        elif isinstance(block, TableBlock):
            shown += _table(block, filling, here, row)
        else:
            shown += _drawing(block, filling, here, row)
    return tuple(shown)


def is_shown(part: Shown, filling: Filling, place: str) -> bool:
    """Tell whether a part of a template is shown: all of `when`, none of `unless`, and its collection as asked."""
    conditions = filling.conditions
    if not all(_named(conditions, name, "condition", place) for name in part.when):
        return False
    if any(_named(conditions, name, "condition", place) for name in part.unless):
        return False
    if part.nonempty and not _named(filling.collections, part.nonempty, "collection", place):
        return False
    return not (part.isempty and _named(filling.collections, part.isempty, "collection", place))


def fill(text: Text, filling: Filling, place: str, row: Row = _NO_ROW) -> str:
    """Return a text of the template with its names filled. What is put in is never filled again, braces or not."""

    def put(match: re.Match[str]) -> str:
        name = match[1]
        return row[name] if name in row else _named(filling.values, name, "placeholder", place)

    return _PLACEHOLDER.sub(put, text[filling.language])


def _named(values: Mapping[str, Value], name: str, kind: str, place: str) -> Value:
    try:
        return values[name]
    except KeyError as missing:
        raise LookupError(f"{place}: unknown {kind} {name!r}") from missing


def _rows(each: str, filling: Filling, place: str, row: Row) -> Iterable[Row]:
    """The rows that a part is repeated over, each numbered and seeing what the part around it sees."""
    if not each:
        return (row,)
    rows = _named(filling.collections, each, "collection", place)
    return ({**row, ROW_NUMBER: str(number), **one} for number, one in enumerate(rows, start=1))


def _list(block: ListBlock, filling: Filling, place: str, row: Row) -> list[Block]:
    items = [
        fill(item.text, filling, f"{place}, item {number}", one)
        for number, item in enumerate(block.items, start=1)
        if is_shown(item, filling, f"{place}, item {number}")
        for one in _rows(item.each, filling, f"{place}, item {number}", row)
    ]
    if not items:
        return []
    lead = _optional(block.text, filling, place, row)
    return [ItemList(_ended(items), Marker(block.marker), lead)]


def _ended(items: Sequence[str]) -> tuple[str, ...]:
    """Items end in ";" in the template; the last one shown ends the sentence."""
    if items and items[-1].endswith(";"):
        return (*items[:-1], items[-1][:-1] + ".")
    return tuple(items)


def _table(block: TableBlock, filling: Filling, place: str, row: Row) -> list[Block]:
    here = f"{place} ({block.id})"
    rows = [
        tuple(fill(Text(vi, en), filling, here, row) for vi, en in zip(fixed.cells.vi, fixed.cells.en, strict=True))
        for fixed in block.rows
        if is_shown(fixed, filling, here)
    ]
    if block.each:
        cells = [column.cell or Text("", "") for column in block.columns]
        rows += [
            tuple(fill(cell, filling, here, one) for cell in cells) for one in _rows(block.each, filling, here, row)
        ]
    if not rows and not block.blank_rows:
        return [Paragraph(fill(block.empty, filling, here, row))] if block.empty else []
    total = zip(block.total.vi, block.total.en, strict=True) if block.total else ()
    return [
        Table(
            id=block.id,
            columns=tuple(
                TableColumn(fill(column.heading, filling, here, row), column.width, Align(column.align))
                for column in block.columns
            ),
            rows=tuple(rows),
            caption=_optional(block.text, filling, here, row),
            total=tuple(fill(Text(vi, en), filling, here, row) for vi, en in total),
            blank_rows=block.blank_rows,
            is_landscape=block.orientation == "landscape",
        )
    ]


def _drawing(block: ChartBlock, filling: Filling, place: str, row: Row) -> list[Block]:
    figure = _named(filling.figures, block.chart, "figure", place)
    if figure is None:
        return []
    return [Drawing(block.id, figure, fill(block.text, filling, place, row), fill(block.alt, filling, place, row))]


def _sections(sections: Iterable[Section], filling: Filling, place: str) -> list[Block]:
    blocks: list[Block] = []
    for section in sections:
        here = f"{place}, section {section.id}"
        inner = render_blocks(section.blocks, filling, here) if is_shown(section, filling, here) else ()
        if inner:
            blocks.append(Heading(fill(section.heading, filling, here), 1, section.number))
            blocks += inner
    return blocks


def _articles(articles: Iterable[Article], filling: Filling, place: str) -> list[Block]:
    """Articles; the words "Article 1." stand before the first paragraph of each."""
    blocks: list[Block] = []
    for article in articles:
        here = f"{place}, article {article.id}"
        if not is_shown(article, filling, here):
            continue
        lead = filling.words.article.format(number=article.number)
        inner = render_blocks(article.blocks, filling, here)
        if inner and isinstance(inner[0], Paragraph):
            blocks += [replace(inner[0], style=ParagraphStyle.ARTICLE, lead=lead), *inner[1:]]
        else:
            blocks += [Paragraph("", ParagraphStyle.ARTICLE, lead), *inner]
    return blocks


def _appendix(section: Section, filling: Filling, place: str) -> Part | None:
    here = f"{place}, appendix {section.id}"
    blocks = render_blocks(section.blocks, filling, here) if is_shown(section, filling, here) else ()
    if not blocks:
        return None
    return Part(
        kind=PartKind.APPENDIX,
        title=filling.words.appendix.format(number=section.number),
        summary=fill(section.heading, filling, here),
        subtitle=_optional(section.subtitle, filling, here),
        blocks=blocks,
    )


def _grounds(template: Template, filling: Filling) -> tuple[str, ...]:
    """Each ground ends in ";", the last in a full stop."""
    place = f"{template.id}, grounds"
    texts = [fill(ground.text, filling, place) for ground in template.grounds if is_shown(ground, filling, place)]
    return (*(f"{text};" for text in texts[:-1]), f"{texts[-1]}.") if texts else ()


def _head(lines: Iterable[Line], filling: Filling, place: str) -> tuple[HeadLine, ...]:
    here = f"{place}, letter head"
    return tuple(
        HeadLine(fill(line.text, filling, here), line.style) for line in lines if is_shown(line, filling, here)
    )


def _lines(lines: Iterable[Line], filling: Filling, place: str) -> tuple[str, ...]:
    return tuple(fill(line.text, filling, place) for line in lines if is_shown(line, filling, place))


def _signature(block: SignatureBlock, filling: Filling) -> Signature:
    place = f"signature {block.id}"
    variants = [variant for variant in block.variants if is_shown(variant, filling, place)]
    if len(variants) != 1:
        raise LookupError(f"{place}: {len(variants)} ways of signing hold, exactly one must")
    lines = zip(variants[0].lines.vi, variants[0].lines.en, strict=True)
    return Signature(
        tuple(fill(Text(vi, en), filling, place) for vi, en in lines), fill(variants[0].name, filling, place)
    )


def _optional(text: Text | None, filling: Filling, place: str, row: Row = _NO_ROW) -> str:
    return "" if text is None else fill(text, filling, place, row)
