"""From the document model to boxes: the form of Decree 30/2020, Annex I, in numbers.

A4; margins 20 (top), 20 (foot), 30 (binding edge), 15 mm; text 14 pt justified with a first line of 1 cm and 6 pt
between paragraphs; letter head in two columns of 41 and 59 %; recipients and signature in two halves.
A landscape page is the same sheet turned, so its binding edge is the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from core.domain.document import (
    Block,
    Coded,
    Document,
    Drawing,
    Heading,
    HeadLine,
    ItemList,
    Paragraph,
    ParagraphStyle,
    Part,
    Signature,
    Table,
)
from core.render.boxes import Box, ContentsBox, FigureBox, Grid, LinesBox, RuleBox, SideBySide, Slice, TableBox
from core.render.figure_drawings import draw_figure
from core.render.fonts import Font, text_width
from core.render.squares import draw_square
from core.render.structure import Entry, entries, heading_key, heading_text, introduces, list_mark
from core.render.typesetting import MM, Alignment, Line, TextStyle, Typesetter


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page size with its margins, in points."""

    width: float
    height: float
    left: float
    right: float
    top: float
    foot: float

    @property
    def room(self) -> float:
        return self.width - self.left - self.right


PORTRAIT = Sheet(210 * MM, 297 * MM, left=30 * MM, right=15 * MM, top=20 * MM, foot=20 * MM)
LANDSCAPE = Sheet(297 * MM, 210 * MM, left=20 * MM, right=20 * MM, top=30 * MM, foot=15 * MM)

FIRST_LINE = 10 * MM
BODY = TextStyle(first_indent=FIRST_LINE)
PLAIN = replace(BODY, first_indent=0)
NOTE = replace(BODY, font=Font.ITALIC, size=12, leading=15)
BOLD_CENTRED = TextStyle(font=Font.BOLD, alignment=Alignment.CENTRE, after=0)
TITLE = replace(BOLD_CENTRED, before=10)
ITALIC_CENTRED = replace(BOLD_CENTRED, font=Font.ITALIC)
CAPTION = TextStyle(font=Font.ITALIC, size=13, leading=16, alignment=Alignment.CENTRE, after=12)
ISSUER = replace(BOLD_CENTRED, before=4, after=10)
ENACTING = replace(BOLD_CENTRED, before=10, after=10)
ADDRESSEE = replace(PLAIN, alignment=Alignment.CENTRE, before=6, after=12)
ITEM = replace(BODY, after=4)
LETTER_HEADING = replace(PLAIN, alignment=Alignment.LEFT, left_indent=30 * MM, before=6, after=3)
LETTER_LINE = replace(LETTER_HEADING, left_indent=40 * MM, before=0)
RECIPIENT = TextStyle(size=11, leading=13.5, alignment=Alignment.LEFT, after=0)
RECIPIENTS_TITLE = replace(RECIPIENT, font=Font.BOLD_ITALIC, size=12, leading=16)
CONTENTS_TITLE = replace(BOLD_CENTRED, after=12)
CONTENTS = TextStyle(size=13, leading=17, alignment=Alignment.LEFT, after=3)
HEADINGS = {
    1: replace(BODY, font=Font.BOLD, alignment=Alignment.LEFT, before=14),
    2: replace(BODY, font=Font.BOLD, alignment=Alignment.LEFT, before=10),
    3: replace(BODY, font=Font.BOLD_ITALIC, alignment=Alignment.LEFT, before=8),
}
PARAGRAPHS = {
    ParagraphStyle.BODY: BODY,
    ParagraphStyle.ARTICLE: BODY,
    ParagraphStyle.BLANK_LINE: BODY,
    ParagraphStyle.GROUND: replace(BODY, font=Font.ITALIC),
    ParagraphStyle.NOTE: NOTE,
    ParagraphStyle.CENTRE: replace(PLAIN, alignment=Alignment.CENTRE),
    ParagraphStyle.RIGHT: replace(PLAIN, alignment=Alignment.RIGHT),
}
HEAD_LINES = {
    "parent": TextStyle(size=13, leading=17, alignment=Alignment.CENTRE),
    "body": TextStyle(font=Font.BOLD, size=13, leading=17, alignment=Alignment.CENTRE),
    "number": TextStyle(size=13, leading=18, alignment=Alignment.CENTRE),
    "about": TextStyle(size=13, leading=17, alignment=Alignment.CENTRE),
    "nation": TextStyle(font=Font.BOLD, size=13, leading=17, alignment=Alignment.CENTRE),
    "motto": TextStyle(font=Font.BOLD, size=14, leading=17, alignment=Alignment.CENTRE),
    "place-date": TextStyle(font=Font.ITALIC, size=14, leading=18, alignment=Alignment.CENTRE),
}
NUMBER_SIZE = 14.0
TITLE_SHARE = 0.92
RULE_SHARE = 0.4
"""The Decree asks for a rule of a third to a half of the line above it."""
LONGEST_RULE = 60 * MM
LEFT_SHARE = 0.41
SIGNING_ROOM = 24 * MM
BLANK_ROW = 9 * MM
SQUARE = 28 * MM
SQUARE_GAP = 3 * MM
CELL_PADDING = 1.2 * MM
CAPTION_ROOM = 20 * MM
CELL_LEADING = 1.2
CONTENTS_INDENT = 7 * MM
CONTENTS_PARTING = 6.0
LONGEST_WHOLE_WORD = 16
"""Letters of the longest word that a column is widened for; longer ones are broken."""
SLICE_LINES = 12
"""Lines of one piece of a row too tall to stay whole."""


def smaller(style: TextStyle) -> TextStyle:
    """Return a style of 14 points in 13, the least that the Decree allows; other sizes stay."""
    return replace(style, size=13, leading=16) if style.size == BODY.size else style


class Composer:
    """Turns the parts of one document into boxes, and remembers what it measured.

    is_small: the text is set in 13 points instead of 14.
    """

    def __init__(self, document: Document, *, is_small: bool = False) -> None:
        self._document = document
        self._is_small = is_small
        self._typesetter = Typesetter()
        self._cells: dict[tuple[str, float, Font, float], list[Line]] = {}

    # --- openings and endings of parts

    def opening(self, part: Part, sheet: Sheet) -> Iterator[Box]:
        """Yield what stands above the blocks of a part: letter head, title, grounds, enacting words, addressees."""
        room = sheet.room
        if part.head_left or part.head_right:
            yield self._letter_head(part, room)
        yield from self._title(part, room)
        if part.issuer:
            yield self._lines(part.issuer, ISSUER, room, keeps=True)
        for ground in part.grounds:
            yield self._lines(ground, PARAGRAPHS[ParagraphStyle.GROUND], room)
        if part.enacting:
            yield self._lines(part.enacting, ENACTING, room, keeps=True)
        yield from self._addressees(part, room)

    def _letter_head(self, part: Part, room: float) -> Box:
        split = LEFT_SHARE * room
        columns = ((part.head_left, 0.0, split - 2 * MM), (part.head_right, split, room - split))
        placed: list[tuple[float, float, Box]] = []
        depths = []
        for lines, x, width in columns:
            upper = [line for line in lines if line.style not in ("number", "place-date", "about")]
            depth = self._head_column(upper, x, 0, width, placed)
            depths.append(self._head_rule(upper, x, depth, width, placed))
        second = max(depths) + 8
        depths = []
        for lines, x, width in columns:
            lower = [line for line in lines if line.style in ("number", "place-date", "about")]
            depths.append(self._head_column(lower, x, second, width, placed))
        return SideBySide(tuple(placed), height=max(depths), after=16)

    def _head_column(
        self, lines: Sequence[HeadLine], x: float, depth: float, width: float, placed: list[tuple[float, float, Box]]
    ) -> float:
        for line in lines:
            box = self._lines(line.text, self.head_style(line, width), width)
            placed.append((x, depth, box))
            depth += box.height
        return depth

    def head_style(self, line: HeadLine, width: float) -> TextStyle:
        """Return the style of a line of the head; a name that 12 points save a line gets 12 points instead of 13."""
        style = self.fitted(HEAD_LINES[line.style])
        narrower = replace(style, size=12)
        counts = [len(self._typesetter.paragraph(line.text, tried, width)) for tried in (style, narrower)]
        return narrower if line.style in ("parent", "body") and counts[1] < counts[0] else style

    def _head_rule(
        self, lines: Sequence[HeadLine], x: float, depth: float, width: float, placed: list[tuple[float, float, Box]]
    ) -> float:
        if not lines:
            return depth
        last = lines[-1]
        longest = self.longest(last.text, self.head_style(last, width), width)
        length = longest if last.style == "motto" else longest * RULE_SHARE
        placed.append((x, depth, RuleBox(offset=(width - length) / 2, length=length)))
        return depth + 3

    def _title(self, part: Part, room: float) -> Iterator[Box]:
        texts = [(part.title, TITLE), (part.summary, BOLD_CENTRED), (part.subtitle, ITALIC_CENTRED)]
        shown = [(text, style) for text, style in texts if text]
        width = TITLE_SHARE * room
        for text, style in shown:
            inset = replace(style, left_indent=(room - width) / 2, right_indent=(room - width) / 2)
            yield self._lines(text, inset, room, keeps=True)
        if shown:
            length = min(self.longest(shown[-1][0], shown[-1][1], width) * RULE_SHARE, LONGEST_RULE)
            yield RuleBox(offset=(room - length) / 2, length=length, before=3, after=14, keeps_with_next=True)

    def _addressees(self, part: Part, room: float) -> Iterator[Box]:
        if len(part.addressees) == 1:
            text = f"{part.addressees_title} {part.addressees[0]}".strip()
            yield self._lines(text, ADDRESSEE, room)
        elif part.addressees:
            if part.addressees_title:
                yield self._lines(part.addressees_title, LETTER_HEADING, room, keeps=True)
            for addressee in part.addressees:
                yield self._lines(f"- {addressee}", LETTER_LINE, room)

    def ending(self, part: Part, sheet: Sheet) -> Iterator[Box]:
        """Yield recipients at the left and the signature at the right, on one level and on one page."""
        half = sheet.room / 2
        placed: list[tuple[float, float, Box]] = []
        left = right = 0.0
        if part.recipients:
            texts = [(part.recipients_title, RECIPIENTS_TITLE)] if part.recipients_title else []
            texts += [(f"- {recipient}", RECIPIENT) for recipient in part.recipients]
            for text, style in texts:
                box = self._lines(text, style, half - 4 * MM)
                placed.append((0, left, box))
                left += box.height
        if part.countersignature:
            left = self._sign(part.countersignature, 0, half, placed)
        if part.signature:
            right = self._sign(part.signature, half, half, placed)
        if placed:
            yield SideBySide(tuple(placed), height=max(left, right), before=14)

    def _sign(self, signature: Signature, x: float, width: float, placed: list[tuple[float, float, Box]]) -> float:
        depth = 0.0
        for text in signature.lines:
            box = self._lines(text, BOLD_CENTRED, width)
            placed.append((x, depth, box))
            depth += box.height
        depth += SIGNING_ROOM
        if signature.name:
            box = self._lines(signature.name, BOLD_CENTRED, width)
            placed.append((x, depth, box))
            depth += box.height
        return depth

    # --- blocks

    def block(self, part_number: int, block_number: int, block: Block, sheet: Sheet) -> Iterator[Box]:
        """Yield the boxes of one block."""
        room = sheet.room
        if isinstance(block, Heading):
            style = HEADINGS[min(block.level, 3)]
            yield self._lines(heading_text(block), style, room, keeps=True, key=heading_key(part_number, block_number))
        elif isinstance(block, Paragraph):
            yield self._paragraph(block, room)
        elif isinstance(block, ItemList):
            yield from self._list(block, room)
        elif isinstance(block, Table):
            if block.caption:
                yield self._lines(block.caption, ITEM, room, keeps=True)
            yield self._table(block, room)
        elif isinstance(block, Coded):
            yield self._coded(block, room)
        else:
            yield from self._drawing(block, sheet)

    def _coded(self, block: Coded, room: float) -> Box:
        width = room - SQUARE - SQUARE_GAP
        placed: list[tuple[float, float, Box]] = []
        depth = 0.0
        for one in block.paragraphs:
            style = replace(PARAGRAPHS[one.style], first_indent=0, alignment=Alignment.LEFT)
            box = self._lines(one.text, style, width, lead=one.lead)
            placed.append((0, depth, box))
            depth += box.height + box.after
        placed.append((room - SQUARE, 0, FigureBox(draw_square(block.address, SQUARE), offset=0)))
        return SideBySide(tuple(placed), height=max(depth, SQUARE), before=12, after=4, keeps_with_next=True)

    def _paragraph(self, paragraph: Paragraph, room: float) -> Box:
        style = PARAGRAPHS[paragraph.style]
        box = self._lines(paragraph.text, style, room, lead=paragraph.lead, keeps=introduces(paragraph))
        return replace(box, dots_to=room) if paragraph.style is ParagraphStyle.BLANK_LINE else box

    def _list(self, block: ItemList, room: float) -> Iterator[Box]:
        if block.lead:
            yield self._lines(block.lead, ITEM, room, keeps=bool(block.items))
        for position, item in enumerate(block.items):
            mark = list_mark(block.marker, position, self._document.language)
            # A blank that is not broken keeps the mark with its first word.
            yield self._lines(f"{mark}\u00a0{item}", ITEM, room)

    def _drawing(self, drawing: Drawing, sheet: Sheet) -> Iterator[Box]:
        for figure in draw_figure(drawing.figure, sheet.room, sheet.height - sheet.top - sheet.foot - CAPTION_ROOM):
            yield FigureBox(figure, offset=(sheet.room - figure.width) / 2)
        yield self._lines(drawing.caption, CAPTION, sheet.room)

    def column_widths(self, table: Table, room: float) -> list[float]:
        """Return widths near those asked for, in which no number, date or usual word has to be broken."""
        size = cell_size(table)
        asked = [column.width * MM for column in table.columns]
        scale = min(1.0, room / sum(asked))
        needed = []
        for number, column in enumerate(table.columns):
            texts = {row[number] for row in table.rows}
            words = {word for text in texts for word in self._typesetter.printable(text).split()}
            usual = (text_width(word, Font.REGULAR, size) for word in words if len(word) <= LONGEST_WHOLE_WORD)
            stressed = [column.heading, table.total[number]] if table.total else [column.heading]
            bold = (
                text_width(word, Font.BOLD, size)
                for text in stressed
                for word in self._typesetter.printable(text).split()
                if len(word) <= LONGEST_WHOLE_WORD
            )
            needed.append(max([0.0, *usual, *bold]) + 2 * CELL_PADDING + 0.5)
        return _rebalanced([width * scale for width in asked], needed, room)

    def _table(self, table: Table, room: float) -> Box:
        size, widths = cell_size(table), self.column_widths(table, room)
        leading = size * CELL_LEADING
        slices = []
        for row in table.rows:
            slices += self._slices(row, widths, size, Font.REGULAR)
        slices += [Slice(((),) * len(widths), BLANK_ROW)] * table.blank_rows
        if table.total:
            slices += self._slices(table.total, widths, size, Font.BOLD)
        headings = [column.heading for column in table.columns]
        cells = tuple(self._cell(text, Font.BOLD, size, width) for text, width in zip(headings, widths, strict=True))
        header = Slice(cells, max(map(len, cells)) * leading + 2 * CELL_PADDING, Font.BOLD)
        start = max(0.0, (room - sum(widths)) / 2)
        grid = Grid(
            edges=tuple(accumulate(widths, initial=start)),
            alignments=tuple(column.align.value for column in table.columns),
            size=size,
            leading=leading,
            padding=CELL_PADDING,
            header=header,
            slices=tuple(slices),
            tops=tuple(accumulate((piece.height for piece in slices), initial=0.0)),
        )
        return TableBox(grid, first=0, last=len(slices))

    def _cell(self, text: str, font: Font, size: float, width: float) -> list[Line]:
        key = (text, size, font, width)
        lines = self._cells.get(key)
        if lines is None:
            shown = self._typesetter.printable(text)
            lines = self._cells[key] = self._typesetter.wrap(shown, font, size, width - 2 * CELL_PADDING)
        return lines

    def _slices(self, row: tuple[str, ...], widths: Sequence[float], size: float, font: Font) -> list[Slice]:
        cells = tuple(self._cell(text, font, size, width) for text, width in zip(row, widths, strict=True))
        count, leading = max(map(len, cells)), size * CELL_LEADING
        if count <= 2 * SLICE_LINES:
            return [Slice(cells, count * leading + 2 * CELL_PADDING, font)]
        starts = range(0, count, SLICE_LINES)
        pieces = [
            Slice(tuple(lines[start : start + SLICE_LINES] for lines in cells), SLICE_LINES * leading, font, False)
            for start in starts
        ]
        pieces[-1] = replace(pieces[-1], height=(count - starts[-1]) * leading + 2 * CELL_PADDING, ends_row=True)
        return pieces

    # --- contents

    def contents(self, numbers: dict[str, str], sheet: Sheet) -> Iterator[Box]:
        """Yield the contents; `numbers` (bookmark → page number) may be filled in until they are drawn."""
        yield self._lines(self._document.contents_title, CONTENTS_TITLE, sheet.room, keeps=True)
        for entry in entries(self._document):
            if entry.is_in_contents:
                yield self._contents_line(entry, numbers, sheet.room)

    def _contents_line(self, entry: Entry, numbers: dict[str, str], room: float) -> Box:
        indent = CONTENTS_INDENT if entry.depth == 2 else 0.0
        style = replace(CONTENTS, left_indent=indent, right_indent=15 * MM if entry.is_numbered else 0.0)
        lines = self._typesetter.paragraph(entry.text, style, room)
        piece = lines[-1][-1]
        return ContentsBox(
            target=entry.key,
            numbers=numbers,
            lines=lines,
            last_width=text_width(piece.text, piece.font, style.size),
            width=room,
            size=style.size,
            leading=style.leading,
            indent=indent,
            before=CONTENTS_PARTING if entry.depth < 2 else 0,
            after=style.after,
        )

    # --- helpers

    def fitted(self, style: TextStyle) -> TextStyle:
        """Return a style in the size of this document."""
        return smaller(style) if self._is_small else style

    def _lines(
        self, text: str, style: TextStyle, room: float, *, lead: str = "", keeps: bool = False, key: str = ""
    ) -> LinesBox:
        style = self.fitted(style)
        return LinesBox(
            lines=self._typesetter.paragraph(text, style, room, lead),
            size=style.size,
            leading=style.leading,
            before=style.before,
            after=style.after,
            keeps_with_next=keeps,
            key=key,
        )

    def longest(self, text: str, style: TextStyle, room: float) -> float:
        """Return the width of the longest line of a centred text."""
        style = self.fitted(style)
        return max(
            line.width
            for line in self._typesetter.balanced(self._typesetter.printable(text), style.font, style.size, room)
        )


def cell_size(table: Table) -> float:
    """Return the size of a table's text: 12 points, or 11 where there are many columns."""
    return 12.0 if len(table.columns) <= 6 else 11.0


def _rebalanced(asked: Sequence[float], needed: Sequence[float], room: float) -> list[float]:
    """Widen the columns that need it, first from free room, then from the columns that have some to spare."""
    if sum(needed) > room:
        return list(asked)
    widths = [max(pair) for pair in zip(asked, needed, strict=True)]
    excess = sum(widths) - room
    if excess <= 0:
        return widths
    spare = [width - least for width, least in zip(widths, needed, strict=True)]
    return [width - excess * free / sum(spare) for width, free in zip(widths, spare, strict=True)]
