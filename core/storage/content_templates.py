"""Documents of content/programme/: blocks, sections, letter heads, signatures, and the registers of names they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from core.domain.template import (
    Article,
    Block,
    ChartBlock,
    Ground,
    HeadingBlock,
    Line,
    ListBlock,
    Masthead,
    ParagraphBlock,
    Section,
    SignatureBlock,
    SubBlock,
    TableBlock,
    Template,
)
from core.language import Text
from core.storage.content_records import Place, Problem, Table, record_of, step_name, tables_in

Kind = TypeVar("Kind")

BLOCKS: dict[str, type[Any]] = {
    "paragraph": ParagraphBlock,
    "heading": HeadingBlock,
    "list": ListBlock,
    "table": TableBlock,
    "chart": ChartBlock,
    "sub": SubBlock,
}
# What template_of reads by itself, one by one.
PARTS = frozenset(
    {"ground", "article", "section", "appendix", "addressee", "recipient", "block", "masthead", "signature", "phrase"}
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A name that `when` and `unless` may use; `holds_when` says how the program computes it."""

    id: str
    meaning: Text
    holds_when: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that may stand in braces; `row_types` are the kinds of row it belongs to, empty for the whole document."""

    id: str
    unit: str
    meaning: Text
    example: Text
    row_types: tuple[str, ...] = ()
    may_be_blank: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """A list of rows that `each`, `nonempty` and `isempty` may name."""

    id: str
    row: str
    meaning: Text
    order: str = ""


@dataclass(frozen=True, slots=True)
class HeadTitle:
    """A title of the head of an enterprise, for the list in the profile."""

    id: str
    title: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence that the analysis fills."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Heads:
    """Letter heads and signature blocks by id."""

    mastheads: Mapping[str, Masthead]
    signatures: Mapping[str, SignatureBlock]


def masthead_of(table: Table, place: Place, found: list[Problem]) -> Masthead | None:
    """Return a letter head."""
    return record_of(Masthead, with_lists(table), place, found)


def signature_of(table: Table, place: Place, found: list[Problem]) -> SignatureBlock | None:
    """Return a signature block."""
    return record_of(SignatureBlock, with_lists(table), place, found)


def template_of(table: Table, place: Place, heads: Heads, found: list[Problem]) -> Template | None:
    """Return a whole document with its letter head and signature; None when any part of it does not fit."""
    before = len(found)
    rest = with_lists(table)
    parts: dict[str, Any] = {
        "grounds": _many(Ground, rest, "ground", place, found),
        "articles": _with_blocks(Article, rest, "article", place, found),
        "sections": _with_blocks(Section, rest, "section", place, found),
        "appendices": _with_blocks(Section, rest, "appendix", place, found),
        "addressees": _many(Line, rest, "addressee", place, found),
        "recipients": _many(Line, rest, "recipient", place, found),
        "blocks": blocks_of(rest, place, found),
        "masthead": _named(heads.mastheads, rest, "masthead", place, found),
        "signature": _named(heads.signatures, rest, "signature", place, found),
    }
    phrases = _many(Phrase, rest, "phrase", place, found)
    rest = {key: value for key, value in rest.items() if key not in PARTS}
    template = record_of(Template, rest, place, found)
    if template is None or len(found) > before:
        return None
    return replace(template, **parts, phrases=tuple((phrase.id, phrase.text) for phrase in phrases))


def blocks_of(table: Table, place: Place, found: list[Problem]) -> tuple[Block, ...]:
    """Return the blocks of a table that fit, in order; each names its `kind`."""
    blocks: list[Block] = []
    for here, one in _steps(table, "block", place, found):
        rest = {key: value for key, value in one.items() if key != "kind"}
        kind = BLOCKS.get(str(one.get("kind")))
        if kind is None:
            found.append(
                here.problem("kind", f"unknown kind {one.get('kind')!r}; known kinds: {', '.join(sorted(BLOCKS))}")
            )
        elif kind is SubBlock:
            sub = record_of(SubBlock, rest | {"block": []}, here, found)
            inner = blocks_of(rest, here, found)
            blocks += [replace(sub, blocks=inner)] if sub is not None else []
        else:
            block = record_of(kind, rest, here, found)
            blocks += [block] if block is not None else []
    return tuple(blocks)


def with_lists(value: Any) -> Any:
    """Return a copy in which every `when` and `unless` is a list, as one name may stand alone in a file."""
    if isinstance(value, list):
        return [with_lists(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: [inner] if key in ("when", "unless") and isinstance(inner, str) else with_lists(inner)
        for key, inner in value.items()
    }


def _many(kind: type[Kind], table: Table, key: str, place: Place, found: list[Problem]) -> tuple[Kind, ...]:
    records = (record_of(kind, one, here, found) for here, one in _steps(table, key, place, found))
    return tuple(record for record in records if record is not None)


def _with_blocks(kind: type[Any], table: Table, key: str, place: Place, found: list[Problem]) -> tuple[Any, ...]:
    """Return sections or articles; their blocks are read one by one, for a block names its kind."""
    records = []
    for here, one in _steps(table, key, place, found):
        blocks = blocks_of(one, here, found)
        record = record_of(kind, one | {"block": []}, here, found)
        if record is not None:
            records.append(replace(record, blocks=blocks))
    return tuple(records)


def _steps(table: Table, key: str, place: Place, found: list[Problem]) -> Iterator[tuple[Place, Table]]:
    """Yield the tables of a list with the place of each."""
    for number, one in enumerate(tables_in(table, key, place, found)):
        yield place.inside(f"{key}{step_name(one, number)}"), one


def _named(known: Mapping[str, Kind], table: Table, key: str, place: Place, found: list[Problem]) -> Kind | None:
    name = str(table.get(key, ""))
    if name and name not in known:
        found.append(place.problem(key, f"{name!r} does not exist; known: {', '.join(sorted(known))}"))
    return known.get(name)
