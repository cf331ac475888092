"""The rows: every table of the database, and nothing that thinks.

Ids are UUIDv7, moments are UTC, every large table carries `province_code` so that it can be distributed by province.
What belongs to an enterprise is deleted with it; what an erased account once wrote stays, without its name.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Dialect, Index, LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# Named constraints: SQLite can only change what has a name.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """Return a UUID of version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits, so new rows lie together."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC on both engines; a moment without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"moment without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal number kept digit by digit; SQLite would turn it into a float."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Row(SQLModel):
    """What all tables share."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def _moment(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


def _account(ondelete: Literal["CASCADE", "SET NULL"] = "CASCADE", **options: Any) -> Any:
    return Field(foreign_key="account.id", ondelete=ondelete, **options)


def _enterprise(**options: Any) -> Any:
    return Field(foreign_key="enterprise.id", ondelete="CASCADE", **options)


def _assessment(**options: Any) -> Any:
    return Field(foreign_key="assessment.id", ondelete="CASCADE", **options)


class AccountRow(Row, table=True):
    """A person who can sign in; `email` is lower case. `pending_quick`: quick-check answers not yet taken over."""

    __tablename__ = "account"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True)
    name: str
    post: str = ""
    phone: str = ""
    password_hash: str = ""
    language: str = "vi"
    created_at: datetime = _moment()
    blocked_at: datetime | None = _moment(default=None)
    must_change: bool = False
    pending_quick: str = ""


class RoleGrantRow(Row, table=True):
    """A role outside an enterprise; an empty province means the whole country."""

    __tablename__ = "role_grant"

    account_id: UUID = _account(primary_key=True)
    role: str = Field(primary_key=True)
    province_code: str = Field(default="", primary_key=True)


class MembershipRow(Row, table=True):
    """Who belongs to which enterprise: owner, editor or viewer."""

    __tablename__ = "membership"

    enterprise_id: UUID = _enterprise(primary_key=True)
    account_id: UUID = _account(primary_key=True, index=True)
    role: str


class LoginSessionRow(Row, table=True):
    """A signed-in browser; the token itself is only in its cookie."""

    __tablename__ = "login_session"

    token_sha256: str = Field(primary_key=True)
    account_id: UUID = _account(index=True)
    csrf: str
    language: str = "vi"
    created_at: datetime = _moment()
    seen_at: datetime = _moment()
    expires_at: datetime = _moment(index=True)


class LoginAttemptRow(Row, table=True):
    """A failed sign-in; `key` is a hash of an account or of an address."""

    __tablename__ = "login_attempt"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(index=True)
    at: datetime = _moment(index=True)


class OneTimeLinkRow(Row, table=True):
    """A link that works once: a new password, the first administrator, an invitation."""

    __tablename__ = "one_time_link"

    token_sha256: str = Field(primary_key=True)
    purpose: str
    account_id: UUID | None = _account(default=None, nullable=True, index=True)
    enterprise_id: UUID | None = _enterprise(default=None, nullable=True, index=True)
    role: str = ""
    created_at: datetime = _moment()
    expires_at: datetime = _moment()
    used_at: datetime | None = _moment(default=None)


class ConsentRecordRow(Row, table=True):
    """A consent given or withdrawn, with the words that were shown; rows are added, never changed."""

    __tablename__ = "consent_record"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = _account(index=True)
    consent: str
    version: str
    language: str
    text: str
    given: bool
    at: datetime = _moment()


class DataRequestRow(Row, table=True):
    """A request of a person about their own data, with the day by which it must be done."""

    __tablename__ = "data_request"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = _account(index=True)
    kind: str
    asked_at: datetime = _moment()
    due_on: date
    done_at: datetime | None = _moment(default=None)


class EnterpriseRow(Row, table=True):
    """The profile of an enterprise. `uses` holds the codes in alphabetical order, parted by blanks."""

    __tablename__ = "enterprise"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    kind: str
    province_code: str = Field(default="", index=True)
    sector: str = Field(default="", index=True)
    vsic: str = ""
    tax_code: str = ""
    address: str = ""
    workers: int | None = None
    revenue_billion_vnd: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    capital_billion_vnd: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    uses: str = ""
    version: int = 1
    created_at: datetime = _moment()
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    deleted_at: datetime | None = _moment(default=None)


class AssessmentRow(Row, table=True):
    """One self-assessment, tied to the edition of the catalogue it is answered in. answered_on: of its first answer."""

    __tablename__ = "assessment"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise(index=True)
    province_code: str = Field(default="", index=True)
    edition: str
    state: str = Field(default="draft", index=True)
    started_on: date
    answered_on: date | None = None
    submitted_at: datetime | None = _moment(default=None)
    state_at: datetime = _moment()
    version: int = 1


class AnswerRow(Row, table=True):
    """One answer; `choice` is empty while only a note was written.

    carried_from: the day it was given in an earlier assessment, until somebody looks at it again in this one.
    advised_…: beside which adviser it was last written, when, and whether nobody changed it alone since.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("assessment_id", "question"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    assessment_id: UUID = _assessment()
    province_code: str = ""
    question: str
    choice: str = ""
    reason: str = ""
    note: str = ""
    evidence: str = "none"
    carried_from: date | None = None
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    advised_at: datetime | None = _moment(default=None)
    advised_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    advised_stands: bool = False


class AdvisedSessionRow(Row, table=True):
    """A session in which an adviser fills in together with a firm; open until `ended_at` or `expires_at`."""

    __tablename__ = "advised_session"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise(index=True)
    province_code: str = ""
    adviser_id: UUID = _account(index=True)
    opened_at: datetime = _moment()
    opened_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    expires_at: datetime = _moment()
    joined_at: datetime | None = _moment(default=None)
    ended_at: datetime | None = _moment(default=None)
    ended_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class ViewRoundRow(Row, table=True):
    """A topic that several people answer apart. `closed_at`: from then on they see each other's views."""

    __tablename__ = "view_round"
    __table_args__ = (UniqueConstraint("assessment_id", "topic"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    assessment_id: UUID = _assessment()
    province_code: str = ""
    topic: str
    opened_at: datetime = _moment()
    opened_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    closed_at: datetime | None = _moment(default=None)
    closed_by: UUID | None = _account("SET NULL", default=None, nullable=True)


def _view_round(**options: Any) -> Any:
    return Field(foreign_key="view_round.id", ondelete="CASCADE", **options)


class ViewPersonRow(Row, table=True):
    """Who is asked for a view; `done_at`: when this person was through."""

    __tablename__ = "view_person"

    round_id: UUID = _view_round(primary_key=True)
    account_id: UUID = _account(primary_key=True, index=True)
    done_at: datetime | None = _moment(default=None)


class ViewAnswerRow(Row, table=True):
    """One person's own answer; it goes with the account, and is no part of the firm's record."""

    __tablename__ = "view_answer"
    __table_args__ = (UniqueConstraint("round_id", "account_id", "question"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    round_id: UUID = _view_round()
    account_id: UUID = _account(index=True)
    province_code: str = ""
    question: str
    choice: str = ""
    reason: str = ""
    note: str = ""
    version: int = 1
    updated_at: datetime = _moment()


class ViewSettlementRow(Row, table=True):
    """That a question was settled: what the firm answers stands among its answers."""

    __tablename__ = "view_settlement"

    round_id: UUID = _view_round(primary_key=True)
    question: str = Field(primary_key=True)
    settled_at: datetime = _moment()
    settled_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class BlobRow(Row, table=True):
    """The bytes of files, once per content."""

    __tablename__ = "blob"

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class AttachmentRow(Row, table=True):
    """A file that backs an answer."""

    __tablename__ = "attachment"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    assessment_id: UUID = _assessment(index=True)
    province_code: str = ""
    question: str
    sha256: str = Field(foreign_key="blob.sha256", index=True)
    file_name: str
    media_type: str
    size: int
    added_at: datetime = _moment()
    added_by: UUID | None = _account("SET NULL", default=None, nullable=True)


def _submission(**options: Any) -> Any:
    return Field(foreign_key="submission.id", ondelete="CASCADE", **options)


class SubmissionRow(Row, table=True):
    """An assessment that was handed in; it keeps its id through all rounds. The queue sorts and filters by its columns.

    state: that of the assessment. waiting_since: when the present state began. changed_at: the latest deed by anybody.
    level, score, gates_failed, is_overdue: of the self score of the latest round; score is an exact fraction as text.
    """

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_queue", "province_code", "state", "waiting_since"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise(index=True)
    assessment_id: UUID = _assessment(unique=True)
    province_code: str = ""
    sector: str = ""
    edition: str
    state: str
    round: int = 0
    level: int | None = None
    score: str = ""
    gates_failed: int = 0
    is_overdue: bool = False
    assigned_to: UUID | None = _account("SET NULL", default=None, nullable=True, index=True)
    waiting_since: datetime = _moment()
    changed_at: datetime = _moment()
    version: int = 1


class SubmissionRoundRow(Row, table=True):
    """What was handed in at one time: the whole exchange file, its hash, and the files that backed the answers."""

    __tablename__ = "submission_round"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    submission_id: UUID = _submission()
    number: int
    content: str
    sha256: str
    files: str = "{}"
    at: datetime = _moment()
    by: UUID | None = _account("SET NULL", default=None, nullable=True)


class RulingRow(Row, table=True):
    """A reviewer's standing word on one answer; `answer` is the answer it was given on, as JSON."""

    __tablename__ = "ruling"
    __table_args__ = (UniqueConstraint("submission_id", "question"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    submission_id: UUID = _submission()
    province_code: str = ""
    question: str
    kind: str
    level: int | None = None
    reason: str = ""
    answer: str
    round: int
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class RemarkRow(Row, table=True):
    """A remark in the dialogue; added only. audience: firm (both read it) or internal (reviewers only)."""

    __tablename__ = "remark"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    submission_id: UUID = _submission(index=True)
    province_code: str = ""
    question: str = ""
    audience: str
    text: str
    at: datetime = _moment()
    by: UUID | None = _account("SET NULL", default=None, nullable=True)
    is_reviewer: bool = False


class DecisionRow(Row, table=True):
    """A decision on a round: changes_requested or reviewed; revocable with a reason, never deleted."""

    __tablename__ = "decision"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    submission_id: UUID = _submission(index=True)
    province_code: str = ""
    round: int
    kind: str
    reason: str = ""
    at: datetime = _moment()
    by: UUID | None = _account("SET NULL", default=None, nullable=True)
    revoked_at: datetime | None = _moment(default=None)
    revoked_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    revoked_reason: str = ""


class ProposalRow(Row, table=True):
    """What a reviewer proposes at one place of the programme in one round, and what the firm says to it.

    base: what was handed in there; template, was_edited: see core/domain/redline.py. sent_at: when the firm got it,
    None while it is the reviewers' own paper. replaced: the firm's own edit that gave way when it accepted, as JSON.
    """

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("submission_id", "round", "path"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    submission_id: UUID = _submission()
    province_code: str = ""
    round: int
    path: str
    base: str
    value: str
    reason: str = ""
    template: str = ""
    was_edited: bool = False
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    sent_at: datetime | None = _moment(default=None)
    verdict: str = "open"
    word: str = ""
    replaced: str | None = None
    answered_at: datetime | None = _moment(default=None)
    answered_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class LookRow(Row, table=True):
    """When somebody last looked at a submission."""

    __tablename__ = "look"

    account_id: UUID = _account(primary_key=True)
    submission_id: UUID = _submission(primary_key=True, index=True)
    at: datetime = _moment()


class NoticeRow(Row, table=True):
    """Something that a person should know; it names the kind and the place, never what was written there.

    submission_id: None for what is about the enterprise alone, such as an invitation.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_unseen", "account_id", "seen_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = _account()
    kind: str
    enterprise_id: UUID = _enterprise(index=True)
    submission_id: UUID | None = _submission(default=None, nullable=True, index=True)
    at: datetime = _moment()
    seen_at: datetime | None = _moment(default=None)
    mailed_at: datetime | None = _moment(default=None)


class ProgrammeRow(Row, table=True):
    """One version of a programme; an amendment is the next number, with its reason."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("enterprise_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise(index=True)
    assessment_id: UUID | None = Field(default=None, foreign_key="assessment.id", ondelete="SET NULL", nullable=True)
    province_code: str = Field(default="", index=True)
    number: int = 1
    state: str = Field(default="draft", index=True)
    reason: str = ""
    period_start: date | None = None
    period_end: date | None = None
    issued_number: str = ""
    issued_on: date | None = None
    version: int = 1
    created_at: datetime = _moment()
    state_at: datetime = _moment()


class ProgrammeEditRow(Row, table=True):
    """One place of the programme in the enterprise's own words; `base` is the wording that they replaced."""

    __tablename__ = "programme_edit"
    __table_args__ = (UniqueConstraint("programme_id", "path"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    programme_id: UUID = Field(foreign_key="programme.id", ondelete="CASCADE")
    province_code: str = ""
    path: str
    value: str
    base: str = ""
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)


def _programme(**options: Any) -> Any:
    return Field(foreign_key="programme.id", ondelete="CASCADE", **options)


class ProgrammeStepRow(Row, table=True):
    """A step that a version of a programme took; added only. `day`: the day that the enterprise names for it.

    note: who was asked for an opinion, what came of it, the number of the decision, or a reason.
    corrects: the step whose day this row corrects, None for a step of its own.
    """

    __tablename__ = "programme_step"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    programme_id: UUID = _programme(index=True)
    province_code: str = ""
    step: str
    day: date
    note: str = ""
    at: datetime = _moment()
    by: UUID | None = _account("SET NULL", default=None, nullable=True)
    corrects: UUID | None = Field(
        default=None, foreign_key="programme_step.id", ondelete="CASCADE", nullable=True, index=True
    )


class ProgrammeTextRow(Row, table=True):
    """What a version rests on since opinions were asked: the exchange file of that day, so that it never changes.

    validated: the same file with the answers as reviewed, empty without a review. files: documents by question.
    """

    __tablename__ = "programme_text"

    programme_id: UUID = _programme(primary_key=True)
    province_code: str = ""
    content: str
    validated: str = ""
    files: str = "{}"
    assessed_on: date
    reviewed_on: date | None = None
    at: datetime = _moment()


class TaskMarkRow(Row, table=True):
    """How far a task of an issued programme is; `state` is doing or done, `day` when that was."""

    __tablename__ = "task_mark"
    __table_args__ = (UniqueConstraint("programme_id", "task"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    programme_id: UUID = _programme()
    province_code: str = ""
    task: str
    state: str
    day: date | None = None
    evidence: str = ""
    spent_vnd: int | None = Field(default=None, sa_type=BigInteger)
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class ReportRow(Row, table=True):
    """A yearly result report; `matter` is what was computed for it when it was finished, as JSON, empty before."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("enterprise_id", "year"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise()
    programme_id: UUID = _programme(index=True)
    province_code: str = Field(default="", index=True)
    year: int
    matter: str = ""
    finished_on: date | None = None
    version: int = 1
    created_at: datetime = _moment()


class ReportEntryRow(Row, table=True):
    """One place of a report in the enterprise's own words."""

    __tablename__ = "report_entry"
    __table_args__ = (UniqueConstraint("report_id", "path"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    report_id: UUID = Field(foreign_key="report.id", ondelete="CASCADE")
    province_code: str = ""
    path: str
    value: str
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class FeedbackRow(Row, table=True):
    """A difficulty or a proposal that an enterprise tells, by theme; officials are told how many did.

    addressee: department or commission, to whom a proposal goes; empty for a difficulty. may_quote: officials may read
    the words too, without the enterprise.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_theme", "province_code", "year", "theme"),
        Index("ix_feedback_quoted", "year", "kind", "theme", "may_quote"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise(index=True)
    province_code: str = ""
    year: int
    kind: str
    theme: str
    addressee: str = ""
    text: str
    cause: str = ""
    may_quote: bool = False
    version: int = 1
    created_at: datetime = _moment()
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class HandedOutRow(Row, table=True):
    """A draft that was handed out under a check code; it may be revoked, and is not changed otherwise.

    draft_sha256: of the Vietnamese PDF without a code, to know the same draft again. score_low, score_high: exact
    fractions as text, two while answers are missing.
    """

    __tablename__ = "handed_out"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise(index=True)
    province_code: str = ""
    programme_id: UUID = _programme()
    code: str = Field(unique=True)
    edition: str
    score_kind: str
    score_low: str
    score_high: str
    draft_sha256: str
    on: date
    at: datetime = _moment()
    by: UUID | None = _account("SET NULL", default=None, nullable=True)
    revoked_at: datetime | None = _moment(default=None)
    revoked_by: UUID | None = _account("SET NULL", default=None, nullable=True)
    revoked_reason: str = ""


class HandedOutFileRow(Row, table=True):
    """One file of a draft that was handed out; its bytes are kept, as no later release need write the same ones."""

    __tablename__ = "handed_out_file"

    handed_out_id: UUID = Field(foreign_key="handed_out.id", ondelete="CASCADE", primary_key=True)
    language: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="blob.sha256", index=True)
    size: int


class InstrumentRow(Row, table=True):
    """One line of the register; `details` is the domain's value as JSON, `position` its place in the register."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("enterprise_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise()
    province_code: str = Field(default="", index=True)
    position: int = 0
    code: str
    details: str
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class RegisterLineRow(Row, table=True):
    """A line that stands beside the instruments: `kind` is point or body, `key` its id or name; `details` is JSON."""

    __tablename__ = "register_line"
    __table_args__ = (UniqueConstraint("enterprise_id", "kind", "key"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise()
    kind: str
    key: str
    position: int = 0
    details: str
    version: int = 1
    updated_at: datetime = _moment()
    updated_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class InstrumentFileRow(Row, table=True):
    """A picture of an instrument or one of its certificates; `kind` is photo or certificate."""

    __tablename__ = "instrument_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise(index=True)
    instrument_id: UUID = Field(foreign_key="instrument.id", ondelete="CASCADE", index=True)
    kind: str
    sha256: str = Field(foreign_key="blob.sha256", index=True)
    file_name: str
    media_type: str
    size: int
    added_at: datetime = _moment()
    added_by: UUID | None = _account("SET NULL", default=None, nullable=True)


class AnonymousResultRow(Row, table=True):
    """The score of an erased enterprise that allowed to be counted; no id leads back. `topics` is JSON."""

    __tablename__ = "anonymous_result"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    province_code: str = Field(default="", index=True)
    sector: str = ""
    size: str = ""
    edition: str
    month: str
    level: int
    score: str
    topics: str


class CountedResultRow(Row, table=True):
    """The result of an enterprise in a year, as the officials' figures count it; shape: domain/statistics/counting.py.

    waiting: not counted yet; an enterprise may have a counted version and a newer one that waits. batch: the counted
    ones that came together. is_returning: counted once, and waiting again because one of its batch went away.
    """

    __tablename__ = "counted_result"
    __table_args__ = (UniqueConstraint("enterprise_id", "year", "waiting"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise()
    province_code: str = ""
    sector: str = ""
    size: str = ""
    kind: str
    edition: str
    year: int
    month: int
    self_score: int
    self_level: int
    validated_score: int | None = None
    validated_level: int | None = None
    topics: str
    answers: str
    marks: str
    waiting: bool = Field(default=True, index=True)
    is_returning: bool = False
    batch: UUID | None = Field(default=None, index=True)
    changed_at: datetime = _moment(index=True)


class CountedFeedbackRow(Row, table=True):
    """What an enterprise told in a year, as the officials' figures count it; shape: domain/statistics/told.py.

    waiting, batch, is_returning: as in CountedResultRow.
    """

    __tablename__ = "counted_feedback"
    __table_args__ = (UniqueConstraint("enterprise_id", "year", "waiting"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    enterprise_id: UUID = _enterprise()
    province_code: str = ""
    sector: str = ""
    size: str = ""
    kind: str
    year: int
    told: str
    quotable: str = ""
    waiting: bool = Field(default=True, index=True)
    is_returning: bool = False
    batch: UUID | None = Field(default=None, index=True)
    changed_at: datetime = _moment(index=True)


class EnterpriseStageRow(Row, table=True):
    """How far an enterprise has come, for the officials' figures: in which month it reached each stage, None if not.

    Months are counted from year 0: 12 · year + month − 1.
    """

    __tablename__ = "enterprise_stage"

    enterprise_id: UUID = _enterprise(primary_key=True)
    province_code: str = ""
    sector: str = ""
    size: str = ""
    kind: str
    new: int
    started: int | None = None
    submitted: int | None = None
    reviewed: int | None = None
    issued: int | None = None
    reporting: int | None = None
    changed_at: datetime = _moment(index=True)


class DemandRow(Row, table=True):
    """Which services the register of an enterprise will need; shape of the lines: core/domain/statistics/needs.py.

    province_code, lines: as counted, without a batch not counted yet. waiting, waiting_province: what is to be counted.
    """

    __tablename__ = "demand"

    enterprise_id: UUID = _enterprise(primary_key=True)
    province_code: str = Field(default="", index=True)
    lines: str = ""
    waiting: str | None = None
    waiting_province: str = ""
    is_returning: bool = False
    batch: UUID | None = Field(default=None, index=True)
    changed_at: datetime = _moment(index=True)


class SupportRequestRow(Row, table=True):
    """What a firm asked the Department of a province for; withdrawn: deleted.

    province_code: of the Department to which asked_by agreed that the firm is named; it does not move with the firm.
    wishes: in alphabetical order, parted by blanks. The words of the consent are in consent_record.
    """

    __tablename__ = "support_request"

    enterprise_id: UUID = _enterprise(primary_key=True)
    province_code: str = Field(index=True)
    wishes: str
    asked_at: datetime = _moment()
    asked_by: UUID = _account(index=True)


class EventRow(Row, table=True):
    """Who did what, when: added only. The hash covers the hash of the row before and of the payload.

    `subject_id` is the enterprise or account whose data `before` and `after` hold; these and `salt` may be blanked when
    the data are erased, and the chain still closes. The salt keeps short payloads from being guessed by their hash.
    """

    __tablename__ = "event"

    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = _moment()
    actor_id: UUID | None = Field(default=None, index=True)
    action: str
    object_kind: str
    object_id: str = Field(index=True)
    subject_id: UUID | None = Field(default=None, index=True)
    province_code: str = ""
    before: str | None = None
    after: str | None = None
    salt: str | None = None
    payload_hash: str
    previous_hash: str
    hash: str


class SettingRow(Row, table=True):
    """A named value of the installation."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: str
