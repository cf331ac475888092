"""Filling pages with boxes: page breaks, landscape stretches, page numbers. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from core.domain.document import Document, Part, PartKind
from core.render.boxes import Box, LinesBox
from core.render.composing import LANDSCAPE, PORTRAIT, Composer, Sheet
from core.render.structure import contents_part, counts_own_pages, entries, orientation_groups, part_key

LINES_HELD = 8
"""Longest last paragraph, in lines, that moves to the next page together with the signature."""


@dataclass(slots=True)
class Page:
    """A filled page: boxes at their y from the foot.

    `number` counts from 1 within the run; `part_key` is set where a part begins.
    """

    sheet: Sheet
    number: int
    part_key: str
    boxes: list[tuple[float, Box]] = field(default_factory=list)

    @property
    def shows_number(self) -> bool:
        """Decree 30/2020: no number on the first page of a text, nor of an appendix."""
        return self.number > 1


class _Filler:
    """Takes boxes one after another and opens pages as they are needed."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self._sheet = PORTRAIT
        self._part_key = ""
        self._number = 0
        self._y = 0.0
        self._gap = 0.0
        self._is_open = False

    def start_run(self) -> None:
        """Begin counting pages from 1."""
        self._number = 0

    def break_page(self, sheet: Sheet, part_key: str = "") -> None:
        """Let the next box begin a page of this kind, with the bookmark of a part."""
        self._sheet = sheet
        self._part_key = part_key
        self._is_open = False

    def add(self, boxes: Iterable[Box]) -> None:
        """Place boxes; those that keep with the next are carried over together."""
        kept: list[Box] = []
        for box in boxes:
            kept.append(box)
            if not box.keeps_with_next:
                self._place_together(kept)
                kept = []
        self._place_together(kept)

    def _place_together(self, boxes: list[Box]) -> None:
        if not boxes:
            return
        gaps = max(self._gap, boxes[0].before) + sum(max(above.after, below.before) for above, below in pairwise(boxes))
        wanted = gaps + sum(box.height for box in boxes[:-1]) + boxes[-1].least_height
        if self._is_open and not self._is_at_top and wanted > self._room:
            self._is_open = False
        for box in boxes:
            self._place(box)

    def _place(self, box: Box) -> None:
        rest: Box | None = box
        while rest is not None:
            if not self._is_open:
                self._open_page()
            gap = 0.0 if self._is_at_top else max(self._gap, rest.before)
            if gap + rest.height <= self._room + 0.01:
                self._put(rest, gap)
                return
            pieces = rest.cut(self._room - gap)
            if pieces is not None:
                self._put(pieces[0], gap)
                rest = pieces[1]
            elif self._is_at_top:
                # Taller than a page and cannot be cut: it is shown as far as it goes.
                self._put(rest, gap)
                return
            self._is_open = False

    def _put(self, box: Box, gap: float) -> None:
        self._y -= gap
        self.pages[-1].boxes.append((self._y, box))
        self._y -= box.height
        self._gap = box.after

    def _open_page(self) -> None:
        self._number += 1
        self.pages.append(Page(self._sheet, self._number, self._part_key))
        self._part_key = ""
        self._y = self._sheet.height - self._sheet.top
        self._gap = 0.0
        self._is_open = True

    @property
    def _room(self) -> float:
        return self._y - self._sheet.foot

    @property
    def _is_at_top(self) -> bool:
        return self._is_open and not self.pages[-1].boxes


def lay_out(document: Document, *, with_appendices: bool = True) -> tuple[list[Page], dict[str, str]]:
    """Return the filled pages and the page number of every numbered bookmark.

    Without appendices the numbers of the main text come out the same, and thousands of instruments cost nothing.
    """
    filler = _Filler()
    composer = Composer(document, is_small=fits_better_small(document))
    numbers: dict[str, str] = {}
    contents_before = contents_part(document)
    for part_number, part in enumerate(document.parts):
        if part_number == contents_before:
            if part_number == 0:
                filler.start_run()
            filler.break_page(PORTRAIT)
            filler.add(composer.contents(numbers, PORTRAIT))
        if part.kind is PartKind.APPENDIX and not with_appendices:
            continue
        if counts_own_pages(part) or part_number == 0:
            filler.start_run()
        groups = orientation_groups(part)
        for group_number, (is_landscape, blocks) in enumerate(groups):
            sheet = LANDSCAPE if is_landscape else PORTRAIT
            filler.break_page(sheet, part_key(part_number) if group_number == 0 else "")
            boxes = list(composer.opening(part, sheet)) if group_number == 0 else []
            for block_number, block in blocks:
                boxes += composer.block(part_number, block_number, block, sheet)
            if group_number == len(groups) - 1:
                boxes = _with_ending(boxes, list(composer.ending(part, sheet)))
            filler.add(boxes)
    numbered = {entry.key for entry in entries(document) if entry.is_numbered}
    for page in filler.pages:
        for _, box in page.boxes:
            if box.key in numbered:
                numbers[box.key] = str(page.number)
    return filler.pages, numbers


def fits_better_small(document: Document) -> bool:
    """Tell whether the decision or letter fits on one page in 13 points, but not in 14; then all is set in 13."""
    part = document.parts[0]
    if part.kind not in (PartKind.DECISION, PartKind.LETTER):
        return False
    return not _fits_one_page(Composer(document), part) and _fits_one_page(Composer(document, is_small=True), part)


def _fits_one_page(composer: Composer, part: Part) -> bool:
    boxes = list(composer.opening(part, PORTRAIT))
    for block_number, block in enumerate(part.blocks):
        boxes += composer.block(0, block_number, block, PORTRAIT)
    boxes += composer.ending(part, PORTRAIT)
    gaps = sum(max(above.after, below.before) for above, below in pairwise(boxes))
    return sum(box.height for box in boxes) + gaps <= PORTRAIT.height - PORTRAIT.top - PORTRAIT.foot


def _with_ending(boxes: list[Box], ending: list[Box]) -> list[Box]:
    """Add the signature, holding the last lines of the text to it: nobody signs an empty page."""
    if ending and boxes and isinstance(boxes[-1], LinesBox) and len(boxes[-1].lines) <= LINES_HELD:
        boxes = [*boxes[:-1], replace(boxes[-1], keeps_with_next=True)]
    return [*boxes, *ending]
