"""Invented enterprises as rows: what the deeds of people would have left, written many at a time.

Ids follow from seed and number, so the same enterprise is never added twice, and rows are added in the order of ids.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import IntEnum
from functools import cache
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func
from sqlmodel import Session, col, select

from core.domain.assessment import Answer, AssessmentState
from core.domain.catalogue import Consent
from core.domain.instruments import MeasuringInstrument, add_months
from core.domain.permissions import Role
from core.domain.population import InventedAssessment, InventedEnterprise, InventedProgramme, InventedRequest
from core.domain.review import QueueFacts
from core.domain.statistics.counting import CountedResult, Place
from core.domain.statistics.figures import Stage
from core.domain.statistics.told import counted_feedback
from core.language import VIETNAM, Language
from core.storage.bulk import Value, insert_rows, let_it_last, moment_text
from core.storage.repository_accounts import ConsentRecord, RoleGrant
from core.storage.repository_counting import ReachedStages
from core.storage.repository_events import Events, Stamp
from core.storage.repository_reports import quote_key
from core.storage.tables import AccountRow, ConsentRecordRow, EnterpriseRow, RoleGrantRow

PROGRAMME_YEARS = 2

_BATCH = 500
"""Enterprises that are counted together."""
_INSTRUMENT = TypeAdapter(MeasuringInstrument)
_ANSWER = TypeAdapter(Answer)
_DAWN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""The moment in every id, in milliseconds: whatever people add later stands behind."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was handed in of an invented assessment: the exchange file, and what the queue knows of it."""

    content: str
    facts: QueueFacts


@dataclass(frozen=True, slots=True)
class Counted:
    """What the officials' figures count of an invented enterprise; needs: written as lines (needs.py)."""

    results: Sequence[CountedResult]
    stages: ReachedStages
    needs: str


def count_others(session: Session, mark: str) -> int:
    """Return how many enterprises have a name without the mark of the invented."""
    query = select(func.count()).select_from(EnterpriseRow).where(col(EnterpriseRow.name).not_like(f"%{mark}"))
    return session.exec(query).one()


class _Kind(IntEnum):
    """Tables with ids, as they stand in the ids."""

    ACCOUNT, ENTERPRISE, ASSESSMENT, ANSWER, SUBMISSION, ROUND, RULING, DECISION, PROGRAMME, INSTRUMENT = range(10)
    RESULT, BATCH, CONSENT, FEEDBACK, TOLD = 10, 11, 12, 13, 14


_COLUMNS = {
    "enterprise": "id name kind province_code sector vsic tax_code address workers revenue_billion_vnd "
    "capital_billion_vnd uses version created_at updated_at",
    "assessment": "id enterprise_id province_code edition state started_on answered_on submitted_at state_at version",
    "answer": "id assessment_id province_code question choice reason note evidence version updated_at",
    "submission": "id enterprise_id assessment_id province_code sector edition state round level score gates_failed "
    "is_overdue assigned_to waiting_since changed_at version",
    "submission_round": "id submission_id number content sha256 files at",
    "ruling": "id submission_id province_code question kind level reason answer round version updated_at updated_by",
    "decision": "id submission_id province_code round kind reason at by revoked_reason",
    "programme": "id enterprise_id assessment_id province_code number state reason period_start period_end "
    "issued_number issued_on version created_at state_at",
    "instrument": "id enterprise_id province_code position code details version updated_at",
    "counted_result": "id enterprise_id province_code sector size kind edition year month self_score self_level "
    "validated_score validated_level topics answers marks waiting is_returning batch changed_at",
    "enterprise_stage": "enterprise_id province_code sector size kind new started submitted reviewed issued changed_at",
    "feedback": "id enterprise_id province_code year kind theme addressee text cause may_quote version created_at "
    "updated_at",
    "counted_feedback": "id enterprise_id province_code sector size kind year told quotable waiting is_returning batch "
    "changed_at",
    "membership": "enterprise_id account_id role",
    "support_request": "enterprise_id province_code wishes asked_at asked_by",
    "demand": "enterprise_id province_code lines waiting_province is_returning batch changed_at",
}
"""The columns that are written, each table after those it refers to; all others stay empty."""


class Population:
    """The invented enterprises of one seed, within one transaction."""

    def __init__(self, session: Session, seed: int, edition: str, today: date) -> None:
        self._session = session
        self._seed = seed
        self._edition = edition
        self._today = today
        self._rows: defaultdict[str, list[tuple[Value, ...]]] = defaultdict(list)
        self._events: list[tuple[datetime, str, str, str, str, str, object]] = []
        let_it_last(session)

    def missing(self, numbers: Sequence[int]) -> list[int]:
        """Return which of these enterprises are not there yet."""
        ids = {UUID(self._id(_Kind.ENTERPRISE, number)): number for number in numbers}
        there = set(self._session.exec(select(EnterpriseRow.id).where(col(EnterpriseRow.id).in_(list(ids)))))
        return [number for key, number in ids.items() if key not in there]

    def add_reviewers(self, names: Mapping[str, str]) -> None:
        """Add an adviser of each province who is not there yet; `names` by province. Nobody can sign in as one."""
        at = _moment(self._today, 0)
        for province, name in names.items():
            account_id = UUID(self._id(_Kind.ACCOUNT, int(province)))
            if self._add_account(account_id, f"chuyen-gia-{province}-{self._seed}@do-chuan.example", name):
                grant = RoleGrant(Role.ADVISER.value, province)
                self._session.add(RoleGrantRow(account_id=account_id, role=grant.role, province_code=province))
                events = Events(self._session, Stamp(None, at))
                events.note("role.granted", "account", account_id, province=province, after=grant)

    def add_owners(self, names: Mapping[str, str], consent: Consent) -> None:
        """Add who owns the enterprises of a province that ask for support, with the consent without which none does."""
        at = _moment(self._today, 0)
        for province, name in names.items():
            account_id = UUID(self._owner(province))
            if self._add_account(account_id, f"chu-don-vi-{province}-{self._seed}@do-chuan.example", name):
                text = consent.label[Language.VI]
                record = ConsentRecord(consent.id, consent.version, Language.VI, text, True, at)
                row = ConsentRecordRow(
                    id=UUID(self._id(_Kind.CONSENT, int(province))), account_id=account_id, **asdict(record)
                )
                self._session.add(row)
                events = Events(self._session, Stamp(None, at))
                events.note("consent.given", "account", account_id, subject=account_id, after=record)

    def _add_account(self, account_id: UUID, email: str, name: str) -> bool:
        """Add an account; tell whether it was not there yet."""
        if self._session.get(AccountRow, account_id) is not None:
            return False
        at = _moment(self._today, 0)
        self._session.add(AccountRow(id=account_id, email=email, name=name, created_at=at))
        self._session.flush()
        events = Events(self._session, Stamp(None, at))
        events.note("account.added", "account", account_id, subject=account_id, after={"name": name})
        return True

    def add(
        self, one: InventedEnterprise, handed_in: Sequence[HandedIn | None], counted: Counted, decided: str
    ) -> None:
        """Add an enterprise; handed_in: by assessment, None for a draft. decided: what decisions say."""
        enterprise = self._add_enterprise(one)
        reviewed = None
        for place, (assessment, what) in enumerate(zip(one.assessments, handed_in, strict=True)):
            assessment_id = self._add_assessment(one, enterprise, place, assessment)
            if what is not None:
                self._add_submission(one, enterprise, place, assessment, assessment_id, what, decided)
            if assessment.state is AssessmentState.REVIEWED:
                reviewed = assessment_id
        if one.programme is not None:
            self._add_programme(one, enterprise, reviewed, one.programme)
        if one.request is not None:
            self._add_request(one, enterprise, one.request)
        self._add_counted(one, enterprise, counted)

    def write(self) -> None:
        """Write all that was added, events last and in the order of their moments."""
        for name, columns in _COLUMNS.items():
            insert_rows(self._session, name, columns.split(), self._rows.pop(name, []))
        for at, action, kind, key, subject, province, after in sorted(self._events, key=lambda event: event[0]):
            events = Events(self._session, Stamp(None, at))
            events.note(action, kind, UUID(key), subject=UUID(subject), province=province, after=after)
        self._events.clear()

    # --- Inner

    def _add_enterprise(self, one: InventedEnterprise) -> str:
        profile, at = one.profile, _moment(one.registered_on, one.number)
        enterprise = self._id(_Kind.ENTERPRISE, one.number)
        self._rows["enterprise"].append(
            (
                enterprise,
                profile.name,
                profile.kind.value,
                profile.province,
                profile.sector,
                profile.vsic,
                profile.tax_code,
                profile.address,
                profile.workers,
                _decimal(profile.revenue_billion_vnd),
                _decimal(profile.capital_billion_vnd),
                " ".join(sorted(profile.uses)),
                1,
                moment_text(at),
                moment_text(at),
            )
        )
        self._note(at, "enterprise.added", "enterprise", enterprise, one, profile)
        begun = one.assessments[0].started_on if one.assessments else one.registered_on
        kept_at = moment_text(_moment(begun, one.number))
        self._rows["instrument"].extend(
            (
                self._id(_Kind.INSTRUMENT, one.number, place),
                enterprise,
                profile.province,
                place + 1,
                line.code,
                _INSTRUMENT.dump_json(line, exclude_defaults=True).decode(),
                1,
                kept_at,
            )
            for place, line in enumerate(one.instruments)
        )
        return enterprise

    def _add_assessment(
        self, one: InventedEnterprise, enterprise: str, place: int, assessment: InventedAssessment
    ) -> str:
        key = self._id(_Kind.ASSESSMENT, one.number, place)
        province, begun_at = one.profile.province, _moment(assessment.started_on, one.number)
        submitted_at = _moment_or_none(assessment.submitted_on, one.number)
        self._rows["assessment"].append(
            (
                key,
                enterprise,
                province,
                self._edition,
                assessment.state.value,
                assessment.started_on.isoformat(),
                assessment.started_on.isoformat(),
                submitted_at,
                moment_text(_moment(assessment.changed_on, one.number)),
                1,
            )
        )
        kept_at = submitted_at or moment_text(begun_at)
        self._rows["answer"].extend(
            (
                self._id(_Kind.ANSWER, one.number, place << 8 | number),
                key,
                province,
                question,
                answer.choice.value if answer.choice else "",
                answer.reason,
                answer.note,
                answer.evidence.value,
                1,
                kept_at,
            )
            for number, (question, answer) in enumerate(assessment.answers.items())
        )
        self._note(begun_at, "assessment.begun", "assessment", key, one, None)
        return key

    def _add_submission(
        self,
        one: InventedEnterprise,
        enterprise: str,
        place: int,
        assessment: InventedAssessment,
        assessment_id: str,
        what: HandedIn,
        decided: str,
    ) -> None:
        key = self._id(_Kind.SUBMISSION, one.number, place)
        province, state = one.profile.province, assessment.state.value
        submitted_at = _moment(assessment.submitted_on or assessment.changed_on, one.number)
        changed_at = _moment(assessment.changed_on, one.number)
        changed = moment_text(changed_at)
        reviewer = None if assessment.state in _WITH_NOBODY else self._id(_Kind.ACCOUNT, int(province))
        self._rows["submission"].append(
            (
                key,
                enterprise,
                assessment_id,
                province,
                one.profile.sector,
                self._edition,
                state,
                1,
                what.facts.level,
                what.facts.score,
                what.facts.gates_failed,
                int(what.facts.is_overdue),
                reviewer,
                changed,
                changed,
                1,
            )
        )
        digest = hashlib.sha256(what.content.encode()).hexdigest()
        round_id = self._id(_Kind.ROUND, one.number, place)
        self._rows["submission_round"].append((round_id, key, 1, what.content, digest, "{}", moment_text(submitted_at)))
        self._note(submitted_at, "submission.handed_in", "submission", key, one, {"round": 1, "sha256": digest})
        self._rows["ruling"].extend(
            (
                self._id(_Kind.RULING, one.number, place << 8 | number),
                key,
                province,
                question,
                ruling.kind.value,
                ruling.level,
                ruling.reason,
                _answer_text(ruling.answer),
                1,
                1,
                changed,
                reviewer,
            )
            for number, (question, ruling) in enumerate(assessment.rulings.items())
        )
        if assessment.state in _DECIDED:
            decision = self._id(_Kind.DECISION, one.number, place)
            self._rows["decision"].append((decision, key, province, 1, state, decided, changed, reviewer, ""))
            after = {"round": 1, "reason": decided}
            self._note(changed_at, f"decision.{state}", "submission", key, one, after)

    def _add_programme(
        self, one: InventedEnterprise, enterprise: str, assessment_id: str | None, programme: InventedProgramme
    ) -> None:
        key = self._id(_Kind.PROGRAMME, one.number)
        begun_at = _moment(programme.begun_on, one.number)
        issued_on = programme.issued_on
        self._rows["programme"].append(
            (
                key,
                enterprise,
                assessment_id,
                one.profile.province,
                1,
                programme.state.value,
                "",
                _day(issued_on),
                _day(add_months(issued_on, 12 * PROGRAMME_YEARS)) if issued_on else None,
                f"{one.number % 90 + 10}/QĐ" if issued_on else "",
                _day(issued_on),
                1,
                moment_text(begun_at),
                moment_text(_moment(programme.state_on, one.number)),
            )
        )
        self._note(begun_at, "programme.begun", "programme", key, one, None)

    def _add_request(self, one: InventedEnterprise, enterprise: str, request: InventedRequest) -> None:
        province, at = one.profile.province, _moment(request.asked_on, one.number)
        owner, wishes = self._owner(province), " ".join(sorted(request.wishes))
        self._rows["membership"].append((enterprise, owner, Role.OWNER.value))
        self._rows["support_request"].append((enterprise, province, wishes, moment_text(at), owner))
        after = {"account": UUID(owner), "role": Role.OWNER.value}
        self._note(_moment(one.registered_on, one.number), "member.set", "enterprise", enterprise, one, after)
        self._note(at, "support.asked", "support-request", enterprise, one, {"wishes": wishes})

    def _owner(self, province: str) -> str:
        return self._id(_Kind.ACCOUNT, int(province), 1)

    def _add_counted(self, one: InventedEnterprise, enterprise: str, counted: Counted) -> None:
        """Count it at once: nobody real is among those whose results could be told apart."""
        at = moment_text(_moment(self._today, 0))
        batch = self._id(_Kind.BATCH, one.number // _BATCH)
        place = counted.stages.place
        self._rows["counted_result"].extend(
            (
                self._id(_Kind.RESULT, one.number, number),
                enterprise,
                *_place(result.place),
                result.edition,
                result.year,
                result.month,
                result.self_score,
                result.self_level,
                result.validated_score,
                result.validated_level,
                result.topics,
                result.answers,
                result.marks,
                0,
                0,
                batch,
                at,
            )
            for number, result in enumerate(counted.results)
        )
        self._add_told(one, enterprise, place, at, batch)
        months = counted.stages.months
        reached = (Stage.NEW, Stage.STARTED, Stage.SUBMITTED, Stage.REVIEWED, Stage.ISSUED)
        self._rows["enterprise_stage"].append((enterprise, *_place(place), *(months[stage] for stage in reached), at))
        if counted.needs:
            self._rows["demand"].append((enterprise, place.province, counted.needs, "", 0, batch, at))

    def _add_told(self, one: InventedEnterprise, enterprise: str, place: Place, at: str, batch: str) -> None:
        told = [
            (self._id(_Kind.FEEDBACK, one.number, number), feedback) for number, feedback in enumerate(one.feedback)
        ]
        for key, feedback in told:
            self._rows["feedback"].append(
                (
                    key,
                    enterprise,
                    place.province,
                    feedback.year,
                    feedback.kind.value,
                    feedback.theme.value,
                    feedback.addressee.value if feedback.addressee else "",
                    feedback.text,
                    feedback.cause,
                    int(feedback.may_quote),
                    1,
                    at,
                    at,
                )
            )
            self._note(_moment(self._today, 0), "feedback.added", "feedback", key, one, feedback)
        for year in sorted({feedback.year for _, feedback in told}):
            counted = counted_feedback(place, year, [(quote_key(UUID(key), 1), feedback) for key, feedback in told])
            row = (self._id(_Kind.TOLD, one.number), enterprise, *_place(place), year, counted.told, counted.quotable)
            self._rows["counted_feedback"].append((*row, 0, 0, batch, at))

    def _note(self, at: datetime, action: str, kind: str, key: str, one: InventedEnterprise, after: object) -> None:
        subject = self._id(_Kind.ENTERPRISE, one.number)
        self._events.append((at, action, kind, key, subject, one.profile.province, after))

    def _id(self, kind: _Kind, number: int, part: int = 0) -> str:
        """An id of version 7 as 32 hexadecimal digits: one moment for all, then seed, table, enterprise and part."""
        return f"{_DAWN:012x}7{self._seed:03x}8{kind:x}{number:08x}{part:06x}"


_WITH_NOBODY = frozenset({AssessmentState.SUBMITTED, AssessmentState.WITHDRAWN})
_DECIDED = frozenset({AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED})


@cache
def _answer_text(answer: Answer) -> str:
    return _ANSWER.dump_json(answer).decode()


def _place(place: Place) -> tuple[str, str, str, str]:
    return place.province, place.sector, place.size, place.kind


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(day: date, number: int) -> datetime:
    """A moment in the working hours of a day."""
    return datetime.combine(day, time(8 + number % 9, number % 60), VIETNAM).astimezone(UTC)


def _moment_or_none(day: date | None, number: int) -> str | None:
    return moment_text(_moment(day, number)) if day else None
