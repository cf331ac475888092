"""The visit kit as a file, for whoever may review the submission."""

from __future__ import annotations

from uuid import UUID

from core.domain.permissions import Actor
from core.domain.scorecard import ScoreKind
from core.domain.scoring import VERIFICATION_QUESTION
from core.domain.visit_kit import VisitMatter, overdue_instruments, visit_kit, visit_points
from core.errors import NotThere
from core.language import VIETNAM, Language
from core.services import reviewing
from core.services.environment import Environment
from core.services.exchanging import WRITERS, DraftForm
from core.services.review_letters import submission_code
from core.services.reviewing import OpenReview

REVIEW_PATH = "/xem-ho-so"
"""Where a review is opened, with the submission as `id` and the question to be shown first as `cau`."""


def kit(environment: Environment, actor: Actor, submission_id: UUID, form: DraftForm, language: Language) -> bytes:
    """Return the visit sheets of the latest round as of today. Raises NotThere, also for the firm itself."""
    opened = reviewing.open_review(environment, actor, submission_id)
    if not opened.is_reviewer:
        raise NotThere
    today = environment.today()
    exchange = opened.file.exchange
    matter = VisitMatter(
        code=visit_code(opened),
        profile=exchange.profile,
        submitted_on=opened.rounds[-1].at.astimezone(VIETNAM).date(),
        round=opened.submission.round,
        body=environment.settings.operator_name,
        address=f"{environment.settings.public_address}{REVIEW_PATH}?id={opened.id}",
        points=visit_points(
            opened.catalogue,
            exchange.profile,
            opened.progress,
            opened.answers,
            opened.standing,
            contradictions=opened.scorecard(ScoreKind.SELF).contradictions,
            files={question: [one.name for one in files] for question, files in opened.files.items()},
        ),
        overdue=overdue_instruments(exchange.instruments, opened.catalogue, today),
        instruments_question=VERIFICATION_QUESTION if VERIFICATION_QUESTION in opened.progress.points else "",
    )
    return WRITERS[form](visit_kit(opened.catalogue, matter, language, today))


def visit_code(opened: OpenReview) -> str:
    """Return how people call the visit to the firm in this round: the submission's code and the round."""
    return f"{submission_code(opened.id)}-{opened.submission.round}"
