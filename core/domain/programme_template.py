"""The programme's template with what the program adds: own solutions, two drawings, findings on effect.

The wording is that of content/; here is only where the additions stand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.domain.catalogue import Catalogue
from core.domain.programme_fields import SolutionKind
from core.domain.template import Block, ChartBlock, ListBlock, ListItem, Section, SubBlock, TableBlock, Template
from core.language import Text

_SOLUTION = Text("{solution_text};", "{solution_text};")


def programme_template(catalogue: Catalogue) -> Template:
    """Return the template "programme" with its additions."""
    template = catalogue.templates["programme"]
    findings_table = _table(template.sections, "organisation-findings")
    sections = _changed(template.sections, "solutions", _with_solutions)
    sections = _changed(sections, "effect", lambda section: _with_findings(section, findings_table, catalogue))
    sections = _changed(sections, "money", lambda section: _after_table(section, "money-by-year", _money(catalogue)))
    appendices = _changed(template.appendices, "plan", lambda section: _with_last(section, _timeline(catalogue)))
    return replace(template, sections=sections, appendices=appendices)


def _changed(sections: Sequence[Section], section_id: str, change: Callable[[Section], Section]) -> tuple[Section, ...]:
    return tuple(change(section) if section.id == section_id else section for section in sections)


def _with_solutions(section: Section) -> Section:
    """The enterprise's and the sector's own solutions stand before the general ones of each kind."""
    subs = (
        replace(sub, blocks=(_with_own(sub.blocks[0], kind), *sub.blocks[1:])) if isinstance(sub, SubBlock) else sub
        for sub, kind in zip(section.blocks, SolutionKind, strict=True)
    )
    return replace(section, blocks=tuple(subs))


def _with_own(block: Block, kind: SolutionKind) -> Block:
    own = ListItem(text=_SOLUTION, each=f"solutions_{kind}")
    return replace(block, items=(own, *block.items)) if isinstance(block, ListBlock) else block


def _with_findings(section: Section, table: TableBlock, catalogue: Catalogue) -> Section:
    """Findings on expected effect in the form of the other factors, as a part of their own."""
    findings = replace(table, id="effect-findings", each="effect_findings", nonempty="effect_findings", text=None)
    number = f"{len(section.blocks) + 1}."
    sub = SubBlock(text=catalogue.word("programme.effect-findings"), number=number, blocks=(findings,))
    return _with_last(section, sub)


def _with_last(section: Section, block: Block) -> Section:
    return replace(section, blocks=(*section.blocks, block))


def _after_table(section: Section, table_id: str, block: Block) -> Section:
    place = next(
        number for number, one in enumerate(section.blocks, 1) if isinstance(one, TableBlock) and one.id == table_id
    )
    return replace(section, blocks=(*section.blocks[:place], block, *section.blocks[place:]))


def _money(catalogue: Catalogue) -> ChartBlock:
    return ChartBlock(
        id="money-by-year-chart",
        chart="money-by-year",
        text=catalogue.word("programme.money-chart"),
        alt=catalogue.word("programme.money-chart.alt"),
        when=("has_budget",),
    )


def _timeline(catalogue: Catalogue) -> ChartBlock:
    return ChartBlock(
        id="task-timeline",
        chart="task-timeline",
        text=catalogue.word("programme.timeline"),
        alt=catalogue.word("programme.timeline.alt"),
    )


def _table(sections: Sequence[Section], table_id: str) -> TableBlock:
    return next(
        block
        for section in sections
        for sub in section.blocks
        if isinstance(sub, SubBlock)
        for block in sub.blocks
        if isinstance(block, TableBlock) and block.id == table_id
    )
