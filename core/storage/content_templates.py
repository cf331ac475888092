"""Documents of content/programme/: blocks, sections, letter heads, signatures, and the registers of names they use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from core.storage.content_records import Place, Problem, Table, record_of, step_name

Kind = TypeVar("Kind")

BLOCKS: dict[str, type[Any]] = {
    "paragraph": ParagraphBlock,
    "heading": HeadingBlock,
    "list": ListBlock,
    "table": TableBlock,
    "chart": ChartBlock,
    "sub": SubBlock,
}


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
        "grounds": _many(Ground, rest.pop("ground", []), place.inside("ground"), found),
        "articles": _with_blocks(Article, rest.pop("article", []), place.inside("article"), found),
        "sections": _with_blocks(Section, rest.pop("section", []), place.inside("section"), found),
        "appendices": _with_blocks(Section, rest.pop("appendix", []), place.inside("appendix"), found),
        "addressees": _many(Line, rest.pop("addressee", []), place.inside("addressee"), found),
        "recipients": _many(Line, rest.pop("recipient", []), place.inside("recipient"), found),
        "blocks": blocks_of(rest.pop("block", []), place.inside("block"), found),
        "masthead": _named(heads.mastheads, rest.pop("masthead", None), place, "masthead", found),
        "signature": _named(heads.signatures, rest.pop("signature", None), place, "signature", found),
    }
    phrases = _many(Phrase, rest.pop("phrase", []), place.inside("phrase"), found)
    template = record_of(Template, rest, place, found)
    if template is None or len(found) > before:
        return None
    return replace(template, **parts, phrases=tuple((phrase.id, phrase.text) for phrase in phrases))


def blocks_of(tables: Iterable[Table], place: Place, found: list[Problem]) -> tuple[Block, ...]:
    """Return the blocks that fit, in order; each table names its `kind`."""
    blocks: list[Block] = []
    for number, table in enumerate(tables):
        here = Place(place.file, place.record, place.at + step_name(table, number))
        rest = {key: value for key, value in table.items() if key != "kind"}
        kind = BLOCKS.get(table.get("kind", ""))
        if kind is None:
            found.append(
                here.problem("kind", f"unknown kind {table.get('kind')!r}; known kinds: {', '.join(sorted(BLOCKS))}")
            )
            continue
        inner = blocks_of(rest.pop("block", []), here.inside("block"), found) if kind is SubBlock else ()
        block = record_of(kind, rest | {"block": []} if kind is SubBlock else rest, here, found)
        if block is not None:
            blocks.append(replace(block, blocks=inner) if isinstance(block, SubBlock) else block)
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


def _many(kind: type[Kind], tables: Iterable[Table], place: Place, found: list[Problem]) -> tuple[Kind, ...]:
    records = (
        record_of(kind, table, Place(place.file, place.record, place.at + step_name(table, number)), found)
        for number, table in enumerate(tables)
    )
    return tuple(record for record in records if record is not None)


def _with_blocks(kind: type[Any], tables: Iterable[Table], place: Place, found: list[Problem]) -> tuple[Any, ...]:
    """Return sections or articles; their blocks are read one by one, for a block names its kind."""
    records = []
    for number, table in enumerate(tables):
        here = Place(place.file, place.record, place.at + step_name(table, number))
        blocks = blocks_of(table.get("block", []), here.inside("block"), found)
        record = record_of(kind, table | {"block": []}, here, found)
        if record is not None:
            records.append(replace(record, blocks=blocks))
    return tuple(records)


def _named(known: Mapping[str, Kind], name: str | None, place: Place, field: str, found: list[Problem]) -> Kind | None:
    if name is not None and name not in known:
        found.append(place.problem(field, f"{name!r} does not exist; known: {', '.join(sorted(known))}"))
    return known.get(name or "")
