"""The document model: what a document says, in one language, without layout.

Built once by core/domain/programme.py; written by core/render/pdf.py and core/render/docx.py from the same value.
All texts are plain: writers escape them. Widths are millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from core.language import Language


class Align(StrEnum):
    """Where a cell's text stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class ParagraphStyle(StrEnum):
    """How a paragraph is set; layout belongs to the writers."""

    BODY = "body"
    NOTE = "note"
    CENTRE = "centre"
    RIGHT = "right"
    BLANK_LINE = "blank-line"
    GROUND = "ground"
    ARTICLE = "article"


class Marker(StrEnum):
    """What stands before a list item; letters follow the Vietnamese alphabet: a b c d đ e g h …"""

    DASH = "dash"
    LETTER = "letter"
    NUMBER = "number"
    PLUS = "plus"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `lead` is set bold before it ("Điều 1.")."""

    text: str
    style: ParagraphStyle = ParagraphStyle.BODY
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a section (I, II, …), level 2 a numbered part of it, level 3 a part without a number."""

    text: str
    level: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list; `lead` is the sentence before it."""

    items: tuple[str, ...]
    marker: Marker = Marker.DASH
    lead: str = ""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: heading, width in millimetres, alignment."""

    heading: str
    width: int
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the header row repeats on every page. `blank_rows` are empty rows to fill in by hand."""

    id: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    total: tuple[str, ...] = ()
    blank_rows: int = 0
    is_landscape: bool = False


@dataclass(frozen=True, slots=True)
class RadarAxis:
    """One spoke: score and target from 0 to 100; None where there is no score."""

    label: str
    score: Fraction | None
    target: Fraction | None


@dataclass(frozen=True, slots=True)
class Radar:
    """Scores of the topics against their targets."""

    axes: tuple[RadarAxis, ...]
    score_label: str
    target_label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a bar chart."""

    label: str
    value: int
    shown: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Vertical bars, such as instruments due by month or money by year."""

    bars: tuple[Bar, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class GanttRow:
    """A task in time: from `start` to `end`, both included."""

    label: str
    start: date
    end: date
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Gantt:
    """Tasks over the period; columns are quarters or months by its length."""

    start: date
    end: date
    rows: tuple[GanttRow, ...]


class Shape(StrEnum):
    """How named rows and columns of numbers are drawn.

    tiles: a tile for each province. parts: a bar for each row, parted by the columns. heat: a cell for each number.
    bars: a bar for each row, of its total or of its first column. line: the columns in time, a line for the whole.
    """

    TILES = "tiles"
    PARTS = "parts"
    HEAT = "heat"
    BARS = "bars"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A row of a chart: a number for each column and their total, None where hidden, and how they are written."""

    label: str
    values: tuple[int | None, ...]
    shown: tuple[str, ...]
    total: int | None = None
    total_shown: str = ""


@dataclass(frozen=True, slots=True)
class ChartTile:
    """A place of the grid of provinces, counted from its upper left; is_note: without a number, `shown` is a note."""

    label: str
    column: int
    row: int
    value: int | None
    shown: str
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers of groups in one of the shapes. whole: all groups together. most: the number of the darkest colour."""

    shape: Shape
    columns: tuple[str, ...]
    rows: tuple[ChartRow, ...]
    whole: ChartRow
    most: int
    tiles: tuple[ChartTile, ...] = ()


Figure = Radar | Bars | Gantt | Chart


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure with its caption and the words that stand in for it."""

    id: str
    figure: Figure
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class Coded:
    """Short paragraphs that lead to what follows, with a QR code beside them that holds `address`."""

    paragraphs: tuple[Paragraph, ...]
    address: str
    alt: str


Block = Paragraph | Heading | ItemList | Table | Drawing | Coded


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A line of the letter head; style: parent, body, number, nation, motto, place-date or about."""

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Office lines in capitals, then room to sign, then the name."""

    lines: tuple[str, ...]
    name: str


class PartKind(StrEnum):
    """What a part is; decides its opening, its page numbers and whether it gets a contents entry."""

    DECISION = "decision"
    PROGRAMME = "programme"
    APPENDIX = "appendix"
    REPORT = "report"
    LETTER = "letter"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that begins on a new page and has page numbers of its own where it is an appendix.

    title, summary and subtitle stand centred under the letter head; the `title` of an appendix is its number, its
    `summary` the heading. `addressees_title` is the word of address before the addressees of a letter.
    `countersignature` stands at the left of the signature, where no recipients are named.
    """

    kind: PartKind
    title: str
    summary: str = ""
    subtitle: str = ""
    head_left: tuple[HeadLine, ...] = ()
    head_right: tuple[HeadLine, ...] = ()
    issuer: str = ""
    grounds: tuple[str, ...] = ()
    enacting: str = ""
    addressees_title: str = ""
    addressees: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    recipients_title: str = ""
    recipients: tuple[str, ...] = ()
    signature: Signature | None = None
    countersignature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file. `stamp` ("DỰ THẢO") stands on every page while it is a draft.

    foot: the small lines below. foot_code: the address in the QR code beside them; none without.
    """

    id: str
    language: Language
    title: str
    author: str
    subject: str
    made_on: date
    parts: tuple[Part, ...]
    stamp: str = ""
    foot: str = ""
    foot_code: str = ""
    contents_title: str = ""
    keywords: tuple[str, ...] = field(default_factory=tuple)
