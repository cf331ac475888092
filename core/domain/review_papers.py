"""The letters of a review, in the layout of a decree: receipt, request for changes, agreement.

What is said stands in content/programme/letters.toml; here are the values they name. Number, date, name and signature
of the adviser stay blank: a person signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from core.domain.amending import named_place, written_value
from core.domain.document import Document
from core.domain.programme import filling_of, outline
from core.domain.programme_edits import ProgrammeDraft
from core.domain.programme_facts import DraftFacts
from core.domain.programme_values import Writer
from core.domain.redline import Change
from core.domain.templating import Row, fill, render_template
from core.language import Language

REPLY_DAYS = 30
"""Days within which a reply is asked for, and within which an opinion is promised; our own rule."""


class ReviewPaper(StrEnum):
    """The letters; the value is the template's id."""

    RECEIPT = "receipt"
    CHANGES = "ask-for-changes"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Comment:
    """One line of what remains: where, what the matter is, what is asked; required where a legal duty stands behind."""

    place: str
    text: str
    request: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class ReviewMatter:
    """What a letter is about. body: who reviews; empty stays blank. files: documents handed in as evidence.

    changes: what is proposed in the programme.
    """

    code: str
    submitted_on: date
    body: str
    comments: tuple[Comment, ...] = ()
    changes: tuple[Change, ...] = ()
    files: int = 0


def review_letter(
    draft: ProgrammeDraft, paper: ReviewPaper, matter: ReviewMatter, language: Language, made_on: date
) -> Document:
    """Return one of the letters to the firm; equal inputs give an equal document."""
    writer = Writer(DraftFacts(draft), language)
    known = filling_of(writer)
    body = matter.body or writer.word("letter.adviser-body")
    answer_by = writer.day(made_on + timedelta(days=REPLY_DAYS))
    first = draft.analysis.findings[0].question if draft.analysis.findings else ""
    filling = replace(
        known,
        values={
            **known.values,
            "adviser_body": body,
            "adviser_body_upper": body.upper(),
            "adviser_code": writer.blank,
            "adviser_title_upper": writer.word("letter.adviser-title").upper(),
            "adviser_name": "",
            "department_name_upper": known.values["department_name"].upper(),
            "submission_code": matter.code,
            "submitted_on": writer.day(matter.submitted_on),
            "reply_by": answer_by,
            "answer_by": answer_by,
            "file_total": str(matter.files),
            "first_advice": writer.object_of(first) if first else "",
        },
        collections={
            **known.collections,
            "comments": [_row(writer, one) for one in matter.comments],
            "changes": list(_change_rows(writer, draft, matter.changes)),
        },
        conditions={
            **known.conditions,
            "has_required_comments": any(one.is_required for one in matter.comments),
            "has_proposed_changes": bool(matter.changes),
            "has_first_advice": bool(first),
            "has_register": bool(draft.analysis.instruments),
            "no_register": not draft.analysis.instruments,
            "has_files": bool(matter.files),
        },
    )
    template = writer.catalogue.templates[paper]
    if template.summary is not None:
        subject = fill(template.summary, filling, paper)
        filling = replace(filling, values={**filling.values, "letter_subject": subject})
    # A letter says its matter under its number ("V/v …"), not as a title.
    parts = tuple(replace(part, summary="") for part in render_template(template, filling))
    name = filling.values["enterprise_name"]
    return Document(
        id=paper.value,
        language=language,
        title=f"{writer.word(f'letter.title.{paper.value}')}: {name}",
        author=body,
        subject=writer.word("document.subject"),
        made_on=made_on,
        parts=parts,
        keywords=tuple(writer.word("document.keywords").split("; ")),
    )


def _change_rows(writer: Writer, draft: ProgrammeDraft, changes: Iterable[Change]) -> Iterator[Row]:
    """Yield the changes in the order of the programme."""
    wanted = {change.path: change for change in changes}
    section_of = {item.id: section.id for section in outline(draft) for item in section.items if section.id != "money"}
    for item in draft.items:
        for field in item.fields.values():
            change = wanted.get(field.path)
            if change is None:
                continue
            yield {
                "change_place": named_place(writer, item, section_of.get(item.id, ""), change.path),
                "change_before": written_value(writer, change.path, change.base) or writer.word("none"),
                "change_after": written_value(writer, change.path, change.value) or writer.word("none"),
                "change_reason": change.reason,
            }


def _row(writer: Writer, one: Comment) -> Row:
    asked = (one.request, f"({writer.word('letter.required')})" if one.is_required else "")
    request = " ".join(part for part in asked if part)
    return {"comment_place": one.place, "comment_text": one.text, "comment_request": request}
