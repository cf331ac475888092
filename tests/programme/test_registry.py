"""Templates and program name the same conditions, values, collections and drawings: none missing, none extra."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from core.domain.programme_conditions import CONDITIONS
from core.domain.programme_drawings import figures
from core.domain.programme_edits import draft_programme
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import SolutionKind
from core.domain.programme_template import programme_template
from core.domain.programme_values import COLLECTIONS, VALUES, Writer, collections
from core.domain.template import ChartBlock, Shown, SubBlock
from core.domain.templating import ROW_NUMBER
from core.language import Language, Text
from tests.programme.support import analysis_of, analysis_of_case, answers_of, case, catalogue, profile_of

# Phrases are filled by the program, with names of their own.
TEMPLATES = (catalogue().templates["decision"], programme_template(catalogue()))


def placeholders_of(text: Text) -> set[str]:
    return {name for language in Language for name in re.findall(r"\{([a-z0-9_]+)\}", text[language])}


def parts_of(value: Any) -> Iterator[Any]:
    """Every part of a template, its phrases left out."""
    if isinstance(value, tuple):
        for one in value:
            yield from parts_of(one)
    elif is_dataclass(value):
        yield value
        for field in fields(value):
            if field.name != "phrases":
                yield from parts_of(getattr(value, field.name))


def every_part() -> list[Any]:
    return [part for template in TEMPLATES for part in parts_of(template)]


def used_names() -> set[str]:
    names = {name for part in every_part() if isinstance(part, Text) for name in placeholders_of(part)}
    for part in every_part():
        for language in ("vi", "en"):
            lines = getattr(part, language, ())
            if isinstance(lines, tuple):
                names |= {name for line in lines for name in placeholders_of(Text(line, line))}
    return names


def row_names() -> set[str]:
    instruments = analysis_of_case(case("tea")).instruments
    names: set[str] = set()
    for answers in (answers_of(profile_of(), 1), answers_of(profile_of(), 3)):
        draft = draft_programme(analysis_of(answers=answers, instruments=instruments))
        writer = Writer(DraftFacts(draft), Language.VI)
        names |= {name for rows in collections(writer).values() for row in rows for name in row}
    return names


def test_every_condition_of_the_templates_is_computed_and_no_other():
    used = {name for part in every_part() if isinstance(part, Shown) for name in (*part.when, *part.unless)}
    assert used == set(CONDITIONS)


def test_every_collection_of_the_templates_is_computed_and_no_other():
    used = {
        name for part in every_part() for field in ("each", "nonempty", "isempty") if (name := getattr(part, field, ""))
    }
    assert used == set(COLLECTIONS)


def test_every_placeholder_is_a_value_of_the_document_or_of_a_row():
    rows = {"loss_name", "loss_formula", "loss_money", "means_text", "solution_text"}
    rows |= {"support_name", "support_share", "support_source", ROW_NUMBER}
    unknown = used_names() - set(VALUES) - row_names() - rows
    assert unknown == set()


def test_no_value_is_computed_in_vain():
    assert set(VALUES) - used_names() == set()


def test_every_drawing_of_the_templates_is_drawn_and_no_other():
    used = {part.chart for part in every_part() if isinstance(part, ChartBlock)}
    writer = Writer(DraftFacts(draft_programme(analysis_of())), Language.VI)
    assert used == set(figures(writer))


def test_solutions_have_one_part_for_each_kind():
    section = next(one for one in programme_template(catalogue()).sections if one.id == "solutions")
    assert len(section.blocks) == len(SolutionKind)
    assert all(isinstance(block, SubBlock) for block in section.blocks)
    each = [item.each for block in section.blocks for item in block.blocks[0].items if item.each]
    assert each == [f"solutions_{kind}" for kind in SolutionKind]


@pytest.mark.parametrize("name", ["decision", "programme"])
def test_the_form_of_a_template_is_a_kind_of_part(name):
    assert catalogue().templates[name].form == name


def test_questions_that_conditions_ask_about_are_in_the_catalogue():
    from core.domain import programme_conditions as conditions

    for question in (conditions.GROUP2_KNOWN_QUESTION, conditions.SAFETY_QUESTION, conditions.SOFTWARE_QUESTION):
        assert question in catalogue().questions
