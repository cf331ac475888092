"""Deeds around two views in one firm: give a topic to several people, answer apart, close, settle what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from core.domain import two_views
from core.domain.assessment import Answer, Answers, Choice, Evidence, check_lengths
from core.domain.catalogue import Question, Topic
from core.domain.notices import NoticeKind
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.two_views import AgendaPoint
from core.errors import AnswerRefused, NotThere, OutOfOrder, ViewRefused
from core.language import clean
from core.services import assessing, counting
from core.services.assessing import OpenAssessment
from core.services.environment import Environment, reading, transaction
from core.storage.repository import Repository
from core.storage.repository_assessments import KeptAnswer, KeptAssessment
from core.storage.repository_views import KeptView, KeptViews


@dataclass(frozen=True, slots=True)
class TopicViews:
    """A topic that is answered apart, as one person sees it.

    mine: what this person said, None for who was not asked. agenda: None until this person may see what others said.
    """

    kept: KeptViews
    topic: Topic
    questions: tuple[Question, ...]
    mine: Mapping[str, KeptView] | None
    is_done: bool
    agenda: tuple[AgendaPoint, ...] | None

    @property
    def is_closed(self) -> bool:
        return self.kept.closed_at is not None

    @property
    def differing(self) -> tuple[AgendaPoint, ...]:
        """What is still to be settled."""
        return two_views.to_settle(self.agenda or ())

    def answer(self, question: str) -> Answer:
        found = (self.mine or {}).get(question)
        return found.answer if found else Answer()


@dataclass(frozen=True, slots=True)
class OpenViews:
    """The views of a firm's current assessment as one of its people sees them. people: account → name, of the firm."""

    opened: OpenAssessment
    topics: tuple[TopicViews, ...]
    people: Mapping[UUID, str]
    may_manage: bool
    may_answer: bool
    may_settle: bool

    def of_topic(self, topic_id: str) -> TopicViews | None:
        return next((one for one in self.topics if one.topic.id == topic_id), None)

    @property
    def free_topics(self) -> tuple[Topic, ...]:
        """Topics that nobody was asked about yet and that have a question in scope."""
        taken = {one.topic.id for one in self.topics}
        catalogue = self.opened.catalogue
        return tuple(
            topic
            for topic in catalogue.topics
            if topic.id not in taken and catalogue.applicable(topic, self.opened.profile)
        )


def open_views(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenViews:
    """Return the topics that are answered apart. Raises NotThere for who does not belong to the firm."""
    _require_member(actor, enterprise_id)
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    concern = _concern(opened.assessment)
    sees_all = may(actor, Action.SEE_VIEWS, concern)
    with reading(environment) as repository:
        people = {one.account_id: one.name for one in repository.accounts.members(enterprise_id)}
        topics = tuple(
            found
            for kept in repository.views.of_assessment(opened.id)
            if (found := _seen(repository, opened, kept, actor, sees_all=sees_all)) is not None
        )
    return OpenViews(
        opened=opened,
        topics=topics,
        people=people,
        may_manage=may(actor, Action.MANAGE_VIEWS, concern),
        may_answer=may(actor, Action.GIVE_VIEW, concern),
        may_settle=may(actor, Action.ANSWER, concern),
    )


def waiting(environment: Environment, actor: Actor, enterprise_id: UUID) -> int:
    """Return in how many topics this person is asked for a view and is not through. Raises NotThere."""
    _require_member(actor, enterprise_id)
    with reading(environment) as repository:
        assessment = next(iter(repository.assessments.of_enterprise(enterprise_id)), None)
        if assessment is None or not may(actor, Action.GIVE_VIEW, _concern(assessment)):
            return 0
        found = [one.person(actor.account_id) for one in _open(repository, assessment.id)]
    return sum(person is not None and person.done_at is None for person in found)


def unsettled(repository: Repository, opened: OpenAssessment) -> tuple[str, ...]:
    """Return the questions on which closed views differ; for services that have asked the permission."""
    return tuple(
        point.question
        for kept in repository.views.of_assessment(opened.id)
        if kept.closed_at is not None
        for point in two_views.to_settle(_agenda(repository, opened, kept))
    )


def give_topic(
    environment: Environment, actor: Actor, enterprise_id: UUID, topic_id: str, people: Sequence[UUID]
) -> None:
    """Ask people of the firm for their own view of a topic.

    Raises ViewRefused("views-too-few-people", "views-not-a-member", "views-topic-taken"), NotThere.
    """
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    with transaction(environment, actor) as repository:
        assessment = repository.assessments.get(opened.id, lock=True)
        require(actor, Action.MANAGE_VIEWS, _concern(assessment))
        if topic_id not in {topic.id for topic in opened.catalogue.topics}:
            raise NotThere
        members = {one.account_id for one in repository.accounts.members(enterprise_id)}
        two_views.check_people(members, people)
        if any(one.topic == topic_id for one in repository.views.of_assessment(assessment.id)):
            raise ViewRefused("views-topic-taken")
        kept = repository.views.begin(assessment, topic_id, people)
        told = (one.account_id for one in kept.people)
        repository.notices.tell(told, NoticeKind.VIEW_ASKED, assessment.enterprise_id)


def save_view(
    environment: Environment, actor: Actor, round_id: UUID, question: str, *, seen: Answer, wanted: Answer
) -> KeptView:
    """Keep the fields of one's own answer that were changed, in a transaction of their own.

    Raises OutOfOrder("views-closed") once the views were closed, Conflict, AnswerRefused, NotThere.
    """
    wanted = replace(wanted, reason=clean(wanted.reason), note=clean(wanted.note), evidence=Evidence.NONE)
    check_lengths(question, wanted)
    with transaction(environment, actor) as repository:
        assessment, kept = _round(repository, actor, Action.GIVE_VIEW, round_id)
        _require_asked(kept, actor)
        _require_open(kept, assessment)
        topic = environment.edition(assessment.edition).topic_of.get(question)
        if topic is None or topic.id != kept.topic:
            raise AnswerRefused("question-unknown", question=question)
        return repository.views.save_answer(kept, question, seen=replace(seen, evidence=Evidence.NONE), wanted=wanted)


def set_done(environment: Environment, actor: Actor, round_id: UUID, *, is_done: bool) -> None:
    """Say that one is through, or goes on; with the last one the views are closed and everybody sees them.

    Raises OutOfOrder("views-closed"), NotThere.
    """
    with transaction(environment, actor) as repository:
        assessment, kept = _round(repository, actor, Action.GIVE_VIEW, round_id)
        _require_asked(kept, actor)
        _require_open(kept, assessment)
        kept = repository.views.set_done(assessment, kept, is_done=is_done)
        if all(person.done_at for person in kept.people):
            repository.views.close(assessment, round_id)
        _tell_no_more(repository, assessment, kept)


def close(environment: Environment, actor: Actor, round_id: UUID) -> None:
    """Close the views although somebody is not through yet. Raises NotThere."""
    with transaction(environment, actor) as repository:
        assessment, kept = _round(repository, actor, Action.MANAGE_VIEWS, round_id)
        repository.views.close(assessment, round_id)
        _tell_no_more(repository, assessment, kept)


def remove(environment: Environment, actor: Actor, round_id: UUID) -> None:
    """Take a topic back, with all views of it; the firm's record stays as it is. Raises NotThere."""
    with transaction(environment, actor) as repository:
        assessment, kept = _round(repository, actor, Action.MANAGE_VIEWS, round_id)
        repository.views.remove(assessment, round_id)
        _tell_no_more(repository, assessment, kept)


def settle(
    environment: Environment,
    actor: Actor,
    round_id: UUID,
    question: str,
    *,
    seen: Answer,
    choice: Choice | None,
    note: str,
) -> KeptAnswer:
    """Make a level with its note the firm's answer; for "not applicable" the note is the reason too.

    seen: the firm's answer as it was shown. Raises ViewRefused, AnswerRefused, Conflict when the firm's answer was
    changed meanwhile, NotThere.
    """
    note = clean(note)
    reason = note if choice is Choice.NOT_APPLICABLE else seen.reason
    wanted = replace(seen, choice=choice, note=note, reason=reason)
    two_views.check_settlement(question, wanted)
    check_lengths(question, wanted)
    with transaction(environment, actor) as repository:
        # An adviser who fills in with the firm may answer; what its people said apart is not theirs.
        _round(repository, actor, Action.SEE_VIEWS, round_id)
        assessment, kept = _round(repository, actor, Action.ANSWER, round_id)
        topic = environment.edition(assessment.edition).topic_of.get(question)
        if kept.closed_at is None or topic is None or topic.id != kept.topic:
            raise NotThere
        saved = repository.assessments.save_answer(
            assessment.id, question, seen=seen, wanted=wanted, beside=actor.adviser_beside(assessment.enterprise_id)
        )
        repository.views.settle(assessment, round_id, question)
        counting.renew_if_first(environment, repository, assessment)
        return saved


def take_over(environment: Environment, actor: Actor, enterprise_id: UUID, round_id: UUID) -> int:
    """Make what all said alike the firm's answers, where its record says something else; return how many.

    Raises Conflict when one of these answers was changed meanwhile, NotThere.
    """
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    with transaction(environment, actor) as repository:
        # An adviser who fills in with the firm may answer; what its people said apart is not theirs.
        _round(repository, actor, Action.SEE_VIEWS, round_id)
        assessment, kept = _round(repository, actor, Action.ANSWER, round_id)
        if kept.closed_at is None or assessment.id != opened.id:
            raise NotThere
        points = two_views.to_take_over(_agenda(repository, opened, kept), _firm(opened))
        beside = actor.adviser_beside(enterprise_id)
        for point in points:
            said, seen = point.views[0].answer, opened.answer(point.question)
            wanted = replace(seen, choice=said.choice, reason=said.reason or seen.reason)
            repository.assessments.save_answer(assessment.id, point.question, seen=seen, wanted=wanted, beside=beside)
            repository.views.settle(assessment, round_id, point.question)
        counting.renew_if_first(environment, repository, assessment)
    return len(points)


def own_views(environment: Environment, actor: Actor, enterprise_id: UUID) -> str:
    """Return all that a person said apart in a firm, as JSON; empty when it is nothing. Raises NotThere."""
    _require_member(actor, enterprise_id)
    with reading(environment) as repository:
        found = repository.views.of_account(enterprise_id, actor.account_id)
    lines = [
        {
            "topic": topic,
            "question": view.question,
            "choice": view.answer.choice.value if view.answer.choice else None,
            "reason": view.answer.reason,
            "note": view.answer.note,
            "updated_at": view.updated_at.isoformat(),
        }
        for topic, view in found
    ]
    return json.dumps({"views": lines}, ensure_ascii=False, indent=2) if lines else ""


# --- Inner


def _seen(
    repository: Repository, opened: OpenAssessment, kept: KeptViews, actor: Actor, *, sees_all: bool
) -> TopicViews | None:
    """Return a topic as this person may see it; None for who neither was asked nor may settle."""
    person = kept.person(actor.account_id)
    if person is None and not sees_all:
        return None
    topic = next((one for one in opened.catalogue.topics if one.id == kept.topic), None)
    if topic is None:
        return None
    return TopicViews(
        kept=kept,
        topic=topic,
        questions=opened.catalogue.applicable(topic, opened.profile),
        mine=repository.views.answers_of(kept.id, actor.account_id) if person else None,
        is_done=person is not None and person.done_at is not None,
        agenda=_agenda(repository, opened, kept) if kept.closed_at is not None else None,
    )


def _agenda(repository: Repository, opened: OpenAssessment, kept: KeptViews) -> tuple[AgendaPoint, ...]:
    topic = next((one for one in opened.catalogue.topics if one.id == kept.topic), None)
    questions = opened.catalogue.applicable(topic, opened.profile) if topic else ()
    views: dict[tuple[UUID, str], Answers] = {
        (person.account_id, person.name): {
            question: view.answer for question, view in repository.views.answers_of(kept.id, person.account_id).items()
        }
        for person in kept.people
    }
    return two_views.agenda(questions, views, kept.settled)


def _firm(opened: OpenAssessment) -> Answers:
    return {question: kept.answer for question, kept in opened.answers.items()}


def _open(repository: Repository, assessment_id: UUID) -> list[KeptViews]:
    return [one for one in repository.views.of_assessment(assessment_id) if one.closed_at is None]


def _tell_no_more(repository: Repository, assessment: KeptAssessment, kept: KeptViews) -> None:
    """Take the invitations back of those of whom no view is waited for any more."""
    people = {one.account_id for one in kept.people}
    for other in _open(repository, assessment.id):
        people -= {one.account_id for one in other.people if one.done_at is None}
    repository.notices.take_back(people, NoticeKind.VIEW_ASKED, assessment.enterprise_id)


def _round(repository: Repository, actor: Actor, action: Action, round_id: UUID) -> tuple[KeptAssessment, KeptViews]:
    """Return a round and its assessment, both locked, the assessment first as everywhere. Raises NotThere."""
    assessment = repository.assessments.get(repository.views.get(round_id).assessment_id, lock=True)
    _require_member(actor, assessment.enterprise_id)
    require(actor, action, _concern(assessment))
    return assessment, repository.views.get(round_id, lock=True)


def _require_member(actor: Actor, enterprise_id: UUID) -> None:
    """Views are for people of the firm alone, whatever else somebody may see of it."""
    if enterprise_id not in actor.memberships:
        raise NotThere


def _require_asked(kept: KeptViews, actor: Actor) -> None:
    if kept.person(actor.account_id) is None:
        raise NotThere


def _require_open(kept: KeptViews, assessment: KeptAssessment) -> None:
    if kept.closed_at is not None:
        raise OutOfOrder("views-closed", state=assessment.state.value, step="view")


def _concern(assessment: KeptAssessment) -> Concern:
    return Concern(enterprise_id=assessment.enterprise_id, province=assessment.province, state=assessment.state)
