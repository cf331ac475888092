"""Wording of documents as data: blocks with conditions and placeholders, as content/programme/ writes them.

Blocks stand in printing order. `when` / `unless` name conditions (all of `when` hold, none of `unless`);
`nonempty` / `isempty` name a collection; `each` repeats a block, list item or table row over a collection.
core/domain/programme.py computes conditions, values and collections, and turns templates into documents.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """When a part of a template is shown."""

    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    nonempty: str = ""
    isempty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphBlock(Shown):
    """A paragraph; style: body, note, centre, right or blank-line."""

    text: Text
    each: str = ""
    style: str = "body"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingBlock(Shown):
    """A heading without a number."""

    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem(Shown):
    """An item; items end in ";" here, the writer puts "." after the last one shown."""

    text: Text
    each: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBlock(Shown):
    """A list; marker: dash, letter, number or plus."""

    items: tuple[ListItem, ...]
    text: Text | None = None
    marker: str = "dash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; width in millimetres."""

    key: str
    heading: Text
    width: int
    cell: Text | None = None
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Cells:
    """One text per column, in both languages."""

    vi: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRow(Shown):
    """A row that stands in the template itself."""

    cells: Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock(Shown):
    """A table: repeated over `each`, or with fixed rows, or with empty rows to fill in by hand."""

    id: str
    columns: tuple[Column, ...]
    text: Text | None = None
    each: str = ""
    rows: tuple[FixedRow, ...] = ()
    blank_rows: int = 0
    empty: Text | None = None
    orientation: str = "portrait"
    total: Cells | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBlock(Shown):
    """A drawing: a name that core/storage/content_checks.py lists, such as topic-radar or figure-stages."""

    id: str
    chart: str
    text: Text
    alt: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SubBlock(Shown):
    """A numbered part with blocks of its own; number "auto" counts the subs shown."""

    text: Text
    blocks: tuple[Block, ...]
    number: str = ""
    each: str = ""


Block = ParagraphBlock | HeadingBlock | ListBlock | TableBlock | ChartBlock | SubBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground(Shown):
    """One "Căn cứ …" of a decision."""

    id: str
    text: Text
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Shown):
    """One "Điều" of a decision."""

    id: str
    number: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Shown):
    """A section or an appendix, with a Roman number."""

    id: str
    number: str
    heading: Text
    blocks: tuple[Block, ...]
    subtitle: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Shown):
    """A line of a letter head, an addressee or a recipient; style as in content/programme/heads.toml."""

    text: Text
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """The head of a document: the issuing body at the left, the nation at the right."""

    id: str
    left: tuple[Line, ...]
    right: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureVariant(Shown):
    """Who signs: lines of office and the name."""

    lines: Cells
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """The ways in which a document may be signed; exactly one holds."""

    id: str
    variants: tuple[SignatureVariant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A whole document of content/programme/, or a notice of content/notices.toml.

    form: decision, programme, report, letter, form or notice. version: of a notice, kept with a consent.
    why, who and pages tell a reader of the list what a form is for, who fills it in and how long it is.
    """

    id: str
    form: str
    title: Text | None = None
    summary: Text | None = None
    subtitle: Text | None = None
    issuer: Text | None = None
    enacting: Text | None = None
    masthead: Masthead | None = None
    signature: SignatureBlock | None = None
    grounds: tuple[Ground, ...] = ()
    articles: tuple[Article, ...] = ()
    sections: tuple[Section, ...] = ()
    appendices: tuple[Section, ...] = ()
    addressees: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    recipients: tuple[Line, ...] = ()
    phrases: tuple[tuple[str, Text], ...] = ()
    version: str = ""
    why: Text | None = None
    who: Text | None = None
    pages: int | None = None
