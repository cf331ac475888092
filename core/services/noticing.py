"""Notices: what a person should know, in the application always, by mail where a mail server is set.

A mail says how many things wait and where, and nothing else: no firm, no name, no word of anybody.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from uuid import UUID

from core.domain.advising import AdvisedSession
from core.domain.notices import KeptNotice, NoticeKind
from core.domain.permissions import Actor, Role
from core.errors import BadInput
from core.language import Language
from core.services.environment import Environment, Settings, reading, transaction
from core.storage.repository import Repository
from core.storage.repository_reviews import KeptSubmission

SHOWN = 50
_TIMEOUT_SECONDS = 20
_FIRM_ROLES = (Role.OWNER, Role.EDITOR)
_REVIEWERS = (Role.ADVISER, Role.LEAD_ADVISER)


def tell_firm(repository: Repository, submission: KeptSubmission, kind: NoticeKind) -> None:
    """Tell the owners and editors of the firm."""
    _tell_firm(repository, submission.enterprise_id, kind, submission.id)


def tell_reviewers(repository: Repository, submission: KeptSubmission, kind: NoticeKind) -> None:
    """Tell who reviews the submission; while nobody does, every reviewer of its province outside the firm."""
    if submission.assigned_to is not None:
        repository.notices.tell((submission.assigned_to,), kind, submission.enterprise_id, submission.id)
        return
    members = {one.account_id for one in repository.accounts.members(submission.enterprise_id)}
    grants = repository.accounts.grants().items()
    here: Iterable[UUID] = (
        account_id
        for account_id, held in grants
        if account_id not in members
        and any(grant.role in _REVIEWERS and grant.province == submission.province for grant in held)
    )
    repository.notices.tell(here, kind, submission.enterprise_id, submission.id)


def tell_of_session(repository: Repository, session: AdvisedSession) -> None:
    """Tell the adviser that a session is offered, or the owners and editors that the adviser has come in."""
    if session.joined_at is None:
        repository.notices.tell((session.adviser_id,), NoticeKind.SESSION_OFFERED, session.enterprise_id)
    else:
        _tell_firm(repository, session.enterprise_id, NoticeKind.SESSION_JOINED)


def _tell_firm(
    repository: Repository, enterprise_id: UUID, kind: NoticeKind, submission_id: UUID | None = None
) -> None:
    members = repository.accounts.members(enterprise_id)
    told = (one.account_id for one in members if one.role in _FIRM_ROLES)
    repository.notices.tell(told, kind, enterprise_id, submission_id)


def notices_of(environment: Environment, actor: Actor) -> tuple[KeptNotice, ...]:
    """Return one's own notices, newest first."""
    with reading(environment) as repository:
        return repository.notices.of(actor.account_id, SHOWN)


def unseen(environment: Environment, actor: Actor) -> int:
    """Return how many of one's own notices wait."""
    with reading(environment) as repository:
        return repository.notices.unseen(actor.account_id)


def see_all(environment: Environment, actor: Actor) -> None:
    """Call one's own notices seen."""
    with transaction(environment, actor) as repository:
        repository.notices.see_all(actor.account_id)


# --- Mail


@dataclass(frozen=True, slots=True)
class MailReport:
    """What a round of mailing did."""

    sent: int
    refused: int


def send_digests(environment: Environment) -> MailReport:
    """Send each person with waiting notices one mail; to be called by a timer. A mail that is refused is tried again.

    Raises BadInput("mail-not-set") without a mail server, "mail-server-away" when it does not answer.
    """
    settings = environment.settings
    if not (settings.smtp_host and settings.smtp_from):
        raise BadInput("mail-not-set")
    with reading(environment) as repository:
        waiting = repository.notices.unmailed()
    sent = refused = 0
    with _server(settings) as server:
        for account_id, count in waiting.items():
            with transaction(environment) as repository:
                account = repository.accounts.get(account_id)
                if account.is_blocked:
                    continue
                try:
                    server.send_message(_digest(environment, account.email, Language(account.language), count))
                except smtplib.SMTPRecipientsRefused:
                    refused += 1
                    continue
                repository.notices.mailed(account_id)
                sent += 1
    return MailReport(sent, refused)


def _digest(environment: Environment, address: str, language: Language, count: int) -> EmailMessage:
    words, settings = environment.catalogue.word, environment.settings
    message = EmailMessage()
    message["Subject"] = words("notices.mail.subject")[language].format(count=count)
    message["From"] = Address(words("frame.name")[language], addr_spec=settings.smtp_from)
    message["To"] = address
    message["Date"] = format_datetime(environment.now())
    message["Message-ID"] = make_msgid(domain=settings.smtp_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    link = f"{settings.public_address}/thong-bao"
    message.set_content(words("notices.mail.text")[language].format(count=count, link=link))
    return message


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT_SECONDS) as server:
            if settings.smtp_tls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            yield server
    except (OSError, smtplib.SMTPException) as error:
        # The error may repeat what was sent; only its kind is told.
        raise BadInput("mail-server-away", seen=type(error).__name__) from None
