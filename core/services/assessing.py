"""Deeds around the self-assessment: open it, keep an answer, back it with a file, see the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from core.domain import findings, scoring, what_if
from core.domain.assessment import Answer, Evidence, RegisterFacts, check_lengths
from core.domain.catalogue import Catalogue, Question, Topic
from core.domain.instruments import MeasuringInstrument
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.profile import Profile
from core.domain.register.facts import AnswerAboveRegister, answers_above_register, facts_of_register
from core.domain.scorecard import CheapestWay, Finding, QuestionScore, Scorecard, ScoreKind
from core.errors import AnswerRefused, NotThere
from core.language import VIETNAM, clean
from core.services import counting
from core.services.attachments import inspected
from core.services.environment import Environment, reading, transaction
from core.storage.repository import Repository
from core.storage.repository_assessments import KeptAnswer, KeptAssessment
from core.storage.repository_enterprises import KeptEnterprise
from core.storage.repository_files import KeptAttachment

NO_ANSWER = Answer()


@dataclass(frozen=True, slots=True)
class OpenAssessment:
    """An assessment as its enterprise sees it now."""

    assessment: KeptAssessment
    enterprise: KeptEnterprise
    answers: Mapping[str, KeptAnswer]
    files: Mapping[str, tuple[KeptAttachment, ...]]
    instruments: tuple[MeasuringInstrument, ...]
    register: RegisterFacts
    catalogue: Catalogue
    """The edition that this assessment is answered in."""
    may_answer: bool
    may_attach: bool

    @property
    def id(self) -> UUID:
        return self.assessment.id

    @property
    def profile(self) -> Profile:
        return self.enterprise.profile

    @property
    def saved_at(self) -> datetime | None:
        """When the newest answer was kept."""
        return max((kept.updated_at for kept in self.answers.values()), default=None)

    def answer(self, question: str) -> Answer:
        kept = self.answers.get(question)
        return kept.answer if kept else NO_ANSWER

    @property
    def carried(self) -> Mapping[str, date]:
        """Question → the day of an answer that came from an earlier assessment and was not looked at since."""
        return {question: kept.carried_from for question, kept in self.answers.items() if kept.carried_from}

    @property
    def answered_on(self) -> date:
        """The day of the self-assessment: that of its newest answer. Due dates run from it, not from today."""
        return self.saved_at.astimezone(VIETNAM).date() if self.saved_at else self.assessment.started_on

    @property
    def counted(self) -> Mapping[str, Answer]:
        """Answers as they count: "file" without a file is no more than a description."""
        return {
            question: replace(kept.answer, evidence=Evidence.DESCRIBED)
            if kept.answer.evidence is Evidence.FILE and not self.files.get(question)
            else kept.answer
            for question, kept in self.answers.items()
        }


@dataclass(frozen=True, slots=True)
class TopicProgress:
    """How far one topic is."""

    topic: Topic
    questions: tuple[Question, ...]
    answered: int

    @property
    def left(self) -> int:
        return len(self.questions) - self.answered

    @property
    def is_done(self) -> bool:
        return self.left == 0


@dataclass(frozen=True, slots=True)
class Result:
    """Everything the result screen and the programme say: computed once, from one state of the answers."""

    opened: OpenAssessment
    self_score: Scorecard
    evidence_score: Scorecard
    findings: tuple[Finding, ...]
    strengths: tuple[QuestionScore, ...]
    unknowns: tuple[QuestionScore, ...]
    targets: Mapping[str, int]
    topic_targets: Mapping[str, Fraction | None]
    many_not_applicable: tuple[str, ...]
    above_register: tuple[AnswerAboveRegister, ...]
    computed_at: datetime


def open_assessment(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenAssessment:
    """Return the current assessment of an enterprise; the first visit of an editor begins one."""
    concern = Concern(enterprise_id=enterprise_id)
    with reading(environment) as repository:
        require(actor, Action.VIEW_PROFILE, concern)
        assessments = repository.assessments.of_enterprise(enterprise_id)
        if assessments:
            return _opened(environment, repository, actor, assessments[0])
    require(actor, Action.EDIT_PROFILE, concern)
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(enterprise_id)
        enterprise = repository.enterprises.get(enterprise_id)
        # Two tabs may come here at the same time: whoever is second finds the first one's.
        begun = next(iter(repository.assessments.of_enterprise(enterprise_id)), None) or repository.assessments.add(
            enterprise_id, enterprise.profile.province, environment.catalogue.edition, environment.today()
        )
        return _opened(environment, repository, actor, begun)


def save_answer(
    environment: Environment, actor: Actor, assessment_id: UUID, question: str, *, seen: Answer, wanted: Answer
) -> KeptAnswer:
    """Keep the fields of one answer that were changed, in a transaction of their own.

    Raises Conflict when somebody else changed one of them meanwhile, AnswerRefused for what cannot be kept, NotThere.
    """
    wanted = replace(wanted, reason=clean(wanted.reason), note=clean(wanted.note))
    check_lengths(question, wanted)
    if wanted.evidence is Evidence.CONFIRMED and seen.evidence is not Evidence.CONFIRMED:
        raise AnswerRefused("evidence-confirmed-by-reviewer", question=question)
    with transaction(environment, actor) as repository:
        assessment = _require(repository, actor, Action.ANSWER, assessment_id, lock=True)
        _check_question(environment, assessment, question)
        beside = actor.adviser_beside(assessment.enterprise_id)
        kept = repository.assessments.save_answer(assessment_id, question, seen=seen, wanted=wanted, beside=beside)
        counting.renew_if_first(environment, repository, assessment)
        return kept


def look_again(environment: Environment, actor: Actor, assessment_id: UUID, question: str) -> KeptAnswer:
    """Keep that an answer carried over from an earlier assessment still holds. Raises NotThere."""
    with transaction(environment, actor) as repository:
        _require(repository, actor, Action.ANSWER, assessment_id, lock=True)
        return repository.assessments.look_again(assessment_id, question)


def begin_next(environment: Environment, actor: Actor, enterprise_id: UUID) -> KeptAssessment:
    """Begin the next period in the present edition; the answers of the reviewed one come along, marked as carried over.

    Raises NotThere, also where the newest assessment is not reviewed yet.
    """
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(enterprise_id)
        assessments = repository.assessments.of_enterprise(enterprise_id)
        if not assessments:
            raise NotThere
        earlier = _require(repository, actor, Action.BEGIN_NEXT, assessments[0].id, lock=True)
        catalogue = environment.catalogue
        return repository.assessments.begin_after(
            earlier.id, catalogue.edition, catalogue.questions, environment.today()
        )


def attach(
    environment: Environment, actor: Actor, assessment_id: UUID, question: str, name: str, content: bytes
) -> KeptAttachment:
    """Back an answer with a file; its kind is told from its content. Raises FileRefused, NotThere."""
    file = inspected(name, content)
    with transaction(environment, actor) as repository:
        # The room of the enterprise is asked for below; it is held first, as everywhere.
        repository.enterprises.lock(repository.assessments.get(assessment_id).enterprise_id)
        assessment = _require(repository, actor, Action.ATTACH_EVIDENCE, assessment_id, lock=True)
        _check_question(environment, assessment, question)
        kept = repository.files.add(
            assessment_id, question, file_name=file.name, media_type=file.media_type, content=file.content
        )
        before = repository.assessments.answers(assessment_id).get(question)
        seen = before.answer if before else NO_ANSWER
        if seen.evidence in (Evidence.NONE, Evidence.DESCRIBED):
            wanted = replace(seen, evidence=Evidence.FILE)
            beside = actor.adviser_beside(assessment.enterprise_id)
            repository.assessments.save_answer(assessment_id, question, seen=seen, wanted=wanted, beside=beside)
        return kept


def detach(environment: Environment, actor: Actor, attachment_id: UUID) -> None:
    """Take a file away. Raises NotThere."""
    with transaction(environment, actor) as repository:
        attachment = repository.files.get(attachment_id)
        _require(repository, actor, Action.ATTACH_EVIDENCE, attachment.assessment_id, lock=True)
        repository.files.remove(attachment_id)


def read_attachment(environment: Environment, actor: Actor, attachment_id: UUID) -> tuple[KeptAttachment, bytes]:
    """Return a file and its bytes. Raises NotThere."""
    with reading(environment) as repository:
        attachment = repository.files.get(attachment_id)
        _require(repository, actor, Action.VIEW_ANSWERS, attachment.assessment_id)
        return attachment, repository.files.content(attachment_id)


def news_since(environment: Environment, actor: Actor, assessment_id: UUID, moment: datetime | None) -> str | None:
    """Return the name of a colleague who kept an answer after `moment`; None when there is nothing new of others."""
    with reading(environment) as repository:
        _require(repository, actor, Action.VIEW_ANSWERS, assessment_id)
        newest = repository.assessments.last_saved_at(assessment_id)
        if newest is None or (moment is not None and newest <= moment):
            return None
        answers = repository.assessments.answers(assessment_id).values()
    return next((kept.updated_by_name for kept in answers if kept.updated_at == newest), None)


def progress(opened: OpenAssessment) -> tuple[TopicProgress, ...]:
    """Return how far each topic is, in order."""
    asked = (
        TopicProgress(topic, opened.catalogue.applicable(topic, opened.profile), 0) for topic in opened.catalogue.topics
    )
    return progress_by_now(opened, asked)


def progress_by_now(opened: OpenAssessment, topics: Iterable[TopicProgress]) -> tuple[TopicProgress, ...]:
    """Return how far the same topics are with other answers, for the profile that they were made for."""
    answered = {question for question, kept in opened.answers.items() if kept.answer.is_answered}
    return tuple(
        TopicProgress(one.topic, one.questions, sum(question.id in answered for question in one.questions))
        for one in topics
    )


def result(environment: Environment, actor: Actor, enterprise_id: UUID) -> Result:
    """Return scores, findings and targets of the current assessment."""
    opened = open_assessment(environment, actor, enterprise_id)
    require(actor, Action.VIEW_RESULT, _concern(opened.assessment))
    return computed(environment, opened)


def computed(environment: Environment, opened: OpenAssessment) -> Result:
    """Let the rules work on one state of the answers."""
    catalogue, profile, answers, register = opened.catalogue, opened.profile, opened.counted, opened.register
    scorecard = scoring.score(catalogue, profile, answers, register)
    targets = findings.targets(catalogue, profile, register)
    above = answers_above_register(answers, register)
    return Result(
        opened=opened,
        self_score=scorecard,
        evidence_score=scoring.score(catalogue, profile, answers, register, ScoreKind.EVIDENCE),
        findings=findings.find_gaps(catalogue, profile, answers, scorecard, register=register, on=environment.today()),
        strengths=findings.strengths(scorecard, (one.question for one in above)),
        unknowns=findings.unknowns(scorecard),
        targets=targets,
        topic_targets={topic.topic: findings.topic_target(topic, targets) for topic in scorecard.topics},
        many_not_applicable=findings.notices(scorecard, catalogue.method),
        above_register=above,
        computed_at=environment.now(),
    )


def tried(opened: OpenAssessment, changes: Mapping[str, int]) -> Scorecard:
    """Return the score as if questions had other levels; nothing is kept."""
    return what_if.what_if(opened.catalogue, opened.profile, opened.counted, opened.register, changes)


def cheapest_way(opened: OpenAssessment) -> CheapestWay | None:
    """Return the least effort that reaches the next level."""
    return what_if.cheapest_way(opened.catalogue, opened.profile, opened.counted, opened.register)


def _opened(
    environment: Environment, repository: Repository, actor: Actor, assessment: KeptAssessment
) -> OpenAssessment:
    require(actor, Action.VIEW_ANSWERS, _concern(assessment))
    files: dict[str, tuple[KeptAttachment, ...]] = {}
    for file in repository.files.of(assessment.id):
        files[file.question] = (*files.get(file.question, ()), file)
    catalogue = environment.edition(assessment.edition)
    kept = repository.instruments.of_enterprise(assessment.enterprise_id)
    instruments = tuple(one.instrument for one in kept)
    return OpenAssessment(
        assessment=assessment,
        enterprise=repository.enterprises.get(assessment.enterprise_id),
        answers=repository.assessments.answers(assessment.id),
        files=files,
        instruments=instruments,
        register=facts_of_register(instruments, catalogue, environment.today()),
        catalogue=catalogue,
        may_answer=may(actor, Action.ANSWER, _concern(assessment)),
        may_attach=may(actor, Action.ATTACH_EVIDENCE, _concern(assessment)),
    )


def _require(
    repository: Repository, actor: Actor, action: Action, assessment_id: UUID, *, lock: bool = False
) -> KeptAssessment:
    # A change locks first: what is allowed in this state is done before the state can change.
    assessment = repository.assessments.get(assessment_id, lock=lock)
    require(actor, action, _concern(assessment))
    return assessment


def _check_question(environment: Environment, assessment: KeptAssessment, question: str) -> None:
    if question not in environment.edition(assessment.edition).questions:
        raise AnswerRefused("question-unknown", question=question)


def _concern(assessment: KeptAssessment) -> Concern:
    return Concern(enterprise_id=assessment.enterprise_id, province=assessment.province, state=assessment.state)
