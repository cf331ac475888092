"""A submission of the tea cooperative for tests of the screens, and what people do with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from core.domain.assessment import Answer, Choice
from core.domain.permissions import Actor
from core.domain.review import Ruling, RulingKind
from core.services import accounts, assessing, reviewing
from core.services.environment import Environment

QUESTION = "named-person"
"""The first question of the first topic."""
MIDDLING = Answer(Choice.LEVEL_2)
REQUEST = "Gửi bản quyết định phân công"


@dataclass(frozen=True)
class Case:
    """The enterprise of `sessions`, with what its people and its adviser do to a submission."""

    environment: Environment
    sessions: dict[str, str]

    def actor(self, who: str) -> Actor:
        return accounts.actor_of_session(self.environment, self.sessions[who])

    @property
    def enterprise_id(self) -> UUID:
        return next(iter(self.actor("owner").memberships))

    @property
    def firm(self):
        return assessing.open_assessment(self.environment, self.actor("owner"), self.enterprise_id)

    @property
    def state(self):
        return self.firm.assessment.state

    @property
    def submission_id(self) -> UUID:
        found = reviewing.hand_in_of(self.environment, self.actor("owner"), self.enterprise_id)
        return found.submission.id

    def seen_by(self, who: str):
        return reviewing.open_review(self.environment, self.actor(who), self.submission_id)

    def answer_all(self, answer: Answer = MIDDLING) -> None:
        owner, firm = self.actor("owner"), self.firm
        for topic in assessing.progress(firm):
            for question in topic.questions:
                seen = firm.answer(question.id)
                assessing.save_answer(self.environment, owner, firm.id, question.id, seen=seen, wanted=answer)

    def answer(self, question: str, wanted: Answer) -> None:
        firm = self.firm
        seen = firm.answer(question)
        assessing.save_answer(self.environment, self.actor("owner"), firm.id, question, seen=seen, wanted=wanted)

    def change(self, question: str, **changes: object) -> None:
        self.answer(question, replace(self.firm.answer(question), **changes))

    def submit(self) -> UUID:
        return reviewing.submit(self.environment, self.actor("owner"), self.enterprise_id).submission_id

    def hand_in(self) -> None:
        """Answer and submit."""
        self.answer_all()
        self.submit()

    def accept_all(self, without: tuple[str, ...] = (), who: str = "adviser") -> None:
        opened = self.seen_by(who)
        questions = [one for one in opened.progress.unsettled if one not in without]
        reviewing.accept_together(self.environment, self.actor(who), opened, questions)

    def rule(self, question: str, kind: RulingKind, *, level: int | None = None, reason: str = "", who="adviser"):
        opened = self.seen_by(who)
        wanted = Ruling(kind, Answer(), level=level, reason=reason)
        return reviewing.rule(
            self.environment,
            self.actor(who),
            opened.id,
            question,
            on_round=opened.submission.round,
            seen=opened.standing.get(question),
            wanted=wanted,
        )

    def request_changes(self, reason: str = "") -> None:
        self.rule(QUESTION, RulingKind.CHANGE_ASKED, reason=REQUEST)
        number = self.seen_by("adviser").submission.round
        reviewing.request_changes(self.environment, self.actor("adviser"), self.submission_id, reason, on_round=number)

    def finish(self, reason: str = "") -> None:
        self.accept_all()
        number = self.seen_by("adviser").submission.round
        reviewing.finish(self.environment, self.actor("adviser"), self.submission_id, reason, on_round=number)
