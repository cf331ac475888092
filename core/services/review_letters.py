"""The letters of a review as files: the receipt for the firm, and the letter of a decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from core.domain.assessment import AssessmentState
from core.domain.permissions import Actor
from core.domain.programme_fields import split_path
from core.domain.redline import Change
from core.domain.review import PointState, RemarkAudience
from core.domain.review_papers import Comment, ReviewMatter, ReviewPaper, review_letter
from core.errors import NotThere
from core.language import VIETNAM, Language
from core.services import redlining, reviewing
from core.services.environment import Environment, reading
from core.services.exchanging import WRITERS, DraftForm
from core.services.reviewing import OpenReview

_PAPERS = {
    AssessmentState.CHANGES_REQUESTED: ReviewPaper.CHANGES,
    AssessmentState.REVIEWED: ReviewPaper.AGREEMENT,
}


def submission_code(submission_id: UUID) -> str:
    """Return how people call a submission: HS- and the last eight signs of its id."""
    return f"HS-{submission_id.hex[-8:].upper()}"


def receipt(environment: Environment, actor: Actor, submission_id: UUID, form: DraftForm, language: Language) -> bytes:
    """Return the receipt of the latest round. Raises NotThere."""
    opened = reviewing.open_review(environment, actor, submission_id)
    return _written(
        environment, opened, ReviewPaper.RECEIPT, opened.rounds[-1].at.astimezone(VIETNAM).date(), form, language
    )


def decision_letter(
    environment: Environment, actor: Actor, submission_id: UUID, form: DraftForm, language: Language
) -> bytes:
    """Return the letter of the standing decision. Raises NotThere, also while nothing is decided."""
    opened = reviewing.open_review(environment, actor, submission_id)
    decision = opened.decision
    if decision is None:
        raise NotThere
    return _written(environment, opened, _PAPERS[decision.kind], decision.at.astimezone(VIETNAM).date(), form, language)


def comments_of(opened: OpenReview, language: Language) -> Iterator[Comment]:
    """Yield what remains to be done: the words of the decision, then question by question what is asked."""
    words = opened.catalogue.word
    whole = words("programme.letter.whole")[language]
    if opened.decision and opened.decision.reason:
        yield Comment(whole, opened.decision.reason, "")
    for question_id in opened.progress.in_state(PointState.CHANGE_ASKED):
        question = opened.catalogue.questions[question_id]
        place = words("programme.letter.place")[language].format(number=question.number)
        reason = opened.standing[question_id].reason
        yield Comment(place, question.text[language], reason, is_required=question.gate is not None)
    for remark in opened.remarks:
        if remark.is_reviewer and remark.audience is RemarkAudience.FIRM and not remark.question:
            yield Comment(whole, remark.text, "")


def _written(
    environment: Environment,
    opened: OpenReview,
    paper: ReviewPaper,
    made_on: date,
    form: DraftForm,
    language: Language,
) -> bytes:
    latest = opened.rounds[-1]
    matter = ReviewMatter(
        code=submission_code(opened.id),
        submitted_on=latest.at.astimezone(VIETNAM).date(),
        body=environment.settings.operator_name,
        comments=tuple(comments_of(opened, language)) if paper is ReviewPaper.CHANGES else (),
        changes=_sent_changes(environment, opened) if paper is not ReviewPaper.RECEIPT else (),
        files=sum(len(files) for files in latest.files.values()),
    )
    draft, _ = redlining.handed_in(opened, (split_path(one.path)[0] for one in matter.changes))
    return WRITERS[form](review_letter(draft, paper, matter, language, made_on))


def _sent_changes(environment: Environment, opened: OpenReview) -> tuple[Change, ...]:
    """Return what was proposed in the programme in the latest round and sent to the firm."""
    with reading(environment) as repository:
        kept = repository.redlines.of(opened.id)
    return tuple(one.change for one in kept if one.sent_at and one.round == opened.submission.round)
