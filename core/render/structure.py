"""What the PDF and the DOCX writer must agree on: marks of lists, contents, bookmarks, landscape, page numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from core.domain.document import Block, Document, Heading, Marker, Paragraph, Part, PartKind, Table
from core.language import Language

# Decree 30/2020: points of a clause follow the Vietnamese alphabet, which has no f, j, w, z and counts \u0111 after d.
_LETTERS = {Language.VI: "abcd\u0111eghiklmnopqrstuvxy", Language.EN: "abcdefghijklmnopqrstuvwxyz"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A place that bookmarks and contents lead to. `depth` 0 is a part, 1 a section, 2 a numbered part of a section.

    `is_numbered`: its page number in the main text means something; appendices count their own pages.
    """

    key: str
    depth: int
    text: str
    is_in_contents: bool
    is_numbered: bool


def list_mark(marker: Marker, position: int, language: Language) -> str:
    """Return what stands before the item at `position` (from 0) of a list."""
    if marker is Marker.DASH:
        return "-"
    if marker is Marker.PLUS:
        return "+"
    if marker is Marker.NUMBER:
        return f"{position + 1}."
    letters = _LETTERS[language]
    rounds, place = divmod(position, len(letters))
    return letters[place] * (rounds + 1) + ")"


def introduces(paragraph: Paragraph) -> bool:
    """Tell whether a paragraph leads to what follows it, and so may not be the last of a page."""
    return paragraph.text.rstrip().endswith(":")


def heading_text(heading: Heading) -> str:
    """Return a heading with its number: "III. PH…", "2. K…"."""
    return f"{heading.number.rstrip('.')}. {heading.text}" if heading.number else heading.text


def part_key(part_number: int) -> str:
    """Return the bookmark of a part; ASCII, unlike its title."""
    return f"part{part_number}"


def heading_key(part_number: int, block_number: int) -> str:
    """Return the bookmark of a heading: the place of its block in its part."""
    return f"part{part_number}block{block_number}"


def entries(document: Document) -> Iterator[Entry]:
    """Yield every part and heading that can be jumped to, in reading order."""
    for part_number, part in enumerate(document.parts):
        is_appendix = part.kind is PartKind.APPENDIX
        separator = ". " if is_appendix else " "
        title = separator.join(" ".join(text.split()) for text in (part.title, part.summary) if text) or document.title
        yield Entry(part_key(part_number), 0, title, is_appendix, False)
        for block_number, block in enumerate(part.blocks):
            if isinstance(block, Heading) and block.level <= 2:
                key = heading_key(part_number, block_number)
                yield Entry(key, block.level, heading_text(block), not is_appendix, not is_appendix)


def contents_part(document: Document) -> int | None:
    """Return the number of the part before which the contents stand; None without contents.

    They follow a decision, so that the file opens with the letter head; otherwise they come first.
    """
    if not document.contents_title:
        return None
    return 1 if len(document.parts) > 1 and document.parts[0].kind is PartKind.DECISION else 0


def counts_own_pages(part: Part) -> bool:
    """Tell whether a part begins at page 1. A programme goes on from the decision that issues it."""
    return part.kind is not PartKind.PROGRAMME


def orientation_groups(part: Part) -> list[tuple[bool, list[tuple[int, Block]]]]:
    """Cut a part into stretches of upright and landscape pages: (is landscape, numbered blocks).

    An appendix with a landscape table is landscape as a whole, so that its title stands over the table;
    elsewhere only the table lies, with the headings that introduce it.
    """
    numbered = list(enumerate(part.blocks))
    lies = [isinstance(block, Table) and block.is_landscape for block in part.blocks]
    if part.kind is PartKind.APPENDIX and any(lies):
        return [(True, numbered)]
    for number in range(len(lies) - 2, -1, -1):
        lies[number] = lies[number] or (lies[number + 1] and isinstance(part.blocks[number], Heading))
    groups = [(lying, list(pairs)) for lying, pairs in groupby(numbered, key=lambda pair: lies[pair[0]])]
    if not groups or groups[0][0]:
        groups.insert(0, (False, []))
    return groups
